"""Clustering: k-means on features, and how far the clusters agree with the classes, which it never saw.

Shapes: N pictures, D features, K clusters, C classes.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score, silhouette_score
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from core.errors import UserError
from core.transfer.data.image_set import Indices
from core.transfer.features.extract import Matrix
from core.transfer.features.retrieval import Metric

Counts = npt.NDArray[np.int64]

STARTS = 10
"""k-means begins so often, each time from other centres, and keeps the best."""
MOST_POINTS = 2_000
"""Pictures that are clustered or stand on a map at most; of more, `sample` takes so many."""


@dataclass(frozen=True, eq=False)
class Clusters:
    """What k-means found.

    Attributes:
        assignment: (N,) cluster of each picture, 0 to K - 1, the largest cluster first.
        centres: (K, D) means of the clusters.
        distances: (N,) of each picture to the centre of its cluster.
        inertia: sum of their squares: what k-means makes small.
        steps: the best start took to settle.
    """

    assignment: Indices
    centres: Matrix
    distances: Matrix
    inertia: float
    steps: int

    def __len__(self) -> int:
        """K."""
        return len(self.centres)

    def members(self, cluster: int) -> Indices:
        """Rows of a cluster, the nearest to its centre first."""
        rows = np.flatnonzero(self.assignment == cluster)
        nearest: Indices = rows[np.argsort(self.distances[rows], kind="stable")].astype(np.int64)
        return nearest

    @property
    def sizes(self) -> Counts:
        """(K,) pictures of each."""
        counts: Counts = np.bincount(self.assignment, minlength=len(self)).astype(np.int64)
        return counts


@dataclass(frozen=True, eq=False)
class Agreement:
    """Clusters against classes.

    Attributes:
        table: (K, C) pictures of each cluster and class.
        rand: adjusted Rand index (Hubert and Arabie 1985): 1 the same partition, 0 on average by chance.
        information: normalised mutual information, divided by the mean of the two entropies: in [0, 1].
        purity: share of pictures that are of the commonest class of their cluster; 1 when every picture is alone.
        accuracy: share right when each class is given to one cluster at most, in the best way (Kuhn 1955).
        match: (K,) the class given to each cluster then, -1 for none.
    """

    table: Counts
    rand: float
    information: float
    purity: float
    accuracy: float
    match: Indices

    @property
    def commonest(self) -> Indices:
        """(K,) the class that most pictures of each cluster have."""
        classes: Indices = self.table.argmax(1).astype(np.int64)
        return classes


def sample(indices: Indices, most: int = MOST_POINTS, seed: int = 0) -> Indices:
    """Pictures to work on: all, or `most` of them drawn at random where there are more; in their order."""
    if len(indices) <= most:
        return indices
    return indices[np.sort(np.random.default_rng(seed).choice(len(indices), most, replace=False))]


def prepared(values: Matrix, metric: Metric) -> Matrix:
    """(N, D) as k-means wants them: for the cosine each scaled to length 1.

    Of vectors of length 1 half the squared Euclidean distance is the cosine distance.
    """
    scaled: Matrix = normalize(values) if metric is Metric.COSINE else values
    return scaled


def cluster(values: Matrix, k: int, metric: Metric = Metric.COSINE, seed: int = 0, starts: int = STARTS) -> Clusters:
    """Group pictures without looking at their labels.

    Args:
        values: (N, D) features.
        k: number of clusters.
        metric: as for `prepared`.
        seed: of the first centres.
        starts: how often to begin anew.

    Raises:
        UserError: there are fewer pictures than clusters, or fewer that differ.
    """
    different = len(np.unique(values, axis=0)) if len(values) <= 20 * k else k
    if not 1 <= k <= min(len(values), different):
        raise UserError(f"There are {len(values):,} pictures, {different:,} of them different: take fewer clusters.")
    points = prepared(values, metric)
    found = _k_means(points, k, seed, starts)
    order = np.argsort(-np.bincount(found.labels_, minlength=k), kind="stable")
    rank = np.empty(k, np.int64)
    rank[order] = np.arange(k)
    assignment = rank[found.labels_]
    centres = found.cluster_centers_[order].astype(np.float32)
    distances = np.linalg.norm(points - centres[assignment], axis=1).astype(np.float32)
    return Clusters(assignment, centres, distances, float(found.inertia_), int(found.n_iter_))


def agreement(assignment: Indices, labels: Indices, clusters: int, classes: int) -> Agreement:
    """Compare.

    Args:
        assignment: (N,) cluster of each picture, N at least 1.
        labels: (N,) class of each.
        clusters: K.
        classes: C.
    """
    table = np.zeros((clusters, classes), np.int64)
    np.add.at(table, (assignment, labels), 1)
    rows, columns = linear_sum_assignment(table, maximize=True)
    match = np.full(clusters, -1, np.int64)
    match[rows] = columns
    return Agreement(
        table,
        float(adjusted_rand_score(labels, assignment)),
        float(normalized_mutual_info_score(labels, assignment)),
        float(table.max(1).sum() / len(labels)),
        float(table[rows, columns].sum() / len(labels)),
        match,
    )


def silhouettes(
    values: Matrix, ks: Sequence[int], metric: Metric = Metric.COSINE, seed: int = 0
) -> tuple[tuple[int, float], ...]:
    """(k, mean silhouette) for each number of clusters that the pictures allow (Rousseeuw 1987).

    A picture's silhouette is (b - a) / max(a, b): a is its mean distance to its own cluster, b to the nearest other.
    It asks for no labels, so it can choose k.

    Args:
        values: (N, D) features of at most a few thousand pictures: it needs all distances between them.
        ks: numbers of clusters, 2 or more.
        metric: as for `prepared`.
        seed: of k-means.
    """
    points = prepared(values, metric)
    found = []
    for k in ks:
        if not 2 <= k < len(points):
            continue
        assignment = _k_means(points, k, seed, 1).labels_
        if 2 <= len(np.unique(assignment)) < len(points):
            found.append((k, float(silhouette_score(points, assignment))))
    return tuple(found)


def _k_means(points: Matrix, k: int, seed: int, starts: int) -> Any:
    # one thread: on shared cores several wait for each other after each step and take up to eight times as long
    with threadpool_limits(1, user_api="openmp"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer pictures differ than there are clusters
        return KMeans(k, n_init=starts, random_state=seed).fit(points)
