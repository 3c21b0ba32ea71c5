"""Section "Matrix": change one cell, watch every score move."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from core.errors import UserError
from core.figures.metrics import score_words as words
from core.figures.metrics.matrix import in_words, is_narrow
from core.figures.metrics.score_formulas import formula
from core.figures.metrics.scores import UNDEFINED, beside_default, headline, slide_note
from core.metrics import baselines
from core.metrics.baselines import Baseline
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.export import matrix_csv, scores_csv, sklearn_code
from core.metrics.report import Options, Report
from core.metrics.scores import Array
from core.ui import framework as ui
from core.ui.metrics import editor, session
from core.ui.metrics.matrix import controls, formulas, tables
from core.ui.metrics.matrix.controls import KEY
from core.ui.metrics.reports import fingerprint, scores_of

Reports = tuple[Report, Report | None]
"""Scores now, and of the matrix that is compared with; None where that has other classes."""
DEFAULTS = {**controls.DEFAULTS, **formulas.DEFAULTS}
_ARROWS = {1: "up", -1: "down", 0: "off"}


def _known(value: float) -> float | str:
    return UNDEFINED if math.isnan(value) else value


_ACCURACY = ui.Guess("Accuracy", "From 0 to 1; off by 0.01 is right.", lambda now: _known(now.whole("accuracy")), 0.01)
_F1 = ui.Guess(
    "F1 of the positive class", "From 0 to 1; off by 0.01 is right.",
    lambda now: _known(now.mean("f1", Average.BINARY)), 0.01,
)  # fmt: skip
_MACRO_F1 = ui.Guess(
    "Macro-F1", "The mean of the classes' F1; off by 0.01 is right.",
    lambda now: _known(now.mean("f1", Average.MACRO)), 0.01,
)  # fmt: skip


def section() -> None:
    """Draw the section."""
    left, result, numbers = ui.panes()
    with result:
        narrow = is_narrow(session.current())
        table, right = ui.beside([6, 7]) if narrow else (st.container(), st.container())
    with left:
        editor.menu(DEFAULTS, KEY)
        options = controls.controls(session.current())
    with table:
        matrix = editor.edit(f"{KEY}_table")
    before = session.baseline()
    now = scores_of(matrix, options)
    guesses = (_ACCURACY, _F1 if len(matrix) == 2 else _MACRO_F1)
    guessing = ui.hides(KEY) and bool(now.matrix.total)
    asked = fingerprint(matrix, options)
    if guessing and not ui.revealed(KEY, asked):
        with right:
            ui.ask(KEY, asked, guesses)
        ui.how("metrics/matrix")
        return
    with table:
        known = session.preset()
        if known is not None:
            st.caption(known.note)
        if before != matrix:
            st.caption(f"“was” is of {in_words(before)}. Pin takes the present matrix instead.")
    with table if ui.has_room(ui.WHOLE) else numbers:
        if now.matrix.total and now.chosen:
            st.latex(formula(now, "f1", options.headline(matrix)))
    reports = now, _renamed(before, matrix, options)
    with right:
        if guessing:
            ui.judge(KEY, now, guesses)
        _headline(matrix, reports)
    _below(matrix, reports)
    _take_away(matrix, now)
    ui.how("metrics/matrix")


def _renamed(baseline: ConfusionMatrix, matrix: ConfusionMatrix, options: Options) -> Report | None:
    same = len(baseline) == len(matrix)
    return scores_of(ConfusionMatrix(baseline.counts, matrix.labels), options) if same else None


def _headline(matrix: ConfusionMatrix, reports: Reports) -> None:
    """The large numbers with what they were before, for a column of about 330 pixels or more."""
    now, options = reports[0], reports[0].options
    with st.container(horizontal=True, gap="small"):
        for number in headline(*reports):
            st.metric(
                number.title,
                number.value,
                number.note,
                delta_color="off",
                delta_arrow=_ARROWS[number.change],  # type: ignore[arg-type]
                help=ui.escape_markdown(number.help),
                width=150,
            )
    told = words.options_in_words(options, matrix), beside_default(now)
    st.caption(" ".join(ui.escape_markdown(text) for text in told if text))
    if now.matrix.total:
        _, names, rows = _trivial(now)
        beaten = words.not_better(names, rows)
        if beaten:
            st.markdown(
                "**A classifier that does not look at the sample is at least as good as the model in** "
                f"{ui.escape_markdown(', '.join(beaten))}."
            )
        elif not math.isnan(rows[0, 0]):
            st.markdown("The model is better than every trivial classifier in every one of these scores.")
    note = slide_note(matrix) if options.class_weights is None else None
    if note is not None:
        st.caption(ui.escape_markdown(note))


def _below(matrix: ConfusionMatrix, reports: Reports) -> None:
    """What stands below, over the full width."""
    now = reports[0]
    if not now.matrix.total:
        cure = "start from a known matrix" if not matrix.total else "change the class weights, which leave none over"
        st.info(
            f"Every score is undefined: there is no sample to count. Type a count above 0 into the matrix, or {cure}.",
            icon=":material/edit:",
        )
    st.header("All scores", anchor=False)
    tables.averages(*reports)
    st.markdown("**Each class against the rest**")
    with st.container():  # its captions come and go: what stands below keeps its place, and the chart its node
        tables.classes(*reports)
    st.header("One score, with the numbers put in", anchor=False)
    formulas.explorer(now)
    if now.matrix.total:
        st.header("Is it better than a trivial classifier?", anchor=False)
        tables.trivial(now, *_trivial(now))


def _take_away(matrix: ConfusionMatrix, now: Report) -> None:
    """Files, and scikit-learn code of what is on the screen."""
    st.header("Take it away", anchor=False)
    with st.container(horizontal=True):
        says = "Actual classes in rows, with names."
        ui.download("Matrix (CSV)", lambda: matrix_csv(matrix), "matrix.csv", "text/csv", says)
        ui.download("Scores (CSV)", lambda: scores_csv(now), "scores.csv", "text/csv", "Every score, one a line.")
        try:
            code = sklearn_code(now)
        except UserError as error:
            st.caption(ui.escape_markdown(str(error)))
            return
        says = "A script that checks each score with scikit-learn."
        ui.download("scikit-learn code", lambda: code, "scores.py", "text/x-python", says)
    with st.expander("scikit-learn code of these scores", icon=":material/code:"):
        st.code(code, language="python")


def _trivial(now: Report) -> tuple[tuple[Baseline, ...], list[str], Array]:
    """Classifiers that do not look at the sample, names of the model and of these, and (1 + N, 7) their scores."""
    others = baselines.baselines(now.matrix)
    scores = _compared(fingerprint(now.matrix, now.options), tuple(other.matrix for other in others), now.options)
    return others, ["the model", *(other.name for other in others)], np.vstack([baselines.row(now), scores])


@st.cache_resource(max_entries=500, show_spinner=False)
def _compared(digest: str, _matrices: tuple[ConfusionMatrix, ...], _options: Options) -> Array:  # noqa: ARG001, the key
    return baselines.compared(_matrices, _options)
