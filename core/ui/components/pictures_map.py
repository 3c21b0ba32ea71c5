"""A map of pictures in the browser: a point shows its picture, and a click on it is told to the page.

Charts cannot do this: with a picture in each row two thousand points would be five megabytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.figures.transfer.neighbours_map import PictureMap
from core.ui.components.component import component

_MOUNT = component("pictures_map")


def show_map(shown: PictureMap, key: str, picked: Callable[[int], None]) -> None:
    """Draw it over the width of where it stands.

    Args:
        shown: the map.
        key: of the component.
        picked: called with the index of a point that was clicked, before the page runs again.
    """

    count = len(shown.points)  # not the map: Streamlit keeps callbacks for minutes after the tab is closed

    def clicked() -> None:
        for point in _new_clicks(key):
            if 0 <= point < count:
                picked(point)

    _MOUNT(key=key, data={**shown.as_data(), "seen": _seen(key)}, on_points_change=clicked)


def _seen(key: str) -> int:
    number: int = st.session_state.get(f"{key}_seen", 0)
    return number


def _new_clicks(key: str) -> list[int]:
    """Points that were clicked since the last call; the browser sends each click until it sees that it came here."""
    sent = st.session_state[key].get("points")
    clicks = [click for click in sent if _is_click(click)] if isinstance(sent, list) else []
    new = sorted((click for click in clicks if click[0] > _seen(key)), key=lambda click: int(click[0]))
    if new:
        st.session_state[f"{key}_seen"] = new[-1][0]
    return [point for _, point in new]


def _is_click(click: Any) -> bool:
    """Whether it is [number, point]: a browser may send anything."""
    return isinstance(click, list) and len(click) == 2 and all(type(part) is int for part in click)
