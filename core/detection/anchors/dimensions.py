r"""Anchors from data: k-means of widths and heights with the distance 1 - IoU.

Redmon and Farhadi, YOLO9000 (https://arxiv.org/abs/1612.08242), section 2, "Dimension Clusters": all boxes are laid
with their centres on one another, $d(\text{box}, \text{centroid}) = 1 - \mathrm{IoU}(\text{box}, \text{centroid})$,
so that a large box counts no more than a small one. scikit-learn's `KMeans` knows the Euclidean distance alone.

A mean (or a median) of widths and heights minimises another distance than this one, so that Lloyd's second step may
make things worse; here a centroid moves only where its own boxes come nearer to it, and the objective never rises.

Shapes: N boxes and K centroids as (width, height) in network pixels, float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from core.errors import UserError

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
RESTARTS = 8
MOST_STEPS = 100


class Update(StrEnum):
    """What a centroid moves to."""

    MEAN = "mean"
    MEDIAN = "median"


_CENTRE: dict[Update, Callable[..., Array]] = {Update.MEAN: np.mean, Update.MEDIAN: np.median}


@dataclass(frozen=True, eq=False)
class Clusters:
    """What k-means found.

    Attributes:
        centroids: (K, 2) the smallest area first.
        of: (N,) int64 which centroid each box belongs to.
        objective: mean of 1 - IoU after each step of the best start, never rising.
    """

    centroids: Array
    of: Indices
    objective: tuple[float, ...]

    @property
    def mean_iou(self) -> float:
        """Of each box with its centroid."""
        return 1 - self.objective[-1]


def centred_iou(boxes: Array, centroids: Array) -> Array:
    """(N, K) IoU of boxes that lie with their centres on one another."""
    shared = np.minimum(boxes[:, None], centroids).prod(2)  # (N, K)
    union: Array = boxes.prod(1)[:, None] + centroids.prod(1) - shared
    return np.asarray(shared / union, dtype=np.float64)


def best_iou(boxes: Array, centroids: Array) -> Array:
    """(N,) of each box with what suits it best: no place of a grid can do better."""
    return np.asarray(centred_iou(boxes, centroids).max(1), dtype=np.float64)


def cluster(boxes: Array, k: int, seed: int = 0, update: Update = Update.MEAN, restarts: int = RESTARTS) -> Clusters:
    """k-means on 1 - IoU, the best of some starts.

    Args:
        boxes: (N, 2), each side above 0.
        k: how many centroids; where fewer boxes differ, one for each that differs.
        seed: of the starts, which are boxes of the data, farther ones more likely (k-means++).
        update: what a centroid moves to.
        restarts: how many starts.

    Raises:
        UserError: there are no boxes, or one has no area.
    """
    if not len(boxes):
        raise UserError("There are no boxes to take anchors from.")
    if not (boxes > 0).all():
        raise UserError("A box without area has no size to take an anchor from.")
    distinct = np.unique(boxes, axis=0)
    k, random = min(k, len(distinct)), np.random.default_rng(seed)
    runs = [_lloyd(boxes, _start(distinct, k, random), update) for _ in range(restarts)]
    best = min(runs, key=lambda run: run.objective[-1])
    order = np.argsort(best.centroids.prod(1), kind="stable")
    return Clusters(best.centroids[order], np.argsort(order)[best.of], best.objective)


def _start(distinct: Array, k: int, random: np.random.Generator) -> Array:
    """(K, 2) different boxes, each as likely as it is far from those before (Arthur and Vassilvitskii, 2007)."""
    chosen = [int(random.integers(len(distinct)))]
    while len(chosen) < k:
        far = 1 - best_iou(distinct, distinct[chosen])
        far[chosen] = 0
        chosen.append(int(random.choice(len(distinct), p=far / far.sum())))
    return distinct[chosen].copy()


def _lloyd(boxes: Array, centroids: Array, update: Update) -> Clusters:
    iou = centred_iou(boxes, centroids)
    of = iou.argmax(1)
    objective = [float(1 - iou.max(1).mean())]
    for _ in range(MOST_STEPS):
        for number in range(len(centroids)):
            own = boxes[of == number]
            if not len(own):
                continue
            moved = _CENTRE[update](own, axis=0, keepdims=True)  # (1, 2)
            if centred_iou(own, moved).mean() > centred_iou(own, centroids[number : number + 1]).mean():
                centroids[number] = moved
        iou = centred_iou(boxes, centroids)
        of = iou.argmax(1)
        objective.append(float(1 - iou.max(1).mean()))
        if objective[-1] >= objective[-2] - 1e-12:
            break
    return Clusters(centroids, of, tuple(objective))
