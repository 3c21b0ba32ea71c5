"""What the three parts of the section "What if" share."""

from __future__ import annotations

import math

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.metrics.matrix import picture
from core.metrics.confusion import ConfusionMatrix
from core.ui.components.matrix import show_matrix
from core.ui.metrics import editor, session

KEY = "metrics_what_if"
CLASS = f"{KEY}_class"
BACK = "Put all controls but the matrix back to where they were."
BESIDE = 5
"""Classes of a matrix that takes half of the page."""


def matrix_row() -> DeltaGenerator:
    """Draw the matrix to be typed into; returns the place beside it, or below where the matrix is large."""
    if len(session.current()) > BESIDE:
        with st.expander("The matrix", icon=":material/grid_on:", expanded=True):
            editor.edit(f"{KEY}_table")
        return st.container()
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("The matrix", anchor=False)
        editor.edit(f"{KEY}_table")
    return right


def show_still(matrix: ConfusionMatrix, key: str, title: str) -> None:
    """Draw a matrix that cannot be typed into, the way round that is chosen."""
    show_matrix(picture(matrix, target_in_rows=editor.is_target_in_rows(), title=title), key)


def class_menu(matrix: ConfusionMatrix, explanation: str) -> str:
    """The class that is looked at: of two, the positive one."""
    binary = len(matrix) == 2
    return st.selectbox(
        "Positive class" if binary else "Class",
        matrix.labels,
        key=CLASS,
        bind="query-params",
        persist_state="page",
        help=explanation,
    )


def number(value: float) -> str:
    """A score with three decimals."""
    if math.isinf(value):
        return "∞"
    return "undefined" if math.isnan(value) else f"{value:.3f}".replace("-", "−")
