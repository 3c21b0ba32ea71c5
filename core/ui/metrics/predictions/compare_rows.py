"""The rows behind the pictures of two models: which they are, what both said, and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.figures.metrics.comparison_tables import differing_rows, differing_rows_csv
from core.figures.words import counted
from core.ui import framework as ui

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


def pick_cell(labels: tuple[str, ...], target: int, predicted: int) -> None:
    """Callback: list the rows of this cell of the difference."""
    if 0 <= target < len(labels) and 0 <= predicted < len(labels):
        st.session_state.update({_TARGET: labels[target], _PREDICTED: labels[predicted]})


def chosen_cell(comparison: Comparison) -> tuple[int, int]:
    """The chosen cell; at first the one that differs most."""
    labels, state = comparison.labels, st.session_state
    most = np.unravel_index(int(np.argmax(np.abs(comparison.difference))), comparison.difference.shape)
    for key, place in zip((_TARGET, _PREDICTED), most, strict=True):
        if key in state and state[key] not in labels:  # of other models, or reset
            state[key] = labels[int(place)]
    target, predicted = (
        labels.index(state[key]) if key in state else int(place)
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
        labels, place = comparison.labels, chosen_cell(comparison)
        one, two = st.columns(2)
        help = "Row of the difference; a click on a cell chooses it, too."
        target = one.selectbox("Actual", labels, place[0], key=_TARGET, help=help)
        help = "Column of the difference."
        said = two.selectbox("Predicted by one of them", labels, place[1], key=_PREDICTED, help=help)
        _rows(comparison, comparison.differing(labels.index(target), labels.index(said)), names, "cell")


def _rows(comparison: Comparison, rows: Classes, names: tuple[str, str], key: str) -> None:
    if not len(rows):
        st.caption("No row is like that.")
        return
    more = f"; the first {MOST_ROWS:,} are listed" if len(rows) > MOST_ROWS else ""
    st.caption(f"{len(rows):,} of {counted(len(comparison), 'row')}{more}. Rows are counted from 1.")
    st.dataframe(
        differing_rows(comparison, rows[:MOST_ROWS], names),
        hide_index=True,
        height=min(38 + 35 * len(rows), 300),
        key=f"{KEY}_{key}_rows",
        alt="Number of each row, its actual class and what both models said",
    )
    ui.download(
        "These rows as CSV",
        lambda: differing_rows_csv(comparison, rows, names),
        f"rows_{key}.csv",
        "Row numbers, actual class and both predictions.",
    )
