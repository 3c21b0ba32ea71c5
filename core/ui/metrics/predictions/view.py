"""Section "Predictions": a file of predictions, one threshold, and the rows behind each cell."""

from __future__ import annotations

import math

import streamlit as st

from core.figures.figure import Figure
from core.figures.metrics import curves as figures
from core.figures.metrics import prediction_tables as tables
from core.figures.metrics import prediction_words as words
from core.figures.metrics.matrix import LARGEST, picture
from core.figures.metrics.prediction_sources import Source
from core.figures.words import counted
from core.metrics.predictions import score_shapes
from core.metrics.predictions.code import script
from core.metrics.predictions.curves import Curves, cheap, macro_areas, of_each
from core.metrics.predictions.score_shapes import Histogram
from core.metrics.predictions.summary import Score, summary
from core.ui import framework as ui
from core.ui.components.matrix import show_matrix
from core.ui.metrics.predictions.controls import Compared, View, controls, first_values
from core.ui.metrics.predictions.file import waiting
from core.ui.metrics.predictions.questions import ask_for_columns
from core.ui.metrics.predictions.rows import choose_cell, chosen_cell, rows
from core.ui.metrics.predictions.source import KEY, OWN, remembered

TEXT = "metrics/predictions"
BESIDE = 4
"""Classes up to which the scores find room beside the matrix."""
_NOTES_SHOWN = 3


def _empty(_: View | None) -> None:
    if waiting():
        st.info(ui.prose(TEXT, "No predictions yet"), icon=":material/table:")
    else:
        st.info(ui.prose(TEXT, "No file yet"), icon=":material/upload_file:")
        st.markdown(ui.prose(TEXT, "Columns"))


def _notes(source: Source) -> None:
    if source.loaded is not None:
        ask_for_columns(source.loaded, OWN)
    for note in source.notes[:_NOTES_SHOWN]:
        st.caption(f":material/info: {ui.escape_markdown(note)}")
    if len(source.notes) > _NOTES_SHOWN:
        more = counted(len(source.notes) - _NOTES_SHOWN, "more remark")
        with st.expander(more, icon=":material/info:"):
            st.markdown("\n".join(f"- {ui.escape_markdown(note)}" for note in source.notes[_NOTES_SHOWN:]))


def _question(_: View | None, shown: View) -> None:
    """What may be seen before the accuracy is: how the scores of both classes lie, and the threshold."""
    _notes(shown.source)
    if shown.moved is not None:
        ui.show(_histogram(shown), f"{KEY}_question")
    classes = counted(len(shown.matrix), "class", "classes")
    st.caption(f"{shown.source.story} {counted(len(shown.predictions), 'sample')}, {classes}.")


def _picture(_: View | None, shown: View) -> None:
    _notes(shown.source)
    left, right = ui.beside([5, 4]) if len(shown.matrix) <= BESIDE else (st.container(), st.container())
    with left:
        if len(shown.matrix) > LARGEST:
            st.caption(f"{len(shown.matrix):,} classes are too many to draw: these are the most frequent errors.")
            table, alt = tables.error_table(shown.matrix), "The most frequent errors"
            st.dataframe(table, hide_index=True, height=330, key=f"{KEY}_errors", alt=alt)
        else:
            cells = picture(shown.matrix, chosen=chosen_cell(shown), positive=shown.positive)
            show_matrix(cells, f"{KEY}_matrix", picked=choose_cell(shown))
    with right:
        _numbers(shown)
        if shown.predictions.weights is not None:
            st.caption(ui.prose(TEXT, "Weights"))
        threshold = None if shown.moved is None else shown.moved.threshold
        told = words.who_decides(shown.source, shown.predictions, threshold, shown.label)
        st.caption(ui.escape_markdown(told))


def _scores(shown: View) -> dict[str, Score]:
    if shown.moved is not None:
        return summary(shown.matrix, shown.positive)
    # without a threshold the matrix changes only with the file and the class, and 1,000 classes take a second
    key = (shown.source.key, shown.label, shown.positive, "scores")
    return remembered(key, lambda: summary(shown.matrix, shown.positive))


def _numbers(shown: View) -> None:
    found, each_class = _scores(shown), shown.every_class_scored
    areas = None
    if shown.moved is not None:
        areas = shown.moved.curves.auc, shown.moved.curves.ap
    elif each_class:
        areas = remembered((shown.source.key, "macro"), lambda: macro_areas(shown.predictions))
    first = st.container(horizontal=True)
    # seven long names would leave the last one alone on a line
    second = st.container(horizontal=True) if each_class else first
    with first:
        for tile in words.score_tiles(found, shown.positive):
            _metric(*tile)
    with second:
        for tile in words.area_tiles(found, areas, of_means=each_class):
            _metric(*tile)
    if sentence := words.what_is_undefined(found, shown.positive):
        st.caption(ui.escape_markdown(sentence))


def _metric(label: str, score: Score, meaning: str) -> None:
    """A score; where it is undefined the reason stands in its place."""
    if math.isnan(score.value):
        st.metric(label, "–", f"undefined: {score.why}", delta_color="off", delta_arrow="off", help=meaning)
    else:
        text = f"{meaning} Here: {score.why}." if score.why else meaning
        st.metric(label, f"{score.value:.3f}", help=ui.escape_markdown(text))


def _curves(_: View | None, shown: View) -> None:
    if shown.moved is None:
        return
    moved, others = shown.moved, _others(shown)
    charts = {
        "roc": figures.roc(moved.curves, moved.point, others),
        "pr": figures.precision_recall(moved.curves, moved.point, others),
        "cost": figures.cost(moved.costs, moved.point, moved.span),
    }
    notes = {"pr": figures.beside_trapezoid(moved.curves)}
    for place, (name, chart) in zip(ui.beside(3, ui.WHOLE), charts.items(), strict=True):
        with place:
            ui.show(chart, f"{KEY}_{name}", notes.get(name, ""))


def _others(shown: View) -> dict[str, Curves]:
    """Curves of the classes beside the one that is looked at against the rest, where they are quickly made."""
    source = shown.source
    if shown.label is None or not cheap(source.predictions):
        return {}
    every = remembered((source.key, "each"), lambda: of_each(source.predictions))
    return {name: own for name, own in every.items() if name != shown.label}


def _second(source: Source) -> None:
    if source.second is None:
        return
    st.header("Two models on the same samples", anchor=False)
    label = f"Compare with {ui.escape_markdown(source.names[1])}"
    if not ui.draw(Compared, KEY, compare={"label": label}).compare:
        return
    from core.ui.metrics.predictions.compare import (
        compare,  # statsmodels takes a second, and not every file has two models
    )

    first = source.predictions.predicted if source.by_file is None else source.by_file
    if source.predictions.weights is not None:
        st.caption("Here every row counts once: the two matrices and McNemar's test leave the weights out.")
    compare(source.predictions.target, first, source.second, source.predictions.labels, source.names)


def _histogram(shown: View) -> Figure:
    assert shown.moved is not None
    predictions, problem = shown.predictions, shown.moved.problem
    key = (shown.source.key, shown.label, "histogram")
    histogram: Histogram = remembered(key, lambda: score_shapes.histogram(*problem))
    names = (predictions.labels[1 - predictions.positive], predictions.labels[predictions.positive])
    return figures.scores(histogram, names, shown.moved.threshold)


def _details(shown: View) -> None:
    """The scores and their calibration, and formulas with the numbers of the threshold."""
    assert shown.moved is not None
    moved, predictions = shown.moved, shown.predictions
    st.header("What the threshold does", anchor=False)
    key = (shown.source.key, shown.label, "calibration")
    reliability = remembered(key, lambda: score_shapes.calibration(*moved.problem))
    left, right = st.columns(2, gap="medium")
    with left:
        ui.show(_histogram(shown), f"{KEY}_scores")
    with right:
        if reliability is not None:
            ui.show(figures.reliability(reliability), f"{KEY}_calibration")
            st.caption(
                f"Brier score {reliability.brier:.3f}: the mean squared difference of probability and truth."
                + (" Weights count in the Brier score, not in the curve." if predictions.weights is not None else "")
            )
        else:
            st.caption(
                "Calibration is for probabilities: these scores are not within 0 and 1, or one class is missing."
            )
    formulas = tables.threshold_formulas(shown.matrix, predictions.positive, moved.point, *moved.prices)
    for column, lines in zip(st.columns(3, gap="medium"), formulas, strict=True):
        for line in lines:
            column.latex(line)


def _take_away(shown: View) -> None:
    """Code and files."""
    source, moved = shown.source, shown.moved

    def code() -> str:
        return script(
            source.lines(),
            shown.matrix.labels,
            shown.positive,
            None if moved is None else moved.threshold,
            shown.label is not None,
            areas=shown.every_class_scored,
        )

    with st.container(horizontal=True):
        ui.download("Python code", code, "scores.py", "These numbers with pandas and scikit-learn.")
        ui.download(
            "Predictions (CSV)", source.export, "predictions.csv", "Actual, predicted and scores of every sample."
        )
    with st.expander("Python code of these numbers", icon=":material/code:"):
        st.code(code(), language="python")


def _below(_: View | None, shown: View) -> None:
    rows(shown)
    _second(shown.source)
    if shown.moved is not None:
        _details(shown)
    _take_away(shown)


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=first_values,
    back="Put all controls but the predictions back to where they were.",
    answer=lambda shown: shown,
    empty=_empty,
    picture=_picture,
    numbers=_curves,
    below=_below,
    guesses=(
        ui.Guess(
            "Accuracy", "share that is right, 0 to 1", lambda found: _scores(found)["accuracy"].value, within=0.02
        ),
    ),
    question=_question,
    signature=lambda shown: shown and shown.signature,
    help="metrics/predictions",
)
