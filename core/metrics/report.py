"""All scores of a confusion matrix at once, made with as few calls of scikit-learn as there can be.

A call costs milliseconds whatever the matrix, so each set of scores is asked for once, with 0/0 as nan: what 0/0 shall
count as is put in afterwards, and the means over classes are taken here, as scikit-learn takes them. Every number is
the one `ConfusionMatrix.score` gives; F1 of the means is over the same classes as the averages beside it.

Shapes: C classes, S scores a class has (`PER_CLASS`), M of them have means (`AVERAGED`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from sklearn.utils.class_weight import compute_class_weight

from core.errors import UserError
from core.metrics import scores
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.scores import Array, KappaWeights, PerClass, Whole

PER_CLASS: tuple[PerClass, ...] = get_args(PerClass)
"""What each class has."""

AVERAGED: tuple[PerClass, ...] = tuple(name for name in PER_CLASS if not name.startswith("likelihood"))
"""What also has a mean over the classes."""

WHOLE: tuple[Whole, ...] = get_args(Whole)
"""What only the matrix as a whole has."""

KAPPA_WEIGHTS: tuple[KappaWeights | None, ...] = (None, "linear", "quadratic")
LARGEST_BETA = 100.0
_OF_REST = ("specificity", "npv")


@dataclass(frozen=True)
class Options:
    """How scores are to be taken; the names are scikit-learn's.

    Attributes:
        beta: of F-beta: recall counts beta times as much as precision.
        zero_division: what 0/0 counts as: 0, 1, or nan, which means undefined and left out of means.
        labels: the classes that are averaged, None for all. What the others hold still counts as errors of these.
        pos_label: of two classes the positive one, None for the first.
        kappa_weights: None, "linear" or "quadratic".
        class_weights: (C,) what a sample of each target class counts; "balanced": see `balanced_weights`; None: 1 each.
        average: which one the headline shows; None: "binary" for two classes, else "macro".

    Raises:
        UserError: beta is negative, not finite or above `LARGEST_BETA`; 0/0 is to count as something else.
    """

    beta: float = 2.0
    zero_division: float = math.nan
    labels: tuple[str, ...] | None = None
    pos_label: str | None = None
    kappa_weights: KappaWeights | None = None
    class_weights: tuple[float, ...] | Literal["balanced"] | None = None
    average: Average | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.beta <= LARGEST_BETA:
            raise UserError(f"Beta must be a number from 0 to {LARGEST_BETA:g}, not {self.beta:g}.")
        if not (math.isnan(self.zero_division) or self.zero_division in (0, 1)):
            raise UserError(f"0/0 can count as 0, as 1 or as undefined, not as {self.zero_division:g}.")

    def weigh(self, matrix: ConfusionMatrix) -> ConfusionMatrix:
        """The matrix with each target row times its weight.

        Raises:
            UserError: not one weight a class, or a weight that is negative or not finite.
        """
        if self.class_weights is None:
            return matrix
        if self.class_weights == "balanced":
            return matrix.weighted(balanced_weights(matrix))
        if len(self.class_weights) != len(matrix):
            raise UserError(
                f"{len(matrix)} classes need {len(matrix)} weights, and there are {len(self.class_weights)}: "
                "type one for each class."
            )
        if not all(math.isfinite(weight) and weight >= 0 for weight in self.class_weights):
            raise UserError("A class weight is a number from 0 up: change the one that is not.")
        return matrix.weighted(self.class_weights)

    def headline(self, matrix: ConfusionMatrix) -> Average:
        """The average to be shown first."""
        usual = Average.BINARY if len(matrix) == 2 else Average.MACRO
        return usual if self.average is None or (self.average is Average.BINARY and len(matrix) > 2) else self.average


@dataclass(frozen=True, eq=False)
class Report:
    """All scores of one matrix; nan where a score is undefined.

    Attributes:
        matrix: after weighting, see `Options.weigh`.
        options: how the scores were taken.
        chosen: (K,) indices of the averaged classes.
        classes: (C, S) each score of each class, all classes; columns as in `PER_CLASS`.
        averages: (4, M) rows as in `Average`, columns as in `AVERAGED`; "binary" is nan for more than two classes.
        wholes: (W,) as in `WHOLE`, kappa with the weights that were asked for, F1 of the means over `chosen`.
        kappas: (3,) without weights, linear, quadratic.
    """

    matrix: ConfusionMatrix
    options: Options
    chosen: tuple[int, ...]
    classes: Array
    averages: Array
    wholes: Array
    kappas: Array

    @property
    def positive(self) -> str:
        """Name of the positive class, for two classes."""
        return self.options.pos_label or self.matrix.labels[0]

    def of_class(self, name: PerClass, label: str) -> float:
        """A score of one class against the rest."""
        return float(self.classes[self.matrix.index(label), PER_CLASS.index(name)])

    def mean(self, name: PerClass, average: Average) -> float:
        """A score of all averaged classes."""
        return float(self.averages[list(Average).index(average), AVERAGED.index(name)])

    def whole(self, name: Whole) -> float:
        """A score of the whole matrix."""
        return float(self.wholes[WHOLE.index(name)])


def report(matrix: ConfusionMatrix, options: Options | None = None) -> Report:
    """Take all scores of a matrix.

    Raises:
        UserError: the options name a class that is not there, or hold weights that do not fit.
    """
    options = options or Options()
    matrix = options.weigh(matrix)
    chosen = (
        tuple(range(len(matrix))) if options.labels is None else tuple(matrix.index(label) for label in options.labels)
    )
    positive = 0 if options.pos_label is None else matrix.index(options.pos_label)
    if len(set(chosen)) != len(chosen):
        raise UserError("A class can be averaged only once: name each class one time.")
    if not matrix.total or not chosen:
        return _nothing(matrix, options, chosen)
    known = _each(matrix.counts, options.beta)  # 0/0 is nan here
    classes = np.where(np.isnan(known), options.zero_division, known)
    averages = np.full((len(Average), len(AVERAGED)), math.nan)
    if len(matrix) == 2:
        averages[0] = classes[positive, : len(AVERAGED)]
    pooled = _pooled(matrix.counts, chosen, options.beta)
    averages[1] = np.where(np.isnan(pooled), options.zero_division, pooled)
    support = matrix.support[list(chosen)]
    for column, name in enumerate(AVERAGED):
        values = classes[list(chosen), column]
        averages[2, column] = scores.mean_of_defined(values, np.ones(len(chosen)))
        averages[3, column] = scores.mean_of_defined(values, support, otherwise_alike=name not in _OF_REST)
    counts = matrix.counts
    kappas = np.array([scores.whole(counts, "kappa", weights=weights) for weights in KAPPA_WEIGHTS])
    wholes = {name: scores.whole(counts, name) for name in WHOLE if name not in ("kappa", "f1_of_means")}
    wholes["kappa"] = float(kappas[KAPPA_WEIGHTS.index(options.kappa_weights)])
    wholes["f1_of_means"] = scores.harmonic(
        *(scores.mean_of_defined(classes[list(chosen), column], np.ones(len(chosen))) for column in (0, 1))
    )
    return Report(matrix, options, chosen, classes, averages, np.array([wholes[name] for name in WHOLE]), kappas)


def balanced_weights(matrix: ConfusionMatrix) -> tuple[float, ...]:
    """Weights that let each class count as much in all: scikit-learn's `class_weight="balanced"`.

    Returns:
        (C,) total / (classes with support * support); 1 for a class without support.
    """
    weights = np.ones(len(matrix))
    present = np.flatnonzero(matrix.support)
    if len(present):
        weights[present] = compute_class_weight(
            "balanced", classes=present, y=present, sample_weight=matrix.support[present]
        )
    return tuple(weights.tolist())


def _nothing(matrix: ConfusionMatrix, options: Options, chosen: tuple[int, ...]) -> Report:
    """No sample or no class to average: nothing is defined."""

    def undefined(*shape: int) -> Array:
        return np.full(shape, math.nan)

    return Report(
        matrix,
        options,
        chosen,
        undefined(len(matrix), len(PER_CLASS)),
        undefined(len(Average), len(AVERAGED)),
        undefined(len(WHOLE)),
        undefined(len(KAPPA_WEIGHTS)),
    )


def _each(counts: Array, beta: float) -> Array:
    """(C, S) each score of each class, 0/0 as nan."""
    everyone = range(len(counts))
    precision, recall, f1 = scores.ratios(counts, everyone, None, 1.0, math.nan)
    fbeta = f1 if beta == 1 else scores.ratios(counts, everyone, None, beta, math.nan)[2]
    npv, specificity = scores.ratios_of_rest(counts, everyone, None, math.nan)
    jaccard = scores.per_class(counts, "jaccard", everyone, None, beta, math.nan)
    with np.errstate(divide="ignore", invalid="ignore"):  # inf and nan are meant
        above, below = recall / (1 - specificity), (1 - recall) / specificity
    return np.stack([precision, recall, f1, fbeta, jaccard, specificity, npv, above, below], axis=1)


def _pooled(counts: Array, chosen: tuple[int, ...], beta: float) -> Array:
    """(M,) micro averages: the counts of the classes are added up first; 0/0 as nan."""
    precision, recall, f1 = scores.ratios(counts, chosen, "micro", 1.0, math.nan)
    fbeta = f1 if beta == 1 else scores.ratios(counts, chosen, "micro", beta, math.nan)[2]
    npv, specificity = scores.ratios_of_rest(counts, chosen, "micro", math.nan)
    jaccard = scores.per_class(counts, "jaccard", chosen, "micro", beta, math.nan)
    return np.array([precision, recall, f1, fbeta, jaccard, specificity, npv], dtype=np.float64)
