"""What a visitor types into a component faster than the page answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st


def seen(key: str) -> int:
    """The number of the last edit that has come here; the component is told, and sends those after it again."""
    number: int = st.session_state.get(f"{key}_seen", 0)
    return number


def new_edits(key: str) -> list[Mapping[str, Any]]:
    """The edits since the last call, in order; for use in the callback of the component's `edit`.

    The browser sends every edit until it sees that it has come here: of two that follow each other quickly
    Streamlit keeps but the last message.

    Args:
        key: of the component, whose event is {"edits": [{"n": number from 1 on, ...}, ...]}.
    """
    sent = (getattr(st.session_state.get(key), "edit", None) or {}).get("edits", [])
    new = sorted((edit for edit in sent if int(edit["n"]) > seen(key)), key=lambda edit: int(edit["n"]))
    if new:
        st.session_state[f"{key}_seen"] = int(new[-1]["n"])
    return new
