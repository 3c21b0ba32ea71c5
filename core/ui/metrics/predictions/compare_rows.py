"""The rows behind the pictures of two models: which they are, what both said, and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from core.figures.words import counted
from core.metrics.export import safe_cell
from core.ui.framework.show import download

if TYPE_CHECKING:  # it takes a second to import, and the reset button wants the keys only
    from core.metrics.paired.comparison import Classes, Comparison

KEY = "metrics_compare"
_TARGET, _PREDICTED, _KIND = f"{KEY}_gold", f"{KEY}_predicted", f"{KEY}_kind"
MOST_ROWS = 1_000
"""Rows of a list on the page; the CSV has all."""
_FIRST_KIND = (0, 1)
DEFAULTS = {_KIND: _FIRST_KIND, _TARGET: None, _PREDICTED: None}
"""For the section's reset button; None: the cell that differs most."""
_KINDS: tuple[tuple[int, int], ...] = ((0, 0), (0, 1), (1, 0), (1, 1))


def chosen_kind() -> tuple[int, int]:
    """The cell of the table of four whose rows are listed; at first those that only the first has right."""
    held = st.session_state.get(_KIND, _FIRST_KIND)
    return held if held in _KINDS else _FIRST_KIND


def pick_kind(row: int, column: int) -> None:
    """Callback: list the rows of this cell."""
    if (row, column) in _KINDS:
        st.session_state[_KIND] = (row, column)


def pick_cell(comparison: Comparison, target: int, predicted: int) -> None:
    """Callback: list the rows of this cell of the difference."""
    size = len(comparison.labels)
    if 0 <= target < size and 0 <= predicted < size:
        st.session_state[_TARGET], st.session_state[_PREDICTED] = (
            comparison.labels[target],
            comparison.labels[predicted],
        )


def chosen_cell(comparison: Comparison) -> tuple[int, int]:
    """The chosen cell; at first the one that differs most."""
    labels = comparison.labels
    most = np.unravel_index(int(np.argmax(np.abs(comparison.difference))), comparison.difference.shape)
    for key, place in zip((_TARGET, _PREDICTED), most, strict=True):
        if key in st.session_state and st.session_state[key] not in labels:  # of other models, or reset
            st.session_state[key] = labels[int(place)]
    target, predicted = (
        labels.index(st.session_state[key]) if key in st.session_state else int(place)
        for key, place in zip((_TARGET, _PREDICTED), most, strict=True)
    )
    return target, predicted


def lists(comparison: Comparison, names: tuple[str, str]) -> None:
    """The rows behind a cell of either picture."""
    first, second = names
    words = dict(zip(_KINDS, ("both right", f"only {first} right", f"only {second} right", "both wrong"), strict=True))
    left, right = st.columns(2, gap="medium")
    with left:
        kind = st.selectbox(
            "Rows that are",
            _KINDS,
            _KINDS.index(chosen_kind()),
            key=_KIND,
            format_func=lambda cell: words[cell],
            help="A click on a cell of the upper picture chooses it, too.",
        )
        _rows(comparison, comparison.rows(*kind), names, "kind")
    with right:
        target, predicted = chosen_cell(comparison)
        one, two = st.columns(2)
        wanted = one.selectbox(
            "Gold",
            comparison.labels,
            target,
            key=_TARGET,
            help="Row of the difference; a click on a cell chooses it, too.",
        )
        said = two.selectbox(
            "Predicted by one of them", comparison.labels, predicted, key=_PREDICTED, help="Column of the difference."
        )
        place = comparison.labels.index(wanted), comparison.labels.index(said)
        _rows(comparison, comparison.differing(*place), names, "cell")


def _rows(comparison: Comparison, rows: Classes, names: tuple[str, str], key: str) -> None:
    if not len(rows):
        st.caption("No row is like that.")
        return
    more = f"; the first {MOST_ROWS:,} are listed" if len(rows) > MOST_ROWS else ""
    st.caption(f"{len(rows):,} of {counted(len(comparison), 'row')}{more}. Rows are counted from 1.")
    st.dataframe(
        _listed(comparison, rows[:MOST_ROWS], names),
        hide_index=True,
        height=min(38 + 35 * len(rows), 300),
        key=f"{KEY}_{key}_rows",
        alt="Number of each row, its gold class and what both models said",
    )
    download(
        "These rows as CSV",
        lambda: _listed(comparison, rows, names, safe=True).to_csv(index=False),
        f"rows_{key}.csv",
        "text/csv",
        "Row numbers, gold class and both predictions.",
    )


def _listed(comparison: Comparison, rows: Classes, names: tuple[str, str], safe: bool = False) -> pd.DataFrame:
    said = np.array([safe_cell(label) if safe else label for label in comparison.labels], dtype=object)
    first, second = (safe_cell(name) if safe else name for name in names)
    titles = ("row", "gold", first, second if second not in (first, "gold", "row") else f"{second} (2)")
    titles = (*titles[:2], first if first not in ("gold", "row") else f"{first} (1)", titles[3])
    columns = (rows + 1, said[comparison.target[rows]], said[comparison.first[rows]], said[comparison.second[rows]])
    return pd.DataFrame(dict(zip(titles, columns, strict=True)))
