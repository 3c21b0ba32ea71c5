"""What the three parts of the section "What if" share: the menu of classes, and the matrix to be typed into."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.metrics.confusion import ConfusionMatrix
from core.metrics.matrix_fields import FIRST
from core.ui import framework as ui
from core.ui.metrics import editor, session

KEY = "metrics_what_if"
BACK = "Put all controls but the matrix back to where they were."
BESIDE = 5
"""Classes of a matrix that takes half of the page."""
PERSISTS = {"persist_state": "page"}
"""What is set stays while another part is looked at."""


@dataclass(frozen=True)
class _Class:
    label: str = ui.choice(
        "Class", FIRST.matrix().labels, FIRST.matrix().labels[0], "", key="class", arguments=PERSISTS
    )


def class_menu(matrix: ConfusionMatrix, explanation: str) -> str:
    """The class that is looked at: of two, the positive one."""
    label = "Positive class" if len(matrix) == 2 else "Class"
    first = matrix.labels[0]
    return ui.draw(
        _Class, KEY, label={"label": label, "help": explanation, "options": matrix.labels, "default": first}
    ).label


def class_default(matrix: ConfusionMatrix) -> dict[str, str]:
    """Of the menu, for Reset."""
    return dict.fromkeys(ui.defaults(_Class, KEY), matrix.labels[0])


def matrix_row(positive: str | None = None) -> DeltaGenerator:
    """Draw the matrix to be typed into; returns the place beside it, or below where the matrix is large.

    Args:
        positive: of two classes, the one that is looked at; None: the first.
    """
    if len(session.current()) > BESIDE:
        with st.expander("The matrix", icon=":material/grid_on:", expanded=True):
            editor.edit(f"{KEY}_table", positive)
        return st.container()
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("The matrix", anchor=False)
        editor.edit(f"{KEY}_table", positive)
    return right
