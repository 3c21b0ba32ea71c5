"""A family's block as a drawing: what runs after what, branches beside each other."""

from __future__ import annotations

from core.figures.drawing import ACCENT, FAINT, INK, SURFACE, Drawing, Item, Polygon, Rect, Text
from core.models.block_graph import BlockGraph, Box
from core.models.walk import Shape

COLUMN, BOX, GAP, LINE, PAD = 216.0, 192.0, 32.0, 20.0, 7.0
LARGEST = 1.1
"""Pixels of the screen for a unit."""
_SIZE = 15.0
_SIDE = 11.0  # beside a box, where arrows pass it
_TURN = 12.0  # above and below a box, where arrows turn
_JOIN = 0.35  # opacity of what brings branches together


def shape_text(shape: Shape) -> str:
    """Channels, height and width."""
    return " × ".join(f"{number:,}" for number in shape)


def block(graph: BlockGraph, name: str) -> Drawing:
    """Draw a block from its input above to its output below.

    Args:
        graph: of the block.
        name: of the block, for the alternative text.
    """
    tall = [
        2 * PAD + LINE * max(len(_lines(box)) for box in graph.boxes if box.row == row) for row in range(graph.rows)
    ]
    tops = [PAD + sum(tall[:row]) + GAP * row for row in range(graph.rows)]
    places = {box.number: _Place(box, tops[box.row]) for box in graph.boxes}
    items: list[Item] = []
    for start, end in graph.arrows:
        items += _arrow(places[start], places[end], graph)
    for box in graph.boxes:
        items += places[box.number].items()
    width = COLUMN * graph.columns + 2 * _SIDE
    height = tops[-1] + tall[-1] + PAD
    said = "; ".join(
        ", ".join(box.lines) + (f", giving {shape_text(box.shape)}" * bool(box.shape)) for box in graph.boxes
    )
    alt = f"The block {name} as a graph of {len(graph.boxes)} boxes, in order: {said}"
    return Drawing(
        width, height, tuple(items), alt, tallest=f"{LARGEST * height:.0f}px", widest=f"{LARGEST * width:.0f}px"
    )


class _Place:
    """A box where it stands."""

    def __init__(self, box: Box, top: float) -> None:
        self.box = box
        self.lines = _lines(box)
        self.x = _SIDE + COLUMN * (box.column + 0.5)  # of its middle
        self.top = top
        self.bottom = top + 2 * PAD + LINE * len(self.lines)

    def items(self) -> list[Item]:
        """Its frame and its words."""
        left, height = self.x - BOX / 2, self.bottom - self.top
        tip = f"gives {shape_text(self.box.shape)}" if self.box.shape else ""
        fill = Rect(
            left, self.top, BOX, height, ACCENT if self.box.join else SURFACE, "", opacity=_JOIN if self.box.join else 1
        )
        frame = Rect(left, self.top, BOX, height, "", ACCENT if self.box.join else FAINT, 2.0, tip=tip)
        words = [
            Text(self.x, self.top + PAD + LINE * (number + 0.5), line, _SIZE, bold=number == 0)
            for number, line in enumerate(self.lines)
        ]
        return [fill, frame, *words]


def _lines(box: Box) -> tuple[str, ...]:
    return (*box.lines, shape_text(box.shape)) if box.shape else box.lines


def _arrow(start: _Place, end: _Place, graph: BlockGraph) -> list[Item]:
    """Round what stands between: a skip beside its column, a branch down its own column."""
    if start.x == end.x and end.box.row == start.box.row + 1:
        return _line([(start.x, start.bottom), (end.x, end.top)])
    between = [
        box for box in graph.boxes
        if box.column == start.box.column and start.box.row < box.row < end.box.row
    ]  # fmt: skip
    below, above = start.bottom + _TURN, end.top - _TURN
    if start.x == end.x or between:
        side = start.x + BOX / 2 + _SIDE
        return _line(
            [(start.x, below - _TURN), (start.x, below), (side, below), (side, above), (end.x, above), (end.x, end.top)]
        )
    if len([1 for _, to in graph.arrows if to == end.box.number]) > 1:
        return _line([(start.x, start.bottom), (start.x, above), (end.x, above), (end.x, end.top)])
    return _line([(start.x, start.bottom), (start.x, below), (end.x, below), (end.x, end.top)])


def _line(points: list[tuple[float, float]]) -> list[Item]:
    """Ending in a head."""
    (x, y), way = points[-1], [*points[:-1], (points[-1][0], points[-1][1] - 9)]
    return [
        Polygon(tuple(way), "", INK, 1.8, closed=False),
        Polygon(((x - 5, y - 10), (x + 5, y - 10), (x, y - 1)), INK, INK),
    ]
