"""Classifiers that have learned nothing, as matrices over the same target samples.

They are scikit-learn's dummies (https://scikit-learn.org/stable/modules/generated/sklearn.dummy.DummyClassifier.html):
"constant", "most_frequent", and the expected matrices of "stratified" and "uniform", whose counts are fractions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.metrics import scores
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import Options, Report
from core.metrics.scores import Array, PerClass

MOST_CONSTANTS = 4
"""With more classes than this, only the majority class is always said."""

COLUMNS = ("accuracy", "balanced_accuracy", "precision", "recall", "f1", "mcc", "kappa")
"""What classifiers are compared by; precision, recall and F1 in the average that is chosen."""
COMPETED = ("accuracy", "f1")
"""What a sentence about the best trivial classifier looks at."""


@dataclass(frozen=True)
class Baseline:
    """A classifier that does not look at the sample.

    Attributes:
        name: what tables call it.
        short: what a sentence calls it.
        rule: what it does, in a sentence.
        matrix: what is to be expected of it.
    """

    name: str
    short: str
    rule: str
    matrix: ConfusionMatrix


def always(matrix: ConfusionMatrix, label: str) -> ConfusionMatrix:
    """One class is said of every sample."""
    shares = np.zeros(len(matrix))
    shares[matrix.index(label)] = 1
    return _guessing(matrix, shares)


def proportional(matrix: ConfusionMatrix) -> ConfusionMatrix:
    """Expected counts where classes are guessed as often as they are target."""
    return _guessing(matrix, matrix.support / matrix.total if matrix.total else np.full(len(matrix), 1 / len(matrix)))


def uniform(matrix: ConfusionMatrix) -> ConfusionMatrix:
    """Expected counts where all classes are guessed equally often."""
    return _guessing(matrix, np.full(len(matrix), 1 / len(matrix)))


def majority(matrix: ConfusionMatrix) -> str:
    """The class with the most target samples, the first of several."""
    return matrix.labels[int(matrix.support.argmax())]


def baselines(matrix: ConfusionMatrix) -> tuple[Baseline, ...]:
    """The trivial classifiers of these target samples."""
    most = majority(matrix)
    alone = np.count_nonzero(matrix.support == matrix.support.max()) == 1
    said = matrix.labels if len(matrix) <= MOST_CONSTANTS else (most,)
    constants = tuple(
        Baseline(
            f'always "{label}"' + (" (majority)" if label == most and alone else ""),
            f"Always {label}",
            f'Says "{label}" of every sample.',
            always(matrix, label),
        )
        for label in said
    )
    return (
        *constants,
        Baseline(
            "chance, actual shares",
            "Guessing each class as often as it occurs",
            "Guesses each class as often as it occurs; expected counts.",
            proportional(matrix),
        ),
        Baseline(
            "chance, uniform",
            "Guessing all classes equally often",
            "Guesses all classes equally often; expected counts.",
            uniform(matrix),
        ),
    )


def compared(matrices: tuple[ConfusionMatrix, ...], options: Options) -> Array:
    """Score classifiers side by side.

    Args:
        matrices: R of them, weighted already.
        options: which average, and what 0/0 counts as.

    Returns:
        (R, 7) columns as in `COLUMNS`; nan where undefined.
    """
    return np.array([_scores(matrix, options) for matrix in matrices])


def row(report: Report) -> Array:
    """(7,) the scores in `COLUMNS` of a matrix whose scores are known already."""
    average = report.options.headline(report.matrix)
    names: tuple[PerClass, ...] = ("precision", "recall", "f1")
    return np.array(
        [
            report.whole("accuracy"),
            report.whole("balanced_accuracy"),
            *(report.mean(name, average) for name in names),
            report.whole("mcc"),
            report.whole("kappa"),
        ]
    )


def _scores(matrix: ConfusionMatrix, options: Options) -> list[float]:
    if not matrix.total:
        return [math.nan] * len(COLUMNS)
    average = options.headline(matrix)
    labels = options.labels or matrix.labels
    if average is Average.BINARY:
        labels = (options.pos_label or matrix.labels[0],)
    ratios = scores.ratios(
        matrix.counts,
        [matrix.index(label) for label in labels],
        None if average is Average.BINARY else str(average),
        1.0,
        options.zero_division,
    )
    return [
        matrix.score("accuracy"),
        matrix.score("balanced_accuracy"),
        *(ratio.item() for ratio in ratios),
        matrix.score("mcc"),
        matrix.score("kappa", weights=options.kappa_weights),
    ]


def _guessing(matrix: ConfusionMatrix, shares: Array) -> ConfusionMatrix:
    return ConfusionMatrix(matrix.support[:, None] * shares, matrix.labels)


@dataclass(frozen=True)
class Comparison:
    """A model beside trivial classifiers.

    Attributes:
        others: the trivial classifiers.
        names: (R,) of the model and of these.
        rows: (R, 7) scores, the model first; columns as in `COLUMNS`.
    """

    others: tuple[Baseline, ...]
    names: tuple[str, ...]
    rows: Array


def beside(report: Report) -> Comparison:
    """A model, by its report, beside the trivial classifiers of the same samples."""
    others = baselines(report.matrix)
    scored = compared(tuple(other.matrix for other in others), report.options)
    names = ("the model", *(other.name for other in others))
    return Comparison(others, names, np.vstack([row(report), scored]))


@dataclass(frozen=True)
class Competitor:
    """The trivial classifier that comes nearest to a model, or is furthest ahead of it, and in which score.

    Attributes:
        other: that classifier.
        score: one of `COMPETED`.
        value: its score.
        own: the model's.
    """

    other: Baseline
    score: str
    value: float
    own: float


def best_competitor(found: Comparison) -> Competitor | None:
    """Where a trivial classifier does best against the model, in accuracy or F1; None where neither is defined.

    Precision and recall are left out: saying one class of every sample finds all of it, and says nothing of a model.
    """
    best, lead = None, -math.inf
    for score in COMPETED:
        place = COLUMNS.index(score)
        own = float(found.rows[0, place])
        for other, value in zip(found.others, found.rows[1:, place].tolist(), strict=True):
            if value - own > lead:  # never of nan
                best, lead = Competitor(other, score, value, own), value - own
    return best
