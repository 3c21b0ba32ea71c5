"""The browser's question before a tab is closed, and what it remembers of it over a reload."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.ui.components.component import component

_KEY = "unsaved"
_VISIT = "unsaved_visit"
_MOUNT = component("unsaved")


def ask_before_leaving(things: Sequence[str], lost: Callable[[list[Any]], None]) -> None:
    """Have the browser ask before the tab is closed or loaded anew, while there are things; without any it does not.

    Args:
        things: what would be lost.
        lost: called once in the session that follows a reload, before the page runs again, with the things that the
            session before had: whatever a browser sends.
    """

    def told() -> None:
        found = getattr(st.session_state.get(_KEY), "lost", None)
        if isinstance(found, list):
            lost(found)

    visit = st.session_state.setdefault(_VISIT, secrets.token_hex(8))
    _MOUNT(key=_KEY, data={"visit": visit, "things": list(things)}, on_lost_change=told)
