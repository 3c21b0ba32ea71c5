r"""How many of the objects the first N proposals hit, and how well: recall over N, and average recall.

Hosang et al., What makes for effective detection proposals? (https://arxiv.org/abs/1502.05082), section 5: with
$\mathrm{IoU}(g_i)$ of object $i$ and the proposal closest to it among the first N,

$$\mathrm{recall}_t(N) = \frac{1}{n} \sum_{i=1}^{n} [\,\mathrm{IoU}(g_i) \ge t\,] \qquad
\mathrm{AR}(N) = 2 \int_{0.5}^{1} \mathrm{recall}_o(N)\,\mathrm{d}o
= \frac{2}{n} \sum_{i=1}^{n} \max(\mathrm{IoU}(g_i) - 0.5,\ 0)$$

COCO's AR takes the mean over ten thresholds instead of the integral. IoU does not change where both axes are scaled,
so that network pixels and image pixels give the same.

Shapes: G objects, R proposals, the highest objectness first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.ops import box_iou

from core.errors import UserError


@dataclass(frozen=True, eq=False)
class Hits:
    """Proposals against objects.

    Attributes:
        iou: (G, R) of each object with each proposal.
        threshold: IoU from which on a proposal hits an object.
    """

    iou: Tensor
    threshold: float

    @property
    def objects(self) -> int:
        """Number of objects G."""
        return self.iou.shape[0]

    @property
    def proposals(self) -> int:
        """Number of proposals R."""
        return self.iou.shape[1]

    def best(self) -> Tensor:
        """(G, R) IoU of each object with the closest of the first 1, 2, ... R proposals."""
        return self.iou.cummax(1).values if self.iou.numel() else self.iou

    def first_hit(self) -> tuple[int | None, ...]:
        """(G) which proposal is the first to hit each object, counted from 0; None: none does."""
        hit = self.iou >= self.threshold
        return tuple(int(row.int().argmax()) if bool(row.any()) else None for row in hit)

    def recall(self) -> Tensor:
        """(R,) share of the objects that the first 1, 2, ... R proposals hit; NaN without objects."""
        return (self.best() >= self.threshold).double().mean(0)

    def average_recall(self) -> Tensor:
        """(R,) average recall of the first 1, 2, ... R proposals; NaN without objects."""
        return 2 * (self.best().double() - 0.5).clamp(min=0).mean(0)

    def hit_by(self, count: int) -> int:
        """How many objects the first `count` proposals hit."""
        return sum(first is not None and first < count for first in self.first_hit())

    def hitting(self, count: int) -> int:
        """How many of the first `count` proposals hit an object."""
        return int((self.iou[:, :count] >= self.threshold).any(0).sum()) if self.objects else 0

    def nearest(self) -> tuple[Tensor, Tensor]:
        """(R,) int64 which object each proposal overlaps most, and (R,) by which IoU; -1 and 0 without objects."""
        if not self.objects:
            return torch.full((self.proposals,), -1), torch.zeros(self.proposals)
        values, which = self.iou.max(0)
        return which, values


def hits(objects: Tensor, proposals: Tensor, threshold: float) -> Hits:
    """Hold proposals against objects.

    Args:
        objects: (G, 4) boxes, in the frame of the proposals.
        proposals: (R, 4) boxes, the highest objectness first.
        threshold: IoU from which on one hits the other, in [0, 1].

    Raises:
        UserError: a threshold outside [0, 1].
    """
    if not (math.isfinite(threshold) and 0 <= threshold <= 1):
        raise UserError(f"The IoU threshold must be a number from 0 to 1, not {threshold}.")
    return Hits(box_iou(objects, proposals), threshold)
