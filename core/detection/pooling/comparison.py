"""Both kinds of pooling of one box on one channel, and what rounding did to the box."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from core.detection.pooling.aligned import Aligned, roi_align
from core.detection.pooling.quantised import Box, Quantised, Values, roi_pool
from core.detection.pooling.shifts import Shifts, shifted
from core.errors import UserError

MOST = 7
"""Bins each way at most: what Faster R-CNN's heads read."""


@dataclass(frozen=True)
class Edge:
    """What rounding does to one side of a box.

    Attributes:
        name: x1, y1, x2 or y2.
        pixels: where it is.
        cells: the same times the scale.
        cell: what that is rounded to.
        back: pixels at which the rounded side stands: where its cell begins, or for x2 and y2 ends.
    """

    name: str
    pixels: float
    cells: float
    cell: int
    back: float

    @property
    def moved(self) -> float:
        """Pixels by which rounding moved it, to the right or down."""
        return self.back - self.pixels


@dataclass(frozen=True, eq=False)
class Pooling:
    """What is pooled, and how.

    Attributes:
        values: (h, w) float32, one channel of a feature map.
        box: (x1, y1, x2, y2), pixels of the picture the network saw, before it is shifted.
        stride: pixels from one cell to the next.
        out: bins each way.
        ratio: sampling points a bin each way of RoIAlign; 0: as many as it has cells.
        aligned: whether RoIAlign shifts by half a cell.
        shift: pixels by which the box is moved to the right.
    """

    values: Values
    box: Box
    stride: int
    out: int
    ratio: int
    aligned: bool
    shift: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a box that has nothing to pool.

        Raises:
            UserError: it has no area, or lies outside the picture.
        """
        x1, y1, x2, y2 = self.box
        height, width = (side * self.stride for side in self.values.shape)
        if x2 <= x1 or y2 <= y1:
            side = "x2 must be larger than x1" if x2 <= x1 else "y2 must be larger than y1"
            raise UserError(f"The box ({x1:g}, {y1:g}, {x2:g}, {y2:g}) has no area: {side}.")
        if x2 <= 0 or y2 <= 0 or x1 >= width or y1 >= height:
            raise UserError(
                f"The box ({x1:g}, {y1:g}, {x2:g}, {y2:g}) lies outside the picture of {width} × {height} pixels."
            )

    @property
    def scale(self) -> float:
        """1 / stride."""
        return 1 / self.stride

    @property
    def moved(self) -> Box:
        """The box where it is now."""
        x1, y1, x2, y2 = self.box
        return x1 + self.shift, y1, x2 + self.shift, y2

    @cached_property
    def quantised(self) -> Quantised:
        """RoI pooling."""
        return roi_pool(self.values, self.moved, self.scale, self.out)

    @cached_property
    def sampled(self) -> Aligned:
        """RoIAlign."""
        return roi_align(self.values, self.moved, self.scale, self.out, self.ratio, aligned=self.aligned)

    @cached_property
    def shifts(self) -> Shifts:
        """Both for every shift within a stride."""
        return shifted(self.values, self.box, self.stride, self.out, self.ratio, aligned=self.aligned)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """What rounding does to the four sides."""
        rows, columns = self.quantised.rows, self.quantised.columns
        cells = columns.first, rows.first, columns.last, rows.last
        found = []
        for number, (name, pixels, cell) in enumerate(zip(("x1", "y1", "x2", "y2"), self.moved, cells, strict=True)):
            back = (cell + (number > 1)) * self.stride  # the last cell belongs to the box
            found.append(Edge(name, pixels, pixels * self.scale, cell, float(back)))
        return tuple(found)

    def at(self, shift: float) -> Pooling:
        """The same with another shift, pixels."""
        return replace(self, shift=shift)
