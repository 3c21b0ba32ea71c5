"""Two models on the same rows: whose answers are better, and could the difference be chance?

McNemar's test looks only at the rows that one model has right and the other wrong (McNemar 1947,
https://doi.org/10.1007/BF02295996). Two confusion matrices do not say how many these are.

Shapes: N rows, C classes.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from statsmodels.stats.contingency_tables import mcnemar

from core.errors import UserError
from core.metrics.confusion import ConfusionMatrix
from core.metrics.scores import Array

Classes = npt.NDArray[np.intp]
LEVEL = 0.05
"""A p-value below this is called significant."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two models against the same target classes.

    Attributes:
        target: (N,) index of the true class.
        first: (N,) index of what the first model predicted.
        second: (N,) likewise for the second.
        labels: (C,) names of the classes.
        table: (2, 2) int rows, [[both right, only the first], [only the second, both wrong]].
        first_matrix: of the first model.
        second_matrix: of the second.
        p_exact: two-sided p-value of McNemar's exact test: how likely a binomial with p = 1/2 is as uneven.
        chi2: the statistic (|b - c| - 1)² / (b + c); nan where no row sets the models apart.
        p_chi2: its p-value with one degree of freedom; likewise.
    """

    target: Classes
    first: Classes
    second: Classes
    labels: tuple[str, ...]
    table: npt.NDArray[np.int64]
    first_matrix: ConfusionMatrix
    second_matrix: ConfusionMatrix
    p_exact: float
    chi2: float
    p_chi2: float

    def __len__(self) -> int:
        """Number of rows N."""
        return len(self.target)

    @property
    def only_first(self) -> int:
        """Rows that only the first model has right: b of McNemar's test."""
        return int(self.table[0, 1])

    @property
    def only_second(self) -> int:
        """Rows that only the second has right: c."""
        return int(self.table[1, 0])

    @property
    def difference(self) -> Array:
        """(C, C) counts of the second model minus those of the first, [target, predicted]."""
        return self.second_matrix.counts - self.first_matrix.counts

    def rows(self, first_wrong: int, second_wrong: int) -> Classes:
        """The rows of one cell of `table`, by its indices."""
        right = (self.first == self.target, self.second == self.target)
        return np.flatnonzero((right[0] != bool(first_wrong)) & (right[1] != bool(second_wrong)))

    @property
    def discordant(self) -> Classes:
        """The rows that exactly one model has right."""
        return np.flatnonzero((self.first == self.target) != (self.second == self.target))

    def differing(self, target: int, predicted: int) -> Classes:
        """The rows of a target class for which exactly one of the models said `predicted`."""
        said_by_one = (self.first == predicted) != (self.second == predicted)
        return np.flatnonzero((self.target == target) & said_by_one)


def key_of(*parts: npt.NDArray[Any] | Sequence[str]) -> str:
    """A short text that differs where any of these does: for caches, which may not look at all of a large array."""
    digest = hashlib.sha256()
    for part in parts:
        array = np.ascontiguousarray(part) if isinstance(part, np.ndarray) else None
        digest.update(repr(part if array is None else (array.shape, array.dtype.str)).encode())
        if array is not None:
            digest.update(array.tobytes())
    return digest.hexdigest()


def compare(target: npt.ArrayLike, first: npt.ArrayLike, second: npt.ArrayLike, labels: tuple[str, ...]) -> Comparison:
    """Compare two models row by row.

    Args:
        target: (N,) index of the true class of each row.
        first: (N,) index of the class that the first model predicted.
        second: (N,) likewise for the second, in the same order.
        labels: (C,) names of the classes.

    Raises:
        UserError: no rows, not as many answers of both models as target classes, or a class that is not there.
    """
    arrays = [np.asarray(answers) for answers in (target, first, second)]
    sizes = [len(answers) if answers.ndim == 1 else 0 for answers in arrays]
    if not all(sizes) or len(set(sizes)) > 1:
        raise UserError(
            "Two models are compared row by row, so each row needs its actual class and both predictions; here are "
            f"{sizes[0]:,}, {sizes[1]:,} and {sizes[2]:,}."
        )
    for answers in arrays:
        if answers.dtype.kind not in "iu" or answers.min() < 0 or answers.max() >= len(labels):
            raise UserError(f"A class must be a whole number from 0 to {len(labels) - 1}, the place of its name.")
    one, two, three = (np.array(answers, dtype=np.intp) for answers in arrays)
    for answers in (one, two, three):
        answers.setflags(write=False)
    matrices = [ConfusionMatrix(_counts(one, answers, len(labels)), labels) for answers in (two, three)]
    wrong = 2 * (two != one) + (three != one)  # (N,) both right, only the first right, only the second, both wrong
    table = np.bincount(wrong, minlength=4).reshape(2, 2)
    apart = table[0, 1] + table[1, 0]
    chi2 = mcnemar(table, exact=False, correction=True) if apart else None
    return Comparison(
        one,
        two,
        three,
        tuple(labels),
        table,
        matrices[0],
        matrices[1],
        float(mcnemar(table, exact=True).pvalue),
        float(chi2.statistic) if chi2 else math.nan,
        float(chi2.pvalue) if chi2 else math.nan,
    )


def _counts(target: Classes, predicted: Classes, size: int) -> Array:
    counts = np.bincount(target * size + predicted, minlength=size * size).reshape(size, size)
    return counts.astype(np.float64)


def same_matrices() -> tuple[Comparison, Comparison]:
    """Two pairs of models with the same two confusion matrices: errors on the same rows, then on different ones.

    Of 50 rows of each of two classes the first model has 10 wrong, the second 7.
    """
    target = np.repeat([0, 1], 50)  # (100,)
    place = np.tile(np.arange(50), 2)  # of each row within its class
    first = np.where(place < 10, 1 - target, target)
    shared = np.where(place < 7, 1 - target, target)
    apart = np.where(place >= 43, 1 - target, target)
    return compare(target, first, shared, ("A", "B")), compare(target, first, apart, ("A", "B"))
