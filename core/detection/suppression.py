r"""Greedy non-maximum suppression that keeps a record of who suppressed whom.

The recipe (Faster R-CNN, https://arxiv.org/abs/1506.01497, and
https://docs.pytorch.org/vision/stable/generated/torchvision.ops.batched_nms.html):

1. drop candidates whose score is not above the score threshold;
2. take the best one left, keep it, drop every box (of its class) with $\mathrm{IoU} > t$ to it;
3. repeat until none is left.

$$\mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|}$$

The record costs one IoU matrix of kept against suppressed boxes: a suppressed box's suppressor is the first kept
box, in order of score, that overlaps it by more than the threshold. torchvision's operator does the deciding.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.ops import batched_nms, box_iou, nms

from core.errors import UserError


@dataclass(frozen=True)
class Survivors:
    """What goes into NMS and what comes out: M boxes above the score, K of them kept.

    Attributes:
        above: (M,) which of all boxes take part.
        boxes: (M, 4) those.
        scores: (M,)
        labels: (M,)
        groups: (M,) boxes of different groups do not suppress each other.
        kept: (K,) index into the above, best first.
        iou: the threshold.
    """

    above: Tensor
    boxes: Tensor
    scores: Tensor
    labels: Tensor
    groups: Tensor
    kept: Tensor
    iou: float


def survivors(
    boxes: Tensor, scores: Tensor, labels: Tensor, iou: float, score: float, *, class_aware: bool
) -> Survivors:
    """Score threshold, then NMS.

    Args:
        boxes: (N, 4)
        scores: (N,)
        labels: (N,) int64 class of each.
        iou: overlap above which the weaker of two boxes goes, in [0, 1].
        score: what a score must exceed, in [0, 1].
        class_aware: only boxes of one class suppress each other; else any box suppresses any.

    Raises:
        UserError: a threshold outside [0, 1].
    """
    for value, what in ((iou, "NMS threshold"), (score, "score threshold")):
        if not (math.isfinite(value) and 0 <= value <= 1):
            raise UserError(f"The {what} must be a number from 0 to 1, not {value}.")
    above = (scores > score).nonzero().squeeze(1)
    boxes, scores, labels = boxes[above], scores[above], labels[above]
    groups = labels if class_aware else torch.zeros_like(labels)
    kept = batched_nms(boxes, scores, groups, iou) if class_aware else nms(boxes, scores, iou)
    return Survivors(above, boxes, scores, labels, groups, kept, iou)


def suppressed_by(run: Survivors, count: int) -> tuple[Tensor, Tensor]:
    """Who suppressed each box that NMS did not keep.

    Args:
        run: of NMS.
        count: N, how many boxes there were before the score threshold.

    Returns:
        (N,) the suppressor as one of the N boxes, -1 for a box that was not suppressed, and (N,) its IoU, NaN there.
    """
    boxes, scores, groups, kept = run.boxes, run.scores, run.groups, run.kept
    found, ious = torch.full((count,), -1), torch.full((count,), math.nan)
    lost = torch.ones(len(boxes), dtype=torch.bool)
    lost[kept] = False
    lost = lost.nonzero().squeeze(1)  # (L,)
    if len(lost):
        overlap = box_iou(boxes[lost], boxes[kept])  # (L, K)
        can = (groups[lost, None] == groups[None, kept]) & (scores[lost, None] <= scores[None, kept])
        overlap = overlap.masked_fill(~can, -1)
        over = overlap > run.iou
        # argmax of booleans gives the first True. NMS works on boxes shifted by class, where an IoU within a
        # rounding error of the threshold can fall on its other side: then nothing is over, take the largest.
        first = torch.where(over.any(1), over.int().argmax(1), overlap.argmax(1))  # (L,)
        found[run.above[lost]] = run.above[kept[first]]
        ious[run.above[lost]] = overlap.gather(1, first[:, None]).squeeze(1)
    return found, ious
