"""The visitor's own stack of layers: its text is the truth, the table edits it, links hold it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.conv.notation import parse, write
from core.conv.presets import PRESETS
from core.conv.stack import LONGEST, Stack
from core.conv.table import from_table, to_table
from core.errors import UserError

KEY = "conv_stack"
TEXT = f"{KEY}_text"
FIRST = next(iter(PRESETS.values()))
FIRST_TEXT = write(FIRST.stack)
SIDES = (f"{KEY}_c", f"{KEY}_h", f"{KEY}_w")
_SEEN, _BASE, _VERSION, _GOOD = f"{KEY}_seen", f"{KEY}_base", f"{KEY}_version", f"{KEY}_good"
_HELD = f"{KEY}_held"  # the stack that the table held last
AFRESH = {_SEEN: None}
"""For the section's reset button: the text counts as new, so the table starts from it."""


def start_from(title: str) -> None:
    """Callback: take over a known network, its picture's shape included."""
    preset = PRESETS[title]
    st.session_state[TEXT] = write(preset.stack)
    st.session_state.update(zip(SIDES, preset.input_shape, strict=True))


def start_afresh() -> None:
    """Callback: the table gets other columns, with which Streamlit forgets its edits; the text has them."""
    st.session_state.pop(_SEEN, None)


def text() -> str:
    """The stack's text, also when its widget has not been drawn yet in this run: then a link may hold it."""
    given = st.session_state.get(TEXT)
    if given is None:
        given = st.query_params.get(TEXT)
    return FIRST_TEXT if given is None else str(given)


def follow_text() -> None:
    """Where the text is new (typed, from a link, a known network), let the table start from it.

    Raises:
        UserError: it cannot be read, and the table starts from the last stack that could; or more rows were pasted
            into the table than a stack may have, and it starts afresh without them.
    """
    state, now = st.session_state, text()
    pasted = len(state.get(_editor(), {}).get("added_rows", ()))
    if pasted > LONGEST:  # before the editor puts them into its table, which takes minutes
        _rebase(state.get(_HELD, last_good()[0]))
        raise UserError(f"A stack may have at most {LONGEST} layers: the {pasted:,} new rows were left out.")
    new = state.get(_SEEN) != now or _editor() not in state  # its edits are gone when it was out of sight
    state[_SEEN] = now
    try:
        stack = parse(now)
    except UserError:
        if new:
            _rebase(last_good()[0])
        raise
    if new:
        _rebase(stack)


def last_good() -> tuple[Stack, tuple[int, int, int]]:
    """The last stack that could be analysed and its picture's shape, else those of the first visit."""
    good: tuple[Stack, tuple[int, int, int]] = st.session_state.get(_GOOD, (FIRST.stack, FIRST.input_shape))
    return good


def remember(stack: Stack, shape: tuple[int, int, int]) -> None:
    """This one works: what to go back to."""
    st.session_state[_GOOD] = (stack, shape)


def _rebase(stack: Stack) -> None:
    """A new table to edit. The editor's own output never becomes its input, or every second edit would be lost."""
    st.session_state[_BASE], st.session_state[_HELD] = to_table(stack), stack
    st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1


def base() -> tuple[pd.DataFrame, str]:
    """(the table the editor starts from, the editor's key)."""
    return st.session_state[_BASE], _editor()


def _editor() -> str:
    """Key of the table that is edited now."""
    return f"{KEY}_table_{st.session_state.get(_VERSION, 0)}"


def edited(table: pd.DataFrame) -> Stack:
    """The stack in the editor, its changes put into the text.

    Raises:
        UserError: a cell is not understood; the text stays as it is.
    """
    stack = from_table(table)
    if stack != st.session_state[_HELD]:
        st.session_state[_HELD] = stack
        st.session_state[TEXT] = st.session_state[_SEEN] = write(stack)
    return stack
