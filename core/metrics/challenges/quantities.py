"""What challenges ask about: scores and counts of a matrix, each with a name and a reason where it is undefined."""

from __future__ import annotations

import math

from core.metrics.challenges.challenge import Quantity, Relation, Rule
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.scores import PerClass, Whole
from core.metrics.undefined import reason


def _whole(title: str, name: Whole) -> Quantity:
    return Quantity(title, lambda m: m.score(name), why=lambda m: reason(m, name))


def _of_first(name: PerClass) -> Quantity:
    """A score of the positive class, which is the first."""
    title = "F1" if name == "f1" else name
    return Quantity(title, lambda m: float(m.score(name)[0]), why=lambda m: reason(m, name, m.labels[0]))


def _mean(title: str, name: PerClass, average: Average) -> Quantity:
    return Quantity(title, lambda m: m.score(name, average), why=lambda m: _left_out(m, name, average))


def _left_out(m: ConfusionMatrix, name: str, average: Average) -> str | None:
    pooled = average is Average.MICRO
    told = reason(m, name, pooled=pooled)
    return f"without {told}" if told and m.total and not pooled else told


def _turned(m: ConfusionMatrix, average: Average) -> float:
    return abs(m.transposed().score("f1", average) - m.score("f1", average))


def _times(m: ConfusionMatrix) -> float:
    least = float(m.support.min())
    return float(m.support.max()) / least if least else math.nan


CLASSES = Quantity("number of classes", lambda m: float(len(m)), count=True)
LEAST_PREDICTED = Quantity("predictions of the rarest answer", lambda m: float(m.predicted.min()), count=True)
SHARE = Quantity("actual share of the first class", lambda m: float(m.support[0]) / m.total if m.total else math.nan)
TIMES = Quantity(
    "largest support over smallest", _times, why=lambda m: None if m.support.min() else "a class has no sample"
)
ACCURACY = _whole("accuracy", "accuracy")
BALANCED = _whole("balanced accuracy", "balanced_accuracy")
MCC = _whole("MCC", "mcc")
KAPPA = _whole("kappa", "kappa")
PRECISION, RECALL, F1 = _of_first("precision"), _of_first("recall"), _of_first("f1")
MACRO_PRECISION = _mean("macro-precision", "precision", Average.MACRO)
MACRO_RECALL = _mean("macro-recall", "recall", Average.MACRO)
MACRO_F1 = _mean("macro-F1", "f1", Average.MACRO)
MICRO_F1 = _mean("micro-F1", "f1", Average.MICRO)
WEIGHTED_PRECISION = _mean("weighted precision", "precision", Average.WEIGHTED)
WEIGHTED_RECALL = _mean("weighted recall", "recall", Average.WEIGHTED)
WEIGHTED_F1 = _mean("weighted-F1", "f1", Average.WEIGHTED)
TWO_MACROS = Quantity(
    "difference of the two macro-F1s",
    lambda m: abs(m.score("f1_of_means") - m.score("f1", Average.MACRO)),
    why=lambda m: reason(m, "f1_of_means"),
)
TURNED_MACRO = Quantity("change of macro-F1 when turned", lambda m: _turned(m, Average.MACRO))
TURNED_WEIGHTED = Quantity("change of weighted-F1 when turned", lambda m: _turned(m, Average.WEIGHTED))

TWO_CLASSES = Rule(CLASSES, Relation.EQUAL, 2)
THREE_CLASSES = Rule(CLASSES, Relation.EQUAL, 3)
ALL_PREDICTED = Rule(LEAST_PREDICTED, Relation.AT_LEAST, 1)
