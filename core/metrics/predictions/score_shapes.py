"""How scores lie: a histogram for each target class, and whether probabilities mean what they say.

Shapes: N samples, B bins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

from core.metrics.predictions.curves import Booleans
from core.metrics.scores import Array

BINS = 40


@dataclass(frozen=True)
class Histogram:
    """Scores by target class in equal bins.

    Attributes:
        edges: (B + 1,)
        negative, positive: (B,) counts, or sums of weights.
    """

    edges: Array
    negative: Array
    positive: Array


def histogram(positive: Booleans, scores: Array, weights: Array | None = None) -> Histogram:
    """How the scores of both target classes lie: over [0, 1] for probabilities, else over their range."""
    low, high = float(scores.min()), float(scores.max())
    span = (0.0, 1.0) if low >= 0 and high <= 1 else (low, high if high > low else low + 1)
    counts = []
    for those in (~positive, positive):
        found, edges = np.histogram(scores[those], BINS, span, weights=None if weights is None else weights[those])
        counts.append(found.astype(np.float64))
    return Histogram(edges, counts[0], counts[1])


@dataclass(frozen=True)
class Calibration:
    """Whether probabilities mean what they say.

    Attributes:
        said: (B,) mean probability of the samples of a bin.
        found: (B,) share of positives among them.
        brier: mean squared difference of probability and truth.
    """

    said: Array
    found: Array
    brier: float


def calibration(positive: Booleans, scores: Array, weights: Array | None = None, bins: int = 10) -> Calibration | None:
    """Reliability in equal bins, as scikit-learn draws it; None where the scores are no probabilities.

    Weights count in the Brier score; scikit-learn's curve does not take them.
    """
    if scores.min() < 0 or scores.max() > 1 or not 0 < positive.sum() < len(positive):
        return None
    found, said = calibration_curve(positive, scores, n_bins=bins)
    return Calibration(said, found, float(metrics.brier_score_loss(positive, scores, sample_weight=weights)))
