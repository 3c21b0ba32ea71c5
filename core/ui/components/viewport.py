"""How wide the visitor's window is, and when its theme changes, which Streamlit does not tell: pages follow both."""

from __future__ import annotations

import streamlit as st

from core.ui.components.component import component

EDGES = (0, 800, 1000, 1160)
"""CSS pixels at which pages are arranged anew. At 100, 125, 150 and 200 % a window of 1366 pixels lies in one each."""
USUAL, PHONE = EDGES[-1], EDGES[0]

_HELD, _DARK = "viewport_from", "viewport_dark"
_KEY = "viewport"
_MOUNT = component("viewport")


def window() -> int:
    """The window's width in CSS pixels, down to the last of `EDGES`.

    Until the browser has said it, phones are known by what they call themselves, all others are taken to be wide.
    """
    if _HELD not in st.session_state:
        phone = "Mobi" in (st.context.headers.get("User-Agent") or "")
        st.session_state[_HELD] = PHONE if phone else USUAL
    width: int = st.session_state[_HELD]
    return width


def is_dark() -> bool:
    """Whether the visitor's theme is dark: as the browser said last, else as it was when the page was opened."""
    return bool(st.session_state.get(_DARK, st.context.theme.type == "dark"))


def watch() -> None:
    """Ask the browser to say when the window passes an edge or the theme changes; the page is then drawn anew."""
    data = {"held": window(), "edges": EDGES, "dark": is_dark()}
    _MOUNT(key=_KEY, data=data, on_width_change=_told, on_dark_change=_theme_told)


def _theme_told() -> None:
    dark = st.session_state[_KEY].dark
    if dark is not None:  # a message about the width alone has none
        st.session_state[_DARK] = bool(dark)


def _told() -> None:
    width = st.session_state[_KEY].width
    if width in EDGES:
        st.session_state[_HELD] = width
