"""The schedule on the page: a preset, what was edited of it, and the link that holds it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.transfer.training.presets import PRESETS
from core.transfer.training.schedule import Phase
from core.transfer.training.table import LONGEST_TEXT, MOST_PHASES, from_table, parse, tidy, to_table, write

KEY = "transfer_schedule"
TABLE = f"{KEY}_table"
"""In the link: the schedule, where it is not the preset's."""
_BASE, _VERSION, _HELD = f"{KEY}_base", f"{KEY}_version", f"{KEY}_held"
_START = f"{KEY}_started_from"  # (preset, network, groups) that the table in the editor is about, or `_AFRESH`
_AFRESH = "afresh"
RESET = {_START: _AFRESH}
"""For the reset button, beside the controls."""

Phases = tuple[Phase, ...]
Groups = tuple[str, ...]


def of_preset(title: str, backbone: str, groups: Groups) -> Phases:
    """A preset for a network."""
    return tidy(PRESETS[title].make(backbone, "neck" in groups), groups)


def start_over() -> None:
    """Callback: the preset as it is, without what was edited."""
    st.session_state[_START] = _AFRESH


def prepare(preset: str, backbone: str, groups: Groups) -> None:
    """Before the editor is drawn: let it start anew where the preset, the network or the neck is another.

    What was edited stays, as far as the new network has groups of the same names.

    Raises:
        UserError: more rows were pasted than a schedule may have, or the link's schedule cannot be read; the editor
            has a good one all the same.
    """
    state = st.session_state
    before: tuple[str, str, Groups] | str | None = state.get(_START)
    now = (preset, backbone, groups)
    if before == now:
        pasted = len(state.get(_editor(), {}).get("added_rows", ()))
        if pasted > MOST_PHASES:  # before the editor puts them into its table, which takes minutes
            _rebase(state[_HELD], groups)
            raise UserError(f"A schedule may have at most {MOST_PHASES} phases: {pasted:,} new rows were left out.")
        if _editor() not in state:  # its edits are gone when it was out of sight
            _rebase(state[_HELD], groups)
        return
    state[_START] = now
    edited = isinstance(before, tuple) and before[0] == preset and state[_HELD] != of_preset(*before)
    _rebase(tidy(state[_HELD], groups) if edited else of_preset(preset, backbone, groups), groups)
    link = st.query_params.get(TABLE)
    if before is None and link is not None:  # a visitor who came by it
        _rebase(parse(link, groups), groups)


def base() -> tuple[pd.DataFrame, str]:
    """(the table the editor starts from, the editor's key)."""
    return st.session_state[_BASE], _editor()


def read(table: pd.DataFrame, preset: str, backbone: str, groups: Groups) -> Phases:
    """The schedule in the editor, which the link then holds.

    Raises:
        UserError: a cell is not understood; the last good one stays in `understood`.
    """
    phases = from_table(table, groups)
    st.session_state[_HELD] = phases
    text = write(phases) if phases != of_preset(preset, backbone, groups) else ""
    if not text or len(text) > LONGEST_TEXT:
        st.query_params.pop(TABLE, None)
    elif st.query_params.get(TABLE) != text:
        st.query_params[TABLE] = text
    return phases


def understood() -> Phases:
    """The last schedule that was understood."""
    phases: Phases = st.session_state[_HELD]
    return phases


def _rebase(phases: Phases, groups: Groups) -> None:
    """A new table to edit. The editor's own output never becomes its input, or every second edit would be lost."""
    state = st.session_state
    state[_BASE], state[_HELD] = to_table(phases, groups), phases
    state[_VERSION] = state.get(_VERSION, 0) + 1


def _editor() -> str:
    """Key of the table that is edited now."""
    return f"{KEY}_table_{st.session_state.get(_VERSION, 0)}"
