"""The scores of the section "Predictions" as tiles, and sentences about who decides and what is 0/0."""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.figures.metrics.prediction_sources import Source
from core.figures.words import counted
from core.metrics.predictions.predictions import Predictions
from core.metrics.predictions.summary import Score

_NAMED = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
Tile = tuple[str, Score, str]
"""Label, score and what it means."""


def score_tiles(found: Mapping[str, Score], positive: str | None) -> list[Tile]:
    """Accuracy, precision, recall and F1.

    Args:
        found: the scores.
        positive: the class that they are of; None: their means over the classes.
    """
    kind, means = (" (macro)", "Mean over the classes that have it.") if positive is None else ("", f"Of {positive}.")
    named = [(f"{label}{kind}", found[name], means) for name, label in _NAMED.items()]
    return [("Accuracy", found["accuracy"], "Share of samples that are right."), *named]


def area_tiles(found: Mapping[str, Score], areas: tuple[float, float] | None, *, of_means: bool) -> list[Tile]:
    """MCC and the areas under both curves.

    Args:
        found: the scores.
        areas: ROC AUC and average precision, nan where undefined; None: there are no curves.
        of_means: whether they are means over the classes.
    """
    tiles = [("MCC", found["mcc"], "Matthews correlation: 0 for guessing, 1 at best.")]
    if areas is None:
        return tiles
    kind, mean = (" (macro)", "Mean over the classes, each against the rest.") if of_means else ("", "")
    auc = mean or "Chance that a positive scores above a negative."
    ap = mean or "Average precision: the precision-recall curve in one number."
    one_class = "only one actual class: the curve has no second axis"
    return [
        *tiles,
        (f"ROC AUC{kind}", _area(areas[0], one_class), auc),
        (f"AP{kind}", _area(areas[1], "no actual positives"), ap),
    ]


def _area(value: float, undefined: str) -> Score:
    return Score(value, undefined if math.isnan(value) else None)


def what_is_undefined(found: Mapping[str, Score], positive: str | None) -> str:
    """A sentence about scores that are 0/0; "" where none is."""
    told = [
        f"{label.lower() if name != 'f1' else label}: {found[name].why}"
        for name, label in _NAMED.items()
        if found[name].why
    ]
    if not told:
        return ""
    counts = "left out of the means" if positive is None else "undefined"
    return f"0/0 is {counts} here ({'; '.join(told)}). scikit-learn's own default counts it as 0."


def who_decides(source: Source, shown: Predictions, threshold: float | None, label: str | None) -> str:
    """What the predictions in the matrix come from.

    Args:
        source: where they come from.
        shown: as they are looked at.
        threshold: that decides, or None.
        label: the class looked at against the rest, or None.
    """
    if threshold is None:
        if shown.scores is not None and label is None:
            return f"{source.story} Look at one class against the rest for its threshold and curves."
        return f"{source.story} There are no scores of two classes, so there is no threshold and no curve."
    name = shown.labels[shown.positive]
    text = f"{source.story} “{name}” is predicted where its score is at least {threshold:.4g}"
    if source.by_file is not None:
        differ = int((source.by_file != shown.predicted).sum())
        text += f", whatever the predicted column says: they differ in {counted(differ, 'row')}"
    return f"{text}."
