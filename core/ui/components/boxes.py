"""Photographs with boxes over them, in the browser: scales with the column, hover links boxes across panels.

Charts cannot do this: neither Vega-Lite nor Plotly keeps the shape of a picture whose width is the column's.
"""

from __future__ import annotations

from collections.abc import Callable

from core.figures.boxes import BoxPicture
from core.ui.components.component import component
from core.ui.components.inbox import new_clicks, seen

_MOUNT = component("boxes")


def _nothing() -> None:
    """A component tells its clicks only where somebody listens."""


def show_boxes(picture: BoxPicture, key: str, picked: Callable[[int], None] | None = None) -> None:
    """Draw the panels of a picture side by side, or one below the other where the column is narrow.

    Args:
        picture: what to draw.
        key: of the component.
        picked: called with the `pick` of a box that was clicked, tapped, or picked with Enter, before the page runs
            again.
    """

    def clicked() -> None:
        for (box,) in new_clicks(key, "boxes", 1):
            if picked is not None:
                picked(box)

    data = picture.as_data()
    if picked is not None:
        data |= {"picks": True, "seen": seen(key)}
    _MOUNT(key=key, data=data, on_boxes_change=clicked if picked else _nothing)
