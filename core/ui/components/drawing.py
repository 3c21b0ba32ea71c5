"""Schematic drawings in the browser, as SVG that follows the theme and the width of its column."""

from __future__ import annotations

from collections.abc import Callable

from core.figures.drawing import Drawing
from core.ui.components.component import component
from core.ui.components.inbox import new_clicks, seen

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
        for row, column in new_clicks(key, "cells", 2):
            if picked is not None:
                picked(row, column)

    data = {**drawing.as_data(), "picks": picked is not None, "seen": seen(key)}
    _MOUNT(key=key, data=data, on_cells_change=clicked if picked else _nothing)
