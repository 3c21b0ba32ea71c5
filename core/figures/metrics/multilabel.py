"""Several labels at once, as a table in which every average can be seen: which cells it is the mean of."""

from __future__ import annotations

import math

from core.figures.drawing import ACCENT, FAINT, INK, PAPER, SURFACE, Cells, Drawing, Item, Rect, Text
from core.figures.figure import OKABE_ITO
from core.metrics.multilabel.multilabel import Mean, Score
from core.metrics.multilabel.report import Report

SYMBOLS: dict[Score, str] = {"precision": "P", "recall": "R", "f1": "F₁", "fbeta": "Fβ", "jaccard": "J"}
MOST_ROWS, MOST_COLUMNS = 12, 8
_CELL, _ROW, _NAMES, _NUMBERS, _GAP = 56.0, 30.0, 84.0, 84.0, 40.0
_DARK, _LIGHT = "#0A121C", "#FFFFFF"  # text on the two colours below, whatever the theme
_HIT, _FALSE = OKABE_ITO[4], OKABE_ITO[0]


def number(value: float, zero_division: float = math.nan) -> str:
    """A score with three decimals; what is 0/0 says so, and what it counts as."""
    if not math.isnan(value):
        return f"{value:.3f}"
    return "0/0" if math.isnan(zero_division) else f"0/0 → {zero_division:.0f}"


def grid(report: Report, name: Score, average: Mean, *, chosen: int | None = None) -> Drawing:
    """Actual beside predicted, the scores of each sample to the right, those of each label below.

    One grid of cells lies over both tables and the line of names above them: row 0 is the names, column c of 2 L is
    a target label, then a predicted one. `place` says what a click means.

    Args:
        report: of at least as many rows as are drawn.
        name: the score that is meant.
        average: how it becomes one number; what it is made of is framed.
        chosen: a label whose name is marked.
    """
    table = report.table
    rows, columns = min(len(table), MOST_ROWS), min(len(table.labels), MOST_COLUMNS)
    left, top = _NAMES, 24.0
    middle, right = left + columns * _CELL, left + 2 * columns * _CELL
    floor = top + (rows + 1) * _ROW
    width = right + _GAP + 3 * _NUMBERS
    more = f", mean of all {len(table):,}" if len(table) > rows else ""
    items: list[Item] = [
        Text((left + middle) / 2, 11, "actual", 14, bold=True),
        Text((middle + right) / 2, 11, "predicted", 14, bold=True),
        Text(right + _GAP + 1.5 * _NUMBERS, 11, f"of each sample{more}", 14),
    ]
    for side in (left, middle):
        for column, label in enumerate(table.labels[:columns]):
            x = side + column * _CELL
            if column == chosen:
                items.append(Rect(x + 4, top + _ROW - 6, _CELL - 8, 3, INK))
            items.append(Text(x + _CELL / 2, top + _ROW / 2, _cut(label, 8), 14, bold=column == chosen))
    for row in range(rows):
        y = top + (row + 1) * _ROW
        items.append(Text(left - 8, y + _ROW / 2, f"sample {row + 1}", 14, "end"))
        for column in range(columns):
            target, said = bool(table.target[row, column]), bool(table.predicted[row, column])
            items += _target_cell(left + column * _CELL, y, target)
            items += _said_cell(middle + column * _CELL, y, target, said)
    items.append(Rect(middle - 1, top, 2, floor - top, INK))
    items.append(Cells(left, top, 2 * columns * _CELL, (rows + 1) * _ROW, rows + 1, 2 * columns, lines=False))
    items += _samples(report, name, average, rows, right + _GAP, top)
    items += _labels(report, name, average, columns, left, middle, floor)
    items += _pool(report, average, right + _GAP, floor + _ROW + 6)
    low = floor + 4 * _ROW + 12
    items += _legend(left, low)
    hits, total = int(report.pooled.tp + report.pooled.tn), table.target.size
    alt = (
        f"{len(table):,} samples with {len(table.labels)} labels, actual beside predicted: {hits:,} of {total:,} cells "
        f"are right; {average} average of {SYMBOLS[name]}: {number(report.mean(name, average))}"
    )
    return Drawing(
        width,
        low + 24,
        tuple(items),
        alt,
        tallest="62vh",
        widest=f"{width * 1.12:.0f}px",
    )


def place(row: int, column: int, columns: int) -> tuple[int | None, bool, int]:
    """What a clicked cell of `grid` is: (sample, or None for a name), whether predicted, label.

    Args:
        row: 0 is the line of names.
        column: 0 to 2 * columns - 1.
        columns: labels that are drawn.
    """
    return (row - 1 if row else None), column >= columns, column % columns


def _target_cell(x: float, y: float, target: bool) -> list[Item]:
    fill = SURFACE if target else PAPER
    return [
        Rect(x + 1, y + 1, _CELL - 2, _ROW - 2, fill, FAINT),
        Text(x + _CELL / 2, y + _ROW / 2, "1" if target else "0", 14, colour=INK, bold=target),
    ]


def _said_cell(x: float, y: float, target: bool, said: bool) -> list[Item]:
    """A predicted cell: hits full and blue, false alarms full and orange, misses framed, the rest empty."""
    word = {(1, 1): "TP", (0, 1): "FP", (1, 0): "FN", (0, 0): "TN"}[target, said]
    fill = {"TP": _HIT, "FP": _FALSE}.get(word, PAPER)
    missed = word == "FN"
    frame = Rect(
        x + 2, y + 2, _CELL - 4, _ROW - 4, fill, ACCENT if missed else FAINT, 2.5 if missed else 1.0, dashed=missed
    )
    ink = {"TP": _LIGHT, "FP": _DARK}.get(word, INK)
    middle = y + _ROW / 2
    return [
        frame,
        Text(x + _CELL / 2 - 11, middle, "1" if said else "0", 14, colour=ink, bold=said),
        Text(x + _CELL / 2 + 9, middle, word, 14, colour=ink, bold=word != "TN"),
    ]


def _samples(report: Report, name: Score, average: Mean, rows: int, x: float, top: float) -> list[Item]:
    """The columns of scores beside the rows, and their means below."""
    items: list[Item] = []
    below = top + (rows + 1) * _ROW + 3
    for column, score in enumerate(report.names):
        middle, meant = x + (column + 0.5) * _NUMBERS, score == name
        items.append(Text(middle, top + _ROW / 2, SYMBOLS[score], 14, bold=meant))
        for row in range(rows):
            value = number(float(report.per_sample[row, column]), report.zero_division)
            items.append(Text(middle, top + (row + 1.5) * _ROW, value, 14, bold=meant))
        items.append(Text(middle, below + _ROW / 2, number(report.mean(score, "samples")), 14, bold=meant))
        if meant and average == "samples":
            left = x + column * _NUMBERS + 2
            items.append(Rect(left, top + _ROW, _NUMBERS - 4, rows * _ROW, "", ACCENT, 2))
            items.append(Rect(left, below + 3, _NUMBERS - 4, _ROW - 6, "", ACCENT, 2))
    items.append(Rect(x, below - 2, 3 * _NUMBERS, 1, INK))
    items.append(Text(x - 4, below + _ROW / 2, "mean", 14, "end"))
    return items


def _labels(
    report: Report, name: Score, average: Mean, columns: int, left: float, middle: float, floor: float
) -> list[Item]:
    """The rows of scores below the labels; to their left the mean, which is the macro or the weighted average."""
    shown: Mean = "weighted" if average == "weighted" else "macro"
    items: list[Item] = []
    for row, score in enumerate(report.names):
        y, meant = floor + 3 + (row + 1) * _ROW, score == name
        mid = y + _ROW / 2
        items.append(Text(middle - 10, mid, SYMBOLS[score], 14, "end", bold=meant))
        mean = f"{shown} {number(report.mean(score, shown))}"
        items.append(Text(middle - 44, mid, mean, 14, "end", bold=meant))
        for column in range(columns):
            value = number(float(report.per_label[column, row]), report.zero_division)
            items.append(Text(middle + (column + 0.5) * _CELL, mid, value, 14, bold=meant))
        if meant and average in ("macro", "weighted"):
            items.append(Rect(middle + 2, y + 3, columns * _CELL - 4, _ROW - 6, "", ACCENT, 2))
            items.append(Rect(left - 36, y + 3, middle - left + 2, _ROW - 6, "", ACCENT, 2))
    y = floor + 3
    items.append(Text(middle - 10, y + _ROW / 2, "support", 14, "end"))
    for column in range(columns):
        text = f"{report.support[column]:,.0f}"
        items.append(Text(middle + (column + 0.5) * _CELL, y + _ROW / 2, text, 14, bold=average == "weighted"))
    return items


def _pool(report: Report, average: Mean, x: float, y: float) -> list[Item]:
    """All cells counted together, which the micro average is made of."""
    counts = report.pooled
    text = f"TP {counts.tp:,.0f} · FP {counts.fp:,.0f} · FN {counts.fn:,.0f}"
    middle = x + 1.5 * _NUMBERS
    items: list[Item] = [
        Text(middle, y + 14, "all cells together", 14),
        Text(middle, y + 36, text, 14, bold=average == "micro"),
        Text(
            middle,
            y + 60,
            "micro " + " · ".join(f"{SYMBOLS[s]} {number(report.mean(s, 'micro'))}" for s in report.names),
            14,
            bold=average == "micro",
        ),
    ]
    if average == "micro":
        items.append(Rect(x + 2, y + 24, 3 * _NUMBERS - 4, 48, "", ACCENT, 2))
    return items


def _legend(x: float, y: float) -> list[Item]:
    items: list[Item] = []
    entries = (
        ("TP", _HIT, "said, true"),
        ("FP", _FALSE, "said, not true"),
        ("FN", "", "missed"),
        ("TN", PAPER, "rest"),
    )
    for word, fill, meaning in entries:
        missed = word == "FN"
        items.append(Rect(x, y + 4, 14, 12, fill, ACCENT if missed else FAINT, 2 if missed else 1, dashed=missed))
        items.append(Text(x + 20, y + 10.5, f"{word} {meaning}", 14, "start"))
        x += 44 + 7.4 * len(f"{word} {meaning}")
    return items


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
