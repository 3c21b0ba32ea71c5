"""The same candidates under every NMS threshold: how many boxes each one keeps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import torch

from core.detection.results import Candidates

STEPS = 40


@dataclass(frozen=True)
class Sweep:
    """Number of detections against the NMS threshold.

    Attributes:
        thresholds: IoU from 0 to 1, evenly spaced.
        kept: how many boxes are left at each. It mostly rises, but need not: greedy NMS is not monotone.
    """

    thresholds: tuple[float, ...]
    kept: tuple[int, ...]


def count_kept(
    candidates: Candidates,
    iou: float,
    score: float,
    *,
    class_aware: bool = True,
    classes: Collection[str] | None = None,
    limit: int = 100,
) -> int:
    """How many detections `Candidates.suppress` would give, without the record: for trying many thresholds."""
    run = candidates.survivors(iou, score, class_aware=class_aware)
    wanted = range(len(candidates.classes)) if classes is None else [candidates.classes.index(c) for c in classes]
    return min(limit, int(torch.isin(run.labels[run.kept], torch.tensor(wanted)).sum()))


def sweep(
    candidates: Candidates, score: float, *, class_aware: bool, classes: Collection[str] | None, limit: int
) -> Sweep:
    """Run NMS at each threshold; arguments as for `Candidates.suppress`."""
    thresholds = tuple(step / STEPS for step in range(STEPS + 1))
    kept = tuple(
        count_kept(candidates, iou, score, class_aware=class_aware, classes=classes, limit=limit) for iou in thresholds
    )
    return Sweep(thresholds, kept)
