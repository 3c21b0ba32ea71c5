"""What would be lost with the tab: before it is, the browser asks, and after a reload one line says what is gone.

Whoever keeps something of a visitor's that neither a link nor a file holds says so beside it:

    @holds(Kind.FILES)
    def _has_file() -> bool:
        return _FILE in st.session_state

A section's module is imported before it can keep anything, so that what is not registered holds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import streamlit as st

from core.ui.components.unsaved import ask_before_leaving
from core.ui.framework.content import prose

Check = Callable[[], bool]
_GONE = "unsaved_gone"


class Kind(StrEnum):
    """A kind of things, as the line says it."""

    PICTURES = "your own pictures"
    SETS = "your own sets of pictures"
    CLASSES = "the classes you were making"
    TRAININGS = "trainings you did not download"
    FILES = "uploaded files"
    COSTS = "the table of costs you typed"
    BOXES = "the boxes you drew"


_CHECKS: dict[tuple[Kind, str], Check] = {}


def holds(kind: Kind) -> Callable[[Check], Check]:
    """Of a function without arguments: it says whether the visitor who asks has something of this kind to lose."""

    def register(check: Check) -> Check:
        _CHECKS[kind, f"{check.__module__}.{check.__qualname__}"] = check
        return check

    return register


def at_stake() -> list[Kind]:
    """What this visitor would lose now."""
    found = {kind for (kind, _), check in list(_CHECKS.items()) if check()}  # a copy: sections are imported meanwhile
    return [kind for kind in Kind if kind in found]


def watch_unsaved() -> None:
    """Tell the browser whether it has to ask; once a run, when the page has taken in what there is."""
    ask_before_leaving([kind.name for kind in at_stake()], _lost)


def _lost(names: list[Any]) -> None:
    """Callback: the session before had these, and is gone."""
    st.session_state[_GONE] = [kind for kind in Kind if kind.name in names]


def say_what_is_gone() -> None:
    """Draw the line, until it is dismissed."""
    gone: list[Kind] = st.session_state.get(_GONE, [])
    if not gone:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(prose("frame/unsaved", "Gone", things=", ".join(gone)), icon=":material/info:", width="stretch")
        st.button("Close", key=f"{_GONE}_close", icon=":material/close:", type="tertiary", on_click=_dismiss)


def _dismiss() -> None:
    st.session_state.pop(_GONE, None)
