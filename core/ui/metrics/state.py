"""The visitor's matrix on the page: its controls, and the table to be typed into; three sections share them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.errors import UserError
from core.figures.metrics.matrix import Percent, picture
from core.metrics.confusion import ConfusionMatrix
from core.metrics.notation import MOST, write
from core.metrics.presets import PRESETS
from core.ui.components.matrix import show_matrix
from core.ui.framework.show import escape_markdown, problem
from core.ui.metrics import session
from core.ui.metrics.session import baseline, current, preset, put

__all__ = ["baseline", "current", "edit", "in_words", "menu", "preset", "put"]


def menu(also: Mapping[str, Any] = MappingProxyType({})) -> None:
    """The controls of the matrix, for the left column: where it comes from, its size, which way round it is.

    Args:
        also: what the reset button puts back besides, by key of the widget.
    """
    session.before_drawing()
    st.selectbox(
        "Start from",
        [*PRESETS, session.MULTILABEL],
        index=None,
        placeholder="a known matrix",
        key=session.MENU,
        on_change=session.start,
        help="Replaces the matrix by this one; then change it.",
    )
    st.session_state[session.CLASSES] = len(current())
    st.number_input(
        "Classes",
        2,
        MOST,
        key=session.CLASSES,
        on_change=session.resize,
        help="Adds an empty class at the end, or takes the last one away.",
    )
    st.segmented_control(
        "Rows show",
        ["gold", "predicted"],
        default="gold",
        required=True,
        key=session.ROWS,
        bind="query-params",
        help="Show it the other way round: nothing changes but the picture. Books and tools differ in this.",
    )
    st.segmented_control(
        "Percent of",
        list(map(str, Percent)),
        default="all",
        required=True,
        key=session.PERCENT,
        bind="query-params",
        help="Of all samples; of each gold class, which puts recall on the diagonal; of each predicted class, "
        "which puts precision there.",
    )
    st.toggle(
        "Typed the other way round",
        session.FIRST.predictions_in_rows,
        key=session.TURNED,
        bind="query-params",
        on_change=session.remember,
        help="Read the rows of what was typed as predictions, not as gold. This changes the matrix itself.",
    )
    if session.typed()[2]:
        matrix = current()
        st.caption(
            "The rows that were typed are taken as predictions; the table shows the matrix after turning. Precision "
            f"and recall change places by this (macro now {matrix.score('precision', 'macro'):.3f} and "
            f"{matrix.score('recall', 'macro'):.3f}); accuracy, MCC, κ and macro-F1 stay."
        )
    with st.expander("As text", icon=":material/notes:"):
        st.text_area(
            "Counts, one row a line",
            session.FIRST.text,
            key=session.TEXT,
            bind="query-params",
            on_change=session.text_changed,
            help="Type or paste a table, also as scikit-learn, pandas, torch, R, caret, Weka, Markdown or LaTeX print "
            "it. Names in the first row and column are taken over, totals left out.",
        )
        st.text_input(
            "Names of the classes",
            session.FIRST.labels,
            key=session.NAMES,
            bind="query-params",
            on_change=session.remember,
            help="Separated by commas, in the order of the rows.",
        )
    with st.container(horizontal=True):
        st.button(
            "Undo",
            icon=":material/undo:",
            type="tertiary",
            key=f"{session.KEY}_undo_button",
            on_click=session.undo,
            disabled=not st.session_state.get(session.UNDO),
            help="Take the last change of the matrix back.",
        )
        st.button(
            "Reset",
            icon=":material/restart_alt:",
            type="tertiary",
            key=f"{session.KEY}_reset",
            on_click=session.start_over,
            args=(also,),
            help="The lecture's matrix of two classes again. The address bar holds the matrix: copy it to share.",
        )
        st.button(
            "Pin",
            icon=":material/keep:",
            type="tertiary",
            key=f"{session.KEY}_pin",
            on_click=session.pin,
            help="Compare from here on with the matrix as it is now.",
        )
    session.after_drawing()


def edit(key: str) -> ConfusionMatrix:
    """Draw the matrix to be typed into, and say what could not be read.

    Args:
        key: of the component; another one in each section.
    """
    matrix = current()
    rows = str(st.session_state.get(session.ROWS, st.query_params.get(session.ROWS, "gold")))
    percent = str(st.session_state.get(session.PERCENT, st.query_params.get(session.PERCENT, "all")))
    show_matrix(
        picture(
            matrix,
            target_in_rows=rows != "predicted",
            percent=percent if percent in list(Percent) else Percent.ALL,
            editable=True,
        ),
        key,
        edited=session.apply,
    )
    for note in session.notes():
        st.caption(f":material/info: {escape_markdown(note)}")
    sentence = st.session_state.pop(session.PROBLEM, None)
    try:
        session.read(session.typed())
    except UserError as error:
        sentence = f"{error} Above is still the last matrix that could be read."
    if sentence is not None:
        problem(UserError(sentence))
    if matrix.total == 0:
        st.info("The matrix is empty: type a count into one of its cells.", icon=":material/edit:")
    return matrix


def in_words(matrix: ConfusionMatrix) -> str:
    """Which matrix this is, in a sentence: its rows if they are few."""
    if len(matrix) > 3:
        return f"the matrix of {matrix.total:,.0f} samples before"
    return "the matrix " + " / ".join(write(matrix).splitlines())
