"""The IoU matrix of the boxes that take part in NMS, as a drawing whose cells can be picked."""

from __future__ import annotations

import pandas as pd

from core.detection.nms.matrix import IouMatrix, Verdict
from core.detection.results import Candidates
from core.figures.drawing import ACCENT, FAINT, Cells, Drawing, Item, Rect, Text

WITH_NUMBERS = 14
"""Boxes up to which every cell holds its number."""
_DARK = "#0A121C"
_NONE, _ALL = (255, 255, 255), (86, 180, 233)
"""Colours of an IoU of 0 and of 1, on both themes: on what lies between them dark letters are readable."""
_SAME = "#D7DBE0"
_LETTERS = 14.0
_LABEL = 118.0  # units: the widest name of a box


def iou_drawing(part: Candidates, matrix: IouMatrix, chosen: tuple[int, int] | None) -> Drawing:
    """Rows and columns are boxes, best first; the darker a cell, the more two boxes overlap.

    A cell that decided (row suppresses column) has a coloured outline, one above the threshold that decided nothing a
    dashed one, the chosen one a thick one. With many boxes the numbers are told by pointing at a cell.

    Args:
        part: the boxes of the matrix.
        matrix: their IoUs.
        chosen: the cell that is looked at.
    """
    count, names, scores = len(matrix), part.names, part.scores.tolist()
    numbers = count <= WITH_NUMBERS
    wide, high = (42.0, 32.0) if numbers else (13.0, 13.0)
    left, top = (_LABEL, 24.0) if numbers else (30.0, 28.0)
    letters = (
        _LETTERS if numbers else 20.0
    )  # larger in units: so the drawing may be shrunk until they are just readable
    items: list[Item] = []
    marks: list[Item] = []
    for row, overlaps in enumerate(matrix.rows):
        y = top + row * high
        label = f"{row + 1} {_short(names[row])} {scores[row]:.2f}" if numbers else str(row + 1)
        if numbers or _told(row):
            items.append(Text(left - 6, y + high / 2, label, letters, "end", bold=matrix.suppressor[row] < 0))
            items.append(Text(left + (row + 0.5) * wide, top - 12, str(row + 1), letters))
        for column, overlap in enumerate(overlaps):
            x = left + column * wide
            if row == column:
                items.append(Rect(x, y, wide, high, fill=_SAME))
                continue
            items.append(Rect(x, y, wide, high, fill=_shade(overlap)))
            if numbers:
                over = overlap > matrix.iou
                items.append(Text(x + wide / 2, y + high / 2, _number(overlap), _LETTERS, colour=_DARK, bold=over))
            if column > row:
                verdict = matrix.verdict(row, column)
                if verdict is Verdict.DECIDED:
                    inset, line = (1.5, 3.0) if numbers else (1.2, 2.4)
                    marks.append(_outline(x, y, wide, high, inset, ACCENT, line))
                elif verdict is not Verdict.UNDER:
                    marks.append(_outline(x, y, wide, high, 2.0, _DARK, 1.2, dashed=True))
    width, height = left + count * wide + (2 if numbers else 8), top + count * high + 2  # half of the last number
    items.append(Rect(left, top, count * wide, count * high, stroke=FAINT))
    if chosen is not None:
        x, y = left + chosen[1] * wide, top + chosen[0] * high
        marks.append(_outline(x, y, wide, high, -1.5, _DARK, 3.0))
    tips = tuple(_tip(matrix, row, column) for row in range(count) for column in range(count))
    cells = Cells(left, top, count * wide, count * high, count, count, tips=tips)
    decided = "; ".join(f"{by + 1} suppresses {box + 1}" for by, box in matrix.decided[:12]) or "no box goes"
    alt = f"IoU of {count} boxes with one another, best first. At a threshold of {matrix.iou:.2f}: {decided}."
    return Drawing(width, height, (*items, *marks, cells), alt, tallest="54vh", widest=f"{width * 1.5:.0f}px")


def table(part: Candidates, matrix: IouMatrix) -> pd.DataFrame:
    """The same as numbers: one row a box, a column for each."""
    names, scores = part.names, part.scores.tolist()
    index = [f"{box + 1} {names[box]} {scores[box]:.3f}" for box in range(len(matrix))]
    return pd.DataFrame(matrix.rows, index=index, columns=[str(box + 1) for box in range(len(matrix))])


def _shade(overlap: float) -> str:
    return "#" + "".join(f"{round(a + (b - a) * overlap):02X}" for a, b in zip(_NONE, _ALL, strict=True))


def _outline(
    x: float, y: float, wide: float, high: float, inset: float, colour: str, line: float, *, dashed: bool = False
) -> Rect:
    return Rect(x + inset, y + inset, wide - 2 * inset, high - 2 * inset, stroke=colour, line=line, dashed=dashed)


def _number(overlap: float) -> str:
    """`.48`, and what is not quite 0 or 1 as such."""
    if 0 < overlap < 0.005:
        return f"{overlap:.3f}".removeprefix("0")
    return "1" if overlap == 1 else f"{overlap:.2f}".removeprefix("0") if overlap else "0"


def _told(box: int) -> bool:
    return box == 0 or (box + 1) % 5 == 0


def _short(name: str) -> str:
    return name if len(name) <= 9 else f"{name[:8]}…"


def _tip(matrix: IouMatrix, row: int, column: int) -> str:
    if row == column:
        return f"box {row + 1} with itself"
    first, second = sorted((row, column))
    return f"{first + 1} and {second + 1}: IoU {matrix.rows[row][column]:.3f}, {matrix.verdict(row, column)}"
