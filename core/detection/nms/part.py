"""The candidates that take part in NMS, best first: number i is the one with the i-th highest score."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import torch

from core.detection.results import Candidates


def taking_part(candidates: Candidates, score: float, most: int | None = None) -> Candidates:
    """Those whose score exceeds a threshold, best first, boxes of one score in the order they came in.

    NMS of the first few of them decides about these as NMS of all does: only a box with a higher score suppresses.

    Args:
        candidates: of a picture or made up.
        score: what a score must exceed.
        most: how many at most; None: all.
    """
    order = candidates.scores.argsort(descending=True, stable=True)  # as torchvision's NMS sorts
    return _chosen(candidates, order[candidates.scores[order] > score][:most])


def of_classes(candidates: Candidates, classes: Collection[str]) -> tuple[Candidates, tuple[int, ...]]:
    """Those of these classes in their order, and which they are."""
    chosen = [index for index, name in enumerate(candidates.names) if name in classes]
    return _chosen(candidates, torch.tensor(chosen, dtype=torch.int64)), tuple(chosen)


def _chosen(candidates: Candidates, which: torch.Tensor) -> Candidates:
    return replace(
        candidates,
        boxes=candidates.boxes[which],
        network_boxes=candidates.network_boxes[which],
        scores=candidates.scores[which],
        labels=candidates.labels[which],
        sources=candidates.sources[which],
    )
