"""scikit-learn's scores of a matrix of counts: each cell is a sample whose weight is the cell's count.

Shapes: C classes, `counts[target, predicted]`, K classes that are asked for.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sklearn import metrics

Array = npt.NDArray[np.float64]

PerClass = Literal["precision", "recall", "f1", "fbeta", "jaccard", "specificity", "npv", "likelihood+", "likelihood-"]
"""Scores that each class has, one against the rest; an average makes one number of them."""

Whole = Literal["accuracy", "balanced_accuracy", "mcc", "kappa", "f1_of_means"]
"""Scores of the matrix as a whole."""

KappaWeights = Literal["linear", "quadratic"]


def cells(counts: Array) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Array]:
    """(C * C,) target class, predicted class and weight of each cell, as scikit-learn takes them."""
    target, predicted = np.indices(counts.shape)
    return target.ravel(), predicted.ravel(), counts.ravel()


def whole(
    counts: Array,
    name: Whole,
    chosen: Sequence[int] | None = None,
    *,
    weights: KappaWeights | None = None,
    adjusted: bool = False,
    zero_division: float = math.nan,
) -> float:
    """A score of the matrix as a whole; see `ConfusionMatrix.score`."""
    if counts.sum() == 0:
        return math.nan
    target, predicted, weight = cells(counts)
    if name == "accuracy":
        return float(quietly(metrics.accuracy_score, target, predicted, sample_weight=weight))
    if name == "balanced_accuracy":
        return float(
            quietly(metrics.balanced_accuracy_score, target, predicted, sample_weight=weight, adjusted=adjusted)
        )
    if name == "mcc":
        return float(quietly(metrics.matthews_corrcoef, target, predicted, sample_weight=weight))
    if name == "kappa":
        return float(quietly(metrics.cohen_kappa_score, target, predicted, sample_weight=weight, weights=weights))
    classes = range(len(counts)) if chosen is None else chosen
    precision, recall, _ = ratios(counts, classes, "macro", 1.0, zero_division)
    return harmonic(precision.item(), recall.item())


def per_class(
    counts: Array, name: PerClass, chosen: Sequence[int], average: str | None, beta: float, zero_division: float
) -> Array:
    """A score of each chosen class, or the average of them; see `ConfusionMatrix.score`.

    Returns:
        (K,) for average None, else ().
    """
    if counts.sum() == 0:
        return np.full(len(chosen) if average is None else (), math.nan)
    if name == "jaccard":
        return _jaccard(counts, chosen, average, zero_division)
    if name in ("specificity", "npv"):
        npv, specificity = ratios_of_rest(counts, chosen, average, zero_division)
        return specificity if name == "specificity" else npv
    if name in ("likelihood+", "likelihood-"):
        if average is not None:
            raise ValueError("likelihood ratios belong to one class; there is no average of them")
        return _likelihood(counts, name, chosen, zero_division)
    precision, recall, fbeta = ratios(counts, chosen, average, beta if name == "fbeta" else 1.0, zero_division)
    return {"precision": precision, "recall": recall}.get(name, fbeta)


def ratios(
    counts: Array, chosen: Sequence[int], average: str | None, beta: float, zero_division: float
) -> tuple[Array, Array, Array]:
    """Precision, recall and F-beta at once: (K,) each for average None, else () each."""
    target, predicted, weight = cells(counts)
    found = quietly(
        metrics.precision_recall_fscore_support,
        target,
        predicted,
        labels=list(chosen),
        average=average,
        beta=beta,
        sample_weight=weight,
        zero_division=zero_division,
    )
    return np.asarray(found[0]), np.asarray(found[1]), np.asarray(found[2])


def ratios_of_rest(
    counts: Array, chosen: Sequence[int], average: str | None, zero_division: float
) -> tuple[Array, Array]:
    """Negative predictive value and specificity: precision and recall of "not this class", one label a class.

    Weighted, each class counts by its own support, not by that of its rest.
    """
    target, predicted, weight = cells(counts)
    everyone = np.arange(len(counts))
    found = quietly(
        metrics.precision_recall_fscore_support,
        target[:, None] != everyone,  # (C * C, C)
        predicted[:, None] != everyone,
        labels=list(chosen),
        average=None if average == "weighted" else average,
        sample_weight=weight,
        zero_division=zero_division,
    )
    npv, specificity = np.asarray(found[0]), np.asarray(found[1])
    if average != "weighted":
        return npv, specificity
    support = counts.sum(axis=1)[list(chosen)]
    return np.asarray(mean_of_defined(npv, support)), np.asarray(mean_of_defined(specificity, support))


def _jaccard(counts: Array, chosen: Sequence[int], average: str | None, zero_division: float) -> Array:
    """scikit-learn's, which takes no nan for 0/0: a class that neither occurs nor is predicted is left out here."""
    target, predicted, weight = cells(counts)

    def of(classes: Sequence[int], mean: str | None, instead: float) -> Array:
        return np.asarray(
            quietly(
                metrics.jaccard_score,
                target,
                predicted,
                labels=list(classes),
                average=mean,
                sample_weight=weight,
                zero_division=instead,
            )
        )

    if not math.isnan(zero_division):
        return of(chosen, average, zero_division)
    union = (counts.sum(axis=0) + counts.sum(axis=1))[list(chosen)]
    known = [c for c, size in zip(chosen, union, strict=True) if size > 0]
    if average is None:
        return np.where(union > 0, of(chosen, None, 0.0), math.nan)
    return of(known, average, 0.0) if known else np.asarray(math.nan)


def _likelihood(counts: Array, name: str, chosen: Sequence[int], zero_division: float) -> Array:
    """LR+ = recall / (1 - specificity), LR- = (1 - recall) / specificity; inf where a positive number is over 0.

    `sklearn.metrics.class_likelihood_ratios` takes two classes only, one call a class.
    """
    _, recall, _ = ratios(counts, chosen, None, 1.0, math.nan)
    _, specificity = ratios_of_rest(counts, chosen, None, math.nan)
    above, below = (recall, 1 - specificity) if name == "likelihood+" else (1 - recall, specificity)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = above / below
    return np.where(np.isnan(values), zero_division, values)


def mean_of_defined(values: Array, weights: Array, *, otherwise_alike: bool = False) -> float:
    """The mean without what is undefined, as scikit-learn averages.

    Args:
        values: (K,) nan where undefined.
        weights: (K,) at least 0.
        otherwise_alike: whether the values count alike where all weights that are left are 0.

    Returns:
        nan where nothing is left.
    """
    known = ~np.isnan(values)
    values, weights = values[known], weights[known]
    if otherwise_alike and not weights.any():
        weights = np.ones(len(values))
    return float((values * weights).sum() / weights.sum()) if weights.any() else math.nan


def harmonic(first: float, second: float) -> float:
    """The harmonic mean; nan where either is, or both are 0."""
    return 2 * first * second / (first + second) if first + second > 0 else math.nan


def quietly(score: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Call without the warnings about classes that are missing: undefined scores are told on the page."""
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore")
        return score(*arguments, **options)
