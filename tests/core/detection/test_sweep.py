"""The curve against one suppression at a time."""

from __future__ import annotations

from core.detection import Candidates
from core.detection.sweep import STEPS, sweep


def test_every_point_is_a_suppression(found: dict[str, Candidates]) -> None:
    candidates = found["motorcycle"]
    curve = sweep(candidates, 0.3, class_aware=True, classes=["motorcycle"], limit=30)
    assert len(curve.thresholds) == len(curve.kept) == STEPS + 1
    assert (curve.thresholds[0], curve.thresholds[-1]) == (0.0, 1.0)
    for iou, kept in list(zip(curve.thresholds, curve.kept, strict=True))[::8]:
        assert kept == len(candidates.suppress(iou, 0.3, classes=["motorcycle"], limit=30))


def test_the_ends_of_the_curve(found: dict[str, Candidates]) -> None:
    for candidates in found.values():
        curve = sweep(candidates, 0.02, class_aware=False, classes=None, limit=1000)
        assert curve.kept[0] == len(candidates.suppress(0.0, 0.02, class_aware=False, limit=1000))
        assert curve.kept[-1] == len(candidates.suppress(1.0, 0.02, class_aware=False, limit=1000))
        assert curve.kept[0] < curve.kept[-1]
