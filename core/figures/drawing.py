"""Schematic drawings as data that `core.ui.show_drawing` turns into SVG: grids, volumes, fields over a picture.

Coordinates are the drawing's own units; x to the right, y downwards. A colour is a hex value or one of the names
below, which the browser turns into the theme's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from core.figures.figure import ACCENT, MUTED
from core.figures.style import SMALLEST

PAPER, INK, FAINT, SURFACE = "paper", "ink", "faint", "surface"
"""The theme's background, text, thin lines, and shaded surface."""

SEEN, PADDING, LOST = "#56B4E9", "padding", ACCENT
"""Input that a window sees; zeros around it; pixels that no window reaches."""

__all__ = [
    "ACCENT", "FAINT", "INK", "LOST", "MUTED", "PADDING", "PAPER", "SEEN", "SURFACE",
    "Cells", "Drawing", "Image", "Item", "Polygon", "Rect", "Text",
]  # fmt: skip


@dataclass(frozen=True)
class Rect:
    """A rectangle; `tip` shows on hover."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = ""
    line: float = 1.0
    dashed: bool = False
    opacity: float = 1.0
    tip: str = ""
    type: Literal["rect"] = "rect"


@dataclass(frozen=True)
class Polygon:
    """A closed outline, or an open line where `fill` is empty and `closed` is not set."""

    points: tuple[tuple[float, float], ...]
    fill: str = ""
    stroke: str = ""
    line: float = 1.0
    dashed: bool = False
    opacity: float = 1.0
    closed: bool = True
    tip: str = ""
    type: Literal["polygon"] = "polygon"


@dataclass(frozen=True)
class Text:
    """A line of text; `anchor` says which of its ends x is."""

    x: float
    y: float
    text: str
    size: float = 15.0
    anchor: Literal["start", "middle", "end"] = "middle"
    colour: str = INK
    bold: bool = False
    turned: bool = False
    type: Literal["text"] = "text"


@dataclass(frozen=True)
class Image:
    """A picture, stretched to the rectangle; `smooth` is off for maps whose cells are meant to be seen."""

    x: float
    y: float
    width: float
    height: float
    uri: str
    opacity: float = 1.0
    smooth: bool = True
    type: Literal["image"] = "image"


@dataclass(frozen=True)
class Cells:
    """A grid whose cells can be picked, by click or by keyboard; the page then hears (row, column), from 0 on.

    `tips`, row by row, show on hover and under the keyboard's cursor; without them that says row and column, counted
    from `first` on.
    """

    x: float
    y: float
    width: float
    height: float
    rows: int
    columns: int
    chosen: tuple[int, int] | None = None
    lines: bool = True
    tips: tuple[str, ...] = ()
    first: int = 1
    type: Literal["cells"] = "cells"


Item = Rect | Polygon | Text | Image | Cells


@dataclass(frozen=True)
class Drawing:
    """A drawing.

    Attributes:
        width, height: of its frame, in its own units.
        items: drawn in this order.
        alt: what it says, for those who cannot see it.
        tallest: limit of its height on the page, a CSS length.
        widest: limit of its width, likewise.
        readable: CSS pixels that its smallest text has at least. It grows by no more than 15 % where there is room:
            zoomed in by a fifth more, the browser may be left with the least, and no letter may be smaller than before.
    """

    width: float
    height: float
    items: tuple[Item, ...]
    alt: str
    tallest: str = "60vh"
    widest: str = "100%"
    readable: float = SMALLEST

    @property
    def least(self) -> float:
        """Size of its smallest text in its own units, endless where there is none."""
        return min((item.size for item in self.items if isinstance(item, Text)), default=math.inf)

    @property
    def narrowest(self) -> float:
        """CSS pixels of width below which it is not shrunk but scrolled within its frame, whatever limits it."""
        return self.width * self.readable / self.least

    def as_data(self) -> dict[str, Any]:
        """The same as plain dictionaries and lists, for the browser."""
        items = [dict(vars(item)) for item in self.items]
        least = self.least if math.isfinite(self.least) else 0.0
        return {**vars(self), "items": items, "least": least, "narrowest": f"{self.narrowest:.1f}px"}
