"""Two models on the same rows: who is right where, McNemar's test, and where their matrices differ."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import streamlit as st

from core.errors import UserError
from core.figures.metrics import comparison as figures
from core.figures.metrics.comparison_tables import largest_changes
from core.metrics.paired import comparison as core
from core.metrics.paired.bootstrap import Interval, bootstrap
from core.metrics.paired.comparison import Comparison
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.metrics.predictions.compare_rows import KEY, chosen_cell, chosen_kind, lists, pick_cell, pick_kind

_TEXT = "metrics/predictions"
_VARY, _WHY = "How far could the difference vary?", "Why two matrices are not enough"


def compare(
    target: npt.NDArray[np.intp],
    first: npt.NDArray[np.intp],
    second: npt.NDArray[np.intp],
    labels: tuple[str, ...],
    names: tuple[str, str],
) -> None:
    """Draw the comparison of two models; say so where it cannot be made.

    Args:
        target: (N,) index of the true class of each row.
        first: (N,) what the first model predicted.
        second: (N,) what the second predicted, for the same rows.
        labels: (C,) names of the classes.
        names: of the two models.
    """
    names = (names[0] or "first", names[1] or "second")
    try:
        key = core.key_of(target, first, second, labels)
        comparison = _compared(key, target, first, second, labels)
    except UserError as error:
        ui.problem(error)
        return
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{ui.escape_markdown(figures.verdict(comparison, names))}**")
        drawing = figures.contingency(comparison, names, chosen=chosen_kind())
        show_drawing(drawing, f"{KEY}_contingency", pick_kind)
        _test(comparison)
    with right:
        _difference(comparison, names)
    lists(comparison, names)
    vary = st.expander(_VARY, icon=":material/casino:", key=f"{KEY}_vary", on_change="rerun")
    if vary.open:
        with vary:
            _intervals(key, comparison, names)
    with st.expander(_WHY, icon=":material/school:"):
        _why()


@st.cache_data(max_entries=4, show_spinner=False)  # up to 48 MB each
def _compared(
    key: str,  # noqa: ARG001, all that the cache looks at
    _target: npt.NDArray[np.intp],
    _first: npt.NDArray[np.intp],
    _second: npt.NDArray[np.intp],
    _labels: tuple[str, ...],
) -> Comparison:
    return core.compare(_target, _first, _second, _labels)


@st.cache_data(max_entries=20, show_spinner="Drawing the rows again and again …")
def _varied(key: str, _comparison: Comparison) -> tuple[Interval, Interval]:  # noqa: ARG001, likewise
    return bootstrap(_comparison)


def _test(comparison: Comparison) -> None:
    exact, approximate = figures.p_value(comparison), figures.chi_squared(comparison)
    if exact is None or approximate is None:
        return
    st.markdown("**McNemar's test** looks at the two framed cells only, *b* above and *c* below:")
    for line in exact:
        st.latex(line)
    with st.expander("As chi-squared", icon=":material/functions:"):
        st.markdown("Usual from *b + c* = 25 on; with continuity correction, one degree of freedom:")
        for line in approximate:
            st.latex(line)


def _difference(comparison: Comparison, names: tuple[str, str]) -> None:
    size = len(comparison.labels)
    chosen = chosen_cell(comparison)
    if size <= figures.LARGEST:
        drawing = figures.difference(comparison, names, chosen=chosen)
        show_drawing(drawing, f"{KEY}_difference", partial(pick_cell, comparison.labels))
    else:
        st.caption(f"{size} classes are too many for a picture; these cells differ most.")
        alt = "Cells of the two confusion matrices that differ most"
        st.dataframe(largest_changes(comparison, names), hide_index=True, key=f"{KEY}_largest", alt=alt)


def _intervals(key: str, comparison: Comparison, names: tuple[str, str]) -> None:
    accuracy, f1 = _varied(key, comparison)
    first, second = map(ui.escape_markdown, names)
    st.markdown(ui.prose(_TEXT, _VARY, first=first, second=second))
    with st.container(horizontal=True):
        for label, found in (("Accuracy", accuracy), ("Macro-F₁", f1)):
            st.metric(
                label,
                f"{found.value:+.3f}",
                help="The difference on these rows, and below it the interval.",
                delta=f"{found.low:+.3f} to {found.high:+.3f}",
                delta_color="off",
                delta_arrow="off",
            )
    if accuracy.low <= 0 <= accuracy.high:
        st.caption("The interval of the accuracy holds 0: other rows of the same kind might turn the order round.")


def _why() -> None:
    """Two computed examples with the same two matrices."""
    together, apart = core.same_matrices()
    first, second = (matrix.score("accuracy") for matrix in (together.first_matrix, together.second_matrix))
    st.markdown(ui.prose(_TEXT, _WHY, first=first, second=second))
    places = st.columns(2, gap="medium")
    titles = ("All errors of B are errors of A, too", "B errs where A is right")
    for place, title, example, name in zip(places, titles, (together, apart), ("together", "apart"), strict=True):
        with place:
            st.markdown(f"**{title}**")
            show_drawing(figures.contingency(example, ("A", "B")), f"{KEY}_why_{name}")
            lines = figures.p_value(example)
            if lines is not None:
                st.latex(lines[1])
            st.markdown(figures.verdict(example, ("A", "B")))
