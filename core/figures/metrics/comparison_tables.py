"""Rows and cells in which two models differ, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.names import safe_cell

if TYPE_CHECKING:  # it takes a second to import
    from core.metrics.paired.comparison import Classes, Comparison

MOST_CELLS = 100


def largest_changes(comparison: Comparison, names: tuple[str, str]) -> pd.DataFrame:
    """The cells in which the two confusion matrices differ most."""
    changes = comparison.difference
    order = np.argsort(-np.abs(changes), axis=None, kind="stable")[:MOST_CELLS]
    cells, labels = np.unravel_index(order, changes.shape), np.array(comparison.labels)
    first, second = names
    return pd.DataFrame(
        {
            "actual": labels[cells[0]],
            "predicted": labels[cells[1]],
            first: comparison.first_matrix.counts[cells].astype(int),
            second if second != first else f"{second} (2)": comparison.second_matrix.counts[cells].astype(int),
            "difference": changes[cells].astype(int),
        }
    )


def differing_rows(comparison: Comparison, rows: Classes, names: tuple[str, str]) -> pd.DataFrame:
    """Rows with their numbers from 1, their actual class and what both models said."""
    return _rows(comparison, rows, names, comparison.labels, "actual")


def differing_rows_csv(comparison: Comparison, rows: Classes, names: tuple[str, str]) -> str:
    """The same as CSV, which a spreadsheet may open without running what stands in it."""
    first, second = map(safe_cell, names)
    labels = tuple(map(safe_cell, comparison.labels))
    return str(_rows(comparison, rows, (first, second), labels, "gold").to_csv(index=False))


def _rows(
    comparison: Comparison, rows: Classes, names: tuple[str, str], labels: tuple[str, ...], target: str
) -> pd.DataFrame:
    said, taken, (first, second) = np.array(labels, dtype=object), ("row", target), names
    titles = (
        *taken,
        f"{first} (1)" if first in taken else first,
        f"{second} (2)" if second in (first, *taken) else second,
    )
    columns = (rows + 1, said[comparison.target[rows]], said[comparison.first[rows]], said[comparison.second[rows]])
    return pd.DataFrame(dict(zip(titles, columns, strict=True)))
