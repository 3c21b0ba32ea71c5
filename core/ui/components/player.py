"""Plays a run of gradient descent in the browser: no rerun while it plays or while somebody drags through its steps."""

from __future__ import annotations

from core.figures.conv.learning import Playback
from core.ui.components.component import component

_MOUNT = component("player")


def show_player(run: Playback, key: str) -> None:
    """Draw the run at its last step, with buttons to play it from the first and a slider to drag through it."""
    _MOUNT(key=key, data=run.as_data())
