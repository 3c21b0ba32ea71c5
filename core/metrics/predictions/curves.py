"""ROC and precision-recall curves of one class against the rest, from scikit-learn.

Shapes: N samples, K points of a curve. A sample is called positive where its score is at least the threshold (>=).
`positive` is (N,) bool, the truth; `scores` (N,); `weights` (N,) or None, each sample's count.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from core.errors import UserError
from core.metrics.predictions.checks import Indices
from core.metrics.predictions.predictions import Predictions
from core.metrics.scores import Array

Booleans = npt.NDArray[np.bool_]
MOST_TOGETHER = 12
"""Classes whose curves are drawn in one picture."""
POINTS = 400
"""Points of a curve that is drawn: more than it has pixels to be seen in."""


@dataclass(frozen=True)
class Curves:
    """ROC and precision-recall curves, thinned to be drawn; areas are of the full curves.

    Attributes:
        fpr, tpr: (K,) false positive rate and recall, from (0, 0) to (1, 1); empty without positives or negatives.
        roc_thresholds: (K,) falling; the first is inf: nothing is positive.
        recall, precision: (L,) recall rising; empty without positives.
        pr_thresholds: (L,) falling; the first is inf.
        auc: area under the ROC curve; nan without positives or negatives.
        ap: average precision, the step sum over the precision-recall curve; nan without positives.
        trapezoid: area under straight lines between the points of that curve, which is too large as a rule: precision
            falls along a bow between them (Davis and Goadrich 2006, https://doi.org/10.1145/1143844.1143874).
        prevalence: share of positives: the precision of calling everything positive.
    """

    fpr: Array
    tpr: Array
    roc_thresholds: Array
    recall: Array
    precision: Array
    pr_thresholds: Array
    auc: float
    ap: float
    prevalence: float
    trapezoid: float = math.nan


def problem_of(predictions: Predictions) -> tuple[Booleans, Array, Array | None]:
    """(N,) truth, (N,) score of the positive class and (N,) weights, by falling score.

    scikit-learn sorts by score in each of its functions; what is sorted already takes a third of the time.

    Raises:
        UserError: there are no scores of it.
    """
    scores = predictions.scores_of(predictions.positive)
    if scores is None:
        raise UserError("ROC and precision-recall curves need scores: choose a column of them.")
    order = np.argsort(-scores, kind="stable")
    weights = None if predictions.weights is None else predictions.weights[order]
    return (predictions.target == predictions.positive)[order], scores[order], weights


def curves(positive: Booleans, scores: Array, weights: Array | None = None) -> Curves:
    """Both curves, as scikit-learn draws them.

    https://scikit-learn.org/stable/modules/generated/sklearn.metrics.roc_curve.html,
    https://scikit-learn.org/stable/modules/generated/sklearn.metrics.precision_recall_curve.html
    """
    count = np.ones(len(scores)) if weights is None else weights
    yes, everyone = float(count[positive].sum()), float(count.sum())
    none = np.array([])
    fpr, tpr, roc_thresholds, auc = none, none, none, math.nan
    recall, precision, pr_thresholds, ap, trapezoid = none, none, none, math.nan, math.nan
    if 0 < yes < everyone:
        fpr, tpr, roc_thresholds = metrics.roc_curve(positive, scores, sample_weight=weights)
        auc = float(metrics.auc(fpr, tpr))
        kept = thin(fpr, tpr)
        fpr, tpr, roc_thresholds = fpr[kept], tpr[kept], roc_thresholds[kept]
    if yes > 0:
        precision, recall, rising = metrics.precision_recall_curve(
            positive, scores, sample_weight=weights, drop_intermediate=True
        )
        ap = float(metrics.average_precision_score(positive, scores, sample_weight=weights))
        trapezoid = float(metrics.auc(recall, precision))
        pr_thresholds = np.append(rising, math.inf)[::-1]
        precision, recall = precision[::-1], recall[::-1]
        kept = thin(recall, precision)
        recall, precision, pr_thresholds = recall[kept], precision[kept], pr_thresholds[kept]
    return Curves(fpr, tpr, roc_thresholds, recall, precision, pr_thresholds, auc, ap, yes / everyone, trapezoid)


def of_each(predictions: Predictions) -> dict[str, Curves]:
    """Both curves of every class against the rest; none where the classes have no scores of their own.

    Args:
        predictions: of N samples and C classes; C sorts of N scores, so ask `cheap` first.
    """
    if predictions.scores is None or predictions.scores.ndim == 1:
        return {}
    return {name: curves(*problem_of(predictions.against_rest(label))) for label, name in enumerate(predictions.labels)}


def cheap(predictions: Predictions) -> bool:
    """Whether the curves of all classes are made, and can be told apart, in one picture."""
    classes = len(predictions.labels)
    return classes <= MOST_TOGETHER and classes * len(predictions) <= 500_000


def macro_areas(predictions: Predictions) -> tuple[float, float]:
    """Means over the classes of the one-against-rest ROC area and average precision; classes without are left out."""
    if predictions.scores is None or predictions.scores.ndim == 1:
        return math.nan, math.nan
    areas = []
    for label in range(len(predictions.labels)):
        found = curves(*problem_of(predictions.against_rest(label)))
        areas.append((found.auc, found.ap))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of a mean of nothing
        auc, ap = np.nanmean(np.array(areas), axis=0)
    return float(auc), float(ap)


def thin(x: Array, y: Array, most: int = POINTS) -> Indices:
    """Which points to draw: even steps along the way, both ends kept; the shape of a line of pixels does not change.

    Args:
        x: (K,) finite.
        y: (K,) finite.
        most: points to keep.

    Returns:
        (at most `most`,) rising indices.
    """
    if len(x) <= most:
        return np.arange(len(x))
    way = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))])
    found: Indices = np.unique(np.searchsorted(way, np.linspace(0, way[-1], most - 1)).clip(0, len(x) - 1))
    return np.union1d(found, [0, len(x) - 1])[:most] if found[-1] == len(x) - 1 else np.append(found, len(x) - 1)
