"""Retrieval: the pictures nearest to one, and how often they are of its class.

Shapes: N pictures, D features, Q queries, M candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from core import device
from core.transfer.data.image_set import ImageSet, Indices
from core.transfer.features.extract import Features, Matrix

Scores = npt.NDArray[np.float64]

MOST_QUERIES, MOST_PAIRS = 1_000, 20_000_000
"""Queries, and distances, that a mean is taken over at most; of more queries a fixed sample stands for all."""
PIXEL_SIDE = 32
"""Side to which pictures are shrunk where their raw pixels are compared."""
_AT_ONCE = 128  # queries against all candidates: 60,000 of them make 30 MB
_CHUNK = 4_096  # candidates against one query, in double precision: 40 MB


class Metric(StrEnum):
    """How far two pictures' features lie apart."""

    COSINE = "cosine"
    """1 less the cosine of the angle between them: 0 the same direction, 1 a right angle, 2 opposite."""
    EUCLIDEAN = "Euclidean"
    """The length of their difference."""


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The candidates nearest to a query, the nearest first; k of them, or all where there are fewer.

    Attributes:
        indices: (k,) of the pictures in their set.
        distances: (k,) to the query.
    """

    indices: Indices
    distances: Matrix

    def __len__(self) -> int:
        """How many."""
        return len(self.indices)


@dataclass(frozen=True, eq=False)
class Retrieval:
    """How well queries find their class. A query whose class no candidate has counts in neither mean.

    Attributes:
        queries: how many were asked.
        candidates: how many each could find at most.
        precision: (K,) mean precision@k for k from 1 to K.
        mean_average_precision: over all ranks, in [0, 1]; nan where no query counts.
        chance: mean share of candidates that are of the query's class: the precision of a blind draw.
        sampled: whether there were more queries than were asked.
    """

    queries: int
    candidates: int
    precision: Scores
    mean_average_precision: float
    chance: float
    sampled: bool

    def at(self, k: int) -> float:
        """Mean precision@k, or @ all candidates where there are fewer."""
        return float(self.precision[min(k, len(self.precision)) - 1]) if len(self.precision) else float("nan")


def nearest_to(
    features: Features, index: int, candidates: Indices, k: int, metric: Metric = Metric.COSINE
) -> Neighbours:
    """The candidates nearest to a picture of the set, itself left out.

    Args:
        features: of the query and of all candidates.
        index: of the query in its set.
        candidates: indices into the set.
        k: how many are wanted, at least 1.
        metric: how distance is measured.

    Raises:
        KeyError: a picture has no features.
    """
    others = candidates[candidates != index]
    return nearest(features.of(np.array([index]))[0], features, others, k, metric)


def nearest(
    vector: Matrix, features: Features, candidates: Indices, k: int, metric: Metric = Metric.COSINE
) -> Neighbours:
    """The candidates nearest to a picture that is in no set: (D,) its features; the rest as for `nearest_to`."""
    if len(candidates) == 0:
        return Neighbours(np.empty(0, np.int64), np.empty(0, np.float32))
    rows = features.rows(candidates)
    found = np.concatenate(
        [_exact(vector, features.values[rows[start : start + _CHUNK]], metric) for start in range(0, len(rows), _CHUNK)]
    )
    order = np.argsort(found, kind="stable")[: max(k, 0)]  # of equally near ones the one that comes first
    return Neighbours(candidates[order], found[order].astype(np.float32))


def precision_at(neighbours: Neighbours, labels: Indices, label: int) -> float:
    """The share of neighbours that have this label; nan where there are none.

    Args:
        neighbours: found.
        labels: of all pictures of the set.
        label: the query's.
    """
    return float((labels[neighbours.indices] == label).mean()) if len(neighbours) else float("nan")


def evaluate(
    values: Matrix,
    labels: Indices,
    queries: Indices,
    candidates: Indices,
    k: int,
    metric: Metric = Metric.COSINE,
) -> Retrieval:
    """Ask for the neighbours of each query in turn, itself left out, and take means.

    Average precision is the mean, over the ranks at which a picture of the query's class stands, of the precision
    up to there (Manning, Raghavan, Schütze: Introduction to Information Retrieval, section 8.4).

    Args:
        values: (N, D) features, or anything else that describes the pictures.
        labels: (N,) classes.
        queries: rows that are asked, without repeats.
        candidates: rows that may be found, without repeats.
        k: precision is taken up to here, or up to the number of candidates.
        metric: how distance is measured.
    """
    most = min(MOST_QUERIES, max(1, MOST_PAIRS // max(len(candidates), 1)))
    sampled = len(queries) > most
    asked = np.sort(np.random.default_rng(0).choice(queries, most, replace=False)) if sampled else queries
    is_own = np.isin(asked, candidates)
    available = len(candidates) - int(is_own.any())
    k = max(0, min(k, available))
    if len(asked) == 0 or available < 1:
        nothing = float("nan")
        return Retrieval(len(asked), max(available, 0), np.full(k, nothing), nothing, nothing, sampled)
    with device.device_lock:
        place = device.best()
        points = _prepared(torch.from_numpy(values).to(place), metric)
        classes = torch.from_numpy(labels).to(place)
        pool = torch.from_numpy(candidates).to(place)
        rows = torch.from_numpy(asked).to(place)
        starts = range(0, len(asked), _AT_ONCE)
        parts = [_ranked(points, classes, rows[start : start + _AT_ONCE], pool, k) for start in starts]
        precision, average, chance = (torch.cat(part).cpu().double().numpy() for part in zip(*parts, strict=True))
    counts = ~np.isnan(average)
    if not counts.any():
        return Retrieval(len(asked), available, np.full(k, np.nan), float("nan"), float("nan"), sampled)
    return Retrieval(
        len(asked),
        available,
        precision[counts].mean(0),
        float(average[counts].mean()),
        float(chance[counts].mean()),
        sampled,
    )


def pixels(images: ImageSet, indices: Indices, side: int = PIXEL_SIDE) -> Matrix:
    """(M, 3 side²) the pictures themselves, shrunk, in [0, 1]: what features have to beat."""
    small = []
    for start in range(0, len(indices), 256):
        part = images.images[torch.from_numpy(indices[start : start + 256])].float() / 255
        if images.side > side:
            part = functional.interpolate(part, (side, side), mode="bilinear", antialias=True)
        small.append(part.flatten(1))
    found: Matrix = torch.cat(small).numpy() if small else np.empty((0, 3 * side * side), np.float32)
    return found


def leave_one_out(training: Indices, validation: Indices) -> Indices:
    """Both parts, ascending: each picture asks all others."""
    return np.sort(np.concatenate([training, validation]))


def same_class(neighbours: Neighbours, labels: Indices, label: int) -> Sequence[bool]:
    """Which neighbours have this label; arguments as `precision_at`."""
    return [bool(same) for same in labels[neighbours.indices] == label]


def _prepared(points: Tensor, metric: Metric) -> Tensor:
    """Rows whose Euclidean distances rank as the metric's own: of rows of length 1 it is sqrt(2 (1 - cos))."""
    scaled: Tensor = functional.normalize(points, dim=1) if metric is Metric.COSINE else points
    return scaled


def _exact(vector: Matrix, points: Matrix, metric: Metric) -> Scores:
    """(D,), (M, D) -> (M,) distances, without the rounding of matrix products."""
    one, many = torch.from_numpy(vector).double(), torch.from_numpy(points).double()
    if metric is Metric.COSINE:
        found = (1 - functional.cosine_similarity(many, one[None], dim=1)).clamp(0, 2)
    else:
        found = torch.linalg.vector_norm(many - one, dim=1)
    distances: Scores = found.numpy()
    return distances


def _ranked(points: Tensor, classes: Tensor, rows: Tensor, pool: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor]:
    """Of some queries: (Q, k) precision@1..k, (Q,) average precision, (Q,) share of candidates of their class."""
    found = torch.cdist(points[rows], points[pool])  # (Q, M)
    own = rows[:, None] == pool
    order = found.masked_fill(own, float("inf")).argsort(dim=1, stable=True)
    match = ((classes[pool][None] == classes[rows][:, None]) & ~own).gather(1, order).float()
    hits = match.cumsum(1)
    ranks = torch.arange(1, len(pool) + 1, device=points.device, dtype=torch.float32)
    wanted = hits[:, -1]
    average = (match * hits / ranks).sum(1) / wanted  # 0 / 0 is nan: no candidate of that class
    return hits[:, :k] / ranks[:k], average, wanted / (len(pool) - own.sum(1))
