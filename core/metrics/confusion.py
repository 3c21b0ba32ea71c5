"""A confusion matrix and every score of it, as scikit-learn defines them.

Shapes: C classes. `counts[target, predicted]` always: rows are what is true, columns what the classifier said. A matrix
that was typed the other way round is turned when it is read (`transposed`), never later.

The scores are scikit-learn's own: each cell is one sample whose weight is the cell's count
(https://scikit-learn.org/stable/modules/model_evaluation.html#classification-metrics).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, cast, get_args, overload

import numpy as np

from core.errors import UserError
from core.metrics import scores
from core.metrics.scores import Array, KappaWeights, PerClass, Whole

MOST_CLASSES = 1000
LARGEST = 1e12
"""Counts up to this keep every score exact in double precision."""


class Average(StrEnum):
    """How the scores of the classes become one number (scikit-learn's `average`)."""

    BINARY = "binary"
    MICRO = "micro"
    MACRO = "macro"
    WEIGHTED = "weighted"


@dataclass(frozen=True, eq=False)
class ConfusionMatrix:
    """How often each class was taken for each class.

    Attributes:
        counts: (C, C) float64, counts[target, predicted], at least 0; whole numbers unless samples were weighted.
        labels: (C,) different, non-empty names.

    Raises:
        UserError: not a square matrix of at least two classes, a count that is negative, not finite or above
            `LARGEST`, labels that are too few or the same.
    """

    counts: Array
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        counts = np.array(self.counts, dtype=np.float64) + 0.0  # no negative zeros, which hash differently
        if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
            shape = " × ".join(str(side) for side in counts.shape)
            raise UserError(f"A confusion matrix has as many rows as columns, and this one is {shape}.")
        if not 2 <= len(counts) <= MOST_CLASSES:
            raise UserError(f"A confusion matrix needs 2 to {MOST_CLASSES:,} classes, and this one has {len(counts)}.")
        if not np.isfinite(counts).all() or (counts < 0).any() or (counts > LARGEST).any():
            raise UserError(f"Every count of a confusion matrix is a number from 0 to {LARGEST:,.0f}.")
        labels = tuple(self.labels)
        if len(labels) != len(counts):
            raise UserError(f"{len(counts)} classes need {len(counts)} names, and there are {len(labels)}.")
        if len(set(labels)) != len(labels) or not all(labels):
            raise UserError("Every class needs a name of its own.")
        counts.setflags(write=False)
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "labels", labels)

    def __len__(self) -> int:
        """Number of classes C."""
        return len(self.labels)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ConfusionMatrix):
            return NotImplemented
        return self.labels == other.labels and np.array_equal(self.counts, other.counts)

    def __hash__(self) -> int:
        return hash((self.labels, self.counts.tobytes()))

    @property
    def total(self) -> float:
        """Number of samples N."""
        return float(self.counts.sum())

    @property
    def support(self) -> Array:
        """(C,) how many samples are of each class: the totals of the target rows."""
        totals: Array = self.counts.sum(axis=1)
        return totals

    @property
    def predicted(self) -> Array:
        """(C,) how often each class was predicted: the totals of the columns."""
        totals: Array = self.counts.sum(axis=0)
        return totals

    @property
    def tp(self) -> Array:
        """(C,) true positives of each class against the rest."""
        diagonal: Array = np.diagonal(self.counts).copy()
        return diagonal

    @property
    def fp(self) -> Array:
        """(C,) false positives: predicted as the class, but of another."""
        totals: Array = self._errors.sum(axis=0)
        return totals

    @property
    def fn(self) -> Array:
        """(C,) false negatives: of the class, but predicted as another."""
        totals: Array = self._errors.sum(axis=1)
        return totals

    @property
    def tn(self) -> Array:
        """(C,) true negatives: neither of the class nor predicted as it."""
        filled = self.counts > 0
        elsewhere = filled.sum() - filled.sum(axis=0) - filled.sum(axis=1) + np.diagonal(filled)
        rest = self.total - self.tp - self.fp - self.fn  # of weighted counts, 1e-15 beside 0
        return np.where(elsewhere > 0, np.maximum(rest, 0.0), 0.0)

    @property
    def _errors(self) -> Array:
        """(C, C) the counts without their diagonal: added up, they are 0 exactly where there is no error."""
        errors = self.counts.copy()
        np.fill_diagonal(errors, 0.0)
        return errors

    def transposed(self) -> ConfusionMatrix:
        """The matrix for those who typed predictions in rows: target and predicted change places."""
        return ConfusionMatrix(self.counts.T, self.labels)

    def weighted(self, class_weights: Sequence[float]) -> ConfusionMatrix:
        """Each target row times a weight: scikit-learn's `sample_weight`, one weight a target class.

        Args:
            class_weights: (C,) at least 0.

        Raises:
            UserError: another number of weights, or a count that becomes no count.
        """
        weights = np.asarray(class_weights, dtype=np.float64)
        if weights.shape != (len(self),):
            raise UserError(f"{len(self)} classes need {len(self)} weights, and there are {weights.size}.")
        return ConfusionMatrix(self.counts * weights[:, None], self.labels)

    def against_rest(self, label: str) -> ConfusionMatrix:
        """The 2 x 2 matrix [[TP, FN], [FP, TN]] of one class against all others; its labels are (label, "rest")."""
        c = self.index(label)
        rest = "rest" if label != "rest" else "the rest"
        return ConfusionMatrix(
            np.array([[self.tp[c], self.fn[c]], [self.fp[c], self.tn[c]]]),
            (label, rest),
        )

    @overload
    def score(
        self,
        name: Whole,
        *,
        labels: Sequence[str] | None = None,
        weights: KappaWeights | None = None,
        adjusted: bool = False,
        zero_division: float = math.nan,
    ) -> float: ...

    @overload
    def score(
        self,
        name: PerClass,
        average: None = None,
        *,
        labels: Sequence[str] | None = None,
        beta: float = 1.0,
        zero_division: float = math.nan,
    ) -> Array: ...

    @overload
    def score(
        self,
        name: PerClass,
        average: Average | Literal["binary", "micro", "macro", "weighted"],
        *,
        labels: Sequence[str] | None = None,
        pos_label: str | None = None,
        beta: float = 1.0,
        zero_division: float = math.nan,
    ) -> float: ...

    def score(
        self,
        name: str,
        average: str | None = None,
        *,
        labels: Sequence[str] | None = None,
        pos_label: str | None = None,
        beta: float = 1.0,
        zero_division: float = math.nan,
        weights: KappaWeights | None = None,
        adjusted: bool = False,
    ) -> float | Array:
        """One score of this matrix.

        `balanced_accuracy` skips classes without support. `mcc` is 0 where it is 0/0, by scikit-learn's convention,
        and `kappa` nan; `core.metrics.undefined.reason` tells when. `specificity` is the recall of "not this class"
        and `npv` its precision; averaged "weighted", each class counts by its own support, as in imbalanced-learn.
        `f1_of_means` is the other macro-F1: the harmonic mean of macro precision and macro recall
        (https://arxiv.org/abs/1911.03347). `likelihood+` is recall / (1 - specificity), `likelihood-` is
        (1 - recall) / specificity.

        Args:
            name: which score, see `PerClass` and `Whole`.
            average: None for the score of each class; else how they become one number. Not for `Whole`.
            labels: of which classes, in this order; None: of all. Whatever the other classes hold still counts as
                false positives and negatives of these. Of `Whole` only `f1_of_means` takes it.
            pos_label: for "binary", which of the two classes is the positive one; None: the first.
            beta: of `fbeta`; recall counts beta times as much as precision.
            zero_division: what 0/0 becomes: 0, 1, or nan, which averages leave out.
            weights: of `kappa`: None, "linear" or "quadratic", for classes that have an order.
            adjusted: of `balanced_accuracy`: scaled so that chance is 0.

        Returns:
            (C,) or (len(labels),) for average None, else one number; nan where undefined, and everywhere in a
            matrix without any count.

        Raises:
            UserError: "binary" for other than two classes, or a label that is not there.
            ValueError: no such score.
        """
        chosen = range(len(self)) if labels is None else [self.index(label) for label in labels]
        if name in get_args(Whole):
            return scores.whole(
                self.counts,
                cast(Whole, name),
                chosen,
                weights=weights,
                adjusted=adjusted,
                zero_division=zero_division,
            )
        if name not in get_args(PerClass):
            raise ValueError(f"no score is called {name!r}")
        if average == Average.BINARY:
            if len(self) != 2:
                raise UserError(f'The average "binary" is for two classes, and there are {len(self)}.')
            chosen = [0 if pos_label is None else self.index(pos_label)]
        one = average is None or average == Average.BINARY
        values = scores.per_class(
            self.counts, cast(PerClass, name), chosen, None if one else str(average), beta, zero_division
        )
        return values if average is None else float(values.item())

    def index(self, label: str) -> int:
        """Row and column of a class.

        Raises:
            UserError: no class has this name.
        """
        try:
            return self.labels.index(label)
        except ValueError:
            raise UserError(f'There is no class "{label[:40]}" in this matrix.') from None
