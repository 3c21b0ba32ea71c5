"""Hidden targets about scores: a confusion matrix that shows what a score hides, with conditions that are checked.

Binary challenges score the first class, the positive one. A score that is undefined meets no condition.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np

from core.metrics.confusion import ConfusionMatrix

TOLERANCE = 1e-9
"""Scores this near are equal: sums of fractions are not exact."""


class Relation(StrEnum):
    """How a score has to lie to what it is compared with."""

    ABOVE = "above"
    AT_LEAST = "at least"
    EQUAL = "equal to"
    AT_MOST = "at most"
    BELOW = "below"

    def holds(self, left: float, right: float) -> bool:
        """Whether left lies so to right; never for nan."""
        if math.isnan(left) or math.isnan(right):
            return False
        if abs(left - right) <= TOLERANCE:
            return self in (Relation.AT_LEAST, Relation.EQUAL, Relation.AT_MOST)
        return self in ((Relation.ABOVE, Relation.AT_LEAST) if left > right else (Relation.BELOW, Relation.AT_MOST))


@dataclass(frozen=True)
class Quantity:
    """Something a matrix has one number of: a score, or a count.

    Attributes:
        name: as a condition calls it.
        of: its number; nan where undefined.
        count: whether it counts something.
        why: why it is undefined, leaves classes out, or is a convention; None where there is nothing to say.
    """

    name: str
    of: Callable[[ConfusionMatrix], float]
    count: bool = False
    why: Callable[[ConfusionMatrix], str | None] = lambda _: None


@dataclass(frozen=True)
class Condition:
    """A condition, checked on one matrix.

    Attributes:
        name: what is asked for, such as "accuracy above 0.95".
        value: what the matrix has; nan where undefined.
        bound: what it is compared with: a fixed number, or another score of the same matrix.
        met: whether it holds.
        count: whether the numbers count something.
        moving: whether the bound is a score of the matrix too.
        note: why the number is undefined or a convention, "" where there is nothing to say.
    """

    name: str
    value: float
    bound: float
    met: bool
    count: bool = False
    moving: bool = False
    note: str = ""

    @property
    def measured(self) -> str:
        """The number in words, with so many decimals that it can be told apart from the bound, and from its name."""
        written = f"{self.bound:.4g}".partition(".")[2]  # as the name writes it: 0.8205 needs four decimals
        least = 0 if self.count else 3 if self.moving else max(3, len(written))
        digits, known = least, not (math.isnan(self.value) or math.isnan(self.bound))
        if known and abs(self.value - self.bound) > TOLERANCE:
            # 0.9496 is not "0.950"
            digits = next((d for d in range(least, 9) if _number(self.value, d) != _number(self.bound, d)), 9)
        value, bound = (_number(number, digits) for number in (self.value, self.bound))
        if self.moving:
            return f"{value} and {bound}"
        same = known and not self.met and abs(self.value - self.bound) <= TOLERANCE
        return f"{value}, just equal" if same else value


def _number(value: float, digits: int) -> str:
    return "undefined" if math.isnan(value) else f"{value:,.{digits}f}".replace("-", "−")


@dataclass(frozen=True)
class Rule:
    """One thing that a challenge asks for.

    Attributes:
        left: what is measured.
        relation: how it has to lie.
        right: to what: a number, a fraction that is to be read as one, or something else that is measured.
    """

    left: Quantity
    relation: Relation
    right: Quantity | Fraction | float

    def check(self, matrix: ConfusionMatrix) -> Condition:
        """Measure a matrix."""
        value = self.left.of(matrix)
        moving = isinstance(self.right, Quantity)
        bound = self.right.of(matrix) if isinstance(self.right, Quantity) else float(self.right)
        against = self.right.name if isinstance(self.right, Quantity) else f"{bound:.4g}"
        if isinstance(self.right, Fraction):
            against = f"{self.right} ≈ {against}"
        met = self.relation.holds(value, bound)
        told = [self.left.why(matrix), self.right.why(matrix) if isinstance(self.right, Quantity) else None]
        note = "; ".join(dict.fromkeys(filter(None, told)))
        name = f"{self.left.name} {self.relation} {against}"
        return Condition(name, value, bound, met, self.left.count, moving, note)


@dataclass(frozen=True)
class Challenge:
    """A hidden target: conditions that a confusion matrix is to meet.

    Attributes:
        title: a few words, different from all others.
        task: what to do, a sentence or two.
        hint: where to look.
        why: what it teaches, for those who have solved it.
        rules: all of them have to hold.
        start: a matrix to begin with, which does not solve it.
        solution: one that does.
    """

    title: str
    task: str
    hint: str
    why: str
    rules: tuple[Rule, ...]
    start: ConfusionMatrix
    solution: ConfusionMatrix

    def check(self, matrix: ConfusionMatrix) -> tuple[Condition, ...]:
        """Every condition, in order, with what this matrix has."""
        return tuple(rule.check(matrix) for rule in self.rules)

    def solved(self, matrix: ConfusionMatrix) -> bool:
        """Whether all of them hold."""
        return all(condition.met for condition in self.check(matrix))


def matrix(counts: Sequence[Sequence[int]]) -> ConfusionMatrix:
    """A matrix of yes and no, or of A, B, C ..., from rows of target counts."""
    names = ("yes", "no") if len(counts) == 2 else tuple("ABCDEFGH"[: len(counts)])
    return ConfusionMatrix(np.array(counts, dtype=np.float64), names)
