"""What the errors of a classifier cost, beside rules that do not look at the sample.

Shapes: C classes, `counts[target, predicted]`, `costs[target, predicted]`. The expected cost is that of decision theory
(Elkan 2001, https://cseweb.ucsd.edu/~elkan/rescale.pdf, with target in rows here).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import UserError
from core.metrics.confusion import ConfusionMatrix
from core.metrics.scores import Array
from core.metrics.whatif.prevalence import filled

MOST_COST = 1e9


@dataclass(frozen=True)
class Bill:
    """What the errors cost.

    Attributes:
        parts: (C, C) what each cell adds to the cost of one sample.
        per_sample: expected cost of one sample, the sum of `parts`.
        total: of all samples.
        constants: (C,) per sample for the rule "always say class k".
        perfect: per sample for a classifier without errors.
    """

    parts: Array
    per_sample: float
    total: float
    constants: Array
    perfect: float

    @property
    def cheapest(self) -> int:
        """The class that it costs least to say always."""
        return int(np.argmin(self.constants))


def first_costs(classes: int, *, by_distance: bool = False) -> Array:
    """(C, C) costs to begin with: each error 1, or as much as the classes lie apart in their order."""
    side = np.arange(classes)
    apart: Array = np.abs(side[:, None] - side).astype(np.float64)
    return apart if by_distance else np.minimum(apart, 1.0)


def checked_costs(costs: npt.ArrayLike, classes: int) -> Array:
    """(C, C) what was typed as costs.

    Raises:
        UserError: another shape, or a cost that is no number of at most `MOST_COST`.
    """
    table = np.asarray(costs, dtype=np.float64)
    if table.shape != (classes, classes):
        raise UserError(f"{classes} classes need {classes} × {classes} costs.")
    if not (np.abs(table) <= MOST_COST).all():  # nan is not, either
        raise UserError(f"Every cost is a number of at most {MOST_COST:,.0f}: fill in the empty cells.")
    return table


def bill(matrix: ConfusionMatrix, costs: npt.ArrayLike) -> Bill:
    """Expected cost of the classifier and of the rules that do not look at the sample.

    Args:
        matrix: C classes.
        costs: (C, C) of saying [predicted] of a sample that is [target]; below 0 is a gain.

    Raises:
        UserError: no samples, or costs that are none.
    """
    filled(matrix)
    table = checked_costs(costs, len(matrix))
    shares = matrix.support / matrix.total
    parts = matrix.counts / matrix.total * table
    each = float(parts.sum())
    return Bill(parts, each, each * matrix.total, shares @ table, float(shares @ np.diagonal(table)))


@dataclass(frozen=True)
class BreakEven:
    """Cost per sample of two classes as straight lines over the prevalence of the first class.

    Attributes:
        classifier, always, never: (at prevalence 0, at prevalence 1); "always" says the first class of every sample.
        worth: prevalences between which the classifier is cheaper than both, or None where it never is.
        trivial: prevalence from which "always" is cheaper than "never", or None where one is cheaper everywhere.
    """

    classifier: tuple[float, float]
    always: tuple[float, float]
    never: tuple[float, float]
    worth: tuple[float, float] | None
    trivial: float | None


def break_even(matrix: ConfusionMatrix, costs: npt.ArrayLike) -> BreakEven:
    """Where a classifier of two classes begins to be worth its errors.

    Raises:
        UserError: other than two classes, a class without samples, or costs that are none.
    """
    if len(matrix) != 2:
        raise UserError(f"The break-even prevalence is for two classes, and there are {len(matrix)}.")
    for label, support in zip(matrix.labels, matrix.support, strict=True):
        if support == 0:
            raise UserError(f'No sample is of class "{label}", so the cost of its errors is unknown: add samples.')
    table = checked_costs(costs, 2)
    rows = matrix.counts / matrix.support[:, None]
    yes, no = (rows * table).sum(axis=1).tolist()
    classifier, always, never = (no, yes), (float(table[1, 0]), float(table[0, 0])), (
        float(table[1, 1]),
        float(table[0, 1]),
    )  # fmt: skip
    low, high = 0.0, 1.0
    for rule in (always, never):
        part = _below(classifier, rule)
        low, high = max(low, part[0]), min(high, part[1])
    crossing = _crossing(always, never)
    return BreakEven(classifier, always, never, (low, high) if low < high else None, crossing)


def _crossing(one: tuple[float, float], other: tuple[float, float]) -> float | None:
    """Where two lines over [0, 1] cross, or None."""
    at0, at1 = one[0] - other[0], one[1] - other[1]
    return at0 / (at0 - at1) if at0 * at1 < 0 else None


def _below(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """The part of [0, 1] in which the first line is below the second; empty parts are (1, 0)."""
    at0, at1 = one[0] - other[0], one[1] - other[1]
    if at0 >= 0 and at1 >= 0:
        return 1.0, 0.0
    if at0 <= 0 and at1 <= 0:
        return 0.0, 1.0
    crossing = at0 / (at0 - at1)
    return (0.0, crossing) if at0 < 0 else (crossing, 1.0)
