"""Rows, pictures and formulas of the section "Predictions": what stands behind a cell, and behind a threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.figures.metrics.curves import score_text
from core.metrics.confusion import ConfusionMatrix
from core.metrics.predictions.checks import Indices
from core.metrics.predictions.predictions import Predictions
from core.metrics.predictions.thresholds import Point

Pictures = npt.NDArray[np.uint8]
_SIDE, _GAP = 56, 4  # pixels of a picture and around it
WIDTH = _SIDE + 2 * _GAP
"""CSS pixels of a picture with its margin."""


def most_frequent_error(matrix: ConfusionMatrix) -> tuple[int, int]:
    """(target, predicted) of the cell off the diagonal with the largest count."""
    errors = matrix.counts.copy()
    np.fill_diagonal(errors, -1)
    target, predicted = np.unravel_index(int(np.argmax(errors)), errors.shape)
    return int(target), int(predicted)


def error_table(matrix: ConfusionMatrix, most: int = 200) -> pd.DataFrame:
    """A matrix too large to be drawn, as a list of its most frequent errors."""
    errors = matrix.counts.copy()
    np.fill_diagonal(errors, 0)
    order = np.argsort(errors, axis=None)[::-1][:most]
    target, predicted = np.unravel_index(order[errors.ravel()[order] > 0], errors.shape)
    names = np.array(matrix.labels)
    counts = errors[target, predicted]
    return pd.DataFrame({"actual": names[target], "predicted": names[predicted], "count": counts})


def rows_table(
    told: pd.DataFrame,
    rows: Indices,
    decided: Predictions,
    whole: Predictions,
    *,
    own_columns: bool = False,
    says_predicted: bool = False,
    replaces: bool = False,
    target: str = "actual",
) -> pd.DataFrame:
    """What is known of samples, with their classes and scores beside it; a file's own columns stay as they are.

    Args:
        told: (n, ...) what describes the samples.
        rows: (n,) which they are.
        decided: all samples as they are looked at, one class against the rest perhaps.
        whole: all samples with all of their classes.
        own_columns: whether `told` has the actual class, the scores and, where there is one, the predicted class.
        says_predicted: whether it has the predicted class.
        replaces: whether a threshold decides in place of a prediction that is known, too.
        target: what the column of actual classes is called.
    """
    table, names = told.copy(), np.array(whole.labels, dtype=object)

    def add(place: int, name: str, values: npt.NDArray[Any]) -> None:
        if name not in table.columns:
            table.insert(min(place, len(table.columns)), name, values)

    said, last = names[whole.predicted[rows]], 1_000
    if not own_columns:
        add(1, target, names[whole.target[rows]])
    if decided.binary and decided.scores is not None:
        now = np.array(decided.labels, dtype=object)[decided.predicted[rows]]
        if decided.labels != whole.labels and not own_columns:
            add(2, "predicted", said)
        add(1 if own_columns else 2, "by threshold" if replaces else "predicted", now)
        if not own_columns:
            add(last, f"score of {decided.labels[decided.positive]}", decided.scores[rows])
        return table
    if not says_predicted:
        add(1 if own_columns else 2, "predicted", said)
    if decided.scores is not None and decided.scores.ndim == 2 and not own_columns:
        for word, index in ((target, decided.target), ("predicted", decided.predicted)):
            add(last, f"score of {word}", decided.scores[rows, index[rows]])
    return table


def enlarged(thumbnails: Pictures) -> list[Pictures]:
    """Small pictures with square pixels and a transparent margin: (n, H, W) or (n, H, W, 3) -> n of (H', W', 4)."""
    factor = max(1, _SIDE // max(thumbnails.shape[1:3]))
    large = thumbnails.repeat(factor, axis=1).repeat(factor, axis=2)
    if large.ndim == 3:
        large = large[..., None].repeat(3, axis=3)
    opaque = np.concatenate([large, np.full_like(large[..., :1], 255)], axis=3)
    return list(np.pad(opaque, ((0, 0), (_GAP, _GAP), (_GAP, _GAP), (0, 0))))


def threshold_formulas(
    matrix: ConfusionMatrix, positive: int, here: Point, false_alarm: float, miss: float
) -> tuple[tuple[str, str], ...]:
    """Recall, false positive rate and cost in LaTeX: in symbols, and with the numbers of a threshold."""
    yes, no, counts = positive, 1 - positive, matrix.counts
    tp, fn, fp, tn = (_count(counts[cell]) for cell in ((yes, yes), (yes, no), (no, yes), (no, no)))
    above = rf"{false_alarm:.4g} \cdot {fp} + {miss:.4g} \cdot {fn}"
    return (
        (r"\text{recall} = \frac{TP}{TP + FN}", rf"\frac{{{tp}}}{{{tp} + {fn}}} = {_result(here.tpr)}"),
        (r"\text{FPR} = \frac{FP}{FP + TN}", rf"\frac{{{fp}}}{{{fp} + {tn}}} = {_result(here.fpr)}"),
        (
            r"\text{cost} = \frac{c_{FP} FP + c_{FN} FN}{N}",
            rf"\frac{{{above}}}{{{_count(matrix.total)}}} = {_result(here.cost)}",
        ),
    )


def _count(value: float) -> str:
    return f"{value:,.10g}".replace(",", "{,}")


def _result(value: float) -> str:
    text = score_text(value)
    return rf"\text{{{text}}}" if text == "undefined" else text
