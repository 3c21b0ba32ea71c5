"""Section "Matrix": change one cell, watch every score move."""

from __future__ import annotations

import math
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import UserError
from core.figures.metrics import score_words as words
from core.figures.metrics.matrix import in_words, is_narrow
from core.figures.metrics.score_formulas import formula
from core.figures.metrics.scores import UNDEFINED, beside_default, headline, slide_note
from core.metrics.baselines import Comparison, beside
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.export import matrix_csv, scores_csv, sklearn_code
from core.metrics.report import Options, Report
from core.ui import framework as ui
from core.ui.metrics import editor, session
from core.ui.metrics.matrix import controls, formulas, tables
from core.ui.metrics.matrix.controls import KEY
from core.ui.metrics.reports import fingerprint, scores_of

_ARROWS = {1: "up", -1: "down", 0: "off"}


@dataclass(frozen=True)
class Settings:
    """What the controls ask for: a matrix, and how its scores are taken."""

    matrix: ConfusionMatrix
    options: Options


def _controls() -> Settings:
    editor.menu()
    return Settings(session.current(), controls.controls(session.current()))


def _table(now: Report) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Draw the matrix; returns the places below it and, where there is room, beside it."""
    left, right = ui.beside([6, 7]) if is_narrow(session.current()) else (st.container(), st.container())
    with left:
        editor.edit(f"{KEY}_table", now.positive)
        return st.container(), right


def _question(asked: Settings, now: Report) -> None:
    below, _ = _table(now)
    two = f"of the positive class, “{ui.escape_markdown(now.positive)}”"
    below.caption(f"Here F1 is {two if len(asked.matrix) == 2 else 'macro-F1, the mean of the F1s of the classes'}.")


def _picture(asked: Settings, now: Report) -> None:
    below, right = _table(now)
    known, before = session.preset(), session.baseline()
    with below:
        _best_trivial(now)
        if known is not None:
            st.caption(known.note)
        if before != asked.matrix:
            st.caption(f"“was” is of {in_words(before)}. Pin takes the present matrix instead.")
        if ui.has_room(ui.WHOLE):
            _f1_formula(now)
    with right:
        _headline(asked, now)


def _best_trivial(now: Report) -> None:
    """One line: the scores above mean little where a classifier that does not look at the sample has them too."""
    if now.matrix.total:
        line = words.competitor(_trivial_of(now), now.options.headline(now.matrix))
        st.markdown(ui.escape_markdown(line))


def _numbers(_: Settings, now: Report) -> None:
    if not ui.has_room(ui.WHOLE):
        _f1_formula(now)


def _f1_formula(now: Report) -> None:
    if now.matrix.total and now.chosen:
        st.latex(formula(now, "f1", now.options.headline(now.matrix)))


def _before(asked: Settings) -> Report | None:
    """Scores of the matrix that is compared with; None where that has other classes."""
    before, matrix = session.baseline(), asked.matrix
    same = len(before) == len(matrix)
    return scores_of(ConfusionMatrix(before.counts, matrix.labels), asked.options) if same else None


def _headline(asked: Settings, now: Report) -> None:
    """The large numbers with what they were before, for a column of about 330 pixels or more."""
    with st.container(horizontal=True, gap="small"):
        for number in headline(now, _before(asked)):
            st.metric(
                number.title,
                number.value,
                number.note,
                delta_color="off",
                delta_arrow=_ARROWS[number.change],  # type: ignore[arg-type]
                help=ui.escape_markdown(number.help),
                width=150,
            )
    note = slide_note(asked.matrix) if asked.options.class_weights is None else None
    told = words.options_in_words(asked.options, asked.matrix), beside_default(now), note
    st.caption(" ".join(ui.escape_markdown(text) for text in told if text))
    if now.matrix.total:
        trivial = _trivial_of(now)
        st.markdown(words.against_trivial([*map(ui.escape_markdown, trivial.names)], trivial.rows))


def _below(asked: Settings, now: Report) -> None:
    """What stands below, over the full width."""
    matrix, before = asked.matrix, _before(asked)
    if not now.matrix.total:
        cure = "start from a known matrix" if not matrix.total else "change the class weights, which leave none over"
        st.info(
            f"Every score is undefined: there is no sample to count. Type a count above 0 into the matrix, or {cure}.",
            icon=":material/edit:",
        )
    st.header("All scores", anchor=False)
    tables.averages(now, before)
    st.markdown("**Each class against the rest**")
    with st.container():  # its captions come and go: what stands below keeps its place, and the chart its node
        tables.classes(now, before)
    st.header("One score, with the numbers put in", anchor=False)
    formulas.explorer(now)
    if now.matrix.total:
        st.header("Is it better than a trivial classifier?", anchor=False)
        tables.trivial(now, _trivial_of(now))
    _take_away(matrix, now)


def _take_away(matrix: ConfusionMatrix, now: Report) -> None:
    """Files, and scikit-learn code of what is on the screen."""
    st.header("Take it away", anchor=False)
    with st.container(horizontal=True):
        says = "Actual classes in rows, with names."
        ui.download("Matrix (CSV)", lambda: matrix_csv(matrix), "matrix.csv", says)
        ui.download("Scores (CSV)", lambda: scores_csv(now), "scores.csv", "Every score, one a line.")
        try:
            code = sklearn_code(now)
        except UserError as error:
            st.caption(ui.escape_markdown(str(error)))
            return
        says = "A script that checks each score with scikit-learn."
        ui.download("scikit-learn code", lambda: code, "scores.py", says)
    with st.expander("scikit-learn code of these scores", icon=":material/code:"):
        st.code(code, language="python")


def _trivial_of(now: Report) -> Comparison:
    return _trivial(fingerprint(now.matrix, now.options), now)


@st.cache_resource(max_entries=500, show_spinner=False)
def _trivial(digest: str, _now: Report) -> Comparison:  # noqa: ARG001, the key
    return beside(_now)


def _known(value: float) -> float | str:
    return UNDEFINED if math.isnan(value) else value


def _f1(now: Report) -> float | str:
    return _known(now.mean("f1", Average.BINARY if len(now.matrix) == 2 else Average.MACRO))


section = ui.Section(
    key=KEY,
    controls=_controls,
    buttons=lambda: editor.buttons({**controls.DEFAULTS, **formulas.DEFAULTS}, KEY),
    answer=lambda asked: scores_of(asked.matrix, asked.options),
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=(
        ui.Guess("Accuracy", "From 0 to 1; off by 0.01 is right.", lambda now: _known(now.whole("accuracy")), 0.01),
        ui.Guess("F1", "From 0 to 1; off by 0.01 is right. Below the matrix stands which F1.", _f1, 0.01),
    ),
    question=_question,
    signature=lambda asked: fingerprint(asked.matrix, asked.options),
    help="metrics/matrix",
)
