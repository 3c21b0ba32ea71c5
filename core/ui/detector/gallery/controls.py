"""What a visitor can set in *Several pictures*."""

from __future__ import annotations

from dataclasses import dataclass

from core.figures.detection.gallery import Shown
from core.models.detectors import DETECTORS
from core.ui import framework as ui
from core.ui.detector import subject

KEY = f"{subject.KEY}_gallery"
_CLASSES = sorted({name for spec in DETECTORS.values() for name in spec.known}, key=str.lower)


@dataclass(frozen=True)
class Filters:
    """Which boxes are kept, and which are shown."""

    iou: float = ui.slider(
        "NMS threshold (IoU)",
        0.0,
        1.0,
        0.5,
        0.01,
        "Of two boxes of a class that overlap by more than this, the lower-scoring one goes, in each picture.",
        persists=True,
    )
    score: float = ui.slider(
        "Score threshold", 0.02, 1.0, 0.3, 0.01, "Only boxes that score above this take part.", persists=True
    )
    status: Shown = ui.segments(
        "Boxes shown",
        tuple(Shown),
        Shown.KEPT,
        "Those that non-maximum suppression kept, those that it suppressed, or every candidate.",
        persists=True,
    )
    classes: tuple[str, ...] = ui.several(
        "Classes",
        _CLASSES,
        "Only boxes of these classes, and only pictures that have one; none chosen stands for all.",
        arguments={"placeholder": "All classes"},
        persists=True,
    )


DEFAULTS = {**subject.DEFAULTS, **ui.defaults(Filters, KEY)}
