"""Scores of many confusion matrices at once: replicates of a bootstrap, or one matrix at many prevalences.

scikit-learn scores one matrix in about a millisecond, too slow for thousands; here the same counts are divided for all
of them together, and tests hold each score to scikit-learn's.

Shapes: R matrices of C classes, `counts[replicate, target, predicted]`. Undefined (0/0) is nan, MCC too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from core.metrics.confusion import Average
from core.metrics.report import Report
from core.metrics.scores import Array, PerClass, Whole


@dataclass(frozen=True)
class Measure:
    """One score that is asked for.

    Attributes:
        name: see `PerClass` and `Whole`.
        average: how the classes become one number; None for a score of the whole or of one class.
        label: the class; None for a score of the whole or an average.
    """

    name: PerClass | Whole
    average: Average | None = None
    label: str | None = None

    def of(self, scores: Report) -> float:
        """scikit-learn's value; nan where undefined, but 0 for an MCC of 0/0."""
        if self.label is not None:
            return scores.of_class(cast(PerClass, self.name), self.label)
        if self.average is not None:
            return scores.mean(cast(PerClass, self.name), self.average)
        return scores.whole(cast(Whole, self.name))


@dataclass(frozen=True)
class Tallies:
    """What every score is made of.

    Attributes:
        tp: (R, C) true positives.
        support: (R, C) samples of each class.
        predicted: (R, C) predictions of each class.
    """

    tp: Array
    support: Array
    predicted: Array

    @classmethod
    def of(cls, counts: npt.NDArray[Any]) -> Tallies:
        """Add up (R, C, C) counts."""
        return cls(
            np.einsum("rii->ri", counts).astype(np.float64),
            np.einsum("rij->ri", counts).astype(np.float64),
            np.einsum("rij->rj", counts).astype(np.float64),
        )

    @property
    def total(self) -> Array:
        """(R,) samples."""
        totals: Array = self.support.sum(axis=1)
        return totals

    def score(self, measure: Measure, labels: Sequence[str]) -> Array:
        """(R,) one score of all matrices; nan where undefined.

        Args:
            measure: what is asked for; all but likelihood ratios, F-beta and the other macro-F1.
            labels: (C,) names of the classes.

        Raises:
            ValueError: a score that is not computed here.
        """
        name = measure.name
        if measure.label is None and measure.average is None:
            return self._whole(name)
        if measure.label is not None:
            c = list(labels).index(measure.label)
            return self._per_class(name, slice(c, c + 1))[:, 0]
        values = self._per_class(name, slice(None))
        if measure.average == Average.MACRO:
            return _mean(values, np.ones_like(values))
        if measure.average == Average.WEIGHTED:
            return _mean(values, self.support, otherwise_alike=name not in ("specificity", "npv"))
        raise ValueError(f"no average {measure.average!r} here")

    def _per_class(self, name: str, chosen: slice) -> Array:
        """(R, chosen)"""
        tp, support, predicted = self.tp[:, chosen], self.support[:, chosen], self.predicted[:, chosen]
        total = self.total[:, None]
        tn = total - support - predicted + tp
        above, below = {
            "precision": (tp, predicted),
            "recall": (tp, support),
            "f1": (2 * tp, support + predicted),
            "jaccard": (tp, support + predicted - tp),
            "specificity": (tn, total - support),
            "npv": (tn, total - predicted),
        }.get(name, (None, None))
        if above is None or below is None:
            raise ValueError(f"no score {name!r} here")
        return _ratio(above, below)

    def _whole(self, name: str) -> Array:
        """(R,)"""
        total, right = self.total, self.tp.sum(axis=1)
        if name == "accuracy":
            return _ratio(right, total)
        if name == "balanced_accuracy":
            return _mean(_ratio(self.tp, self.support), np.ones_like(self.tp))
        chance = (self.support * self.predicted).sum(axis=1)
        if name == "kappa":  # (p_o - p_e) / (1 - p_e), both times N²
            return _ratio(right * total - chance, total**2 - chance)
        if name == "mcc":  # https://doi.org/10.1016/j.compbiolchem.2004.09.006
            target, said = total**2 - (self.support**2).sum(axis=1), total**2 - (self.predicted**2).sum(axis=1)
            return _ratio(right * total - chance, np.sqrt(np.maximum(target, 0) * np.maximum(said, 0)))
        raise ValueError(f"no score {name!r} here")


def _ratio(above: Array, below: Array) -> Array:
    """Quotients, nan for 0/0."""
    known = below > 0
    quotients: Array = np.where(known, above / np.where(known, below, 1.0), np.nan)
    return quotients


def _mean(values: Array, weights: Array, *, otherwise_alike: bool = False) -> Array:
    """(R, C) -> (R,): means without what is undefined; nan where nothing is left.

    Where all that is left has weight 0, scikit-learn takes the mean of equals, and so does `otherwise_alike`.
    """
    known = ~np.isnan(values)
    weights = np.where(known, weights, 0.0)
    if otherwise_alike:
        weights = np.where(weights.sum(axis=1, keepdims=True) > 0, weights, known)
    return _ratio((np.where(known, values, 0.0) * weights).sum(axis=1), weights.sum(axis=1))
