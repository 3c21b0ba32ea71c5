"""The same classifier on data in which the classes have other shares.

A classifier is taken for what it does to a sample of each class, the rows of the matrix divided by their totals.
Where only the shares of the classes change (prior shift), these rows stay.

Shapes: C classes, `counts[target, predicted]`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.errors import UserError
from core.metrics.confusion import LARGEST, ConfusionMatrix
from core.metrics.scores import Array


def own_shares(matrix: ConfusionMatrix) -> Array:
    """(C,) the share of each class in the data.

    Raises:
        UserError: no samples.
    """
    filled(matrix)
    shares: Array = matrix.support / matrix.total
    return shares


def with_prevalence(matrix: ConfusionMatrix, shares: Sequence[float] | Array) -> ConfusionMatrix:
    """The matrix that the same classifier would have on data with these shares of the classes; recalls stay.

    Args:
        matrix: what was measured.
        shares: (C,) at least 0, not all 0; divided by their sum.

    Returns:
        Fractional counts with the total of `matrix` (at most `LARGEST`).

    Raises:
        UserError: no samples, shares that are none, or a share above 0 for a class without samples, whose recall is
            unknown.
    """
    filled(matrix)
    wanted = np.asarray(shares, dtype=np.float64)
    if wanted.shape != (len(matrix),):
        raise UserError(f"{len(matrix)} classes need {len(matrix)} shares, and there are {wanted.size}.")
    if not np.isfinite(wanted).all() or (wanted < 0).any() or not wanted.sum() > 0:
        raise UserError("Shares are numbers from 0 up, and at least one of them is above 0.")
    for label, share, support in zip(matrix.labels, wanted, matrix.support, strict=True):
        if share > 0 and support == 0:
            raise UserError(
                f'No sample is of class "{label}", so its recall is unknown: set its share to 0 or add samples.'
            )
    rows = matrix.counts / np.where(matrix.support > 0, matrix.support, 1.0)[:, None]  # (C, C), recall and confusions
    return ConfusionMatrix(rows * (wanted / wanted.sum() * min(matrix.total, LARGEST))[:, None], matrix.labels)


def shares_at(matrix: ConfusionMatrix, label: str, prevalence: float) -> Array:
    """(C,) one class at this prevalence, the others in the proportions they have.

    Raises:
        UserError: no such class, no samples of it or of any other, or a prevalence outside 0 to 1.
    """
    c = matrix.index(label)
    if not 0 <= prevalence <= 1:
        raise UserError(f"A prevalence is a number from 0 to 1, not {prevalence:g}.")
    others = matrix.support.copy()
    others[c] = 0.0
    if matrix.support[c] == 0 or others.sum() == 0:
        missing = f'class "{label}"' if matrix.support[c] == 0 else f'another class than "{label}"'
        raise UserError(f"No sample is of {missing}, so nothing is known of its errors: add samples.")
    shares: Array = others / others.sum() * (1 - prevalence)
    shares[c] = prevalence
    return shares


def along(matrix: ConfusionMatrix, label: str, prevalences: Sequence[float] | Array) -> Array:
    """(P, C, C) the matrix with one class at each of P prevalences, the others in the proportions they have.

    Raises:
        UserError: as `shares_at`.
    """
    return np.stack([with_prevalence(matrix, shares_at(matrix, label, float(p))).counts for p in prevalences])


def bayes(recall: float, specificity: float, prevalence: float) -> tuple[float, float]:
    """Precision and NPV of two classes by Bayes' rule (https://en.wikipedia.org/wiki/Positive_and_negative_predictive_values).

    Args:
        recall: P(said yes | yes).
        specificity: P(said no | no).
        prevalence: P(yes).

    Returns:
        P(yes | said yes) and P(no | said no); nan where it is never said.
    """
    yes, no = recall * prevalence, (1 - specificity) * (1 - prevalence)
    right, missed = specificity * (1 - prevalence), (1 - recall) * prevalence
    return (
        yes / (yes + no) if yes + no > 0 else math.nan,
        right / (right + missed) if right + missed > 0 else math.nan,
    )


def filled(matrix: ConfusionMatrix) -> None:
    """Refuse a matrix without samples.

    Raises:
        UserError: says so.
    """
    if matrix.total == 0:
        raise UserError("This matrix has no samples: type a count into one of its cells.")
