"""RoIAlign as Mask R-CNN has it: nothing is rounded, each bin is the mean of a few points between the cells.

Mask R-CNN, section 3 (https://arxiv.org/abs/1703.06870), as `torchvision.ops.roi_align` computes it. Along an axis

    start = low s - a,  extent = high s - low s (at least 1 without a),  bin = extent / out,
    p(i, k) = start + i bin + (k + 1/2) bin / n,   k = 0 ... n - 1,

with a = 1/2 where `aligned`, else 0, and n the sampling ratio, or ceil(extent / out) where that is 0. The value of cell
i stands at p = i. A point beyond -1 or the map's length counts as 0, one between -1 and 0 as on the edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.detection.pooling.quantised import Box, Cell, Values

ADAPTIVE = 0
"""Sampling ratio: as many points as a bin has cells, rounded up."""


@dataclass(frozen=True, eq=False)
class AlignedAxis:
    """The sampling points along one axis.

    Attributes:
        start: of the box, cells.
        bin: length of a bin, cells.
        points: (out, n) places of the sampling points, cells.
        low, high: (out, n) int64 the two cells beside each.
        weight: (out, n) what the second counts; the first counts 1 minus that.
        within: (out, n) bool, whether the point lies on the map.
        length: cells of the map.
    """

    start: float
    bin: float
    points: Values
    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    weight: Values
    within: npt.NDArray[np.bool_]
    length: int

    @property
    def ratio(self) -> int:
        """Points a bin has along this axis."""
        return int(self.points.shape[1])

    def matrix(self) -> npt.NDArray[np.float64]:
        """(out, length) what each cell counts in each bin, the mean over its points: both axes' make up RoIAlign."""
        out, ratio = self.points.shape
        found = np.zeros((out, self.length))
        bins = np.repeat(np.arange(out), ratio)
        share = self.within.astype(float) / max(ratio, 1)
        np.add.at(found, (bins, self.low.ravel()), ((1 - self.weight) * share).ravel())
        np.add.at(found, (bins, self.high.ravel()), (self.weight * share).ravel())
        return found


@dataclass(frozen=True)
class Point:
    """A sampling point.

    Attributes:
        y, x: where it is, cells; the value of cell (i, j) stands at (i, j).
        cells: (row, column) of its four neighbours: above left, above right, below left, below right.
        weights: what each counts; they sum to 1, and all are 0 beyond the map.
        parts: the four values.
        value: their weighted sum.
    """

    y: float
    x: float
    cells: tuple[Cell, Cell, Cell, Cell]
    weights: tuple[float, float, float, float]
    parts: tuple[float, float, float, float]
    value: float


@dataclass(frozen=True, eq=False)
class Aligned:
    """RoIAlign of one channel.

    Attributes:
        rows, columns: the sampling points.
        values: (out, out) float32.
        map: (h, w) float32, the channel.
    """

    rows: AlignedAxis
    columns: AlignedAxis
    values: Values
    map: Values

    def points(self, row: int, column: int) -> list[Point]:
        """The points of a bin, row by row."""
        ys, xs = range(self.rows.ratio), range(self.columns.ratio)
        return [self._point((row, k), (column, m)) for k in ys for m in xs]

    def _point(self, at_y: Cell, at_x: Cell) -> Point:
        rows, columns = self.rows, self.columns
        top, bottom = int(rows.low[at_y]), int(rows.high[at_y])
        left, right = int(columns.low[at_x]), int(columns.high[at_x])
        down, across = float(rows.weight[at_y]), float(columns.weight[at_x])
        cells = (top, left), (top, right), (bottom, left), (bottom, right)
        weights = (1 - down) * (1 - across), (1 - down) * across, down * (1 - across), down * across
        if not (rows.within[at_y] and columns.within[at_x]):
            weights = (0.0, 0.0, 0.0, 0.0)
        a, b, c, d = (float(self.map[cell]) for cell in cells)
        value = weights[0] * a + weights[1] * b + weights[2] * c + weights[3] * d
        y, x = float(rows.points[at_y]), float(columns.points[at_x])
        return Point(y, x, cells, weights, (a, b, c, d), value)


def aligned_axis(
    low: float, high: float, scale: float, out: int, length: int, ratio: int = ADAPTIVE, *, aligned: bool = False
) -> AlignedAxis:
    """Lay the sampling points of a box along one axis.

    Args:
        low, high: of the box, pixels.
        scale: s = 1 / stride.
        out: number of bins.
        length: cells of the map.
        ratio: n, points a bin; `ADAPTIVE` for ceil(extent / out).
        aligned: shift by half a cell, so that the middle of a cell and its value are the same place.
    """
    one = np.float32  # torchvision's precision, step by step in its order
    shift = one(0.5 if aligned else 0)
    start = one(low) * one(scale) - shift
    extent = one(high) * one(scale) - shift - start
    if not aligned:
        extent = max(extent, one(1))
    bin = extent / one(out)
    count = ratio if ratio > 0 else max(math.ceil(bin), 0)
    inner = (np.arange(count, dtype=one) + one(0.5)) * bin / one(max(count, 1))  # (n,)
    points = (start + np.arange(out, dtype=one) * bin)[:, None] + inner  # (out, n)
    within = (points >= -1) & (points <= length)
    inside = np.clip(points, 0, length - 1)  # from the last cell on it is the last cell
    below = inside.astype(np.int64)
    return AlignedAxis(
        start=float(start),
        bin=float(bin),
        points=points,
        low=below,
        high=np.minimum(below + 1, length - 1),
        weight=(inside - below).astype(one),
        within=within,
        length=length,
    )


def roi_align(
    values: Values, box: Box, scale: float, out: int, ratio: int = ADAPTIVE, *, aligned: bool = False
) -> Aligned:
    """RoIAlign of one channel to out × out.

    Args:
        values: (h, w) float32, the channel.
        box: (x1, y1, x2, y2), pixels.
        scale: 1 / stride.
        out: bins each way.
        ratio: points a bin each way, `ADAPTIVE` for as many as it has cells.
        aligned: torchvision's argument: shift the box by half a cell. Its Faster R-CNN does without.
    """
    x1, y1, x2, y2 = box
    height, width = values.shape
    rows = aligned_axis(y1, y2, scale, out, height, ratio, aligned=aligned)
    columns = aligned_axis(x1, x2, scale, out, width, ratio, aligned=aligned)
    found = rows.matrix() @ values.astype(np.float64) @ columns.matrix().T  # (out, h) (h, w) (w, out)
    return Aligned(rows, columns, found.astype(np.float32), values)
