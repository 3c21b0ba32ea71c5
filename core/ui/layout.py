"""Where a section puts its controls, its picture and its numbers."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ui.viewport import is_narrow

CONTROLS = 264
"""CSS pixels: the width of the controls beside a picture, whatever the zoom."""


class Sides(NamedTuple):
    """The parts of a section, to be filled in any order.

    Attributes:
        controls: what the visitor changes.
        picture: what it changes, as high as a screen at most.
        numbers: what follows from it.
    """

    controls: DeltaGenerator
    picture: DeltaGenerator
    numbers: DeltaGenerator


def sides() -> Sides:
    """Controls left, the picture right, its numbers below it; in a narrow window the picture above its controls."""
    if is_narrow():
        picture, controls, numbers = st.container(), st.container(), st.container()
    else:
        row = st.container(horizontal=True, gap="medium")
        controls = row.container(width=CONTROLS)
        right = row.container(width="stretch")
        picture, numbers = right.container(), right.container()
    return Sides(controls, picture, numbers)
