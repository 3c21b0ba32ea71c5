"""Samples that may have several labels at once, and their scores as scikit-learn defines them.

Shapes: N samples, L labels; indicators: [i, l] says whether sample i has label l
(https://scikit-learn.org/stable/modules/model_evaluation.html#multiclass-and-multilabel-classification).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args, overload

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from core.errors import UserError
from core.metrics.confusion import ConfusionMatrix
from core.metrics.fractions import Tally
from core.metrics.scores import Array, quietly

Indicators = npt.NDArray[np.bool_]
Score = Literal["precision", "recall", "f1", "fbeta", "jaccard"]
Mean = Literal["samples", "micro", "macro", "weighted"]
MEANS: tuple[Mean, ...] = get_args(Mean)

MOST_LABELS = 200
MOST_CELLS = 5_000_000


def check_cells(samples: int, labels: int) -> None:
    """Refuse what would not fit into memory.

    Raises:
        UserError: more than `MOST_CELLS` cells.
    """
    if samples * labels > MOST_CELLS:
        raise UserError(
            f"{samples:,} samples with {labels} labels are too many ({MOST_CELLS:,} cells at most): take fewer rows."
        )


@dataclass(frozen=True, eq=False)
class Multilabel:
    """What is true of each sample and what was predicted.

    Attributes:
        target: (N, L) bool, at least two samples and two labels.
        predicted: (N, L) bool.
        labels: (L,) different, non-empty names.

    Raises:
        UserError: tables of different sizes, too small or too large, or names that are too few or the same.
    """

    target: Indicators
    predicted: Indicators
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        target, predicted = (np.array(table, dtype=np.bool_) for table in (self.target, self.predicted))
        labels = tuple(self.labels)
        if target.ndim != 2 or target.shape != predicted.shape:
            raise UserError("Actual and predicted need the same samples and the same labels: make both of one size.")
        samples, size = target.shape
        if samples < 2 or not 2 <= size <= MOST_LABELS:
            raise UserError(
                f"Several labels at once need at least 2 samples and 2 to {MOST_LABELS} labels, and here are "
                f"{samples:,} and {size:,}."
            )
        check_cells(samples, size)
        if len(labels) != size:
            raise UserError(f"{size} labels need {size} names, and there are {len(labels)}.")
        if len(set(labels)) != size or not all(labels):
            raise UserError("Every label needs a name of its own.")
        for name, table in (("target", target), ("predicted", predicted)):
            table.setflags(write=False)
            object.__setattr__(self, name, table)
        object.__setattr__(self, "labels", labels)

    def __len__(self) -> int:
        """Number of samples N."""
        return len(self.target)

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Multilabel) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.key)

    @cached_property
    def key(self) -> str:
        """What it holds as a short text, for caches."""
        digest = hashlib.sha256(repr((self.target.shape, self.labels)).encode())
        for table in (self.target, self.predicted):
            digest.update(np.packbits(table).tobytes())
        return digest.hexdigest()

    @cached_property
    def matrices(self) -> tuple[ConfusionMatrix, ...]:
        """(L,) of each label the matrix [[TP, FN], [FP, TN]], whose classes are the label and "not" the label."""
        found = metrics.multilabel_confusion_matrix(self.target, self.predicted)[
            :, ::-1, ::-1
        ]  # scikit-learn: TN first
        return tuple(
            ConfusionMatrix(counts, (label, f"not {label}")) for counts, label in zip(found, self.labels, strict=True)
        )

    @cached_property
    def _cells(self) -> tuple[Indicators, Indicators, Array]:
        """(3L + 1, L) target and predicted and (3L + 1,) weights of the same counts in few samples.

        One sample for the hits of each label, one for its false positives, one for its misses; the last, empty one is
        there where nothing else is. True negatives stand in no score. For all but the mean over the samples this is
        the same table, and scikit-learn needs no second for it however many samples there are.
        """
        size = len(self.labels)
        own, none = np.eye(size, dtype=np.bool_), np.zeros((size, size), dtype=np.bool_)
        target = np.concatenate([own, none, own, none[:1]])
        predicted = np.concatenate([own, own, none, none[:1]])
        counts = np.array([matrix.counts for matrix in self.matrices])  # (L, 2, 2): [[TP, FN], [FP, TN]]
        weights = np.concatenate([counts[:, 0, 0], counts[:, 1, 0], counts[:, 0, 1], [1.0]])
        kept = weights > 0
        return target[kept], predicted[kept], weights[kept]

    @property
    def pooled(self) -> Tally:
        """The counts of all cells together: those of the micro average."""
        (tp, fn), (fp, tn) = np.sum([matrix.counts for matrix in self.matrices], axis=0)
        return Tally(float(tp), float(fp), float(fn), float(tn))

    @property
    def support(self) -> Array:
        """(L,) how many samples have each label."""
        return np.asarray(self.target.sum(axis=0), dtype=np.float64)

    @property
    def subset_accuracy(self) -> float:
        """Share of samples with every label right: the exact match."""
        return float(metrics.accuracy_score(self.target, self.predicted))

    @property
    def hamming_loss(self) -> float:
        """Share of cells that are wrong."""
        return float(metrics.hamming_loss(self.target, self.predicted))

    def first(self, rows: int) -> Multilabel:
        """The first samples only, at least two."""
        return Multilabel(self.target[: max(rows, 2)], self.predicted[: max(rows, 2)], self.labels)

    def per_sample(self, name: Score, *, beta: float = 1.0, zero_division: float = math.nan) -> Array:
        """(N,) a score of each sample: that of a label in the table turned round."""
        return _score(self.target.T, self.predicted.T, None, name, None, beta, zero_division)

    @overload
    def score(
        self, name: Score, average: None = None, *, beta: float = 1.0, zero_division: float = math.nan
    ) -> Array: ...

    @overload
    def score(self, name: Score, average: Mean, *, beta: float = 1.0, zero_division: float = math.nan) -> float: ...

    def score(
        self, name: Score, average: Mean | None = None, *, beta: float = 1.0, zero_division: float = math.nan
    ) -> float | Array:
        """One score.

        Args:
            name: which.
            average: None for that of each label; "macro" their mean, "weighted" by how many samples have the label,
                "micro" that of all cells counted together, "samples" the mean of `per_sample`.
            beta: of "fbeta"; recall counts beta times as much as precision.
            zero_division: what 0/0 becomes: 0, 1, or nan, which averages leave out.

        Returns:
            (L,) for average None, else one number; nan where undefined.

        Raises:
            ValueError: no such score or average.
        """
        if name not in get_args(Score) or not (average is None or average in MEANS):
            raise ValueError(f"no score is called {name!r} with average {average!r}")
        all_rows = (self.target, self.predicted, None)
        target, predicted, weights = all_rows if average == "samples" else self._cells
        values = _score(target, predicted, weights, name, average, beta, zero_division)
        return values if average is None else float(values)

    def means_of_samples(self, third: Score, *, beta: float = 1.0, zero_division: float = math.nan) -> Array:
        """(3,) the "samples" averages of precision, recall and a third score, as `score` gives them.

        Together they cost what one costs, which for many samples is half a second.
        """
        precision, recall, fbeta = _ratios(
            self.target, self.predicted, None, "samples", beta if third == "fbeta" else 1.0, zero_division
        )
        last = fbeta if third != "jaccard" else _jaccard(self.target, self.predicted, None, "samples", zero_division)
        return np.array([precision, recall, last], dtype=np.float64)


def _score(
    target: Indicators,
    predicted: Indicators,
    weights: Array | None,
    name: Score,
    average: str | None,
    beta: float,
    zero_division: float,
) -> Array:
    if name == "jaccard":
        return _jaccard(target, predicted, weights, average, zero_division)
    found = _ratios(target, predicted, weights, average, beta if name == "fbeta" else 1.0, zero_division)
    return found[("precision", "recall").index(name) if name in ("precision", "recall") else 2]


def _ratios(
    target: Indicators,
    predicted: Indicators,
    weights: Array | None,
    average: str | None,
    beta: float,
    zero_division: float,
) -> tuple[Array, Array, Array]:
    """Precision, recall and F-beta."""
    found = quietly(
        metrics.precision_recall_fscore_support,
        target,
        predicted,
        average=average,
        beta=beta,
        sample_weight=weights,
        zero_division=zero_division,
    )
    return np.asarray(found[0]), np.asarray(found[1]), np.asarray(found[2])


def _jaccard(
    target: Indicators, predicted: Indicators, weights: Array | None, average: str | None, zero_division: float
) -> Array:
    """scikit-learn's, which takes no nan for 0/0: what neither is nor is predicted is left out here."""
    how = {"average": average, "sample_weight": weights}
    if not math.isnan(zero_division):
        return np.asarray(quietly(metrics.jaccard_score, target, predicted, zero_division=zero_division, **how))
    union = target | predicted
    if average is None:
        each = quietly(metrics.jaccard_score, target, predicted, zero_division=0.0, **how)
        return np.where(union.any(axis=0), each, math.nan)
    if not union.any():
        return np.asarray(math.nan)
    labels: Sequence[int] | None = None
    if average == "samples":
        rows = union.any(axis=1)
        target, predicted = target[rows], predicted[rows]
    else:
        labels = np.flatnonzero(union.any(axis=0)).tolist()
    return np.asarray(quietly(metrics.jaccard_score, target, predicted, labels=labels, zero_division=0.0, **how))
