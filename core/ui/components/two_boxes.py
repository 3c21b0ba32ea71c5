"""Two boxes that can be dragged, with their scores live in the browser; Python hears when they are let go."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import streamlit as st

from core.detection.overlap import Corners
from core.figures.detection.two_boxes import Playground
from core.ui.components.component import component
from core.ui.components.inbox import hear, seen

_MOUNT = component("two_boxes")


def show_two_boxes(picture: Playground, key: str, moved: Callable[[Corners, Corners], None]) -> None:
    """Draw them over the width of where it stands.

    Args:
        picture: the boxes and what lies below.
        key: of the component.
        moved: called with both boxes when the visitor lets go of one, before the page runs again.
    """

    def let_go() -> None:
        report = st.session_state[key].get("boxes")
        number, boxes = (report.get("n"), report.get("boxes")) if isinstance(report, dict) else (None, None)
        if isinstance(number, int):
            hear(key, number)
        if (both := read(boxes)) is not None:
            moved(*both)

    # the browser keeps its own boxes until it hears that the last ones it sent have come here
    _MOUNT(key=key, data={**picture.as_data(), "seen": seen(key)}, on_boxes_change=let_go)


def read(boxes: Any) -> tuple[Corners, Corners] | None:
    """Two boxes from what a browser sent; None where that is anything else."""
    if not (isinstance(boxes, list) and len(boxes) == 2):
        return None
    for box in boxes:
        if not (isinstance(box, list) and len(box) == 4):
            return None
        if not all(isinstance(value, int | float) and math.isfinite(value) and abs(value) < 1e6 for value in box):
            return None
    first, second = ((float(x1), float(y1), float(x2), float(y2)) for x1, y1, x2, y2 in boxes)
    return first, second
