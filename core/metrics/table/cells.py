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
from core.metrics.predictions.checks import Indices
from core.metrics.scores import Array

pc: Any = pyarrow.compute  # whose functions are made when it is imported
MISSING = ("", "nan", "NaN", "NAN", "NA", "N/A", "n/a", "null", "NULL", "<NA>", "#N/A")
"""What counts as a missing value; "none" does not, for it may well be a class."""


def numbers(column: pa.ChunkedArray, name: str, rows: Indices | None = None) -> Array:
    """(n,) the numbers in a column of texts, with decimal points or decimal commas.

    Raises:
        UserError: a text is no number; the sentence has how many and the first row.
    """
    texts = pc.utf8_trim_whitespace(column if rows is None else column.take(pa.array(rows)))
    try:
        values = pc.cast(texts, pa.float64())
    except pa.ArrowInvalid:
        values = pc.cast(_lenient(texts), pa.float64())
    found: Array = values.to_numpy()
    bad = np.flatnonzero(~np.isfinite(found))
    if len(bad):
        first = int(bad[0])
        row = first if rows is None else int(rows[first])
        what = f"{len(bad):,} rows" if len(bad) > 1 else "1 row"
        raise UserError(
            f'In the column "{name[:40]}" {what} of {len(found):,} hold no finite number; the first is row '
            f'{row + 1:,}: "{texts[first].as_py()[:40]}".'
        )
    return found


def _lenient(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Decimal commas turned to points unless points occur, and what is still no number to nan."""
    if not pc.any(pc.match_substring(texts, ".")).as_py():
        texts = pc.replace_substring(texts, ",", ".")
    number = pc.match_substring_regex(texts, r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$")
    return pc.if_else(number, pc.replace_substring_regex(texts, r"^\+", ""), "nan")


def is_missing(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """(N,) whether nothing stands there, or a word for it."""
    return pc.is_in(pc.utf8_trim_whitespace(column), pa.array(MISSING))


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
