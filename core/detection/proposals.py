"""From scored anchors to proposals: the best of each level, non-maximum suppression within it, the best of all.

torchvision's `RegionProposalNetwork.filter_proposals`
(https://docs.pytorch.org/vision/stable/_modules/torchvision/models/detection/rpn.html), with the same operators in the
same order, but it says which anchor each proposal came from, and its thresholds are arguments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torchvision.ops import batched_nms, clip_boxes_to_image, remove_small_boxes


@dataclass(frozen=True, eq=False)
class Proposals:
    """R boxes that may hold an object, the highest objectness first.

    Attributes:
        boxes: (R, 4) network pixels, clipped to the picture.
        objectness: (R,) in [0, 1].
        anchor_of: (R,) int64 which anchor each came from.
        entered: boxes that non-maximum suppression chose from, the best of each level.
        survived: boxes that it left, of which the best R were kept.
    """

    boxes: Tensor
    objectness: Tensor
    anchor_of: Tensor
    entered: int
    survived: int

    def __len__(self) -> int:
        """Number of proposals R."""
        return len(self.boxes)

    def first(self, count: int) -> Proposals:
        """The `count` of the highest objectness, or all where there are fewer."""
        return replace(
            self, boxes=self.boxes[:count], objectness=self.objectness[:count], anchor_of=self.anchor_of[:count]
        )


def best_of_each_level(logits: Tensor, per_level: Sequence[int], top: int) -> tuple[Tensor, Tensor]:
    """The `top` anchors of each level by objectness.

    Returns:
        (K,) which of the S anchors they are, and (K,) their levels, counted from 0.
    """
    chosen, begin = [], 0
    for count in per_level:
        chosen.append(logits[begin : begin + count].topk(min(count, top)).indices + begin)
        begin += count
    levels = torch.cat([torch.full_like(some, level) for level, some in enumerate(chosen)])
    return torch.cat(chosen), levels


def best_proposals(
    rpn: Any,
    boxes: Tensor,
    logits: Tensor,
    image_size: tuple[int, int],
    per_level: Sequence[int],
    *,
    iou: float | None = None,
    limit: int | None = None,
) -> Proposals:
    """Choose among S decoded anchors of one picture.

    Args:
        rpn: torchvision's region proposal network; only its settings are read.
        boxes: (S, 4) anchors moved by their deltas, network pixels.
        logits: (S,) objectness before the sigmoid.
        image_size: (height, width) network pixels.
        per_level: anchors of each level.
        iou: threshold of its NMS; None: the network's own.
        limit: proposals at most; None: the network's own.
    """
    kept, levels = best_of_each_level(logits, per_level, rpn.pre_nms_top_n())
    entered = len(kept)
    chosen = clip_boxes_to_image(boxes[kept], image_size)
    scores = torch.sigmoid(logits[kept])
    large = remove_small_boxes(chosen, rpn.min_size)
    large = large[scores[large] >= rpn.score_thresh]
    kept, levels, chosen, scores = kept[large], levels[large], chosen[large], scores[large]
    winners = batched_nms(chosen, scores, levels, rpn.nms_thresh if iou is None else iou)
    survived = len(winners)
    winners = winners[: rpn.post_nms_top_n() if limit is None else limit]
    return Proposals(chosen[winners], scores[winners], kept[winners], entered, survived)
