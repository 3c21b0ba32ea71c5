r"""Which detection found which target box: greedy matching by score, and why the rest is wrong.

The rule is COCO's (https://cocodataset.org/#detection-eval, `COCOeval.evaluateImg`): within a picture and class, the
highest-scoring detection first, each takes the free target box that it overlaps most, if IoU >= t. Pascal VOC's
(https://doi.org/10.1007/s11263-014-0733-5, section 4.2) differs in one point: there a detection looks only at the
target box that it overlaps most, taken or not, and is a duplicate if that one is taken.

Shapes: G target boxes, D detections.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import torch
from torchvision.ops import box_iou

from core.detection.scoring.evaluated_images import Array, EvaluatedImage, Indices

MOST_OF_A_CLASS = 100
"""Detections of one class that count in a picture, the highest-scoring: COCO's `maxDets`."""
NEAR = 0.1
"""IoU with a target box of its class from which a false positive is called badly placed (Hoiem et al., ECCV 2012)."""


class Outcome(StrEnum):
    """What a detection is at an IoU threshold."""

    RIGHT = "true positive"
    DUPLICATE = "duplicate"
    WRONG_CLASS = "wrong class"
    BADLY_PLACED = "poor localisation"
    BACKGROUND = "background"
    IGNORED = "ignored"

    @property
    def false_positive(self) -> bool:
        """Whether it counts as wrong."""
        return self not in (Outcome.RIGHT, Outcome.IGNORED)


@dataclass(frozen=True, eq=False)
class Overlaps:
    """IoU of every detection with every target box of a picture; what all thresholds have in common.

    Attributes:
        image: the picture.
        order: (D,) detections, the highest-scoring first, as they stand where scores are equal.
        ious: (D, G) intersection over union; for a crowd intersection over the detection's own area, as in COCO.
        touching: (P,) target box of each pair that overlaps at all, detection by detection, each one's largest IoU
            first; of equal IoUs the last target box first, as COCO takes them.
        starts: (D + 1,) where each detection's pairs begin.
    """

    image: EvaluatedImage
    order: Indices
    ious: Array
    touching: Indices
    starts: Indices


def overlaps(image: EvaluatedImage) -> Overlaps:
    """Measure a picture once."""
    found, target = image.found, image.target
    boxes = torch.from_numpy(found.boxes)
    ious: Array = box_iou(boxes, torch.from_numpy(target.boxes)).numpy().reshape(len(found), len(target))
    if target.crowd.any():
        low = np.maximum(found.boxes[:, None, :2], target.boxes[None, :, :2])  # (D, G, 2)
        high = np.minimum(found.boxes[:, None, 2:], target.boxes[None, :, 2:])
        inside = (high - low).clip(min=0).prod(axis=2)  # (D, G)
        own = (found.boxes[:, 2:] - found.boxes[:, :2]).prod(axis=1)  # (D,)
        ious = np.where(target.crowd, inside / own[:, None], ious)
    detection, touched = np.nonzero(ious)
    by_iou = np.lexsort((-touched, -ious[detection, touched], detection))
    starts = np.searchsorted(detection, np.arange(len(found) + 1))
    return Overlaps(image, np.argsort(-found.scores, kind="stable"), ious, touched[by_iou], starts)


@dataclass(frozen=True, eq=False)
class Matches:
    """What became of every box of a picture at one threshold.

    Attributes:
        image: the picture.
        iou: the threshold.
        order: (D,) detections, the highest-scoring first.
        outcomes: (D,)
        partners: (D,) int64: for a true positive its target box; for a wrong class the target box it took for another,
            if nothing else found that; else -1.
        nearest: (D,) int64 the target box that explains the outcome: the partner, what it duplicates or confuses, else
            the one it overlaps most; -1 where it overlaps none.
        ious: (D,) IoU with the nearest, 0 where there is none.
        finders: (G,) int64 the true positive that found each target box; -1 for missed and ignored ones.
    """

    image: EvaluatedImage
    iou: float
    order: Indices
    outcomes: tuple[Outcome, ...]
    partners: Indices
    nearest: Indices
    ious: Array
    finders: Indices

    @property
    def missed(self) -> tuple[int, ...]:
        """False negatives: target boxes to be found that no detection of their class found."""
        return tuple(np.flatnonzero((self.finders < 0) & ~self.image.target.ignored).tolist())

    def count(self, *outcomes: Outcome) -> int:
        """How many detections have one of these outcomes."""
        return sum(outcome in outcomes for outcome in self.outcomes)


class _Search:
    """The target boxes that a detection overlaps, best first: plain lists, since a picture has few."""

    def __init__(self, measured: Overlaps) -> None:
        self._starts, self._touching = measured.starts.tolist(), measured.touching.tolist()
        self._ious = measured.ious

    def best(self, index: int, allowed: Sequence[bool], iou: float) -> int:
        """The allowed target box that a detection overlaps most, if that reaches the threshold; else -1."""
        row = self._ious[index]
        for target in self._touching[self._starts[index] : self._starts[index + 1]]:
            if row[target] < min(iou, 1 - 1e-10):
                return -1
            if allowed[target]:
                return int(target)
        return -1


def match(measured: Overlaps, iou: float, *, reasons: bool = True) -> Matches:
    """Match the boxes of a picture at an IoU threshold.

    Args:
        measured: the picture.
        iou: at least so much overlap makes a match, above 0, at most 1.
        reasons: tell false positives apart; without, all are called background, which is enough for AP and faster.
    """
    image = measured.image
    target, count = image.target, len(image.found)
    search, ignored = _Search(measured), target.ignored.tolist()
    outcomes = [Outcome.BACKGROUND] * count
    partners, nearest, finders = [-1] * count, [-1] * count, [-1] * len(target)
    # of each class: which target boxes are to be found, which of those are free, which need not be found
    to_find = {
        c: [g == c and not skip for g, skip in zip(target.labels, ignored, strict=True)] for c in set(target.labels)
    }
    spare = {c: [g == c and skip for g, skip in zip(target.labels, ignored, strict=True)] for c in set(target.labels)}
    free = {label: list(flags) for label, flags in to_find.items()}
    nowhere = [False] * len(target)
    seen: dict[str, int] = {}
    order = measured.order.tolist()
    for index in order:
        label = image.found.labels[index]
        seen[label] = seen.get(label, 0) + 1
        if seen[label] > MOST_OF_A_CLASS:
            outcomes[index] = Outcome.IGNORED
        elif (taken := search.best(index, free.get(label, nowhere), iou)) >= 0:
            outcomes[index], partners[index], nearest[index] = Outcome.RIGHT, taken, taken
            finders[taken], free[label][taken] = index, False
        elif (inside := search.best(index, spare.get(label, nowhere), iou)) >= 0:
            outcomes[index], nearest[index] = Outcome.IGNORED, inside
    unclaimed = [finder < 0 and not skip for finder, skip in zip(finders, ignored, strict=True)]
    every = [not skip for skip in ignored]
    for index in order if reasons else ():
        if outcomes[index] is not Outcome.BACKGROUND:
            continue
        own = to_find.get(image.found.labels[index], nowhere)
        # a box of its class that it reaches is taken, and a free one it reaches is thus of another class
        if (again := search.best(index, own, iou)) >= 0:
            outcomes[index], nearest[index] = Outcome.DUPLICATE, again
        elif (left := search.best(index, unclaimed, iou)) >= 0:
            outcomes[index], partners[index], nearest[index] = Outcome.WRONG_CLASS, left, left
            unclaimed[left] = False
        elif (wrong := search.best(index, every, iou)) >= 0:
            outcomes[index], nearest[index] = Outcome.WRONG_CLASS, wrong
        elif (near := search.best(index, own, NEAR)) >= 0:
            outcomes[index], nearest[index] = Outcome.BADLY_PLACED, near
        else:
            nearest[index] = search.best(index, every, 0)
    near_by = np.array(nearest, dtype=np.int64)
    ious = np.where(near_by >= 0, measured.ious[np.arange(count), near_by], 0.0) if len(target) else np.zeros(count)
    return Matches(
        image,
        iou,
        measured.order,
        tuple(outcomes),
        np.array(partners, dtype=np.int64),
        near_by,
        ious,
        np.array(finders, dtype=np.int64),
    )
