"""Ground truth that somebody draws by hand: named boxes on whole pixels of a picture, with their past to undo.

Frame: image pixels, (x1, y1, x2, y2), the origin in the upper left corner, x2 and y2 not included.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from core.detection.scoring.evaluated_images import GroundTruth
from core.errors import UserError

MOST = 200
"""Boxes on one picture."""
LONGEST_NAME = 60
"""Characters of a class name."""
UNDO_STEPS = 50
NAMELESS = "object"
"""The class of a box to which nobody gave a name."""
Corners = tuple[int, int, int, int]


class NamedBox(NamedTuple):
    """One box.

    Attributes:
        label: its class, as it was typed.
        corners: (x1, y1, x2, y2) in whole image pixels.
    """

    label: str
    corners: Corners


Boxes = tuple[NamedBox, ...]


@dataclass(frozen=True)
class Drawn:
    """The boxes of one picture, and what they were before.

    Attributes:
        boxes: now.
        past: before the last change, and the one before that, the newest last; `UNDO_STEPS` at most.
        safe: boxes that can be had again: those it began with, or those that were last downloaded.
    """

    boxes: Boxes = ()
    past: tuple[Boxes, ...] = ()
    safe: Boxes = ()

    @classmethod
    def beginning(cls, boxes: Boxes) -> Drawn:
        """Nothing has been changed yet."""
        return cls(boxes, (), boxes)

    @property
    def at_stake(self) -> bool:
        """Whether there are boxes that would be lost."""
        return bool(self.boxes) and self.boxes != self.safe

    def to(self, boxes: Boxes) -> Drawn:
        """The boxes are now these, the first `MOST` of them."""
        boxes = boxes[:MOST]
        return self if boxes == self.boxes else replace(self, boxes=boxes, past=(*self.past, self.boxes)[-UNDO_STEPS:])

    def undone(self) -> Drawn:
        """As before the last change; the same where there was none."""
        return replace(self, boxes=self.past[-1], past=self.past[:-1]) if self.past else self

    def saved(self) -> Drawn:
        """The boxes as they are have been downloaded."""
        return replace(self, safe=self.boxes)


def class_name(text: str) -> str:
    """What somebody typed as a class: blanks in a row are one, and what is too long is cut."""
    return " ".join(text.split())[:LONGEST_NAME].strip() or NAMELESS


def fit(boxes: Iterable[tuple[str, Sequence[float]]], size: tuple[int, int]) -> tuple[Boxes, tuple[str, ...]]:
    """Put boxes from elsewhere on whole pixels of a picture.

    Args:
        boxes: (class, corners) each, in the picture's pixels.
        size: (width, height) of the picture.

    Returns:
        Those that have an area in the picture, and sentences about what was done to boxes and names.

    Raises:
        UserError: there are more than `MOST`.
    """
    width, height = size
    fitted: list[NamedBox] = []
    gone = cut = shortened = 0
    for label, corners in boxes:
        whole = [round(min(max(value, -1e9), 1e9)) if math.isfinite(value) else 0 for value in corners]
        x1, x2 = (min(max(value, 0), width) for value in whole[0::2])
        y1, y2 = (min(max(value, 0), height) for value in whole[1::2])
        if x1 >= x2 or y1 >= y2:
            gone += 1
            continue
        cut += [x1, y1, x2, y2] != whole
        shortened += len(" ".join(label.split())) > LONGEST_NAME
        fitted.append(NamedBox(class_name(label), (x1, y1, x2, y2)))
    if len(fitted) > MOST:
        raise UserError(f"There are {len(fitted):,} boxes for this picture: at most {MOST} can be drawn and corrected.")
    told = (
        (gone, f"without an area inside the picture of {width} × {height} pixels, left out"),
        (cut, "cut off at the edge of the picture"),
        (shortened, f"whose class has more than {LONGEST_NAME} characters, cut there"),
    )
    return tuple(fitted), tuple(f"{many} {'box' if many == 1 else 'boxes'} {what}." for many, what in told if many)


def ground_truth_of(boxes: Sequence[NamedBox], *, inclusive: bool = False) -> GroundTruth:
    """Boxes as scoring wants them.

    Args:
        boxes: of a picture.
        inclusive: corners are pixels that belong to the box, see `core.detection.overlap.grown`.
    """
    more = int(inclusive)
    corners = [(x1, y1, x2 + more, y2 + more) for _, (x1, y1, x2, y2) in boxes]
    return GroundTruth.of(corners, [label for label, _ in boxes])
