"""Photographs with boxes over them, in the browser: scales with the column, hover links boxes across panels.

Charts cannot do this: neither Vega-Lite nor Plotly keeps the shape of a picture whose width is the column's.
"""

from __future__ import annotations

from core.figures.boxes import BoxPicture
from core.ui.components.component import component

_MOUNT = component("boxes")


def show_boxes(picture: BoxPicture, key: str) -> None:
    """Draw the panels of a picture side by side, or one below the other where the column is narrow."""
    _MOUNT(key=key, data=picture.as_data())
