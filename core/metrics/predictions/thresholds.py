"""What one threshold gives, and what every threshold costs.

Shapes: N samples, K thresholds. A sample is called positive where its score is at least the threshold (>=).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from sklearn import metrics

from core.errors import UserError
from core.metrics.confusion import ConfusionMatrix
from core.metrics.predictions.curves import Booleans, Curves, thin
from core.metrics.scores import Array


@dataclass(frozen=True)
class Costs:
    """Expected cost of a decision at each threshold, in the units the two costs were given in.

    Attributes:
        thresholds: (K,) falling, thinned to be drawn; the first is inf.
        cost: (K,) mean cost of a sample.
        cheapest: the largest threshold among those with the least cost; inf: call nothing positive.
        below: the next lower score, -inf if there is none: any threshold above it, up to `cheapest`, decides alike.
        least: that cost.
    """

    thresholds: Array
    cost: Array
    cheapest: float
    below: float
    least: float


@dataclass(frozen=True)
class Point:
    """Where one threshold stands.

    Attributes:
        threshold: positive from this score up.
        fpr, tpr, precision: nan where undefined.
        cost: mean cost of a sample.
    """

    threshold: float
    fpr: float
    tpr: float
    precision: float
    cost: float


@dataclass(frozen=True, eq=False)
class AtThreshold:
    """All that one threshold gives.

    Attributes:
        threshold: positive where the score is at least that.
        span: lowest and highest threshold that can be chosen.
        curves: of the scores.
        costs: at each threshold.
        point: of this threshold, on all of them.
        problem: (N,) truth, scores and weights that they come from.
        prices: of a false positive and of a false negative.
    """

    threshold: float
    span: tuple[float, float]
    curves: Curves
    costs: Costs
    point: Point
    problem: tuple[Booleans, Array, Array | None]
    prices: tuple[float, float]


def point(matrix: ConfusionMatrix, positive: int, threshold: float, false_alarm: float, miss: float) -> Point:
    """The point of a threshold on every curve, read off the matrix at that threshold."""
    yes, no = positive, 1 - positive
    label = matrix.labels[yes]
    specificity = matrix.score("specificity", labels=[label]).item()
    fp, fn = matrix.counts[no, yes], matrix.counts[yes, no]
    return Point(
        threshold,
        1 - specificity,
        matrix.score("recall", labels=[label]).item(),
        matrix.score("precision", labels=[label]).item(),
        float(false_alarm * fp + miss * fn) / matrix.total if matrix.total else math.nan,
    )


def costs(positive: Booleans, scores: Array, weights: Array | None, false_alarm: float, miss: float) -> Costs:
    """Mean cost of a sample at every threshold: (false alarm · FP + miss · FN) / N (Elkan, IJCAI 2001).

    Args:
        positive: (N,) truth.
        scores: (N,)
        weights: (N,) or None.
        false_alarm: cost of a false positive, at least 0.
        miss: cost of a false negative, at least 0.

    Raises:
        UserError: a cost that is negative or no number.
    """
    if not all(math.isfinite(cost) and cost >= 0 for cost in (false_alarm, miss)):
        raise UserError("The costs of a false alarm and of a miss must be numbers from 0 up.")
    _, fp, fn, tp, thresholds = metrics.confusion_matrix_at_thresholds(positive, scores, sample_weight=weights)
    yes = tp[0] + fn[0]
    everyone = len(scores) if weights is None else weights.sum()
    cost = (false_alarm * np.append(0.0, fp) + miss * np.append(yes, fn)) / everyone  # first: nothing is positive
    thresholds = np.append(math.inf, thresholds)
    best = int(np.argmin(cost))
    below = float(thresholds[best + 1]) if best + 1 < len(thresholds) else -math.inf
    across = thresholds.copy()
    across[0] = thresholds[1]
    kept = np.union1d(thin(_unit(across), _unit(cost)), [best, min(best + 1, len(cost) - 1)])
    return Costs(thresholds[kept], cost[kept], float(thresholds[best]), below, float(cost[best]))


def settable(found: Costs, low: float, high: float) -> float:
    """A threshold with few decimals that decides as the cheapest one does: what a slider from low to high can hold."""
    top, floor = min(found.cheapest, high), max(found.below, low)
    if found.below < low:
        return low
    for decimals in range(2, 10):
        step = 10.0**-decimals
        rounded = round(math.floor(top / step + 1e-9) * step, decimals)
        if floor < rounded <= top:
            return rounded
    return top


def threshold_range(scores: Array) -> tuple[float, float, float]:
    """Lowest and highest threshold worth choosing, and a step between: the highest calls nothing positive.

    Returns:
        0, 1 and 0.01 for probabilities, with a little above 1 where a score is 1.
    """
    low, high = float(scores.min()), float(scores.max())
    if low >= 0 and high <= 1:
        return 0.0, 1.01 if high == 1 else 1.0, 0.01
    largest = float(np.finfo(np.float64).max)
    finest = float(np.spacing(max(abs(low), abs(high)) / 2))  # a smaller step would change nothing
    step = max(10.0 ** math.floor(math.log10(max(high / 100 - low / 100, 1e-11))), finest)
    bottom = max(min(math.floor(low / step) * step, low), -largest)
    top = (math.floor(high / step) + 1) * step
    return bottom, min(top if top > high else float(np.nextafter(high, math.inf)), largest), step


def _unit(values: Array) -> Array:
    span = float(values.max() - values.min())
    scaled: Array = (values - values.min()) / (span or 1.0)
    return scaled
