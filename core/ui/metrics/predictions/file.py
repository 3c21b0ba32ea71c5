"""The visitor's own file: uploading it, saying which column is what, forgetting it.

It is kept in the visitor's session; what is compared of two models stays in a small cache for a while.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import UserError
from core.figures.words import counted
from core.metrics.predictions.export import TEMPLATE
from core.metrics.table.columns import Columns, classes_of, doubts, guess, likely_positive
from core.metrics.table.file import MOST_BYTES, check_size
from core.metrics.table.gaps import MissingValues
from core.metrics.table.predictions import build
from core.metrics.table.text import EIGHT_BIT
from core.metrics.table.uploaded import Loaded, TableFile, read_file
from core.ui import framework as ui
from core.ui.framework.unsaved import Kind, holds
from core.ui.metrics.predictions.questions import ask_for_gaps, say_what_is_what

KEY = "metrics_predictions"
_FILE, _PROBLEM, _TURN, _BUILT = f"{KEY}_file", f"{KEY}_problem", f"{KEY}_turn", f"{KEY}_built"
NONE = "none"
OWN = f"{KEY}_own"
"""Begins the keys of all that holds names from a visitor's file."""


@holds(Kind.FILES)
def waiting() -> bool:
    """Whether there is a file from which no predictions could be made yet."""
    return st.session_state.get(_FILE) is not None


def choose(place: DeltaGenerator) -> Loaded | None:
    """Draw the uploader and the menus of columns.

    Args:
        place: for both; sentences about them stand where this is called.

    Returns:
        What they ask for; where that cannot be, the last that could; None where there is nothing yet.
    """
    held: TableFile | None = st.session_state.get(_FILE)
    if _uploader_key() not in st.session_state:  # an uploader that was away comes back empty
        st.session_state.pop(_PROBLEM, None)
    sentence = st.session_state.get(_PROBLEM)
    if sentence:
        st.error(sentence, icon=":material/error:")
    unsure = () if held is None else doubts(held.table, _guessed(held))
    with place.expander("File and columns", expanded=held is None or bool(unsure), icon=":material/table:"):
        _uploader(held)
        asked = None if held is None else _columns(held)
    if held is None or asked is None:
        return None
    st.caption(f"“{ui.escape_markdown(held.name)}”: {counted(len(held.table), 'row')}")
    say_what_is_what(asked)
    return _loaded(held, asked)


def _uploader_key() -> str:
    return f"{KEY}_upload_{st.session_state.get(_TURN, 0)}"


def _uploader(held: TableFile | None) -> None:
    st.file_uploader(
        "Upload a CSV file",
        ["csv", "tsv", "txt"],
        key=_uploader_key(),
        on_change=_uploaded,
        max_upload_size=MOST_BYTES // 2**20,
        help="One line of column names, one row a sample: its actual class, its predicted class, scores if you have "
        "them. Commas, semicolons, tabs or pipes. It is held in the server's memory only, and never written to disk.",
    )
    ui.download("Template", TEMPLATE.encode, "predictions.csv", "A file of this kind to start from.")
    if held is not None:
        st.button(
            "Forget this file",
            icon=":material/delete:",
            type="tertiary",
            key=f"{KEY}_forget",
            on_click=forget,
            help="Delete the file and all that was made of it from this visit.",
        )


def _uploaded() -> None:
    """Callback: read the file; one that cannot be read leaves a sentence and changes nothing else."""
    upload = st.session_state[_uploader_key()]
    held: TableFile | None = st.session_state.get(_FILE)
    st.session_state.pop(_PROBLEM, None)
    if upload is None:
        return  # taken out of the uploader; "Forget this file" is what forgets
    try:
        check_size(upload.size)
        st.session_state[_FILE] = read_file(upload.name, upload.getvalue())
    except UserError as error:
        still = " The last file is still in use." if held is not None else ""
        st.session_state[_PROBLEM] = f"{ui.code(upload.name)}: {ui.escape_markdown(str(error))}{still}"


def forget() -> None:
    """Delete the file and what was made of it, and empty the uploader."""
    own = [key for key in st.session_state if str(key).startswith(OWN)]
    for key in (_FILE, _PROBLEM, _BUILT, f"{KEY}_memo", *own):
        st.session_state.pop(key, None)
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def _letters(held: TableFile) -> None:
    """Where the file does not say how its letters are written, the visitor can."""
    if not held.letters_guessed:
        return
    key = f"{OWN}_letters_{held.mark}"
    st.session_state[key] = held.table.encoding
    st.selectbox(
        "Letters",
        list(EIGHT_BIT),
        key=key,
        on_change=_other_letters,
        args=(key,),
        help="The file is not UTF-8, so its special letters were guessed. 1252 is Western European, 1258 Vietnamese, "
        "1250 Central European, 1251 Cyrillic, 1253 Greek, 1254 Turkish.",
    )


def _other_letters(key: str) -> None:
    """Callback: read the file anew; where that cannot be, it stays as it was, with a sentence."""
    held: TableFile = st.session_state[_FILE]
    try:
        st.session_state[_FILE] = held.with_letters(st.session_state[key])
    except UserError as error:
        st.session_state[_PROBLEM] = ui.escape_markdown(str(error))


def _columns(held: TableFile) -> Columns:
    _letters(held)
    table, first = held.table, _guessed(held)
    names, mark = list(table.names), held.mark

    def menu(label: str, name: str, usual: str | None, explanation: str) -> str | None:
        options: list[str | None] = [*names] if name == "gold" else [None, *names]
        return st.selectbox(
            label,
            options,
            options.index(usual),
            format_func=lambda option: NONE if option is None else option,
            key=f"{OWN}_column_{name}_{mark}",
            help=explanation,
            persist_state="session",
        )

    target = menu("Actual", "gold", first.target, "The column of the true classes.") or names[0]
    predicted = menu(
        "Predicted", "predicted", first.predicted, "The column of the predicted classes; none: the scores decide."
    )
    scores = st.multiselect(
        "Scores",
        names,
        list(first.scores),
        key=f"{OWN}_column_scores_{mark}",
        help="For two classes one column: how much the row looks like the positive class, not how sure the model is "
        "of what it said. For more classes one column each.",
        persist_state="session",
    )
    second = menu("Second model", "second", None, "The predicted classes of another model, to compare the two.")
    weights = menu("Weights", "weights", first.weights, "How much each row counts, 1 if there is no such column.")
    columns = Columns(target, predicted, tuple(scores), weights, second)
    labels = classes_of(table, columns)
    if len(labels) != 2:
        return columns
    positive = st.selectbox(
        "Positive class",
        labels,
        labels.index(likely_positive(labels, scores)),
        key=f"{OWN}_column_positive_{mark}",
        help="The class that a single score, precision and recall are about.",
        persist_state="session",
    )
    return Columns(target, predicted, tuple(scores), weights, second, positive)


def _guessed(held: TableFile) -> Columns:
    memo: tuple[str, Columns] | None = st.session_state.get(f"{OWN}_guess")
    if memo is None or memo[0] != held.digest:
        memo = st.session_state[f"{OWN}_guess"] = (held.digest, guess(held.table))
    return memo[1]


def _loaded(held: TableFile, columns: Columns) -> Loaded | None:
    gaps, words = (f"{OWN}_{name}_{held.mark}" for name in ("leave_out", "words"))
    last: Loaded | None = st.session_state.get(_BUILT)
    leave_out, words_too = bool(st.session_state.get(gaps, False)), bool(st.session_state.get(words, False))
    if last is not None and last.file is held and last.key == (held.digest, columns, leave_out, words_too):
        ask_for_gaps(gaps, words, leave_out, last.built, words_too)
        return last
    try:
        built = build(held.table, columns, leave_out=leave_out, words_too=words_too)
    except UserError as error:
        ui.problem(error)
        ask_for_gaps(gaps, words, isinstance(error, MissingValues) or leave_out, None, words_too)
        if last is not None:
            st.caption(f"The last choice that worked is still shown, of “{ui.escape_markdown(last.file.name)}”.")
        return last
    ask_for_gaps(gaps, words, leave_out, built, words_too)
    found = st.session_state[_BUILT] = Loaded(held, columns, leave_out, words_too, built)
    return found
