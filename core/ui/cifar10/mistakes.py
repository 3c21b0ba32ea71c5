"""A confusion matrix of the test pictures whose cells can be clicked, and the pictures behind the chosen one."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from core.figures.metrics.matrix import Percent, picture
from core.figures.transfer.predictions import answered
from core.figures.words import counted
from core.metrics.confusion import ConfusionMatrix
from core.transfer.cifar10.answers import Answers, Cell, find
from core.transfer.cifar10.order import CLASSES
from core.transfer.data import cifar10
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.components.matrix import show_matrix
from core.ui.transfer.sets import cifar_set

HELP = "cifar10/mistakes"
MOST, COLUMNS = 12, 6


def show_confusion(key: str, answers: Answers, title: str) -> None:
    """Draw the matrix; a click on a cell chooses it for `show_pictures`.

    Args:
        key: of the section.
        answers: to be counted.
        title: whose they are.
    """
    matrix = ConfusionMatrix(answers.confusion.astype(np.float64), CLASSES)
    drawn = picture(matrix, percent=Percent.TARGET, chosen=_chosen(key, answers), title=f"Confusion matrix of {title}")
    show_matrix(drawn, key=f"{key}_matrix", picked=partial(_pick, key))
    st.caption(ui.prose(HELP, "Matrix"))


def show_pictures(key: str, answers: Answers) -> None:
    """Draw the pictures of the chosen cell where CIFAR-10 is at hand; arguments as of `show_confusion`."""
    cell = _chosen(key, answers)
    rows = answers.rows(cell)
    target, said = (CLASSES[number] for number in cell)
    st.markdown(f"Actual **{target}**, predicted **{said}**: {counted(len(rows), 'picture')}")
    if not cifar10.is_here():
        st.caption(ui.prose(HELP, "Not at hand", variable=cifar10.VARIABLE))
        return
    images = cifar_set("")
    if images is None or not len(rows):
        return
    shown = rows[:MOST]
    where = find([answers.names[row] for row in shown], images)
    if where is None:
        st.caption(ui.prose(HELP, "Another copy"))
        return
    sure = None if answers.confidence is None else answers.confidence[shown]
    drawn = answered(images, where, answers.target[shown], answers.predicted[shown], sure, COLUMNS)
    show_drawing(drawn, key=f"{key}_pictures")
    if len(rows) > MOST:
        st.caption(f"The first {MOST} of {len(rows):,}{', the surest first' if sure is not None else ''}.")


def _chosen(key: str, answers: Answers) -> Cell:
    """The cell that was clicked; at first the commonest mistake."""
    clicked: Cell | None = st.session_state.get(f"{key}_cell")
    return clicked or answers.commonest_mistake


def _pick(key: str, target: int, said: int) -> None:
    if 0 <= target < len(CLASSES) and 0 <= said < len(CLASSES):
        st.session_state[f"{key}_cell"] = target, said
