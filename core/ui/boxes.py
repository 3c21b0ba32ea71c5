"""Photographs with boxes over them, in the browser: scales with the column, hover links boxes across panels.

Charts cannot do this: neither Vega-Lite nor Plotly keeps the shape of a picture whose width is the column's.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.figures.boxes import BoxPicture

_HERE = Path(__file__).parent
_MOUNT = st.components.v2.component(
    "classroom_boxes",
    js=(_HERE / "boxes.js").read_text(encoding="utf-8"),
    css=(_HERE / "boxes.css").read_text(encoding="utf-8"),
)


def show_boxes(picture: BoxPicture, key: str) -> None:
    """Draw the panels of a picture side by side, or one below the other where the column is narrow."""
    _MOUNT(key=key, data=picture.as_data())
