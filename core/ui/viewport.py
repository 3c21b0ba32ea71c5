"""How wide the visitor's window is, which Streamlit does not tell: on a phone a page has another order."""

from __future__ import annotations

import streamlit as st

from core.ui.component import script

NARROW = 800
"""CSS pixels: a window less wide than this has the result above its controls instead of beside them."""

_HELD = "viewport_narrow"
_KEY = "viewport"
_MOUNT = st.components.v2.component("classroom_viewport", js=script("viewport"))


def is_narrow() -> bool:
    """Whether the window is narrow. Until the browser has said so, phones are known by what they call themselves."""
    if _HELD not in st.session_state:
        st.session_state[_HELD] = "Mobi" in (st.context.headers.get("User-Agent") or "")
    narrow: bool = st.session_state[_HELD]
    return narrow


def watch_width() -> None:
    """Ask the browser to say when the window becomes narrow or wide; the page is then drawn in the other order."""
    _MOUNT(key=_KEY, data={"narrow": is_narrow(), "below": NARROW}, on_narrow_change=_told)


def _told() -> None:
    st.session_state[_HELD] = bool(st.session_state[_KEY].narrow)
