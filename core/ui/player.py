"""Plays a run of gradient descent in the browser: no rerun while it plays or while somebody drags through its steps."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.figures.conv.learning import Playback

_HERE = Path(__file__).parent
_MOUNT = st.components.v2.component(
    "classroom_player",
    js=(_HERE / "player.js").read_text(encoding="utf-8"),
    css=(_HERE / "player.css").read_text(encoding="utf-8"),
)


def show_player(run: Playback, key: str) -> None:
    """Draw the run at its last step, with buttons to play it from the first and a slider to drag through it."""
    _MOUNT(key=key, data=run.as_data())
