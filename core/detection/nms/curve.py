"""How many boxes NMS keeps at each threshold, and where a higher threshold keeps fewer."""

from __future__ import annotations

from dataclasses import dataclass

from core.detection.results import Candidates

FINE = 300
"""Boxes up to which a hundred thresholds take less than a slider may."""


@dataclass(frozen=True)
class KeptCurve:
    """NMS at many thresholds.

    Attributes:
        thresholds: from 0 to 1, evenly spaced.
        kept: how many boxes are left at each.
    """

    thresholds: tuple[float, ...]
    kept: tuple[int, ...]

    @property
    def falls(self) -> tuple[int, ...]:
        """Which thresholds keep fewer boxes than the one before."""
        return tuple(at for at in range(1, len(self.kept)) if self.kept[at] < self.kept[at - 1])


def kept_curve(part: Candidates, *, class_aware: bool) -> KeptCurve:
    """Run NMS at each threshold: 101, or 21 where there are many boxes.

    Args:
        part: those that take part.
        class_aware: compare boxes of one class only.
    """
    steps = 100 if len(part) <= FINE else 20
    thresholds = tuple(step / steps for step in range(steps + 1))
    kept = tuple(len(part.survivors(iou, 0.0, class_aware=class_aware).kept) for iou in thresholds)
    return KeptCurve(thresholds, kept)
