"""Schematic drawings in the browser, as SVG that follows the theme and the width of its column."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.figures.drawing import Drawing

_HERE = Path(__file__).parent
_MOUNT = st.components.v2.component(
    "classroom_drawing",
    js=(_HERE / "drawing.js").read_text(encoding="utf-8"),
    css=(_HERE / "drawing.css").read_text(encoding="utf-8"),
)


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
        cell = st.session_state[key].get("cell")
        if picked is not None and isinstance(cell, list) and len(cell) == 2:
            picked(int(cell[0]), int(cell[1]))

    _MOUNT(key=key, data=drawing.as_data(), on_cell_change=clicked if picked else _nothing)
