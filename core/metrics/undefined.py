"""Why a score is undefined, or what it is only by convention."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.metrics.confusion import ConfusionMatrix
from core.metrics.fractions import Tally, tally

EMPTY = "no samples: 0/0"
_MOST_NAMES = 4


def reason(
    matrix: ConfusionMatrix,
    name: str,
    label: str | None = None,
    *,
    labels: Sequence[str] | None = None,
    pooled: bool = False,
) -> str | None:
    """Why a score is undefined or infinite, averages leave classes out, or a number is a convention.

    Args:
        matrix: the counts.
        name: of the score, as for `ConfusionMatrix.score`.
        label: of which class; None for the whole matrix, or, of a score that classes have, for their average.
        labels: which classes are averaged, None for all.
        pooled: the average adds the counts up first (micro), so that it leaves no class out.

    Returns:
        A short text for the place of the number or beside it; None where there is nothing to say.

    Raises:
        UserError: no class has this name.
    """
    if matrix.total == 0:
        return EMPTY
    if label is not None:
        return _of_counts(name, tally(matrix, [matrix.index(label)]))
    if name == "accuracy":
        return None
    if name == "balanced_accuracy":
        missing = [matrix.labels[c] for c in np.flatnonzero(matrix.support == 0)]
        return f"{_listed(missing)} left out: no sample of this class" if missing else None
    if name == "mcc":
        return _of_mcc(matrix)
    if name == "kappa":
        both = np.count_nonzero(matrix.counts) == 1 and matrix.tp.any()
        return "0/0: one class only, always right, so chance agrees as much" if both else None
    if name == "f1_of_means":
        hits = matrix.tp if labels is None else matrix.tp[[matrix.index(one) for one in labels]]
        return "no hit in any class: 0/0" if not hits.any() else None
    averaged = matrix.labels if labels is None else labels
    if pooled:
        return _of_counts(name, tally(matrix, [matrix.index(one) for one in averaged]))
    return _of_average(matrix, name, averaged)


def _of_counts(name: str, counts: Tally) -> str | None:
    tp, fp, fn, tn = counts.tp, counts.fp, counts.fn, counts.tn
    never_predicted, no_support = tp + fp == 0, tp + fn == 0
    no_rest, always_predicted = fp + tn == 0, fn + tn == 0
    if name == "precision":
        return "never predicted: 0/0" if never_predicted else None
    if name == "recall":
        return "no sample of this class: 0/0" if no_support else None
    if name in ("f1", "fbeta", "jaccard"):
        return "neither occurs nor is predicted: 0/0" if never_predicted and no_support else None
    if name == "specificity":
        return "all samples are of this class: 0/0" if no_rest else None
    if name == "npv":
        return "always predicted: 0/0" if always_predicted else None
    if no_support:
        return "no sample of this class: 0/0"
    if no_rest:
        return "all samples are of this class: 0/0"
    if name == "likelihood+" and fp == 0:
        return "never predicted: 0/0" if tp == 0 else "infinite: no false positive"
    if name == "likelihood-" and tn == 0:
        return "always predicted: 0/0" if fn == 0 else "infinite: no true negative"
    return None


def _of_mcc(matrix: ConfusionMatrix) -> str | None:
    convention = "0/0; scikit-learn's convention says 0"
    if np.count_nonzero(matrix.support) == 1:  # not by sums, which weights leave a little beside the total
        return f"all samples are of one class: {convention}"
    if np.count_nonzero(matrix.predicted) == 1:
        return f"all predictions are one class: {convention}"
    return None


def _of_average(matrix: ConfusionMatrix, name: str, labels: Sequence[str]) -> str | None:
    """Classes whose score an average leaves out."""
    why: dict[str, list[str]] = {}
    for label in labels:
        told = _of_counts(name, tally(matrix, [matrix.index(label)]))
        if told is not None:
            why.setdefault(told, []).append(label)
    return "; ".join(f"{_listed(names)} ({told})" for told, names in why.items()) or None


def _listed(names: list[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[: _MOST_NAMES - 1])} and {len(names) - _MOST_NAMES + 1} more"
