"""Which anchors a region proposal network learns an object from: its best IoU decides.

Ren et al. (https://arxiv.org/abs/1506.01497), section 3.1.2: positive is an anchor whose IoU with an object is 0.7 or
more, and the best anchor of each object, however low; negative is one below 0.3 with all objects; the others are
ignored. The rule is torchvision's `Matcher` with `allow_low_quality_matches`, as its `RegionProposalNetwork` calls it
(https://docs.pytorch.org/vision/stable/_modules/torchvision/models/detection/rpn.html).

Shapes: G objects, S anchors; boxes (x1, y1, x2, y2) in network pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.models.detection._utils import Matcher
from torchvision.ops import box_iou

from core.errors import UserError

POSITIVE, NEGATIVE = 0.7, 0.3


@dataclass(frozen=True, eq=False)
class Overlaps:
    """How well anchors lie on objects.

    Attributes:
        ious: (G, S).
        best: (G,) the highest IoU of each object.
        best_anchor: (G,) int64 whose that is, the first of several.
    """

    ious: Tensor
    best: Tensor
    best_anchor: Tensor


@dataclass(frozen=True, eq=False)
class Matching:
    """What becomes of each anchor.

    Attributes:
        labels: (S,) int64 which object it is to find; -1: none, it is background; -2: ignored.
        positives: (P,) int64 the anchors that are to find one.
        forced: (P,) whether each is so only as the best anchor of an object.
        negative: how many are background.
        ignored: how many are neither.
    """

    labels: Tensor
    positives: Tensor
    forced: Tensor
    negative: int
    ignored: int

    @property
    def positive(self) -> int:
        """How many are to find an object, those that are forced among them."""
        return len(self.positives)

    def of_object(self, number: int) -> tuple[int, int]:
        """Anchors that are to find this object, and how many of them are forced."""
        own = self.labels[self.positives] == number
        return int(own.sum()), int((own & self.forced).sum())


def overlaps(objects: Tensor, anchors: Tensor) -> Overlaps:
    """IoU of each object with each anchor: (G, 4) with (S, 4), S at least 1."""
    ious = box_iou(objects, anchors)
    best, which = ious.max(1)
    return Overlaps(ious, best, which)


def match(found: Overlaps, positive: float = POSITIVE, negative: float = NEGATIVE) -> Matching:
    """Say of each anchor what it is to learn.

    Args:
        found: the overlaps; without an object every anchor is background.
        positive: IoU from which on an anchor is to find an object.
        negative: IoU below which it is background.

    Raises:
        UserError: the first is below the second.
    """
    if positive < negative:
        raise UserError(
            f"An anchor cannot be positive from IoU {positive:.2f} and negative below {negative:.2f}: the first must "
            "not be the smaller."
        )
    if not len(found.ious):
        none = torch.arange(0)
        return Matching(torch.full((found.ious.shape[1],), -1), none, none.bool(), found.ious.shape[1], 0)
    labels = Matcher(positive, negative, allow_low_quality_matches=True)(found.ious)
    chosen = (labels >= 0).nonzero().squeeze(1)
    forced = found.ious[:, chosen].amax(0) < positive
    return Matching(
        labels,
        chosen,
        forced,
        negative=int((labels == Matcher.BELOW_LOW_THRESHOLD).sum()),
        ignored=int((labels == Matcher.BETWEEN_THRESHOLDS).sum()),
    )


@dataclass(frozen=True, eq=False)
class Here:
    """The anchors of one place.

    Attributes:
        anchors: (A, 4).
        ious: (G, A) with each object.
    """

    anchors: Tensor
    ious: Tensor

    def best(self, number: int) -> tuple[int, float]:
        """Which of them suits an object best, and its IoU."""
        value, which = self.ious[number].max(0)
        return int(which), float(value)


def at_place(found: Overlaps, anchors: Tensor, which: range) -> Here:
    """Those of one place, with what was computed for all.

    Args:
        found: of all S anchors.
        anchors: (S, 4).
        which: of them.
    """
    return Here(anchors[which.start : which.stop], found.ious[:, which.start : which.stop])
