"""An uploaded table of several labels: the file, what its columns are, and what they make."""

from __future__ import annotations

import streamlit as st

from core.errors import UserError
from core.metrics.multilabel import text
from core.metrics.multilabel.multilabel import Multilabel
from core.metrics.multilabel.table import SEPARATORS, Columns, build, guess
from core.metrics.table.file import MOST_BYTES, Table, read_table
from core.ui import framework as ui
from core.ui.framework.unsaved import Kind, holds
from core.ui.metrics.multilabel.state import KEY, write

LISTS, FLAGS = "lists of labels", "0 and 1"
_HELD, _SEEN, _REFUSED = f"{KEY}_held", f"{KEY}_seen", f"{KEY}_refused"
_BUILT = f"{KEY}_built"
_ROUND = f"{KEY}_round"  # a new uploader each time a file is forgotten


@holds(Kind.FILES)
def in_use() -> bool:
    """Whether a file is in use."""
    return _HELD in st.session_state


def upload() -> tuple[Multilabel | None, str | None]:
    """Draw the uploader and the controls of a file.

    Returns:
        The last table that could be made of the file, and what is wrong.
    """
    sentence = _take()
    if not in_use():
        return None, sentence
    name, identity, read = st.session_state[_HELD]
    st.caption(f"{ui.escape_markdown(name)}: {len(read):,} rows, {len(read.names)} columns.")
    for note in read.notes:
        st.caption(ui.escape_markdown(note))
    columns = _columns(read)
    last: tuple[object, Multilabel | None] = st.session_state.get(_BUILT, (None, None))
    if last[0] != (identity, columns):
        try:
            last = st.session_state[_BUILT] = ((identity, columns), build(read, columns))
        except UserError as error:
            still = "The last table that could be read" if last[1] is not None else "The table without the file"
            sentence = sentence or f"{error} {still} is still shown."
    found = last[1]
    if found is not None and text.fits(found):
        st.button(
            "Edit it by clicks",
            key=f"{KEY}_take_over",
            icon=":material/edit:",
            on_click=_take_over,
            help="Puts these samples into the fields, so that cells can be clicked and the link holds them.",
        )
    st.button(
        "Forget the file",
        key=f"{KEY}_forget",
        icon=":material/delete:",
        on_click=_forget,
        help="Back to the table that can be clicked.",
    )
    return found, sentence


def _take() -> str | None:
    """Take a file in; one that is no table leaves the one before where it is. Returns what is wrong with it."""
    file = st.file_uploader(
        "CSV file",
        type=["csv", "tsv", "txt"],
        max_upload_size=MOST_BYTES // 2**20,
        key=f"{KEY}_file_{st.session_state.get(_ROUND, 0)}",
        help=ui.prose("metrics/multilabel", "File"),
    )
    if file is None:
        st.session_state.pop(_REFUSED, None)
    elif st.session_state.get(_SEEN) != file.file_id:
        st.session_state[_SEEN] = file.file_id
        st.session_state.pop(_REFUSED, None)
        try:
            read = read_table(file.getvalue())
        except UserError as error:
            st.session_state[_REFUSED] = str(error)
        else:
            st.session_state[_HELD] = (file.name, file.file_id, read)
            st.session_state.pop(_BUILT, None)
            for name in ("kind", "list_gold", "list_predicted", "separator", "flags_gold", "flags_predicted"):
                st.session_state.pop(f"{KEY}_{name}", None)
    sentence: str | None = st.session_state.get(_REFUSED)
    return sentence


def _forget() -> None:
    """Callback: back to the table of the link."""
    for key in (_HELD, _SEEN, _BUILT):
        st.session_state.pop(key, None)
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _take_over() -> None:
    """Callback: a small file becomes a table that can be clicked."""
    found: Multilabel = st.session_state[_BUILT][1]
    _forget()
    write(text.typeable(found))


def _columns(read: Table) -> Columns:
    usual = guess(read)
    kind = st.segmented_control(
        "The columns hold",
        [LISTS, FLAGS],
        default=FLAGS if usual.separator is None else LISTS,
        required=True,
        key=f"{KEY}_kind",
        help="Lists: one column of actual labels, one of predicted. 0 and 1: a column for each label.",
    )
    if kind == FLAGS:
        flags = usual if usual.separator is None else Columns((), (), None)
        chosen = [
            st.multiselect(
                f"{what} columns",
                read.names,
                list(columns),
                key=f"{KEY}_flags_{side}",
                help="One for each label, in the same order on both sides.",
            )
            for what, side, columns in (("Actual", "gold", flags.target), ("Predicted", "predicted", flags.predicted))
        ]
        return Columns(tuple(chosen[0]), tuple(chosen[1]), None)
    first, second = (
        (usual.target[0], usual.predicted[0]) if usual.separator is not None else (read.names[0], read.names[-1])
    )
    target = st.selectbox(
        "Actual column", read.names, read.names.index(first), key=f"{KEY}_list_gold", help="Lists of true labels."
    )
    predicted = st.selectbox(
        "Predicted column",
        read.names,
        read.names.index(second),
        key=f"{KEY}_list_predicted",
        help="Lists of predicted labels.",
    )
    separator = st.selectbox(
        "Separated by",
        list(SEPARATORS),
        list(SEPARATORS).index(usual.separator or "semicolon"),
        key=f"{KEY}_separator",
        help="What stands between two labels of a list. An empty cell has no label.",
    )
    return Columns((target,), (predicted,), separator)
