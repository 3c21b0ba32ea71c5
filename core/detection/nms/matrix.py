r"""The IoU of every two boxes that take part in NMS, and what each of these numbers decided.

$$\mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|}$$ by torchvision's `box_iou`
(https://docs.pytorch.org/vision/stable/generated/torchvision.ops.box_iou.html).

Boxes are numbered from 0 on, best first, as `core.detection.nms.part.taking_part` sorts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

import torch
from torch import Tensor
from torchvision.ops import box_iou, nms

from core.detection.results import Candidates, Detections


class Verdict(StrEnum):
    """What the IoU of two boxes did, the first being the one that scores higher."""

    UNDER = "not above the threshold"
    OTHER_CLASS = "above the threshold, but of another class"
    FIRST_GONE = "above the threshold, but the first had gone itself"
    SECOND_GONE = "above the threshold, but the second had gone already"
    DECIDED = "the first suppresses the second"


@dataclass(frozen=True, eq=False)
class IouMatrix:
    """M boxes against each other.

    Attributes:
        ious: (M, M) float32, in the pixels that NMS works in.
        suppressor: (M,) which box suppressed each; -1 for those that are kept.
        same_class: (M, M) bool, whether the two may suppress one another.
        iou: the threshold.
    """

    ious: Tensor
    suppressor: tuple[int, ...]
    same_class: Tensor
    iou: float

    def __len__(self) -> int:
        """Number of boxes M."""
        return len(self.suppressor)

    @cached_property
    def rows(self) -> list[list[float]]:
        """The IoUs as numbers."""
        rows: list[list[float]] = self.ious.tolist()
        return rows

    @cached_property
    def _same(self) -> list[list[bool]]:
        same: list[list[bool]] = self.same_class.tolist()
        return same

    @property
    def decided(self) -> tuple[tuple[int, int], ...]:
        """(suppressor, suppressed), in the order of the suppressed."""
        return tuple((by, box) for box, by in enumerate(self.suppressor) if by >= 0)

    @property
    def kept(self) -> tuple[int, ...]:
        """Boxes that are left, best first."""
        return tuple(box for box, by in enumerate(self.suppressor) if by < 0)

    def verdict(self, one: int, other: int) -> Verdict:
        """What the IoU of two boxes did; their order does not matter.

        The record counts, not the number: an IoU within a rounding error of the threshold can decide either way.
        """
        first, second = sorted((one, other))
        if self.suppressor[second] == first:
            return Verdict.DECIDED
        if self.rows[first][second] <= self.iou:
            return Verdict.UNDER
        if not self._same[first][second]:
            return Verdict.OTHER_CLASS
        return Verdict.FIRST_GONE if self.suppressor[first] >= 0 else Verdict.SECOND_GONE


def iou_matrix(part: Candidates, detections: Detections, iou: float, *, class_aware: bool) -> IouMatrix:
    """The matrix of the boxes that take part.

    Args:
        part: of `taking_part`.
        detections: of their suppression.
        iou: its threshold.
        class_aware: whether it compared boxes of one class only.
    """
    labels = part.labels if class_aware else torch.zeros_like(part.labels)
    return IouMatrix(
        ious=box_iou(part.network_boxes, part.network_boxes),
        suppressor=tuple(detections.suppressed_by.tolist()),
        same_class=labels[:, None] == labels[None, :],
        iou=iou,
    )


@dataclass(frozen=True)
class Precision:
    """One IoU in exact numbers and in two kinds of floating-point numbers.

    Attributes:
        exact: the fraction.
        single, double: as float32 and float64 give it.
        stays: whether the second box stays at the threshold, by the fraction.
        stays_single, stays_double: by torchvision's `nms` on boxes of these types.
    """

    exact: Fraction
    single: float
    double: float
    stays: bool
    stays_single: bool
    stays_double: bool


def precision(part: Candidates, first: int, second: int, iou: float) -> Precision:
    """Whether two boxes come closer than a threshold, by exact arithmetic and by torchvision.

    Args:
        part: of `taking_part`.
        first, second: which two.
        iou: the threshold; the decimal number that it is written as is meant.
    """
    pair = part.network_boxes[[first, second]]  # (2, 4)
    exact = _exact(*([Fraction(value) for value in box] for box in pair.tolist()))
    scores = torch.tensor([1.0, 0.5])

    def both(boxes: Tensor) -> bool:
        return len(nms(boxes, scores.to(boxes.dtype), iou)) == 2

    return Precision(
        exact=exact,
        single=float(box_iou(pair, pair)[0, 1]),
        double=float(box_iou(pair.double(), pair.double())[0, 1]),
        stays=exact <= Fraction(repr(iou)),
        stays_single=both(pair),
        stays_double=both(pair.double()),
    )


def _exact(a: list[Fraction], b: list[Fraction]) -> Fraction:
    def area(box: list[Fraction]) -> Fraction:
        return max(box[2] - box[0], Fraction(0)) * max(box[3] - box[1], Fraction(0))

    shared = area([max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])])
    union = area(a) + area(b) - shared
    return shared / union if union else Fraction(0)
