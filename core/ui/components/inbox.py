"""What visitors type and click faster than the page answers: the other end of the `Outbox` of `base.js`.

The browser sends every message until it sees that it has come here: of two that follow each other quickly Streamlit
keeps but the last. Messages are numbered from 1 on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st


def seen(key: str) -> int:
    """The number of the last message that has come here; the component is told, and sends those after it again."""
    number: int = st.session_state.get(f"{key}_seen", 0)
    return number


def hear(key: str, number: int) -> None:
    """All messages up to this one have come here."""
    st.session_state[f"{key}_seen"] = number


def new_edits(key: str) -> list[Mapping[str, Any]]:
    """The edits since the last call, in order; for use in the callback of the component's `edit`.

    Args:
        key: of the component, whose event is {"edits": [{"n": number, ...}, ...]}.
    """
    sent = (getattr(st.session_state.get(key), "edit", None) or {}).get("edits", [])
    new = sorted((edit for edit in sent if int(edit["n"]) > seen(key)), key=lambda edit: int(edit["n"]))
    if new:
        hear(key, int(new[-1]["n"]))
    return new


def new_clicks(key: str, event: str, parts: int) -> list[tuple[int, ...]]:
    """What was clicked since the last call, in order; for use in the callback of the event.

    Args:
        key: of the component, whose event is [[number, part, ...], ...].
        event: its name.
        parts: how many numbers tell what was clicked.
    """
    sent = st.session_state[key].get(event)
    clicks = [click for click in sent if _is_click(click, parts)] if isinstance(sent, list) else []
    new = sorted((click for click in clicks if click[0] > seen(key)), key=lambda click: int(click[0]))
    if new:
        hear(key, new[-1][0])
    return [tuple(clicked) for _, *clicked in new]


def _is_click(click: Any, parts: int) -> bool:
    """Whether it is [number, part, ...]: a browser may send anything."""
    return isinstance(click, list) and len(click) == 1 + parts and all(type(part) is int for part in click)
