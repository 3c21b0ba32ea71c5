"""A map of pictures in the browser: a point shows its picture, and a click on it is told to the page.

Charts cannot do this: with a picture in each row two thousand points would be five megabytes.
"""

from __future__ import annotations

from collections.abc import Callable

from core.figures.transfer.neighbours_map import PictureMap
from core.ui.components.component import component
from core.ui.components.inbox import new_clicks, seen

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
        for (point,) in new_clicks(key, "points", 1):
            if 0 <= point < count:
                picked(point)

    _MOUNT(key=key, data={**shown.as_data(), "seen": seen(key)}, on_points_change=clicked)
