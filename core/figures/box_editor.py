"""A photograph on which boxes are drawn, as data for `core.ui.components.box_editor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.figures.boxes import DrawnBox


@dataclass(frozen=True)
class Look:
    """What is known of a box that was drawn.

    Attributes:
        colour: of its line, hex.
        text: what became of it, for those who point at it, choose it or hear it.
    """

    colour: str
    text: str


@dataclass(frozen=True)
class BoxEditor:
    """The photograph and its boxes.

    Attributes:
        scene: another one is another picture; changes name the one they are about.
        uri: data URI of the photograph, any resolution.
        width, height: the frame of the boxes, image pixels.
        boxes: (class, corners) each, whole image pixels.
        looks: one a box.
        beneath: boxes below them that cannot be changed; of theirs only corners, colour, ink and tag are drawn.
        names: classes to choose from, also others can be typed.
        most: boxes at most.
        undo: how many changes Python can take back.
        alt: what the picture shows.
        tallest: limit of its height, a CSS length.
    """

    scene: str
    uri: str
    width: int
    height: int
    boxes: tuple[tuple[str, tuple[int, int, int, int]], ...]
    looks: tuple[Look, ...]
    beneath: tuple[DrawnBox, ...]
    names: tuple[str, ...]
    most: int
    undo: int
    alt: str
    tallest: str = "46vh"

    def as_data(self) -> dict[str, Any]:
        """The same as plain dictionaries and lists, for the browser."""
        return {
            **vars(self),
            "boxes": [[label, *corners] for label, corners in self.boxes],
            "looks": [vars(look) for look in self.looks],
            "beneath": [vars(box) for box in self.beneath],
            "names": list(self.names),
        }
