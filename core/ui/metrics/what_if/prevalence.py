"""Part "Prevalence" of "What if": the recalls stay, the shares of the classes change."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.figures.metrics import whatif_formulas as formulas
from core.figures.metrics import whatif_tables as tables
from core.figures.metrics import whatif_words as words
from core.figures.metrics.scores import three
from core.figures.metrics.whatif import percent, prevalence_of_class
from core.metrics.confusion import ConfusionMatrix
from core.metrics.notation import MOST
from core.metrics.report import Report
from core.metrics.scores import Array
from core.metrics.whatif.prevalence import own_shares, with_prevalence
from core.ui import framework as ui
from core.ui.metrics import editor, session
from core.ui.metrics.reports import scores_of
from core.ui.metrics.what_if.controls import BACK, KEY, PERSISTS, class_default, class_menu, matrix_row

OWN, EQUAL, CHOSEN = "data", "equal", "chosen"
STEPS = (
    0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25,
    0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999,
)  # fmt: skip
"""Prevalences of two classes that the slider knows."""
_NAMES = {percent(step): step for step in STEPS}
_WEIGHTS = (80, 10)  # of the first class and of each other: 0.8, 0.1, 0.1 for three
_BESIDE = 4  # more sliders than these scroll


@dataclass(frozen=True)
class _Shares:
    shares: str = ui.segments(
        "Shares of the classes", (OWN, EQUAL, CHOSEN), CHOSEN,
        "Those of the data, all equal, or chosen. Equal shares make accuracy the balanced accuracy.",
        arguments=PERSISTS,
    )  # fmt: skip


@dataclass(frozen=True)
class _TwoClasses:
    prevalence: str = ui.steps(
        "Prevalence", tuple(_NAMES), "1%", "The share of this class; in finer steps where it is rare.",
        arguments=PERSISTS,
    )  # fmt: skip


def _weight(c: int) -> str:
    return f"{KEY}_share_{c}"


DEFAULTS = {
    **ui.defaults(_Shares, KEY), **ui.defaults(_TwoClasses, KEY), **{_weight(c): _WEIGHTS[c > 0] for c in range(MOST)},
}  # fmt: skip


def draw() -> None:
    """Draw the part.

    Raises:
        UserError: a class without samples that shall have a share.
    """
    matrix = session.current()
    binary = len(matrix) == 2
    controls, result, _ = ui.panes()
    with controls:
        scored = "Whose scores the chart and the table show, against all others."
        label = class_menu(matrix, "Whose prevalence changes." if binary else scored)
        shares = _choose_shares(matrix, label)
        ui.actions(f"{KEY}_prevalence", {**DEFAULTS, **class_default(matrix)}, BACK)
    then = with_prevalence(matrix, shares)
    before, after = scores_of(matrix), scores_of(then)
    with result:
        _headline(before, after, label)
        _chart(matrix, then, before, after, label)
    with matrix_row(label):
        st.header("The matrix at these shares", anchor=False)
        editor.show_still(then, f"{KEY}_then", "Expected confusion matrix", label)
        st.caption("Each row, an actual class, is rescaled to its new share, so the counts are expected ones.")
    table, why = st.columns([3, 2], gap="medium") if binary else (st.container(), None)
    with table:
        st.header("What stays and what moves", anchor=False)
        _table(before, after, label)
    if why is not None:
        with why:
            st.header("Bayes' rule", anchor=False)
            _bayes(after, label)
    ui.how("metrics/what_if", "Prevalence")


def _choose_shares(matrix: ConfusionMatrix, label: str) -> Array:
    """(C,) shares with sum 1; of two classes, the slider says that of this class."""
    kind = ui.draw(_Shares, KEY).shares
    there = matrix.support > 0
    missing = [ui.escape_markdown(matrix.labels[c]) for c in np.flatnonzero(~there)]
    if kind == CHOSEN:
        return _one_slider(matrix, label) if len(matrix) == 2 else _sliders(matrix)
    if missing:
        st.caption(f"Without samples, so without a recall, and left out: {', '.join(missing)}.")
    return own_shares(matrix) if kind == OWN else there / there.sum()


def _one_slider(matrix: ConfusionMatrix, label: str) -> Array:
    name = f"Prevalence of “{ui.escape_markdown(label)}”"
    chosen = _NAMES[ui.draw(_TwoClasses, KEY, prevalence={"label": name}).prevalence]
    shares = np.full(2, 1 - chosen)
    shares[matrix.index(label)] = chosen
    st.caption(f"In the data it is {percent(float(own_shares(matrix)[matrix.index(label)]))}.")
    return shares


def _sliders(matrix: ConfusionMatrix) -> Array:
    weights = np.zeros(len(matrix))
    names = [*map(ui.escape_markdown, matrix.labels)]
    there = matrix.support > 0
    with st.container(height=300 if len(matrix) > _BESIDE else "content", border=False):
        for c, name in enumerate(names):
            weights[c] = st.slider(
                name,
                0,
                100,
                _WEIGHTS[c > 0],
                key=_weight(c),
                bind="query-params",
                persist_state="page",
                disabled=not there[c],
                help="Weight of this class; all weights are divided by their sum."
                if there[c]
                else "No sample is of this class, so its recall is unknown and it is left out.",
            )
    weights = np.where(there, weights, 0.0)
    if not weights.any():
        st.caption("All weights are 0: the shares of the data are shown.")
        return own_shares(matrix)
    shares: Array = weights / weights.sum()
    st.caption(words.shares(shares, names))
    return shares


def _headline(before: Report, after: Report, label: str) -> None:
    colours, arrows = {1: "green", -1: "red", 0: "off"}, {1: "up", -1: "down", 0: "off"}
    with st.container(horizontal=True):
        for number in tables.headline(before, after, label):
            st.metric(
                number.title,
                number.value,
                number.note or None,
                # with a true minus Streamlit does not see which way it went
                delta_color=colours[number.change],  # type: ignore[arg-type]
                delta_arrow=arrows[number.change],  # type: ignore[arg-type]
                help=number.help,
            )


def _chart(matrix: ConfusionMatrix, then: ConfusionMatrix, before: Report, after: Report, label: str) -> None:
    ui.show(prevalence_of_class(matrix, then, before, after, label), key=f"{KEY}_curve")
    c = matrix.index(label)
    chosen, own = (percent(float(own_shares(one)[c])) for one in (then, matrix))
    if len(matrix) == 2:
        st.caption(f"The line marks {chosen}, the dashed one {own} as in the data.")
    else:
        st.caption(
            f"The line marks {chosen}. Along the curves the other classes keep their mixture; "
            f"“{ui.escape_markdown(label)}” is against all others."
        )


def _table(before: Report, after: Report, label: str) -> None:
    st.dataframe(
        tables.moves(before, after, label),
        hide_index=True,
        height="content",
        key=f"{KEY}_moves",
        alt="Each score in the data and at the chosen shares, and whether the prevalence moves it",
    )
    if ((after.matrix.support == 0) & (before.matrix.support > 0)).any():
        st.caption("A class whose share is 0 takes no part any more: means over the classes move for that alone.")
    if len(before.matrix) > 2:
        st.caption(ui.prose("metrics/what_if", "More than two classes"))


def _bayes(after: Report, label: str) -> None:
    recall, specificity, precision = (after.of_class(name, label) for name in ("recall", "specificity", "precision"))
    prevalence = float(own_shares(after.matrix)[after.matrix.index(label)])
    if any(map(math.isnan, (recall, specificity, precision))):
        st.markdown("Precision is undefined: the class is never predicted.")
        return
    st.latex(formulas.bayes(recall, specificity, prevalence, precision))
    npv = three(after.of_class("npv", label))
    st.caption(f"r is the recall, s the specificity, π the prevalence. Precision is also called PPV. NPV is {npv}.")
    told = words.false_alarms(recall, specificity, prevalence, precision, ui.escape_markdown(label))
    if told:
        st.markdown(told)
