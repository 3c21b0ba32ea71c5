"""The visitor's matrix on the page: its controls, and the table to be typed into; three sections share them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.errors import UserError
from core.figures.metrics.matrix import Percent, picture
from core.metrics.confusion import ConfusionMatrix
from core.metrics.matrix_fields import FIRST_FIELDS
from core.metrics.notation import MOST
from core.metrics.presets import PRESETS
from core.ui import framework as ui
from core.ui.components.matrix import show_matrix
from core.ui.metrics import session

UNDO_BUTTON = f"{session.KEY}_undo_button"


@dataclass(frozen=True)
class Display:
    """Which way round the matrix is drawn, and was typed."""

    rows: str = ui.segments(
        "Rows show", (session.TARGET, session.PREDICTED), session.TARGET,
        "Turns the table: nothing else changes. Books and tools do it either way.", labels={session.TARGET: "actual"},
    )  # fmt: skip
    percent: str = ui.segments(
        "Percent of", tuple(Percent), Percent.ALL,
        "Of all samples; of each actual class, which puts recall on the diagonal; of each predicted class, which puts "
        "precision there.",
        labels={Percent.TARGET: "actual"},
    )  # fmt: skip
    turned: bool = ui.switch(
        "I typed predictions in rows",
        "Reads each row that was typed as a predicted class, not as an actual one. This changes the matrix.",
        FIRST_FIELDS.turned,
        arguments={"on_change": session.remember},
    )


@dataclass(frozen=True)
class _Typed:
    text: str = ui.text(
        "Counts, one row a line", FIRST_FIELDS.text,
        "Type or paste a table, also as scikit-learn, pandas, torch, R, caret, Weka, Markdown or LaTeX print it. Names "
        "in the first row and column are read, totals are left out.",
        fold="As text", arguments={"on_change": session.text_changed},
    )  # fmt: skip
    names: str = ui.line(
        "Names of the classes", 1_000, FIRST_FIELDS.labels, "Separated by commas, in the order of the rows.",
        fold="As text", arguments={"on_change": session.remember},
    )  # fmt: skip


DEFAULTS = ui.defaults(Display, session.KEY)


def _percent() -> str:
    key = f"{session.KEY}_percent"
    chosen = st.session_state.get(key, st.query_params.get(key))
    return chosen if chosen in list(Percent) else Percent.ALL


def menu() -> None:
    """The controls of the matrix: where it comes from, its size, which way round it is."""
    session.before_drawing()
    st.selectbox(
        "Start from",
        [*PRESETS, session.MULTILABEL],
        index=None,
        placeholder="a known matrix",
        key=session.MENU,
        on_change=session.start,
        help="Replaces the matrix by this one, the way round that it is printed; then change it.",
    )
    st.session_state[session.CLASSES] = len(session.current())
    st.number_input(
        "Classes",
        2,
        MOST,
        key=session.CLASSES,
        on_change=session.resize,
        help="Adds an empty class at the end, or takes the last one away.",
    )
    ui.draw(Display, session.KEY)
    if session.typed().turned:
        precision, recall = (session.current().score(name, "macro") for name in ("precision", "recall"))
        st.caption(ui.prose("metrics/matrix", "Turned", precision=precision, recall=recall))
    ui.draw(_Typed, session.KEY)
    session.after_drawing()


def buttons(also: Mapping[str, Any] = MappingProxyType({}), link: str = "") -> None:
    """Undo, Reset and Pin.

    Args:
        also: what Reset puts back besides the matrix, by key of the widget.
        link: key of the section, for Copy link beside them; "" where that stands elsewhere.
    """
    with st.container(horizontal=True):
        _button("Undo", "undo", UNDO_BUTTON, session.undo, "Takes back the last change of the matrix.")
        says = "The lecture's matrix of two classes again."
        _button("Reset", "restart_alt", f"{session.KEY}_reset", session.start_over, says, ({**DEFAULTS, **also},))
        _button("Pin", "keep", f"{session.KEY}_pin", session.pin, "From now on, compare with the matrix as it is now.")
        if link:
            ui.copy_link(link)


def _button(label: str, icon: str, key: str, press: Any, says: str, args: tuple[Any, ...] = ()) -> None:
    off = press is session.undo and not st.session_state.get(session.UNDO)
    kind = f":material/{icon}:"
    st.button(label, icon=kind, type="tertiary", key=key, on_click=press, args=args, disabled=off, help=says)


def edit(key: str, positive: str | None = None) -> ConfusionMatrix:
    """Draw the matrix to be typed into, and say what could not be read.

    Args:
        key: of the component; another one in each section.
        positive: of two classes, the one whose hits are true positives; None: the first.
    """
    matrix = session.current()
    table = picture(
        matrix,
        target_in_rows=session.is_target_in_rows(),
        percent=_percent(),
        editable=True,
        positive=matrix.labels[0] if positive is None else positive,
    )
    show_matrix(table, key, edited=session.apply)
    for note in session.notes():
        st.caption(f":material/info: {ui.escape_markdown(note)}")
    sentence = st.session_state.pop(session.PROBLEM, None)
    try:
        session.typed().read()
    except UserError as error:
        sentence = f"{error} Above is still the last matrix that could be read."
    if sentence is not None:
        ui.problem(UserError(sentence))
    if matrix.total == 0:
        st.info("The matrix is empty: type a count into one of its cells.", icon=":material/edit:")
    return matrix


def show_still(matrix: ConfusionMatrix, key: str, title: str, positive: str) -> None:
    """Draw a matrix that cannot be typed into, the way round that is chosen; arguments as of `edit`."""
    show_matrix(picture(matrix, target_in_rows=session.is_target_in_rows(), title=title, positive=positive), key)
