"""The fractions behind scores: 80/90 says more than 0.889."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.metrics.confusion import ConfusionMatrix


@dataclass(frozen=True)
class Tally:
    """True and false positives and negatives of one class, or of several added up."""

    tp: float
    fp: float
    fn: float
    tn: float


def tally(matrix: ConfusionMatrix, chosen: Sequence[int]) -> Tally:
    """The counts of these classes against their rests, added up: those of the micro average."""
    indices = list(chosen)
    parts = (matrix.tp, matrix.fp, matrix.fn, matrix.tn)
    tp, fp, fn, tn = (float(part[indices].sum()) for part in parts)
    return Tally(tp, fp, fn, tn)


def fraction(name: str, counts: Tally, beta: float = 1.0) -> tuple[float, float] | None:
    """Numerator and denominator of a score, not shortened.

    Args:
        name: as in `core.metrics.scores.PerClass`.
        counts: of a class, or the sums of the micro average.
        beta: of "fbeta".

    Returns:
        None for the likelihood ratios, which are ratios of ratios.
    """
    tp, fp, fn, tn = counts.tp, counts.fp, counts.fn, counts.tn
    square = beta**2 if name == "fbeta" else 1.0
    hits = (1 + square) * tp
    found = {
        "precision": (tp, tp + fp),
        "recall": (tp, tp + fn),
        "f1": (hits, hits + square * fn + fp),
        "fbeta": (hits, hits + square * fn + fp),
        "jaccard": (tp, tp + fp + fn),
        "specificity": (tn, tn + fp),
        "npv": (tn, tn + fn),
    }
    return found.get(name)


def accuracy(matrix: ConfusionMatrix) -> tuple[float, float]:
    """Hits and samples."""
    return float(matrix.tp.sum()), matrix.total
