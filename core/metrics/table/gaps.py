"""Rows of a table without a value in a column that is used: which they are, and what is said of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute

from core.errors import UserError
from core.metrics.predictions.checks import Indices, cut, rows_have
from core.metrics.table.cells import MAYBE_MISSING, MISSING, is_missing
from core.metrics.table.columns import Columns
from core.metrics.table.file import Table

pc: Any = pyarrow.compute  # whose functions are made when it is imported


class MissingValues(UserError):
    """Rows with gaps: they can be left out if the visitor says so.

    Attributes:
        rows: how many.
    """

    def __init__(self, message: str, rows: int) -> None:
        super().__init__(message)
        self.rows = rows


def missing(columns: Columns, words_too: bool) -> dict[str, tuple[str, ...]]:
    """Column -> the words that stand there for a missing value; an empty cell always does."""
    numeric = {name: MISSING for name in (*columns.scores, columns.weights) if name}
    classes = {
        name: MAYBE_MISSING if words_too else () for name in (columns.target, columns.predicted, columns.second) if name
    }
    return {**numeric, **classes}


def complete(table: Table, columns: Columns, leave_out: bool, words_too: bool) -> tuple[Indices, list[str]]:
    """Rows without gaps in these columns, and what is to be said of the others."""
    by = {name: is_missing(table.column(name), words).to_numpy() for name, words in missing(columns, words_too).items()}
    gaps: npt.NDArray[np.bool_] = np.logical_or.reduce(list(by.values()))
    if not gaps.any():
        return np.arange(len(table)), []
    if words_too and not leave_out:
        plain = {name: is_missing(table.column(name), words) for name, words in missing(columns, False).items()}
        leave_out = not any(pc.any(column).as_py() for column in plain.values())
    first, count = int(np.argmax(gaps)), int(gaps.sum())
    name = next(name for name in by if by[name][first])
    what = rows_have(count)
    if count == len(table):
        raise UserError(
            f'Every row has a missing value, the first one in the column "{cut(name)}": choose other columns.'
        )
    if not leave_out:
        raise MissingValues(
            f'{what} a missing value; the first is row {first + 1:,}, in the column "{cut(name)}": fill the gaps, or '
            "leave these rows out.",
            count,
        )
    said = f"{what} a missing value and {'are' if count > 1 else 'is'} left out"
    texts = {
        str(table.column(name)[int(row)].as_py()).strip() for name in by for row in np.flatnonzero(by[name])[:1000]
    }
    meant = some(sorted(text for text in texts if text))
    return np.flatnonzero(~gaps), [f"{said} ({meant})." if meant else f"{said}."]


def words_for_nothing(parts: dict[str, tuple[Indices, list[str]]]) -> tuple[str, ...]:
    """Classes that sound as if nothing were known; a sign such as "-" has to be chosen by whoever knows."""
    found = dict.fromkeys(text for _, texts in parts.values() for text in texts)
    return tuple(text for text in found if text.strip() in MAYBE_MISSING and any(map(str.isalpha, text)))


def some(labels: list[str]) -> str:
    """The first of these names, in quotes."""
    shown = ", ".join(f'"{cut(label, 30)}"' for label in labels[:5])
    return shown + (f" and {len(labels) - 5} more" if len(labels) > 5 else "")
