"""A confusion matrix of predictions, whose cells can be clicked to see their pictures."""

from __future__ import annotations

import streamlit as st

from core.figures.metrics.matrix import LARGEST, picture
from core.figures.transfer.predictions import counts
from core.metrics.confusion import ConfusionMatrix
from core.transfer.training.run import LabelledPredictions
from core.ui.components.matrix import show_matrix

Cell = tuple[int, int]
"""(target, predicted)."""


def chosen_cell(key: str, classes: int) -> Cell | None:
    """The cell that was clicked, if these classes have it."""
    cell: Cell | None = st.session_state.get(f"{key}_cell")
    return cell if cell is not None and max(cell) < classes else None


def show_confusion(
    key: str, predictions: LabelledPredictions, classes: tuple[str, ...], cell: Cell | None, title: str
) -> None:
    """Draw it.

    Args:
        key: of the section.
        predictions: to be counted.
        classes: names.
        cell: that is marked.
        title: whose predictions they are.
    """
    count = len(classes)

    def picked(target: int, said: int) -> None:
        if 0 <= target < count and 0 <= said < count:
            st.session_state[f"{key}_cell"] = target, said

    if count > LARGEST:
        st.caption(f"{count:,} classes are too many for a matrix.")
        return
    matrix = ConfusionMatrix(counts(predictions), classes)
    show_matrix(picture(matrix, chosen=cell, title=f"Confusion matrix of {title}"), key=f"{key}_matrix", picked=picked)
    st.caption(f"{title}. Rows: actual class, columns: predicted class. Click a cell to see its pictures.")
