"""Texts of a table's cells -> numbers, codes, gaps.

Shapes: N rows of the table, n rows that are used.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from core.errors import UserError
from core.metrics.confusion import MOST_CLASSES
from core.metrics.predictions.checks import LARGEST_SCORE, LARGEST_WEIGHT, Indices, cut
from core.metrics.scores import Array
from core.metrics.table import numerals

pc: Any = pyarrow.compute  # whose functions are made when it is imported
MISSING = ("", "nan", "NaN", "NAN", "NA", "N/A", "n/a", "null", "NULL", "<NA>", "#N/A")
"""What counts as a missing number. A class is missing only where nothing stands: "NA" may be Namibia."""
MAYBE_MISSING = (*MISSING[1:], "Null", "None", "none", "NONE", "Nan", "na", "#N/A N/A", "-nan", "-NaN", "?", "-")
"""Words that may stand for a missing class, or be one."""


def numbers(
    column: pa.ChunkedArray,
    name: str,
    rows: Indices | None = None,
    *,
    delimiter: str = ",",
    low: float = -LARGEST_SCORE,
    high: float = LARGEST_SCORE,
) -> Array:
    """(n,) the numbers in a column of texts, with decimal points or decimal commas.

    Args:
        column: (N,) texts.
        name: of the column, for sentences.
        rows: (n,) which rows to take; None: all.
        delimiter: of the file: see `core.metrics.table.numerals`.
        low, high: what a number must lie between.

    Raises:
        UserError: a text is no number, or one out of bounds, and the sentence has how many and the first row; or the
            column can be read in two ways.
    """
    texts = pc.utf8_trim_whitespace(column if rows is None else column.take(pa.array(rows)))
    try:
        found: Array = numerals.read(texts, delimiter).to_numpy()
    except numerals.Unclear as error:
        raise UserError(
            f'In the column "{cut(name)}" "{cut(error.text)}" {error.why}: write all of its numbers in one way, such '
            "as 2590 and 0.5."
        ) from None
    for wrong, what in (
        (~np.isfinite(found), "no finite number"),
        ((found < low) | (found > high), f"a number that is not between {_bound(low)} and {_bound(high)}"),
    ):
        bad = np.flatnonzero(wrong)
        if len(bad):
            first = int(bad[0])
            row = first if rows is None else int(rows[first])
            many = f"{len(bad):,} rows of {len(found):,} hold" if len(bad) > 1 else f"1 row of {len(found):,} holds"
            raise UserError(
                f'In the column "{cut(name)}" {many} {what}; the first is row {row + 1:,}: '
                f'"{cut(texts[first].as_py())}".'
            )
    return found


def _bound(value: float) -> str:
    return f"{value:g}" if abs(value) > LARGEST_WEIGHT else f"{value:,.0f}"


def share_of_numbers(column: pa.ChunkedArray, delimiter: str = ",") -> float:
    """How much of what stands in a column is finite numbers; 0 where nothing stands there."""
    texts = pc.utf8_trim_whitespace(column.filter(pc.invert(is_missing(column))))
    try:
        values = numerals.read(texts, delimiter).to_numpy()
    except numerals.Unclear:
        return 1.0
    return float(np.isfinite(values).mean()) if len(values) else 0.0


def is_missing(column: pa.ChunkedArray, words: tuple[str, ...] = MISSING) -> pa.ChunkedArray:
    """(N,) whether nothing stands there, or a word for it."""
    return pc.is_in(pc.utf8_trim_whitespace(column), pa.array(("", *words)))


def coded(column: pa.ChunkedArray, rows: Indices) -> tuple[Indices, list[str]]:
    """(n,) codes and the texts they stand for, in the order in which they occur."""
    coded = pc.dictionary_encode(column.take(pa.array(rows))).combine_chunks()
    codes: Indices = coded.indices.to_numpy().astype(np.intp)
    texts = coded.dictionary
    if len(texts) > MOST_CLASSES:
        raise UserError(
            f"A column of classes holds {len(texts):,} different texts and {MOST_CLASSES:,} are the most: choose the "
            "column of classes, not one of scores or names."
        )
    return codes, texts.to_pylist()
