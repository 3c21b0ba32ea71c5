"""What a classifier said of each sample, beside the truth: the one way in for files, samples and other pages.

Shapes: N samples, C classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import UserError
from core.metrics.confusion import MOST_CLASSES, ConfusionMatrix
from core.metrics.predictions.checks import Indices, as_long, column, cut, encode, finite_scores, sound_weights
from core.metrics.scores import Array

REST = "rest"


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions of N samples. Made by `from_arrays`, which checks them; shared, only to be read.

    Attributes:
        target: (N,) index of the true class.
        predicted: (N,) index of the predicted class.
        labels: (C,) names of the classes.
        positive: index of the class that the scores, or precision and recall of two classes, are about.
        scores: (N,) how much each sample looks like the positive class, or (N, C) like each; None: unknown.
        weights: (N,) how much each sample counts (scikit-learn's `sample_weight`); None: all 1.
        thumbnails: (N, H, W) or (N, H, W, 3) uint8 pictures of the samples; None: there are none.
        ids: (N,) names of the samples; None: they are only numbered.
    """

    target: Indices
    predicted: Indices
    labels: tuple[str, ...]
    positive: int = 1
    scores: Array | None = None
    weights: Array | None = None
    thumbnails: npt.NDArray[np.uint8] | None = None
    ids: npt.NDArray[Any] | None = None

    def __len__(self) -> int:
        """Number of samples N."""
        return len(self.target)

    @property
    def binary(self) -> bool:
        """Whether one threshold on one score decides between two classes."""
        return len(self.labels) == 2 and self.scores is not None and self.scores.ndim == 1

    def matrix(self) -> ConfusionMatrix:
        """The counts (sums of weights, where there are any) of target against predicted."""
        classes = len(self.labels)
        cell = self.target * classes + self.predicted  # (N,)
        counts: Array = np.bincount(cell, self.weights, minlength=classes * classes).astype(np.float64)
        return ConfusionMatrix(counts.reshape(classes, classes), self.labels)

    def cell(self, target: int, predicted: int) -> Indices:
        """The samples of one cell of the matrix, the most wrong first: those whose target class scored least.

        Without scores they stay in the order they came in.
        """
        inside = np.flatnonzero((self.target == target) & (self.predicted == predicted))
        scores = self.scores_of(target)
        return inside if scores is None else inside[np.argsort(scores[inside], kind="stable")]

    def scores_of(self, label: int) -> Array | None:
        """(N,) how much each sample looks like a class; of two classes one is the other's negative."""
        if self.scores is None:
            return None
        if self.scores.ndim == 2:
            column: Array = self.scores[:, label]
            return column
        if label == self.positive:
            return self.scores
        return -self.scores if len(self.labels) == 2 else None

    def at(self, threshold: float) -> Predictions:
        """The same samples, positive where the score is at least the threshold, as scikit-learn counts.

        Raises:
            ValueError: there is not one score for two classes.
        """
        if not self.binary or self.scores is None:
            raise ValueError("a threshold decides between two classes by one score")
        return replace(self, predicted=np.where(self.scores >= threshold, self.positive, 1 - self.positive))

    def against_rest(self, label: int) -> Predictions:
        """One class against all others: two classes, the one first and positive.

        Where the class has a score of its own, a threshold can decide instead of the prediction.
        """
        name = self.labels[label]
        return replace(
            self,
            target=(self.target != label).astype(np.intp),
            predicted=(self.predicted != label).astype(np.intp),
            labels=(name, REST if name != REST else f"the {REST}"),
            positive=0,
            scores=self.scores_of(label),
        )

    def take(self, rows: Indices) -> Predictions:
        """Some of the samples, or the same in another order."""
        return replace(
            self,
            target=self.target[rows],
            predicted=self.predicted[rows],
            scores=None if self.scores is None else self.scores[rows],
            weights=None if self.weights is None else self.weights[rows],
            thumbnails=None if self.thumbnails is None else self.thumbnails[rows],
            ids=None if self.ids is None else self.ids[rows],
        )


def from_arrays(
    target: npt.ArrayLike,
    predicted: npt.ArrayLike | None,
    *,
    labels: Sequence[str] | None = None,
    scores: npt.ArrayLike | None = None,
    positive: str | None = None,
    weights: npt.ArrayLike | None = None,
    thumbnails: npt.NDArray[np.uint8] | None = None,
    ids: npt.ArrayLike | None = None,
) -> Predictions:
    """Check arrays and make predictions of them.

    Args:
        target: (N,) true classes: names or numbers; with `labels`, whole numbers are indices into these.
        predicted: (N,) predicted classes in the same way; None: the class with the largest score, or with one score
            of two classes the positive one from 0.5 up (from 0 up where scores are no probabilities).
        labels: (C,) the classes; None: those that occur, in order.
        scores: (N,) of the positive class or (N, C) of each class, in the order of the labels; (N, 2) must add up
            to 1.
        positive: name of the positive class; None: the last one.
        weights: (N,) at least 0, not all 0.
        thumbnails: (N, H, W) or (N, H, W, 3).
        ids: (N,).

    Raises:
        UserError: nothing, different lengths, missing values, fewer than two classes or too many, scores or weights
            that are no numbers.
    """
    first = column(target, "actual")
    second = first if predicted is None else column(predicted, "predicted")
    size = len(first)
    if size == 0:
        raise UserError("There are no predictions: at least one row is needed.")
    if len(second) != size:
        raise UserError(
            f"Each sample needs its actual class and its prediction, and here are {size:,} of the one and "
            f"{len(second):,} of the other."
        )
    names, target_index, predicted_index = encode(first, second, labels)
    if len(names) < 2:
        raise UserError(f'Only one class occurs, "{cut(names[0])}": a confusion matrix needs at least two.')
    if len(names) > MOST_CLASSES:
        raise UserError(
            f"There are {len(names):,} different classes and {MOST_CLASSES:,} are the most: is this really the column "
            "of classes?"
        )
    if positive is not None and positive not in names:
        raise UserError(f'The positive class "{cut(positive)}" is not one of the classes.')
    yes = len(names) - 1 if positive is None else names.index(positive)
    values = None if scores is None else finite_scores(scores, size, len(names))
    if values is not None and values.shape[1:] == (2,):
        values = _one_of_two(values, yes)
    if predicted is None:
        predicted_index = _decide(values, names, yes)
    return Predictions(
        target_index,
        predicted_index,
        names,
        yes,
        values,
        None if weights is None else sound_weights(weights, size),
        None if thumbnails is None else as_long(np.asarray(thumbnails), size, "pictures"),
        None if ids is None else as_long(np.asarray(ids), size, "names"),
    )


def _one_of_two(scores: Array, positive: int) -> Array:
    """(N,) of (N, 2): the other column says nothing new, if they add up to 1."""
    off = np.abs(scores.sum(axis=1) - 1) > 1e-2  # rounded to two decimals
    if off.any():
        row = int(np.argmax(off)) + 1
        raise UserError(
            f"The two scores of row {row:,} do not add up to 1, so one threshold cannot stand for both: choose one "
            "column, the score of the positive class, or write their difference into one."
        )
    return scores[:, positive]


def natural_start(scores: Array) -> float:
    """The threshold to begin with: 0.5 for probabilities, 0 for logits of both signs, else the middle of the range."""
    low, high = float(scores.min()), float(scores.max())
    if low >= 0 and high <= 1:
        return 0.5
    return 0.0 if low < 0 < high else low / 2 + high / 2  # the sum may be too large for a float


def _decide(scores: Array | None, names: tuple[str, ...], positive: int) -> Indices:
    if scores is None:
        raise UserError("There is neither a predicted class nor a score: one of the two is needed.")
    if scores.ndim == 2:
        largest: Indices = np.argmax(scores, axis=1)
        return largest
    if len(names) != 2:
        raise UserError("One score cannot decide between more than two classes: give a predicted class, too.")
    return np.where(scores >= natural_start(scores), positive, 1 - positive)
