"""Drawings of RoI pooling: a box on a feature map by whole cells and by sampling points, and what comes out.

One drawing unit is a CSS pixel where there is room. The value of cell (i, j) is drawn in the middle of its square, so
that a point at (y, x) of RoIAlign stands at (y + 1/2, x + 1/2) squares: unless it is aligned, half a cell off the box.
"""

from __future__ import annotations

import base64
import io
import math

import numpy as np
from PIL import Image as Pictures

from core.detection.pooling.aligned import Point
from core.detection.pooling.comparison import Pooling
from core.detection.pooling.quantised import Box, Cell, Values
from core.figures.conv.kernels import viridis
from core.figures.detection.pooling_window import SIDE, Window, window_of
from core.figures.drawing import ACCENT, FAINT, INK, PAPER, SEEN, Cells, Drawing, Image, Item, Polygon, Rect, Text
from core.figures.style import SMALLEST

TALLEST, ASKED = "40vh", "34vh"
BOX, ALIGNED = ACCENT, "#009E73"
_LINES = 4  # sampling points up to which each shows its four neighbours
_WHITE = "#FFFFFF"


def written(value: float) -> str:
    """A value of a map: whole numbers as such, others with two decimals, a true minus sign."""
    if value == round(value) and abs(value) < 1000:
        text = f"{value:.0f}"
    else:
        text = f"{value:.2f}" if abs(value) < 99.5 else f"{value:.0f}"
    return ("0" if text in ("-0", "-0.00") else text).replace("-", "−")


def _numbers(values: Values, window: Window, bold: Cell | None) -> list[Item]:
    height, width = values.shape
    items: list[Item] = []
    for row in range(max(window.top, 0), min(window.bottom, height)):
        for column in range(max(window.left, 0), min(window.right, width)):
            x, y = window.place(row + 0.5, column + 0.5)
            text = written(float(values[row, column]))
            size = float(SMALLEST) if len(text) > 2 else 16.0
            items.append(Text(x, y, text, size, bold=(row, column) == bold))
    return items


def _ground(values: Values, window: Window) -> list[Item]:
    """The map: squares to write numbers into, or colours."""
    height, width = values.shape
    top, left, bottom, right = (
        max(window.top, 0),
        max(window.left, 0),
        min(window.bottom, height),
        min(window.right, width),
    )
    if window.numbered:
        squares = [
            window.rect(row, column, row + 1, column + 1, fill=PAPER, stroke=FAINT)
            for row in range(top, bottom)
            for column in range(left, right)
        ]
        return [*squares]
    part = values[top:bottom, left:right]
    low, high = float(values.min()), float(values.max())
    file = io.BytesIO()
    Pictures.fromarray(viridis((part - low) / ((high - low) or 1.0))).save(file, "PNG")
    uri = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
    x, y = window.place(top, left)
    return [Image(x, y, (right - left) * window.unit, (bottom - top) * window.unit, uri, smooth=False)]


def _marked(window: Window, top: float, left: float, bottom: float, right: float, colour: str) -> list[Item]:
    """A thick line around cells; over colours with a dark one around it."""
    around = [] if window.numbered else [window.rect(top, left, bottom, right, stroke="#000000", line=4.5)]
    return [*around, window.rect(top, left, bottom, right, stroke=colour, line=3.5 if window.numbered else 2.5)]


def _box(pooling: Pooling, window: Window) -> list[Item]:
    """The box where it is, true to scale."""
    x1, y1, x2, y2 = (end * pooling.scale for end in pooling.moved)
    sides = [window.rect(y1, x1, y2, x2, stroke=BOX, line=2.5, dashed=True)]
    return [*sides] if window.numbered else [window.rect(y1, x1, y2, x2, stroke=_WHITE, line=4.5), *sides]


def _cells(window: Window, top: float, left: float, bottom: float, right: float, out: int) -> Cells:
    """The bins, to be clicked; the chosen one is marked by what is drawn below, since its numbers must stay visible."""
    x, y = window.place(top, left)
    width, height = (right - left) * window.unit, (bottom - top) * window.unit
    tips = tuple(f"bin ({row}, {column})" for row in range(out) for column in range(out))
    return Cells(x, y, width, height, out, out, tips=tips, first=0)


def quantised_map(pooling: Pooling, chosen: Cell, *, told: bool = True) -> Drawing:
    """RoI pooling on the map: the rounded box, its bins, the cells of the chosen one and which of them wins.

    Args:
        pooling: the box on the map.
        chosen: (row, column) of the bin.
        told: whether the winner may be seen.
    """
    window, found, values = window_of(pooling), pooling.quantised, pooling.values
    rows, columns = found.rows, found.columns
    winner = found.winners[chosen[0]][chosen[1]] if told else None
    ends = rows.first, columns.first, rows.first + rows.cells, columns.first + columns.cells
    (top, bottom), (left, right) = rows.bins[chosen[0]], columns.bins[chosen[1]]
    items = _ground(values, window)
    if window.numbered:
        items.append(window.rect(*ends, fill=SEEN, opacity=0.2))
        items.append(window.rect(top, left, bottom, right, fill=SEEN, opacity=0.45))
        items += _numbers(values, window, winner)
    items += _box(pooling, window)
    items.append(window.rect(*ends, stroke=INK if window.numbered else _WHITE, line=2))
    items += _marked(window, top, left, bottom, right, SEEN)
    if winner is not None:
        items += _marked(window, *winner, winner[0] + 1, winner[1] + 1, BOX)
    items.append(_cells(window, *ends, pooling.out))
    says = f"; cell {winner} has the largest value" if winner is not None else ""
    alt = (
        f"RoI pooling: the box rounded to rows {rows.first} to {rows.last} and columns {columns.first} to "
        f"{columns.last} of the map. Bin {chosen} has rows {top} to {bottom - 1}, columns {left} to {right - 1}{says}."
    )
    return Drawing(*window.size, tuple(items), alt, tallest=TALLEST if told else ASKED)


def _dot(window: Window, point: Point, radius: float, fill: str, tip: str = "") -> Polygon:
    x, y = window.place(point.y + 0.5, point.x + 0.5)
    turn = math.pi / 4
    ring = tuple((x + radius * math.cos(k * turn), y + radius * math.sin(k * turn)) for k in range(8))
    return Polygon(ring, fill, PAPER if window.numbered else _WHITE, 1.0, tip=tip)


def _rays(window: Window, points: list[Point]) -> list[Item]:
    """A line from each sampling point to the middles of those neighbours that count."""
    return [
        Polygon(
            (window.place(point.y + 0.5, point.x + 0.5), window.place(row + 0.5, column + 0.5)),
            "", ALIGNED, 1.5, closed=False, opacity=0.8,
        )
        for point in points
        for (row, column), weight in zip(point.cells, point.weights, strict=True)
        if weight
    ]  # fmt: skip


def aligned_map(pooling: Pooling, chosen: Cell, *, told: bool = True) -> Drawing:
    """RoIAlign on the map: bins that are not rounded, their sampling points, and the neighbours of the chosen ones.

    Args:
        pooling: the box on the map.
        chosen: (row, column) of the bin.
        told: whether the tips may say the values of the points.
    """
    window, found, out = window_of(pooling), pooling.sampled, pooling.out
    top, left = found.rows.start + 0.5, found.columns.start + 0.5  # the value of a cell is in its middle
    bottom, right = top + out * found.rows.bin, left + out * found.columns.bin
    points = found.points(*chosen)
    near = sorted({cell for point in points for cell, weight in zip(point.cells, point.weights, strict=True) if weight})
    items = _ground(pooling.values, window)
    if window.numbered:
        items += [window.rect(row, column, row + 1, column + 1, fill=SEEN, opacity=0.4) for row, column in near]
        items += _rays(window, points) if len(points) <= _LINES else []
        items += _numbers(pooling.values, window, None)
    items += _box(pooling, window)
    items.append(window.rect(top, left, bottom, right, stroke=ALIGNED if window.numbered else _WHITE, line=2))
    small = 2.0 if window.numbered else 1.6
    for row in range(out):
        for column in range(out):
            if (row, column) != chosen:
                items += [_dot(window, point, small, "#5A6572") for point in found.points(row, column)]
    y, x = top + chosen[0] * found.rows.bin, left + chosen[1] * found.columns.bin
    items += _marked(window, y, x, y + found.rows.bin, x + found.columns.bin, ALIGNED)
    for point in points:
        tip = f"({point.y:.2f}, {point.x:.2f})" + (f": {written(point.value)}" if told else "")
        items.append(_dot(window, point, 5.0 if window.numbered else 3.0, ALIGNED, tip))
    items.append(_cells(window, top, left, bottom, right, out))
    alt = (
        f"RoIAlign: {out} × {out} bins of {found.rows.bin:.2f} × {found.columns.bin:.2f} cells. Bin {chosen} has "
        f"{len(points)} sampling points between {len(near)} cells."
    )
    return Drawing(*window.size, tuple(items), alt, tallest=TALLEST if told else ASKED)


def output(values: Values, chosen: Cell, name: str) -> Drawing:
    """The pooled numbers as a grid whose bins can be clicked.

    Args:
        values: (out, out).
        chosen: (row, column) of the bin.
        name: of the operator.
    """
    out = len(values)
    wide, high = SIDE / out, 30.0 if out < 5 else 25.0
    row, column = chosen
    items: list[Item] = [Rect(0, 0, SIDE, out * high, PAPER, FAINT)]
    items.append(Rect(column * wide, row * high, wide, high, SEEN, opacity=0.45))
    for y in range(out):
        for x in range(out):
            size = 17.0 if out < 5 else float(SMALLEST)
            text = written(float(values[y, x]))
            items.append(Text((x + 0.5) * wide, (y + 0.5) * high, text, size, bold=(y, x) == chosen))
    tips = tuple(f"bin ({y}, {x}) = {written(float(values[y, x]))}" for y in range(out) for x in range(out))
    items.append(Cells(0, 0, SIDE, out * high, out, out, tips=tips, first=0))
    alt = f"Output of {name}, {out} × {out}: " + "; ".join(
        ", ".join(written(float(value)) for value in line) for line in np.asarray(values)
    )
    return Drawing(SIDE, out * high, tuple(items), alt, tallest="24vh" if out < 5 else "27vh", widest=TALLEST)


def whole_picture(uri: str, size: tuple[int, int], box: Box, scale: tuple[float, float]) -> Drawing:
    """The photograph with the box that is pooled.

    Args:
        uri: of the photograph.
        size: (width, height), image pixels.
        box: (x1, y1, x2, y2), network pixels.
        scale: (across, down) image pixels a network pixel.
    """
    unit = SIDE / size[0]
    x1, y1, x2, y2 = (end * by * unit for end, by in zip(box, (*scale, *scale), strict=True))
    items: tuple[Item, ...] = (
        Image(0, 0, SIDE, size[1] * unit, uri),
        Rect(x1, y1, x2 - x1, y2 - y1, stroke=_WHITE, line=5),
        Rect(x1, y1, x2 - x1, y2 - y1, stroke=BOX, line=2.5, dashed=True),
    )
    return Drawing(SIDE, size[1] * unit, items, "The picture with the box that is pooled", tallest="30vh")
