"""Where the items of a drawing lie."""

from __future__ import annotations

import math
from collections.abc import Iterator

from core.figures.drawing import Cells, Drawing, Image, Item, Polygon, Rect, Text

LETTER = 0.62  # of a font's size: how wide a letter is at most, on average over a word


def corners(item: Item) -> Iterator[tuple[float, float]]:
    """Points that bound it; of a text its estimated extent along the line."""
    match item:
        case Polygon():
            yield from item.points
        case Text():
            wide = LETTER * item.size * len(item.text)
            left = item.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor] * wide
            yield from ((left, item.y), (left + wide, item.y))
        case Rect() | Image() | Cells():
            yield from ((item.x, item.y), (item.x + item.width, item.y + item.height))


def assert_sound(drawing: Drawing, *, texts: bool = True) -> None:
    """Every number finite, no negative size, everything inside the frame (titles, which may be longer, if asked)."""
    assert 0 < drawing.width < math.inf
    assert 0 < drawing.height < math.inf
    assert drawing.alt
    for item in drawing.items:
        if isinstance(item, Rect | Cells | Image):
            assert item.width >= 0, item
            assert item.height >= 0, item
        if isinstance(item, Text) and not texts:
            continue
        for x, y in corners(item):
            assert math.isfinite(x), item
            assert -1e-6 <= x <= drawing.width + 1e-6, item
            assert -1e-6 <= y <= drawing.height + 1e-6, item
