"""What each of the three answers to scale hands over: which of its rungs answers each copy, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.detection.overlap import Corners

LEAST_IOU = 0.5
"""A window or a box that overlaps a copy by less than this does not answer it (Pascal VOC's threshold)."""


class Approach(StrEnum):
    """The three parts of Figure 1."""

    IMAGES = "pyramid of images"
    FILTERS = "pyramid of filters"
    BOXES = "pyramid of reference boxes"


@dataclass(frozen=True)
class Rung:
    """One step of a pyramid: a level of the image pyramid, a size of window, or a level with its anchors.

    Attributes:
        title: what it is called.
        shapes: (width, height) of its windows or anchors, network pixels of its own picture.
        positions: how many of them are scored.
        cells: (h, w) of the map they stand on, where that is one.
        level: which feature map its windows or anchors read, the finest first.
        scale: its picture's sides are those of the row times this.
        stride: network pixels from one of its places to the next, across.
    """

    title: str
    shapes: tuple[tuple[float, float], ...]
    positions: int
    cells: tuple[int, int] | None = None
    level: int = 0
    scale: float = 1.0
    stride: float = 0.0


@dataclass(frozen=True)
class Answer:
    """What a pyramid says of one copy of the object.

    Attributes:
        rung: which of its rungs.
        box: the window or the anchor, network pixels of the row.
        iou: its IoU with the copy.
        score: in [0, 1], of the object's class: of the window, or of the box that the anchor became.
        final: where the network moved the anchor, network pixels; windows stay where they are: `box`.
        final_iou: the IoU of that with the copy.
    """

    rung: int
    box: Corners
    iou: float
    score: float
    final: Corners
    final_iou: float


@dataclass(frozen=True)
class Cost:
    """What a pyramid costs for one picture.

    Attributes:
        passes: of a picture through the backbone.
        pixels: that go through it, with the zeros that fill pictures up to whole strides.
        positions: windows or anchors that are scored.
        macs: multiply-adds of convolutions and linear layers. RoIAlign, NMS and the resizing have none.
        seconds: measured, or predicted where it did not run.
        measured: whether it ran.
    """

    passes: int
    pixels: int
    positions: int
    macs: int
    seconds: float
    measured: bool = True


@dataclass(frozen=True)
class Pyramid:
    """One of the three answers to scale, on one picture.

    Attributes:
        approach: which.
        rungs: its steps.
        answers: of each copy, the largest first; None where nothing overlaps it by `LEAST_IOU`.
        cost: of all of it.
    """

    approach: Approach
    rungs: tuple[Rung, ...]
    answers: tuple[Answer | None, ...]
    cost: Cost

    def answered(self, least_score: float) -> int:
        """How many copies were answered with this score at least."""
        return sum(answer is not None and answer.score >= least_score for answer in self.answers)
