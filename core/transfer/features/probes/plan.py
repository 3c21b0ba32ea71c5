"""Which probe, over which settings, and who chooses among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.transfer.features.retrieval import Metric

__all__ = ["GAMMAS", "GRIDS", "Choice", "Kind", "Metric", "Plan", "Setting", "grid"]


class Kind(StrEnum):
    """The probes."""

    LOGISTIC = "Logistic regression"
    LINEAR_SVM = "Linear SVM"
    RBF_SVM = "RBF SVM"
    NEIGHBOURS = "Nearest neighbours"


class Choice(StrEnum):
    """Who chooses the setting."""

    VALIDATION = "validation"
    """The best accuracy on the validation part."""
    FOLDS = "cross-validation"
    """The best mean accuracy on parts that were cut from the training pictures and left out in turn."""
    HAND = "by hand"


GRIDS: Mapping[Kind, tuple[float, ...]] = MappingProxyType(
    {
        Kind.LOGISTIC: tuple(float(f"{10 ** (power / 2):.3g}") for power in range(6, -7, -1)),  # lambda
        Kind.LINEAR_SVM: tuple(float(f"{10 ** (power / 2):.3g}") for power in range(-10, 1)),  # C
        Kind.RBF_SVM: (1.0, 10.0, 100.0, 1_000.0),  # C
        Kind.NEIGHBOURS: (50.0, 30.0, 20.0, 15.0, 10.0, 7.0, 5.0, 3.0, 1.0),  # k
    }
)
"""Settings of each probe, from the simplest decision to the most flexible one: among equals the first is chosen."""

GAMMAS = (0.01, 0.1, 1.0)
"""Widths of the RBF kernel, in units of 1 / (number of features), the usual one for standardised features."""


@dataclass(frozen=True)
class Setting:
    """One point of a sweep.

    Attributes:
        value: lambda of logistic regression, C of a support vector machine, k of nearest neighbours.
        gamma: of the RBF kernel in units of 1 / D; None for the others.
    """

    value: float
    gamma: float | None = None

    def words(self, kind: Kind) -> str:
        """`λ = 0.1`."""
        name = {Kind.LOGISTIC: "λ", Kind.NEIGHBOURS: "k"}.get(kind, "C")
        text = f"{name} = {self.value:g}"
        return text if self.gamma is None else f"{text}, γ = {self.gamma:g}/D"


@dataclass(frozen=True)
class Plan:
    """What to fit.

    Attributes:
        kind: which probe.
        choice: who chooses its setting.
        by_hand: the setting where a person chooses; one of the grid.
        metric: of nearest neighbours; the others do not look at it.
    """

    kind: Kind = Kind.LOGISTIC
    choice: Choice = Choice.VALIDATION
    by_hand: Setting | None = None
    metric: Metric = Metric.COSINE


def grid(kind: Kind) -> tuple[Setting, ...]:
    """All settings of a probe, in the order of `GRIDS`."""
    gammas = GAMMAS if kind is Kind.RBF_SVM else (None,)
    return tuple(Setting(value, gamma) for gamma in gammas for value in GRIDS[kind])
