"""What a visitor can set in *Proposals*."""

from __future__ import annotations

from dataclasses import dataclass

from core.detection.proposing.objectness import Shape
from core.figures.detection.proposals import Colour
from core.ui import framework as ui
from core.ui.detector import subject
from core.ui.pictures import Picture

KEY = "rcnn_proposals"
EVERY = 1_000
"""As many as any of the networks keeps."""
COUNTS = (*range(1, 11), 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, EVERY)
OWN_IOU = 0.7
"""The threshold of all the networks' own."""
ALL_LEFT, SHOWN = "all that are left", "the first N"
_FOLD = "Detections"


@dataclass(frozen=True)
class Settings:
    """What is set.

    Attributes:
        count: N, the proposals shown and counted.
        iou: threshold of the proposal network's NMS.
        threshold: IoU from which on a proposal hits an object.
        colour: what the colour of a proposal says.
        shape: anchors that count in the heat maps.
        score: what a detection must score, where the detector's own stand in for objects or the heads run again.
        which: proposals that the heads run on.
    """

    count: int = ui.steps(
        "First N proposals",
        COUNTS,
        20,
        "The N of the highest objectness are shown and counted, or all where there are fewer.",
        named=lambda count: "all" if count == EVERY else str(count),
        persists=True,
    )
    iou: float = ui.slider(
        "NMS among proposals (IoU)",
        0.0,
        1.0,
        OWN_IOU,
        0.01,
        "Of two boxes of one level that overlap by more than this, the one of lower objectness goes. The network's own "
        "is 0.70. It changes this section only.",
        persists=True,
    )
    threshold: float = ui.slider(
        "A hit is an IoU of at least",
        0.0,
        1.0,
        0.5,
        0.05,
        "From which overlap on a proposal counts as one of an object.",
        persists=True,
    )
    colour: Colour = ui.segments(
        "Colour of a proposal",
        tuple(Colour),
        Colour.OBJECTNESS,
        "Its objectness, or the level of the pyramid that its anchor is of.",
        persists=True,
    )
    shape: Shape = ui.segments(
        "Anchors in the heat maps",
        tuple(Shape),
        Shape.ANY,
        "Each cell shows the highest objectness of its anchors: of all, or of those that are wider than high, square, "
        "or higher than wide.",
        persists=True,
    )
    score: float = ui.slider(
        "Score threshold",
        0.02,
        1.0,
        0.3,
        0.01,
        "What a detection must score. NMS among detections is at 0.50.",
        fold=_FOLD,
        persists=True,
    )
    which: str = ui.segments(
        "Run the heads on",
        (ALL_LEFT, SHOWN),
        ALL_LEFT,
        "Which proposals RoIAlign and the head get when the button below the picture is pressed.",
        fold=_FOLD,
        persists=True,
    )


DEFAULTS = {**subject.DEFAULTS, **ui.defaults(Settings, KEY)}


def controls() -> tuple[Picture, str, int, Settings]:
    """Draw them: picture, model, input size, and the section's own."""
    return *subject.choose_subject(), ui.draw(Settings, KEY)
