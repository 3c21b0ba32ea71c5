"""A confusion matrix as a table with margins, as data that `core.ui.show_matrix` draws."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from core.metrics.confusion import ConfusionMatrix
from core.metrics.notation import write
from core.metrics.scores import Array

LARGEST = 50
"""Classes of a matrix that is drawn cell by cell."""


class Percent(StrEnum):
    """What the percentages in the cells are of."""

    ALL = "all"
    TARGET = "gold"
    PREDICTED = "predicted"


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        text: its count.
        percent: its share as text; "" where the whole is 0.
        shade: 0 to 1, how strongly it is coloured.
        correct: whether target and predicted are the same class.
        tip: what it says in words.
        place: (target, predicted).
        tag: "TP", "FN", "FP" or "TN"; "" where there is no positive class.
    """

    text: str
    percent: str
    shade: float
    correct: bool
    tip: str
    place: tuple[int, int]
    tag: str = ""


@dataclass(frozen=True)
class MatrixPicture:
    """A matrix as it lies on the screen; R rows and R columns.

    Attributes:
        rows: what a row is, "actual" or "predicted"; a column is the other.
        labels: (R,) names of the classes.
        cells: (R, R) row by row.
        row_totals, column_totals: (R,) margins.
        total: of all.
        edited: whether cells and names can be typed into.
        chosen: (target, predicted) of the cell that is marked, or None.
        alt: what the table says, for those who cannot see it.
    """

    rows: str
    labels: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    row_totals: tuple[str, ...]
    column_totals: tuple[str, ...]
    total: str
    edited: bool
    chosen: tuple[int, int] | None
    alt: str

    def as_data(self) -> dict[str, Any]:
        """The same as plain dictionaries and lists, for the browser."""
        return {**vars(self), "cells": [[dict(vars(cell)) for cell in row] for row in self.cells]}


def number(value: float) -> str:
    """A count, thousands separated; weighted counts with up to two decimals."""
    return f"{value:,.0f}" if abs(value - round(value)) < 1e-9 else f"{value:,.2f}"


def is_narrow(matrix: ConfusionMatrix) -> bool:
    """Whether its table leaves room for numbers beside it on a laptop's screen; widths in rem as in `matrix.css`."""
    if len(matrix) > 3:
        return False
    least = 4.7 if len(matrix) == 2 else 3.7
    digits = max(len(number(count)) for count in matrix.counts.ravel())
    columns = [max(least, 0.75 * digits + 0.6, 0.6 * len(label) + 0.8) + 0.2 for label in matrix.labels]
    rows = max(5.6, 0.75 * max(map(len, matrix.labels)) + 1.9)
    return rows + sum(columns) + max(3.0, 0.6 * len(number(matrix.total)) + 0.8) + 0.4 <= 21.6


def shares(matrix: ConfusionMatrix, percent: str) -> Array:
    """(C, C) each count's share of all, of its target class or of its predicted class; nan where that is empty."""
    whole = {
        Percent.ALL: np.full((1, 1), matrix.total),
        Percent.TARGET: matrix.support[:, None],
        Percent.PREDICTED: matrix.predicted[None, :],
    }[Percent(percent)]
    with np.errstate(divide="ignore", invalid="ignore"):
        part: Array = matrix.counts / whole
    return part


def picture(
    matrix: ConfusionMatrix,
    *,
    target_in_rows: bool = True,
    percent: str = Percent.ALL,
    editable: bool = False,
    chosen: tuple[int, int] | None = None,
    title: str = "Confusion matrix",
    positive: str | None = None,
) -> MatrixPicture:
    """Lay a matrix out.

    Args:
        matrix: counts[target, predicted], at most `LARGEST` classes.
        target_in_rows: whether rows are target; else the picture is turned, and nothing else.
        percent: what the percentages and the shades are of, see `Percent`. Shades by "all" are relative to the
            largest cell.
        editable: whether counts and names can be typed into.
        chosen: (target, predicted) of a cell to mark.
        title: begins the text for those who cannot see it.
        positive: of two classes, the one whose hits are the true positives: each cell says which of the four counts
            it is. None: there is none.
    """
    share = shares(matrix, percent)
    known = np.nan_to_num(share)
    strongest = known.max() if percent == Percent.ALL else 1.0
    shade = np.sqrt(known / (strongest or 1.0))  # or a few errors among many hits would stay white
    side = range(len(matrix))

    def cell(target: int, predicted: int) -> Cell:
        count = number(matrix.counts[target, predicted])
        part = "" if np.isnan(share[target, predicted]) else f"{share[target, predicted]:.1%}"
        words = f"actual {matrix.labels[target]}, predicted {matrix.labels[predicted]}: {count}"
        if part:
            words += f" ({part} of {_OF[Percent(percent)]})"
        tag = _tag(matrix, target, predicted, positive)
        if tag:
            words += f", {_FOUR[tag]}"
        correct, strength = target == predicted, round(float(shade[target, predicted]), 3)
        return Cell(count, part, strength, correct, words, (target, predicted), tag)

    if target_in_rows:
        cells = tuple(tuple(cell(row, column) for column in side) for row in side)
    else:
        cells = tuple(tuple(cell(column, row) for column in side) for row in side)
    target_totals, predicted_totals = tuple(map(number, matrix.support)), tuple(map(number, matrix.predicted))
    return MatrixPicture(
        "actual" if target_in_rows else "predicted",
        matrix.labels,
        cells,
        target_totals if target_in_rows else predicted_totals,
        predicted_totals if target_in_rows else target_totals,
        number(matrix.total),
        editable,
        chosen,
        f"{title}: {len(matrix)} classes, {number(matrix.total)} samples, "
        f"rows are {'actual' if target_in_rows else 'predicted'}",
    )


def _tag(matrix: ConfusionMatrix, target: int, predicted: int, positive: str | None) -> str:
    """Which of the four counts of a binary matrix a cell is; "" without a positive class."""
    if len(matrix) != 2 or positive not in matrix.labels:
        return ""
    is_positive = matrix.labels[predicted] == positive
    return ("T" if target == predicted else "F") + ("P" if is_positive else "N")


_FOUR = {
    "TP": "true positives (TP)",
    "FN": "false negatives (FN)",
    "FP": "false positives (FP)",
    "TN": "true negatives (TN)",
}
_OF = {Percent.ALL: "all", Percent.TARGET: "its actual class", Percent.PREDICTED: "its predicted class"}


def in_words(matrix: ConfusionMatrix) -> str:
    """Which matrix this is, in a sentence: its rows if they are few."""
    if len(matrix) > 3:
        return f"the matrix of {matrix.total:,.0f} samples before"
    return "the matrix " + " / ".join(write(matrix).splitlines())
