"""RoI pooling as Fast R-CNN has it: the box is rounded to whole cells, and each bin keeps the largest of its cells.

Fast R-CNN, section 2.1 (https://arxiv.org/abs/1504.08083), as `torchvision.ops.roi_pool` computes it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Box = tuple[float, float, float, float]
Values = npt.NDArray[np.float32]
Cell = tuple[int, int]


@dataclass(frozen=True)
class QuantisedAxis:
    """The bins along one axis.

    Attributes:
        first, last: the cells that the two ends of the box are rounded to; both belong to it.
        whole: (begin, end) of each bin, cells from begin up to but without end.
        bins: the same, cut off at the map's edges.
    """

    first: int
    last: int
    whole: tuple[tuple[int, int], ...]
    bins: tuple[tuple[int, int], ...]

    @property
    def cells(self) -> int:
        """How many cells the rounded box has, 1 at least."""
        return max(self.last - self.first + 1, 1)


@dataclass(frozen=True, eq=False)
class Quantised:
    """RoI pooling of one channel.

    Attributes:
        rows, columns: the bins.
        values: (out, out) float32, 0 where a bin has no cell of the map.
        winners: row by row the (row, column) of the cell that gave each value; None where there is none.
    """

    rows: QuantisedAxis
    columns: QuantisedAxis
    values: Values
    winners: tuple[tuple[Cell | None, ...], ...]

    def cells(self, row: int, column: int) -> list[Cell]:
        """The cells of a bin, row by row; none where it lies beyond the map."""
        (top, bottom), (left, right) = self.rows.bins[row], self.columns.bins[column]
        return [(y, x) for y in range(top, bottom) for x in range(left, right)]


def rounded(value: float) -> int:
    """The nearest whole number, a half away from zero, as C++'s `round` and unlike Python's."""
    return int(math.copysign(math.floor(abs(value) + 0.5), value))


def quantised_axis(low: float, high: float, scale: float, out: int, length: int) -> QuantisedAxis:
    """Round the two ends of a box and share the cells between them among the bins.

    With c = max(round(high s) - round(low s) + 1, 1) cells, bin i has the cells from floor(i c / out) up to but without
    ceil((i + 1) c / out), counted from the first. Where out does not divide c, neighbours share cells. In single
    precision 7 (57 / 7) is more than 57: the last of 7 bins of 57 cells has one more, as torchvision has it.

    Args:
        low, high: of the box, pixels.
        scale: s = 1 / stride.
        out: number of bins.
        length: cells of the map.
    """
    first, last = (rounded(float(np.float32(end) * np.float32(scale))) for end in (low, high))
    size = np.float32(max(last - first + 1, 1)) / np.float32(out)
    ends = [
        (math.floor(np.float32(bin) * size) + first, math.ceil(np.float32(bin + 1) * size) + first)
        for bin in range(out)
    ]
    within = [(min(max(begin, 0), length), min(max(end, 0), length)) for begin, end in ends]
    return QuantisedAxis(first, last, tuple(ends), tuple(within))


def roi_pool(values: Values, box: Box, scale: float, out: int) -> Quantised:
    """RoI pooling of one channel to out × out.

    Args:
        values: (h, w) float32, the channel.
        box: (x1, y1, x2, y2), pixels.
        scale: 1 / stride.
        out: bins each way.
    """
    x1, y1, x2, y2 = box
    height, width = values.shape
    rows = quantised_axis(y1, y2, scale, out, height)
    columns = quantised_axis(x1, x2, scale, out, width)
    found = np.zeros((out, out), np.float32)
    winners: list[tuple[Cell | None, ...]] = []
    for row, (top, bottom) in enumerate(rows.bins):
        line: list[Cell | None] = []
        for column, (left, right) in enumerate(columns.bins):
            part = values[top:bottom, left:right]
            if part.size == 0:
                line.append(None)
                continue
            y, x = divmod(int(part.argmax()), part.shape[1])  # the first of several that are the largest
            found[row, column] = part[y, x]
            line.append((top + y, left + x))
        winners.append(tuple(line))
    return Quantised(rows, columns, found, tuple(winners))
