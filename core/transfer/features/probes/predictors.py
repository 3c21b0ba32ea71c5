"""What a fitted probe is: features in, a score of each class out.

Shapes: M pictures, D features, C classes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy.special import softmax
from sklearn.metrics.pairwise import rbf_kernel

from core.transfer.data.image_set import Indices
from core.transfer.features.extract import Matrix
from core.transfer.features.retrieval import Metric

Array = npt.NDArray[np.float64]

ABSENT = -1e4
"""Logit of a class without training pictures: its probability is 0."""
_ROWS = 2_048  # pictures scored at once


class Predictor(Protocol):
    """A fitted probe. Shared, only to be read."""

    def probabilities(self, x: Matrix) -> Matrix:
        """(M, D) -> (M, C), rows sum to 1; the likeliest class is the answer."""
        ...


@dataclass(frozen=True, eq=False)
class Linear:
    """A linear map of the features as they come, standardisation folded in.

    Attributes:
        weight: (C, D).
        bias: (C,)
    """

    weight: Array
    bias: Array

    def logits(self, x: Matrix) -> Array:
        """(M, C)."""
        found: Array = x.astype(np.float64) @ self.weight.T + self.bias
        return found

    def probabilities(self, x: Matrix) -> Matrix:
        """Softmax of the logits."""
        return _softmax(self.logits(x))


@dataclass(frozen=True, eq=False)
class Kernel:
    """A support vector machine on exp(-gamma ||x - x'||^2) of standardised features.

    Attributes:
        scaler: of scikit-learn, fitted.
        train: (N, D) training features, standardised.
        gamma: of the kernel.
        machine: of scikit-learn, fitted on the kernel of the training pictures.
        classes: C.
    """

    scaler: Any
    train: Array
    gamma: float
    machine: Any
    classes: int

    def probabilities(self, x: Matrix) -> Matrix:
        """Softmax of the decision values: in their order, but not calibrated."""
        present: Indices = self.machine.classes_
        parts = [np.zeros((0, len(present)))] if not len(x) else []
        for start in range(0, len(x), _ROWS):
            kernel = rbf_kernel(self.scaler.transform(x[start : start + _ROWS]), self.train, self.gamma)
            parts.append(self.machine.decision_function(kernel))
        return _softmax(spread(np.concatenate(parts), present, self.classes))


@dataclass(frozen=True, eq=False)
class Vote:
    """The training pictures nearest to each, one vote each.

    Attributes:
        neighbours: of scikit-learn, fitted.
        labels: (N,) classes of the training pictures.
        k: how many vote.
        classes: C.
    """

    neighbours: Any
    labels: Indices
    k: int
    classes: int

    def nearest(self, x: Matrix) -> Indices:
        """(M, k) rows of the training pictures, the nearest first."""
        k = min(self.k, len(self.labels))
        if not len(x):
            return np.zeros((0, k), np.int64)
        rows: Indices = self.neighbours.kneighbors(x, k, return_distance=False).astype(np.int64)
        return rows

    def probabilities(self, x: Matrix) -> Matrix:
        """Shares of the votes."""
        return votes(self.labels[self.nearest(x)], self.classes)


def votes(labels: Indices, classes: int) -> Matrix:
    """(M, k) classes of neighbours -> (M, C) their shares."""
    counts = np.zeros((len(labels), classes), np.float32)
    np.add.at(counts, (np.arange(len(labels))[:, None], labels), 1)
    return counts / np.float32(labels.shape[1])


def spread(scores: Array, present: Indices, classes: int) -> Array:
    """Scores of the classes that scikit-learn saw -> (M, C); of two classes it gives one score, that of the second."""
    if scores.ndim == 1 or (scores.shape[1] == 1 and len(present) == 2):
        one = scores.reshape(-1, 1) / 2
        scores = np.concatenate([-one, one], axis=1)
    whole = np.full((len(scores), classes), ABSENT)
    whole[:, present] = scores
    return whole


def metric_name(metric: Metric) -> str:
    """As scikit-learn calls it."""
    return {Metric.COSINE: "cosine", Metric.EUCLIDEAN: "euclidean"}[metric]


def _softmax(logits: Array) -> Matrix:
    found: Matrix = softmax(logits, axis=1).astype(np.float32)
    return found
