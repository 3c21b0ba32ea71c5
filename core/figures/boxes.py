"""A photograph with boxes over it, as data that `core.ui.show_boxes` draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WHITE_INK = ("#0072B2",)
"""Colours on which white text is easier to read than black (contrast above 4.5 either way)."""


def ink_on(colour: str) -> str:
    """The colour of text that can be read on this one."""
    return "white" if colour in WHITE_INK else "black"


Corners = tuple[float, float, float, float]


@dataclass(frozen=True)
class DrawnBox:
    """One box.

    Attributes:
        corners: (x1, y1, x2, y2), image pixels.
        colour: of its line, hex.
        line: width in CSS pixels.
        dashed: whether the line is.
        group: boxes of one group light up together, in all panels.
        text: what is shown to those who point at it or walk to it by keyboard.
        tag: label that is always shown; "" for none.
        ink: colour of the tag's text.
        pick: number that the page hears when it is picked, by click, tap or Enter; -1: it cannot be.
    """

    corners: Corners
    colour: str
    line: float
    dashed: bool
    group: int
    text: str
    tag: str
    ink: str = "black"
    pick: int = -1


@dataclass(frozen=True)
class Panel:
    """One copy of the photograph.

    Attributes:
        count: a number or short text in bold before the title.
        title: what this copy shows.
        alt: the same for those who cannot see it, with what can be seen.
        boxes: drawn in this order, the last, the highest-scoring, on top; the arrow keys walk from it to the first.
        lines: thin white lines below the boxes, each from one corner to the other; a grid, for instance.
    """

    count: str
    title: str
    alt: str
    boxes: tuple[DrawnBox, ...]
    lines: tuple[Corners, ...] = ()


@dataclass(frozen=True)
class BoxPicture:
    """The photograph and its panels.

    Attributes:
        uri: data URI of the photograph, any resolution.
        width, height: the frame of the boxes, image pixels.
        panels: side by side.
        tallest: limit of a panel's height, a CSS length.
    """

    uri: str
    width: int
    height: int
    panels: tuple[Panel, ...]
    tallest: str = "60vh"

    def as_data(self) -> dict[str, Any]:
        """The same as plain dictionaries and lists, for the browser.

        `vars`, not `dataclasses.asdict`: that copies every value deeply, which takes 9 ms for 600 boxes.
        """
        panels = [{**vars(panel), "boxes": [vars(box) for box in panel.boxes]} for panel in self.panels]
        return {**vars(self), "panels": panels}
