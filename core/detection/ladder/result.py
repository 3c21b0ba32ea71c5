"""What each of the four methods hands over: the regions it looked at, what it made of them, and what that took.

Shapes: N regions, C classes with the background. Boxes are (x1, y1, x2, y2), image pixels unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import torch
from torch import Tensor
from torchvision.ops import box_iou

from core.detection.results import SMALLEST_SIDE, Candidates, Detections, StageTime

FLOOR = 0.05
"""A class box that scores this or less is not kept."""
NMS_IOU = 0.5
"""Of the lecture's recipe, and torchvision's default."""
TRUE_IOU = 0.5
"""A region is true where it overlaps an object by this much."""
MOST = 2_000
"""Windows or regions at most: about as many as R-CNN took of a picture."""


class Method(StrEnum):
    """The four, in the order of their years."""

    SLIDING = "Sliding window"
    RCNN = "R-CNN"
    FAST = "Fast R-CNN"
    FASTER = "Faster R-CNN"


@dataclass(frozen=True, eq=False)
class Rung:
    """A picture, looked at by one method.

    Attributes:
        method: which.
        regions: (N, 4) what it looked at.
        candidates: class boxes over `FLOOR` with their scores and labels, before NMS; `sources` counts the regions.
        passes: how often pixels went through the backbone.
        parts: what it took, part by part; waiting for the device is not in it.
        side: pixels of a crop's side, 0 for a method without crops.
    """

    method: Method
    regions: Tensor
    candidates: Candidates
    passes: int
    parts: tuple[StageTime, ...]
    side: int = 0

    @property
    def seconds(self) -> float:
        """What all of it took."""
        return sum(part.milliseconds for part in self.parts) / 1e3

    def detections(self, score: float) -> Detections:
        """What is left after the score threshold and class-wise NMS.

        Raises:
            UserError: a threshold outside [0, 1].
        """
        return self.candidates.suppress(NMS_IOU, score)

    def true_regions(self, objects: Tensor) -> Tensor:
        """(N,) whether each region overlaps one of these boxes, (G, 4), by `TRUE_IOU` or more."""
        return overlaps(self.regions, objects)


def overlaps(regions: Tensor, objects: Tensor) -> Tensor:
    """(N,) whether each of (N, 4) regions has an IoU of `TRUE_IOU` or more with one of (G, 4) boxes."""
    if not len(objects) or not len(regions):
        return torch.zeros(len(regions), dtype=torch.bool)
    return box_iou(regions, objects).amax(1) >= TRUE_IOU


def class_boxes(
    classes: tuple[str, ...],
    image_size: tuple[int, int],
    network_size: tuple[int, int],
    scores: Tensor,
    boxes: Tensor,
    network_boxes: Tensor,
) -> Candidates:
    """Candidates of all classes of all regions, as torchvision's `RoIHeads.postprocess_detections` takes them.

    Args:
        classes: (C,) names, background first.
        image_size, network_size: (height, width).
        scores: (N, C) softmax over the classes.
        boxes: (N, C, 4) the box each class would have, image pixels.
        network_boxes: (N, C, 4) the same where NMS is to work.
    """
    flat = scores[:, 1:].reshape(-1)  # (N * (C - 1),), background gone
    moved = network_boxes[:, 1:].reshape(-1, 4)
    chosen = (flat > FLOOR).nonzero().squeeze(1)
    sides = moved[chosen, 2:] - moved[chosen, :2]
    chosen = chosen[(sides >= SMALLEST_SIDE).all(1)]
    foreground = len(classes) - 1
    return Candidates(
        classes=classes,
        image_size=image_size,
        network_size=network_size,
        boxes=boxes[:, 1:].reshape(-1, 4)[chosen].cpu(),
        network_boxes=moved[chosen].cpu(),
        scores=flat[chosen].cpu(),
        labels=(chosen % foreground + 1).cpu(),
        sources=(chosen // foreground).cpu(),
        floor=FLOOR,
        times=(),
    )
