"""Everything that follows from the matrix: scores, formulas, trivial classifiers, files."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import streamlit as st

from core.errors import UserError
from core.figures.metrics.score_formulas import formula
from core.figures.metrics.scores import beside_default
from core.figures.metrics.scores import headline as headline_numbers
from core.figures.metrics.scores import slide_note as slide_sentence
from core.metrics import baselines
from core.metrics.baselines import Baseline
from core.metrics.confusion import ConfusionMatrix
from core.metrics.export import matrix_csv, scores_csv, sklearn_code
from core.metrics.report import Options, Report
from core.metrics.scores import Array
from core.ui.framework.show import download, escape_markdown
from core.ui.metrics.matrix import formula as scores_formula
from core.ui.metrics.matrix import tables as scores_tables
from core.ui.metrics.matrix.options import DEFAULTS as OPTIONS
from core.ui.metrics.matrix.options import options, said
from core.ui.metrics.matrix.words import HOW
from core.ui.metrics.reports import fingerprint, scores_of

__all__ = ["DEFAULTS", "details", "draw", "headline", "how", "options", "take_away"]

DEFAULTS: Mapping[str, object] = MappingProxyType({**OPTIONS, **scores_formula.DEFAULTS})
"""What a reset puts back."""
_ARROWS = {1: "up", -1: "down", 0: "off"}


def draw(matrix: ConfusionMatrix, baseline: ConfusionMatrix, slide_note: str | None = None) -> None:
    """Draw all of it below each other, for who has no places of their own for the parts.

    Args:
        matrix: the scores of this one.
        baseline: what they are compared with.
        slide_note: the accuracy a slide prints; None: known for the lecture's matrix.
    """
    chosen = options(matrix)
    headline(matrix, baseline, chosen, slide_note)
    details(matrix, baseline, chosen)
    take_away(matrix, chosen)
    how()


def headline(
    matrix: ConfusionMatrix, baseline: ConfusionMatrix, options: Options, slide_note: str | None = None
) -> None:
    """The big numbers with what they were before, for a column of about 330 pixels or more."""
    now, before = _reports(matrix, baseline, options)
    with st.container(horizontal=True, gap="small"):
        for number in headline_numbers(now, before):
            st.metric(
                number.title,
                number.value,
                number.note,
                delta_color="off",
                delta_arrow=_ARROWS[number.change],  # type: ignore[arg-type]
                help=escape_markdown(number.help),
                width=150,
            )
    st.caption(" ".join(filter(None, (said(options, matrix), escape_markdown(beside_default(now))))))
    if now.matrix.total:
        _, names, rows = _trivial(now, options)
        scores_tables.verdict(names, rows)
    note = slide_sentence(matrix, slide_note) if options.class_weights is None else None
    if note is not None:
        st.caption(escape_markdown(note))


def f1_formula(matrix: ConfusionMatrix, options: Options) -> None:
    """The formula of F1 with its numbers, of the class or average of the big numbers."""
    now = scores_of(matrix, options)
    if now.matrix.total and now.chosen:
        st.latex(formula(now, "f1", options.headline(matrix)))


def details(matrix: ConfusionMatrix, baseline: ConfusionMatrix, options: Options) -> None:
    """What stands below, over the full width."""
    now, before = _reports(matrix, baseline, options)
    if not now.matrix.total:
        cure = "start from a known matrix" if not matrix.total else "change the class weights, which leave none over"
        st.info(
            f"Every score is undefined: there is no sample to count. Type a count above 0 into the matrix, or {cure}.",
            icon=":material/edit:",
        )
    st.header("All scores", anchor=False)
    scores_tables.averages(now, before)
    st.markdown("**Each class against the rest**")
    with st.container():  # its captions come and go: what stands below keeps its place, and the chart its node
        scores_tables.classes(now, before)
    st.header("One score, with the numbers put in", anchor=False)
    scores_formula.explorer(now)
    if now.matrix.total:
        st.header("Is it better than nothing?", anchor=False)
        scores_tables.trivial(now, *_trivial(now, options))


def take_away(matrix: ConfusionMatrix, options: Options) -> None:
    """Files, and scikit-learn code of what is on the screen."""
    st.header("Take it away", anchor=False)
    now = scores_of(matrix, options)
    with st.container(horizontal=True):
        download("Matrix (CSV)", lambda: matrix_csv(matrix), "matrix.csv", "text/csv", "Gold in rows, with names.")
        download("Scores (CSV)", lambda: scores_csv(now), "scores.csv", "text/csv", "Every score, one a line.")
        try:
            code = sklearn_code(now)
        except UserError as error:
            st.caption(escape_markdown(str(error)))
            return
        download("scikit-learn code", lambda: code, "scores.py", "text/x-python", "A script whose assertions hold.")
    with st.expander("scikit-learn code of these scores", icon=":material/code:"):
        st.code(code, language="python")


def how() -> None:
    """How this works, folded."""
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(HOW)


def _reports(matrix: ConfusionMatrix, baseline: ConfusionMatrix, options: Options) -> tuple[Report, Report | None]:
    """Scores now and before; no before where the classes are others."""
    now = scores_of(matrix, options)
    if len(baseline) != len(matrix):
        return now, None
    renamed = ConfusionMatrix(baseline.counts, matrix.labels)
    return now, scores_of(renamed, options)


def _trivial(now: Report, options: Options) -> tuple[tuple[Baseline, ...], list[str], Array]:
    """Classifiers that look at nothing, names of the model and of these, and (1 + N, 7) their scores."""
    others = baselines.baselines(now.matrix)
    trivial = _compared(fingerprint(now.matrix, options), tuple(other.matrix for other in others), options)
    return others, ["the model", *(other.name for other in others)], np.vstack([baselines.row(now), trivial])


@st.cache_resource(max_entries=500, show_spinner=False)
def _compared(digest: str, _matrices: tuple[ConfusionMatrix, ...], _options: Options) -> Array:  # noqa: ARG001, the key
    return baselines.compared(_matrices, _options)
