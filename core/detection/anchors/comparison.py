"""Anchors that somebody wrote down against those that k-means takes from the data: which objects does either reach?

Boxes and anchors lie with their centres on one another, as in `core.detection.anchors.dimensions`: what is told is the
shape alone, and no grid of places does better. Shapes: N boxes, K and A anchors as (width, height), network pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.detection.anchors.dimensions import Array, Clusters, Update, best_iou, cluster

MOST_K = 12
MOST_CLUSTERED = 1_000
"""Boxes that k-means looks at; of more it takes so many by the seed."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two sets of anchors on the same boxes.

    Attributes:
        written: (N,) best IoU of each box with the anchors that were written down.
        clustered: (N,) with those of k-means.
    """

    written: Array
    clustered: Array

    def missed(self, reach: float) -> tuple[float, float]:
        """Share of the boxes that no anchor reaches, IoU below `reach`: written, clustered."""
        return float((self.written < reach).mean()), float((self.clustered < reach).mean())

    def of(self, rows: npt.NDArray[np.bool_]) -> Comparison:
        """Of some of the boxes."""
        return Comparison(self.written[rows], self.clustered[rows])

    def means(self) -> tuple[float, float]:
        """Mean best IoU: written, clustered."""
        return float(self.written.mean()), float(self.clustered.mean())


@dataclass(frozen=True)
class ClassRow:
    """One class.

    Attributes:
        label: its name.
        count: of boxes.
        width, height: medians, network pixels.
        means: mean best IoU, written and clustered.
        missed: shares below the threshold, likewise.
    """

    label: str
    count: int
    width: float
    height: float
    means: tuple[float, float]
    missed: tuple[float, float]


def compare(boxes: Array, written: Array, centroids: Array) -> Comparison:
    """Best IoU of (N, 2) boxes with (A, 2) anchors and with (K, 2) centroids."""
    return Comparison(best_iou(boxes, written), best_iou(boxes, centroids))


def sweep(boxes: Array, seed: int, update: Update) -> tuple[Clusters, ...]:
    """k-means for k = 1, 2, … up to 12 or the number of different boxes; as the paper's figure 2 has it."""
    if len(boxes) > MOST_CLUSTERED:
        boxes = boxes[np.random.default_rng(seed).choice(len(boxes), MOST_CLUSTERED, replace=False)]
    most = min(MOST_K, len(np.unique(boxes, axis=0)))
    return tuple(cluster(boxes, k, seed, update) for k in range(1, max(most, 1) + 1))


def by_class(labels: Sequence[str], boxes: Array, comparison: Comparison, reach: float) -> tuple[ClassRow, ...]:
    """One row a class, the most boxes first."""
    names, of = np.unique(np.array(labels), return_inverse=True)
    rows = []
    for number, name in enumerate(names.tolist()):
        own = of == number
        part = comparison.of(own)
        width, height = np.median(boxes[own], axis=0).tolist()
        rows.append(ClassRow(name, int(own.sum()), width, height, part.means(), part.missed(reach)))
    return tuple(sorted(rows, key=lambda row: -row.count))
