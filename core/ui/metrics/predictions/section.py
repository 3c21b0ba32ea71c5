"""Section "Predictions": a file of predictions, one threshold, and the rows behind each cell."""

from __future__ import annotations

import math

import streamlit as st

from core.figures.metrics import curves as figures
from core.figures.metrics.matrix import LARGEST, picture
from core.metrics.predictions.curves import macro_areas
from core.metrics.undefined import reason
from core.ui.matrix import show_matrix
from core.ui.metrics.predictions.details import details, how, take_away
from core.ui.metrics.predictions.file import waiting
from core.ui.metrics.predictions.rows import choose_cell, chosen_cell, most_confused, rows
from core.ui.metrics.predictions.source import KEY, Source, choose, remembered
from core.ui.metrics.predictions.view import View, view
from core.ui.show import plain, show

BESIDE = 4
"""Classes up to which the scores find room beside the matrix."""
_NOTES_SHOWN = 3


def section() -> None:
    """Draw the section."""
    controls, result = st.columns([1, 3], gap="medium")
    with controls:
        source = choose()
        shown = None if source is None else view(source)
    if shown is None:
        with result:
            _empty()
        how()
        return
    with result:
        _result(shown)
    rows(shown)
    _second(shown.source)
    details(shown)
    take_away(shown)
    how()


def _empty() -> None:
    if waiting():
        st.info(
            "The file was read, but its columns do not give predictions yet: the sentence on the left says why. Open "
            "*File and columns* to choose others.",
            icon=":material/table:",
        )
        return
    st.info(
        "Upload a CSV file on the left, or take the template there and fill it in: one line of column names, then one "
        "row a sample with its gold class and its predicted class.",
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
    for note in shown.source.notes[:_NOTES_SHOWN]:
        st.caption(f":material/info: {plain(note)}")
    if len(shown.source.notes) > _NOTES_SHOWN:
        with st.expander(f"{len(shown.source.notes) - _NOTES_SHOWN} more remarks", icon=":material/info:"):
            st.markdown("\n".join(f"- {plain(note)}" for note in shown.source.notes[_NOTES_SHOWN:]))
    if len(shown.matrix) <= BESIDE:
        left, right = st.columns([5, 4], gap="medium")
    else:
        left, right = st.container(), st.container()
    with left:
        _matrix(shown)
    with right:
        _numbers(shown)
        st.caption(_who_decides(shown))
    if shown.moved is not None:
        places = st.columns(3, gap="small")
        charts = (
            figures.roc(shown.moved.curves, shown.moved.point),
            figures.precision_recall(shown.moved.curves, shown.moved.point),
            figures.cost(shown.moved.costs, shown.moved.point, shown.moved.span),
        )
        for place, chart, name in zip(places, charts, ("roc", "pr", "cost"), strict=True):
            with place:
                show(chart, f"{KEY}_{name}")


def _matrix(shown: View) -> None:
    if len(shown.matrix) > LARGEST:
        most_confused(shown)
        return
    show_matrix(picture(shown.matrix, chosen=chosen_cell(shown)), f"{KEY}_matrix", picked=choose_cell(shown))


def _numbers(shown: View) -> None:
    matrix, positive = shown.matrix, shown.positive
    named = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
    with st.container(horizontal=True):
        _metric("Accuracy", matrix.score("accuracy"), reason(matrix, "accuracy"), "Right of all.")
        for name, label in named.items():
            if positive is None:
                value = matrix.score(name, "macro")  # type: ignore[call-overload]
                _metric(f"{label} (macro)", value, reason(matrix, name), "Mean over the classes that have it.")
            else:
                value = matrix.score(name, "binary", pos_label=positive)  # type: ignore[call-overload]
                _metric(label, value, reason(matrix, name, positive), f"Of the class {plain(positive)}.")
        _metric("MCC", matrix.score("mcc"), reason(matrix, "mcc"), "Matthews correlation: 0 for guessing, 1 at best.")
        _areas(shown)


def _areas(shown: View) -> None:
    one_gold = "only one gold class: the curve has no second axis"
    if shown.moved is not None:
        curves = shown.moved.curves
        _metric("ROC AUC", curves.auc, one_gold, "Chance that a positive scores above a negative.")
        _metric("AP", curves.ap, "no gold positives", "Average precision: the precision-recall curve in one number.")
    elif shown.label is None and shown.predictions.scores is not None and shown.predictions.scores.ndim == 2:
        auc, ap = remembered((shown.source.key, "macro"), lambda: macro_areas(shown.predictions))
        _metric("ROC AUC (macro)", auc, one_gold, "Mean over the classes, each against the rest.")
        _metric("AP (macro)", ap, "no gold positives", "Mean over the classes, each against the rest.")


def _metric(label: str, value: float, why: str | None, explanation: str) -> None:
    """A score; where it is undefined the reason stands in its place."""
    if math.isnan(value):
        st.metric(label, "–", f"undefined: {why}", delta_color="off", delta_arrow="off", help=explanation)
    else:
        text = f"{explanation} Here: {why}." if why else explanation
        st.metric(label, f"{value:.3f}", help=text)


def _who_decides(shown: View) -> str:
    """What the predictions in the matrix come from."""
    source, moved = shown.source, shown.moved
    if moved is None:
        if shown.predictions.scores is not None and shown.label is None:
            return f"{source.story} Look at one class against the rest for its threshold and curves."
        return f"{source.story} There are no scores of two classes, so there is no threshold and no curve."
    name = shown.predictions.labels[shown.predictions.positive]
    text = f"{source.story} “{plain(name)}” is predicted where its score is at least {moved.threshold:.4g}"
    if source.by_file is not None:
        differ = int((source.by_file != shown.predictions.predicted).sum())
        text += f", whatever the predicted column says: they differ in {differ:,} rows"
    return f"{text}."


def _second(source: Source) -> None:
    if source.second is None:
        return
    st.header("Two models on the same samples", anchor=False)
    if not st.toggle(
        f"Compare with {plain(source.names[1])}",
        True,
        key=f"{KEY}_compare",
        bind="query-params",
        help="The first model's own predictions against the second's, sample by sample.",
    ):
        return
    from core.ui.metrics.predictions.compare import (
        compare,  # statsmodels takes a second, and not every file has two models
    )

    first = source.predictions.predicted if source.by_file is None else source.by_file
    compare(source.predictions.gold, first, source.second, source.predictions.labels, source.names)
