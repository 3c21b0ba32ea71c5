"""Section "Predictions": a file of predictions, one threshold, and the rows behind each cell."""

from __future__ import annotations

import math

import streamlit as st

from core.figures.metrics import curves as figures
from core.figures.metrics.matrix import LARGEST, picture
from core.figures.words import counted
from core.metrics.predictions.curves import Curves, cheap, macro_areas, of_each
from core.metrics.predictions.summary import Score, summary
from core.ui.components.matrix import show_matrix
from core.ui.framework.layout import WHOLE, beside, panes
from core.ui.framework.show import escape_markdown, show
from core.ui.metrics.predictions.details import details, how, take_away
from core.ui.metrics.predictions.file import waiting
from core.ui.metrics.predictions.rows import choose_cell, chosen_cell, most_confused, rows
from core.ui.metrics.predictions.source import COMPARE, KEY, Source, choose, remembered
from core.ui.metrics.predictions.view import View, view

BESIDE = 4
"""Classes up to which the scores find room beside the matrix."""
_NOTES_SHOWN = 3


def section() -> None:
    """Draw the section."""
    controls, result, numbers = panes()
    with controls:
        knobs, files = st.container(), st.container()  # what is moved stays above what is chosen once
        with knobs:
            source = choose(files)
            shown = None if source is None else view(source)
    if shown is None:
        with result:
            _empty()
        how()
        return
    with result:
        _result(shown)
    with numbers:
        _curves(shown)
    rows(shown)
    _second(shown.source)
    details(shown)
    take_away(shown)
    how()


def _empty() -> None:
    if waiting():
        st.info(
            "The file was read, but its columns do not give predictions yet: the sentence beside the file says why. "
            "Open *File and columns* to choose others.",
            icon=":material/table:",
        )
        return
    st.info(
        "Upload a CSV file among the controls, or take the template there and fill it in: one line of column names, "
        "then one row a sample with its gold class and its predicted class.",
        icon=":material/upload_file:",
    )
    st.markdown(
        "- **gold**: the true class, a name or a number.\n"
        "- **predicted**: what the model said. It may be missing where scores decide.\n"
        "- **scores**, if there are any: one column for two classes, one column a class for more. They give a "
        "threshold, ROC and precision-recall curves.\n"
        "- **weights**, if rows count differently, and a **second model** to compare with.\n\n"
        "Any other column is shown with the rows. Samples with several labels at once belong to the section "
        "*Multilabel*."
    )


def _result(shown: View) -> None:
    if shown.source.ask is not None:
        shown.source.ask()
    for note in shown.source.notes[:_NOTES_SHOWN]:
        st.caption(f":material/info: {escape_markdown(note)}")
    if len(shown.source.notes) > _NOTES_SHOWN:
        more = counted(len(shown.source.notes) - _NOTES_SHOWN, "more remark")
        with st.expander(more, icon=":material/info:"):
            st.markdown("\n".join(f"- {escape_markdown(note)}" for note in shown.source.notes[_NOTES_SHOWN:]))
    if len(shown.matrix) <= BESIDE:
        left, right = beside([5, 4])
    else:
        left, right = st.container(), st.container()
    with left:
        _matrix(shown)
    with right:
        _numbers(shown)
        if shown.predictions.weights is not None:
            st.caption(
                "**Weights in use**: a cell of the matrix and all scores are sums of weights, not numbers of rows. "
                "Lists of rows below count rows."
            )
        st.caption(_who_decides(shown))


def _curves(shown: View) -> None:
    if shown.moved is not None:
        places = beside(3, WHOLE)
        others = _others(shown)
        charts = (
            figures.roc(shown.moved.curves, shown.moved.point, others),
            figures.precision_recall(shown.moved.curves, shown.moved.point, others),
            figures.cost(shown.moved.costs, shown.moved.point, shown.moved.span),
        )
        notes = {"pr": figures.beside_trapezoid(shown.moved.curves)}
        for place, chart, name in zip(places, charts, ("roc", "pr", "cost"), strict=True):
            with place:
                show(chart, f"{KEY}_{name}", notes.get(name, ""))


def _others(shown: View) -> dict[str, Curves]:
    """Curves of the classes beside the one that is looked at against the rest, where they are quickly made."""
    source = shown.source
    if shown.label is None or not cheap(source.predictions):
        return {}
    every = remembered((source.key, "each"), lambda: of_each(source.predictions))
    return {name: own for name, own in every.items() if name != shown.label}


def _matrix(shown: View) -> None:
    if len(shown.matrix) > LARGEST:
        most_confused(shown)
        return
    show_matrix(picture(shown.matrix, chosen=chosen_cell(shown)), f"{KEY}_matrix", picked=choose_cell(shown))


def _numbers(shown: View) -> None:
    positive = shown.positive
    # without a threshold the matrix changes only with the file and the class, and 1,000 classes take a second
    found = (
        remembered((shown.source.key, shown.label, positive, "scores"), lambda: summary(shown.matrix, positive))
        if shown.moved is None
        else summary(shown.matrix, positive)
    )
    named = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
    first = st.container(horizontal=True)
    # seven long names would leave the last one alone on a line
    second = st.container(horizontal=True) if positive is None and _each_scored(shown) else first
    with first:
        _metric("Accuracy", found["accuracy"], "Right of all.")
        for name, label in named.items():
            if positive is None:
                _metric(f"{label} (macro)", found[name], "Mean over the classes that have it.")
            else:
                _metric(label, found[name], f"Of the class {escape_markdown(positive)}.")
    with second:
        _metric("MCC", found["mcc"], "Matthews correlation: 0 for guessing, 1 at best.")
        _areas(shown)
    undefined = [
        f"{label.lower() if name != 'f1' else label}: {escape_markdown(found[name].why or '')}"
        for name, label in named.items()
        if found[name].why
    ]
    if undefined:
        fate = "left out of the means" if positive is None else "undefined"
        st.caption(f"0/0 is {fate} here ({'; '.join(undefined)}). scikit-learn's own default counts it as 0.")


def _each_scored(shown: View) -> bool:
    """Whether all classes are looked at and each has a score."""
    scores = shown.predictions.scores
    return shown.label is None and scores is not None and scores.ndim == 2


def _areas(shown: View) -> None:
    one_target = "only one gold class: the curve has no second axis"
    if shown.moved is not None:
        curves = shown.moved.curves
        area, ap = _area(curves.auc, one_target), _area(curves.ap, "no gold positives")
        _metric("ROC AUC", area, "Chance that a positive scores above a negative.")
        _metric("AP", ap, "Average precision: the precision-recall curve in one number.")
    elif _each_scored(shown):
        areas = remembered((shown.source.key, "macro"), lambda: macro_areas(shown.predictions))
        _metric("ROC AUC (macro)", _area(areas[0], one_target), "Mean over the classes, each against the rest.")
        _metric("AP (macro)", _area(areas[1], "no gold positives"), "Mean over the classes, each against the rest.")


def _area(value: float, undefined: str) -> Score:
    return Score(value, undefined if math.isnan(value) else None)


def _metric(label: str, score: Score, explanation: str) -> None:
    """A score; where it is undefined the reason stands in its place."""
    if math.isnan(score.value):
        st.metric(label, "–", f"undefined: {score.why}", delta_color="off", delta_arrow="off", help=explanation)
    else:
        text = f"{explanation} Here: {score.why}." if score.why else explanation
        st.metric(label, f"{score.value:.3f}", help=text)


def _who_decides(shown: View) -> str:
    """What the predictions in the matrix come from."""
    source, moved = shown.source, shown.moved
    if moved is None:
        if shown.predictions.scores is not None and shown.label is None:
            return f"{source.story} Look at one class against the rest for its threshold and curves."
        return f"{source.story} There are no scores of two classes, so there is no threshold and no curve."
    name = shown.predictions.labels[shown.predictions.positive]
    text = f"{source.story} “{escape_markdown(name)}” is predicted where its score is at least {moved.threshold:.4g}"
    if source.by_file is not None:
        differ = int((source.by_file != shown.predictions.predicted).sum())
        text += f", whatever the predicted column says: they differ in {counted(differ, 'row')}"
    return f"{text}."


def _second(source: Source) -> None:
    if source.second is None:
        return
    st.header("Two models on the same samples", anchor=False)
    if not st.toggle(
        f"Compare with {escape_markdown(source.names[1])}",
        True,
        key=COMPARE,
        bind="query-params",
        help="The first model's own predictions against the second's, sample by sample.",
    ):
        return
    from core.ui.metrics.predictions.compare import (
        compare,  # statsmodels takes a second, and not every file has two models
    )

    first = source.predictions.predicted if source.by_file is None else source.by_file
    if source.predictions.weights is not None:
        st.caption("Here every row counts once: the two matrices and McNemar's test leave the weights out.")
    compare(source.predictions.target, first, source.second, source.predictions.labels, source.names)
