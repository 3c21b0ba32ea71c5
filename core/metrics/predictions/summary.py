"""The scores that stand beside a matrix, all at once: with a thousand classes each one alone takes its time."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn import metrics

from core.metrics.confusion import ConfusionMatrix
from core.metrics.undefined import reason


@dataclass(frozen=True)
class Score:
    """A score and what is to be said of it.

    Attributes:
        value: nan where undefined.
        why: why it is undefined, or which classes its mean leaves out; None where there is nothing to say.
    """

    value: float
    why: str | None


def summary(matrix: ConfusionMatrix, positive: str | None) -> dict[str, Score]:
    """Accuracy, precision, recall, F1 and MCC by scikit-learn.

    Only cells that are not empty are handed over: of a million cells of 1,000 classes few are not.

    Args:
        matrix: not empty.
        positive: the class of precision, recall and F1; None: their means over the classes that have them.
    """
    target, predicted = np.nonzero(matrix.counts)  # (K,) each
    weight = matrix.counts[target, predicted]
    chosen = range(len(matrix)) if positive is None else [matrix.index(positive)]
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore")  # what is undefined is told on the page
        ratios = metrics.precision_recall_fscore_support(
            target, predicted, labels=list(chosen), average=None if positive else "macro", sample_weight=weight,
            zero_division=np.nan,
        )[:3]  # fmt: skip
        values = {
            "accuracy": metrics.accuracy_score(target, predicted, sample_weight=weight),
            **dict(zip(("precision", "recall", "f1"), ratios, strict=True)),
            "mcc": metrics.matthews_corrcoef(target, predicted, sample_weight=weight),
        }
    found = {name: float(np.asarray(value).item()) for name, value in values.items()}
    return {name: Score(value, _why(matrix, name, positive)) for name, value in found.items()}


def _why(matrix: ConfusionMatrix, name: str, positive: str | None) -> str | None:
    if name in ("accuracy", "mcc"):
        return reason(matrix, name)
    if positive is not None:
        return reason(matrix, name, positive)
    # nothing is to be said of classes that occur on both sides, and asking takes long
    odd = np.flatnonzero((matrix.support == 0) | (matrix.predicted == 0))
    return reason(matrix, name, labels=[matrix.labels[c] for c in odd]) if len(odd) else None
