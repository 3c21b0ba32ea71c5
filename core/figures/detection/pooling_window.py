"""The part of a feature map that is drawn around a box, and where its cells stand in the drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.detection.pooling.comparison import Pooling
from core.figures.drawing import Rect

SIDE = 288.0
"""Units of a map's longer side."""

SMALL, DECIMALS = 8, 7
"""Cells each way of a map that is drawn as a whole; and of a part whose cells have room for numbers with decimals."""


@dataclass(frozen=True)
class Window:
    """The part of a map that is drawn, cells: [top, bottom) × [left, right), beyond its edges where the box is.

    Attributes:
        numbered: whether its cells show their numbers.
    """

    top: int
    left: int
    bottom: int
    right: int
    numbered: bool

    @property
    def unit(self) -> float:
        """Units a cell."""
        return SIDE / max(self.bottom - self.top, self.right - self.left)

    @property
    def size(self) -> tuple[float, float]:
        """(width, height), units."""
        return (self.right - self.left) * self.unit, (self.bottom - self.top) * self.unit

    def place(self, y: float, x: float) -> tuple[float, float]:
        """(x, y) in units of a place on the map, cells from the corner of cell (0, 0)."""
        return (x - self.left) * self.unit, (y - self.top) * self.unit

    def rect(self, top: float, left: float, bottom: float, right: float, **look: object) -> Rect:
        """A rectangle on the map, cells."""
        x, y = self.place(top, left)
        return Rect(x, y, (right - left) * self.unit, (bottom - top) * self.unit, **look)  # type: ignore[arg-type]


def window_of(pooling: Pooling) -> Window:
    """A small map as a whole, of a large one what is around the box and all its shifts; a cell more where it leaves.

    It stays the same while the box is shifted.
    """
    height, width = pooling.values.shape
    x1, y1, x2, y2 = (end * pooling.scale for end in pooling.box)
    most = 1 + 0.75  # a shift of a stride, and what rounding or half a cell adds
    top, bottom = -1 if y1 < 0 else 0, height + (y2 > height - 0.75)
    left, right = -1 if x1 < 1 else 0, width + (x2 > width - most)
    whole = bool((pooling.values == pooling.values.round()).all())
    if max(height, width) > SMALL:
        top, bottom = max(math.floor(y1) - 1, top), min(math.ceil(y2) + 2, bottom)
        left, right = max(math.floor(x1) - 2, left), min(math.ceil(x2) + 3, right)
    return Window(top, left, bottom, right, max(bottom - top, right - left) <= (SMALL + 2 if whole else DECIMALS))
