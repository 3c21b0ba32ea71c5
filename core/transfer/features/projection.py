"""A map: features drawn in two dimensions, so that near means alike.

Shapes: N pictures, D features.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness
from threadpoolctl import threadpool_limits

from core.errors import UserError
from core.transfer.features.clustering import prepared
from core.transfer.features.extract import Matrix
from core.transfer.features.retrieval import Metric

FEWEST = 5
"""Pictures that make a map."""
TRUSTED = 5
"""Neighbours on the map that trustworthiness looks at."""
_FIRST = 50
"""Dimensions to which PCA brings the features before t-SNE, as its authors do."""


class Method(StrEnum):
    """How the map is made."""

    PCA = "PCA"
    """The two directions in which the features vary most; distances are shadows of the true ones."""
    TSNE = "t-SNE"
    """Keeps neighbours (https://jmlr.org/papers/v9/vandermaaten08a.html); distances between groups mean little."""
    UMAP = "UMAP"
    """Keeps neighbours as a graph (https://arxiv.org/abs/1802.03426), and a little of what is far."""


@dataclass(frozen=True, eq=False)
class Projection:
    """A map.

    Attributes:
        method: that made it.
        points: (N, 2).
        explained: shares of the variance that the two axes of PCA have; empty otherwise.
        trust: trustworthiness (Venna and Kaski 2001): 1 if whoever is among the `TRUSTED` nearest on the map is so in
            the features too; nan for very few pictures.
        setting: perplexity of t-SNE, neighbours of UMAP, as used: small sets allow less; 0 for PCA.
        seconds: it took.
    """

    method: Method
    points: Matrix
    explained: tuple[float, ...]
    trust: float
    setting: int
    seconds: float


def largest_setting(method: Method, count: int) -> int:
    """The largest perplexity (t-SNE) or number of neighbours (UMAP) that so many pictures allow."""
    if method is Method.TSNE:
        return max(1, (count - 1) // 3)  # beyond it everybody is everybody's neighbour
    return max(2, count - 1)


def project(
    values: Matrix, method: Method, setting: int = 30, metric: Metric = Metric.COSINE, seed: int = 0
) -> Projection:
    """Make a map.

    Args:
        values: (N, D) features of at most a few thousand pictures.
        method: how.
        setting: about how many neighbours of each picture are kept together: perplexity of t-SNE, `n_neighbors` of
            UMAP; not used by PCA.
        metric: for the cosine, features are scaled to length 1 first.
        seed: of everything drawn.

    Raises:
        UserError: there are too few pictures, or UMAP is not installed.
    """
    count = len(values)
    if count < FEWEST:
        raise UserError(f"A map needs at least {FEWEST} pictures; there are {count}.")
    began = time.perf_counter()
    points = prepared(values, metric)
    explained: tuple[float, ...] = ()
    used = 0 if method is Method.PCA else max(2, min(setting, largest_setting(method, count)))
    if method is Method.PCA:
        placed, explained = _pca(points)
    elif method is Method.TSNE:
        first = _shadow(points, _FIRST)[0]
        placed = _tsne(first, min(used, count - 1), seed)
    else:
        placed = _umap(points, used, seed)
    found = np.ascontiguousarray(np.nan_to_num(placed), dtype=np.float32)
    trust = float("nan")
    if count > 2 * TRUSTED:
        with threadpool_limits(1, user_api="openmp"):
            trust = float(trustworthiness(points, found, n_neighbors=TRUSTED))
    return Projection(method, found, explained, trust, used, time.perf_counter() - began)


def _pca(points: Matrix) -> tuple[Any, tuple[float, ...]]:
    """(N, 2) and the shares of variance; of features that are all alike both are 0."""
    placed, shares = _shadow(points, 2)
    placed = np.pad(placed, ((0, 0), (0, 2 - placed.shape[1])))
    return placed, tuple(float(share) for share in np.pad(shares, (0, 2 - len(shares))))


def _shadow(points: Matrix, dimensions: int) -> tuple[Any, Any]:
    """(N, d) points in the directions of largest variance, and (d,) shares of it; d is smaller for small sets."""
    pca = PCA(min(dimensions, *points.shape), random_state=0)
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # pictures that are all alike have no variance to share
        return pca.fit_transform(points), np.nan_to_num(pca.explained_variance_ratio_)


def _tsne(points: Matrix, perplexity: int, seed: int) -> Any:
    start = "pca" if points.std() > 0 else "random"
    with threadpool_limits(1, user_api="openmp"):  # it works behind a page that wants a core for itself
        return TSNE(2, perplexity=perplexity, init=start, random_state=seed).fit_transform(points)


def _umap(points: Matrix, neighbours: int, seed: int) -> Any:
    try:
        from umap import UMAP  # numba compiles it: some ten seconds that only those wait who ask for it
    except ImportError as error:
        raise UserError("UMAP needs the package umap-learn: pip install umap-learn, or choose t-SNE.") from error
    with warnings.catch_warnings():  # that a seed means one thread, that few pictures have few neighbours
        warnings.simplefilter("ignore")
        # spectral: the first layout of UMAP needs more pictures than dimensions
        first = "spectral" if len(points) > 2 * FEWEST else "random"
        return UMAP(n_neighbors=neighbours, init=first, random_state=seed, n_jobs=1).fit_transform(points)
