"""Schematic drawings in the browser, as SVG that follows the theme and the width of its column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.figures.drawing import Drawing
from core.ui.components.component import component

_MOUNT = component("drawing")


def _nothing() -> None:
    """A component tells its clicks only where somebody listens."""


def show_drawing(drawing: Drawing, key: str, picked: Callable[[int, int], None] | None = None) -> None:
    """Draw it over the width of where it stands.

    Args:
        drawing: what to draw.
        key: of the component.
        picked: called with (row, column) of a clicked cell, before the page runs again.
    """

    def clicked() -> None:
        for row, column in _new_clicks(key):
            if picked is not None:
                picked(row, column)

    data = {**drawing.as_data(), "picks": picked is not None, "seen": st.session_state.get(f"{key}_seen", 0)}
    _MOUNT(key=key, data=data, on_cells_change=clicked if picked else _nothing)


def _new_clicks(key: str) -> list[tuple[int, int]]:
    """Cells that were clicked since the last call.

    The browser sends every click until it sees that it has come here: of two that follow each other quickly Streamlit
    keeps but the last message.
    """
    sent = st.session_state[key].get("cells")
    seen = st.session_state.get(f"{key}_seen", 0)
    clicks = [click for click in sent if _is_click(click)] if isinstance(sent, list) else []
    new = sorted((click for click in clicks if click[0] > seen), key=lambda click: int(click[0]))
    if new:
        st.session_state[f"{key}_seen"] = new[-1][0]
    return [(row, column) for _, row, column in new]


def _is_click(click: Any) -> bool:
    """Whether it is [number, row, column]: a browser may send anything."""
    return isinstance(click, list) and len(click) == 3 and all(type(part) is int for part in click)
