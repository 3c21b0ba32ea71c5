"""Faster R-CNN (Ren et al. 2015, https://arxiv.org/abs/1506.01497): the regions are learned, on the same feature map.

Nothing is run here: this is what the detector's own forward pass left, and what that pass took.
"""

from __future__ import annotations

from torchvision.models.detection.transform import resize_boxes

from core.detection.ladder.result import FLOOR, Method, Rung
from core.detection.results import Candidates, StagedCandidates


def of(found: StagedCandidates) -> Rung:
    """The method on a picture that the detector has looked at; class boxes over the floor of the others."""
    kept = (found.scores > FLOOR).nonzero().squeeze(1)
    regions = resize_boxes(found.proposals, list(found.network_size), list(found.image_size))  # (R, 4)
    candidates = Candidates(
        classes=found.classes,
        image_size=found.image_size,
        network_size=found.network_size,
        boxes=found.boxes[kept],
        network_boxes=found.network_boxes[kept],
        scores=found.scores[kept],
        labels=found.labels[kept],
        sources=found.sources[kept],
        floor=FLOOR,
        times=(),
    )
    return Rung(Method.FASTER, regions, candidates, 1, found.times)
