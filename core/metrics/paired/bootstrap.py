"""How far the difference of two models would vary with other rows of the same kind: the paired bootstrap.

Shapes: N rows, C classes, K kinds of rows that are alike, B replicates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from core.metrics.paired.comparison import Classes, Comparison
from core.metrics.scores import Array

REPLICATES = 1_000
_AT_ONCE = 2_000_000  # numbers that are held in memory together


@dataclass(frozen=True)
class Interval:
    """A difference, second minus first, and where 95% of its bootstrap replicates lie."""

    value: float
    low: float
    high: float


def bootstrap(comparison: Comparison, *, replicates: int = REPLICATES, seed: int = 0) -> tuple[Interval, Interval]:
    """How far the differences in accuracy and in macro-F1 would vary with other rows of the same kind.

    Whole rows are drawn, with both answers, so that what the models share stays shared. The percentile interval of
    Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 13.3; macro-F1 as scikit-learn's with
    classes left out that neither occur nor are predicted.

    Args:
        comparison: of N rows.
        replicates: how many times N rows are drawn.
        seed: of the draws.

    Returns:
        The differences, second minus first, in accuracy and in macro-F1.
    """
    size = len(comparison.labels)
    kinds, times = np.unique(
        np.stack([comparison.target, comparison.first, comparison.second], axis=1), axis=0, return_counts=True
    )  # (K, 3) and (K,): rows that are alike are drawn together
    random = np.random.default_rng(seed)
    step = max(1, _AT_ONCE // (len(kinds) * 2))
    accuracies, f1s = [], []
    for start in range(0, replicates, step):
        drawn = random.multinomial(len(comparison), times / times.sum(), size=min(step, replicates - start))  # (B, K)
        accuracy, f1 = _differences(drawn.astype(np.float64), kinds, size)
        accuracies.append(accuracy)
        f1s.append(f1)
    measured = _differences(times[None].astype(np.float64), kinds, size)
    return (
        _interval(measured[0].item(), np.concatenate(accuracies)),
        _interval(measured[1].item(), np.concatenate(f1s)),
    )


def _differences(drawn: Array, kinds: Classes, size: int) -> tuple[Array, Array]:
    """(B,) differences in accuracy and macro-F1 of (B, K) times that each kind of row occurs."""
    ones = np.ones(len(kinds))
    target = _added_up(drawn, kinds[:, 0], ones, size)  # (B, C)
    accuracies, f1s = [], []
    for column in (1, 2):
        right = (kinds[:, column] == kinds[:, 0]).astype(np.float64)
        hits = _added_up(drawn, kinds[:, column], right, size)
        predicted = _added_up(drawn, kinds[:, column], ones, size)
        accuracies.append(hits.sum(axis=1) / drawn.sum(axis=1))
        with np.errstate(invalid="ignore"):
            f1s.append(np.nanmean(2 * hits / (target + predicted), axis=1))
    return accuracies[1] - accuracies[0], f1s[1] - f1s[0]


def _added_up(drawn: Array, classes: Classes, weights: Array, size: int) -> Array:
    """(B, C) how often each class was drawn: (B, K) times, each kind of row counting by its weight for its class."""
    kinds = np.arange(len(classes))
    belongs = sparse.csr_array((weights, (classes, kinds)), shape=(size, len(classes)))  # dense, it takes gigabytes
    added: Array = (belongs @ drawn.T).T
    return added


def _interval(value: float, replicates: Array) -> Interval:
    low, high = np.quantile(replicates, (0.025, 0.975))
    return Interval(value, float(low), float(high))
