r"""Greedy non-maximum suppression that keeps a record of who suppressed whom.

The recipe (Faster R-CNN, https://arxiv.org/abs/1506.01497, and
https://docs.pytorch.org/vision/stable/generated/torchvision.ops.batched_nms.html):

1. drop candidates whose score is not above the score threshold;
2. take the best one left, keep it, drop every box (of its class) with $\mathrm{IoU} > t$ to it;
3. repeat until none is left.

$$\mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|}$$

The record costs one IoU matrix of kept against suppressed boxes: a suppressed box's killer is the first kept
box, in order of score, that overlaps it by more than the threshold. torchvision's operator does the deciding.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection
from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.ops import batched_nms, box_iou, nms

from core.detection.results import Candidates, Detections, Fate
from core.errors import UserError


def _killers(boxes: Tensor, scores: Tensor, groups: Tensor, kept: Tensor, iou: float) -> tuple[Tensor, Tensor]:
    """Who suppressed each box that NMS did not keep.

    Args:
        boxes: (M, 4) the boxes NMS saw.
        scores: (M,) a box is suppressed by a better one only.
        groups: (M,) boxes of different groups do not suppress each other.
        kept: (K,) indices NMS kept, best first.
        iou: NMS threshold.

    Returns:
        (M,) index of the killer into `boxes`, -1 for kept ones, and (M,) its IoU, NaN for kept ones.
    """
    killers = torch.full((len(boxes),), -1)
    ious = torch.full((len(boxes),), math.nan)
    lost = torch.ones(len(boxes), dtype=torch.bool)
    lost[kept] = False
    lost = lost.nonzero().squeeze(1)  # (L,)
    if len(lost):
        overlap = box_iou(boxes[lost], boxes[kept])  # (L, K)
        can = (groups[lost, None] == groups[None, kept]) & (scores[lost, None] <= scores[None, kept])
        overlap = overlap.masked_fill(~can, -1)
        over = overlap > iou
        # argmax of booleans gives the first True. NMS works on boxes shifted by class, where an IoU within a
        # rounding error of the threshold can fall on its other side: then nothing is over, take the largest.
        first = torch.where(over.any(1), over.int().argmax(1), overlap.argmax(1))  # (L,)
        killers[lost] = kept[first]
        ious[lost] = overlap.gather(1, first[:, None]).squeeze(1)
    return killers, ious


def _check(iou: float, score: float) -> None:
    for value, what in ((iou, "NMS threshold"), (score, "score threshold")):
        if not (math.isfinite(value) and 0 <= value <= 1):
            raise UserError(f"The {what} must be a number from 0 to 1, not {value}.")


@dataclass(frozen=True)
class _Run:
    """What goes into NMS and what comes out: M boxes above the score, K of them kept.

    Attributes:
        above: (M,) which candidates take part.
        boxes: (M, 4) network pixels.
        scores: (M,)
        labels: (M,)
        groups: (M,) boxes of different groups do not suppress each other.
        kept: (K,) index into the above, best first.
    """

    above: Tensor
    boxes: Tensor
    scores: Tensor
    labels: Tensor
    groups: Tensor
    kept: Tensor


def _run(candidates: Candidates, iou: float, score: float, class_aware: bool) -> _Run:
    above = (candidates.scores > score).nonzero().squeeze(1)
    boxes, scores, labels = candidates.network_boxes[above], candidates.scores[above], candidates.labels[above]
    groups = labels if class_aware else torch.zeros_like(labels)
    kept = batched_nms(boxes, scores, groups, iou) if class_aware else nms(boxes, scores, iou)
    return _Run(above, boxes, scores, labels, groups, kept)


def count_kept(
    candidates: Candidates,
    iou: float,
    score: float,
    *,
    class_aware: bool = True,
    classes: Collection[str] | None = None,
    limit: int = 100,
) -> int:
    """How many detections `suppress` would give, without the record: for trying many thresholds."""
    _check(iou, score)
    run = _run(candidates, iou, score, class_aware)
    wanted = range(len(candidates.classes)) if classes is None else [candidates.classes.index(c) for c in classes]
    return min(limit, int(torch.isin(run.labels[run.kept], torch.tensor(wanted)).sum()))


def suppress(
    candidates: Candidates,
    iou: float = 0.5,
    score: float = 0.05,
    *,
    class_aware: bool = True,
    classes: Collection[str] | None = None,
    limit: int = 100,
) -> Detections:
    """Score threshold, NMS, class filter and limit, in this order, with the fate of every candidate.

    Equal to torchvision's `FasterRCNN` with `box_nms_thresh=iou`, `box_score_thresh=score` and
    `box_detections_per_img=limit`. NMS runs in network pixels, as there.

    Args:
        candidates: one picture's; a score threshold below their floor acts as the floor.
        iou: overlap above which the weaker of two boxes goes, in [0, 1].
        score: what a score must exceed, in [0, 1].
        class_aware: only boxes of one class suppress each other; else any box suppresses any.
        classes: names to show, applied after NMS (an unshown class still suppresses); None shows all.
        limit: how many detections at most, the best.

    Raises:
        UserError: a threshold outside [0, 1], a negative limit, or a class the model does not know.
    """
    started = time.perf_counter()
    _check(iou, score)
    if limit < 0:
        raise UserError(f"The number of boxes to keep cannot be negative, {limit} is.")
    unknown = sorted(set(classes or ()) - set(candidates.classes[1:]))
    if unknown:
        raise UserError(f"The model does not know the class {unknown[0]!r}.")

    run = _run(candidates, iou, score, class_aware)
    above, labels, kept = run.above, run.labels, run.kept
    killers, ious = _killers(run.boxes, run.scores, run.groups, kept, iou)

    fates = [Fate.BELOW_SCORE] * len(candidates)
    for index in above.tolist():
        fates[index] = Fate.SUPPRESSED
    wanted = None if classes is None else set(classes)
    winners: list[int] = []
    for index, label in zip(above[kept].tolist(), labels[kept].tolist(), strict=True):
        if wanted is not None and candidates.classes[label] not in wanted:
            fates[index] = Fate.OTHER_CLASS
        elif len(winners) == limit:
            fates[index] = Fate.OVER_LIMIT
        else:
            fates[index] = Fate.KEPT
            winners.append(index)

    all_killers = torch.full((len(candidates),), -1)
    all_killers[above] = torch.where(killers >= 0, above[killers.clamp(min=0)] if len(above) else killers, killers)
    all_ious = torch.full((len(candidates),), math.nan)
    all_ious[above] = ious
    chosen = torch.tensor(winners, dtype=torch.int64)
    return Detections(
        boxes=candidates.boxes[chosen],
        scores=candidates.scores[chosen],
        labels=tuple(candidates.classes[label] for label in candidates.labels[chosen].tolist()),
        indices=chosen,
        fates=tuple(fates),
        killers=all_killers,
        killer_ious=all_ious,
        milliseconds=(time.perf_counter() - started) * 1e3,
    )
