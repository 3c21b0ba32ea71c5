"""Where a section puts its controls, its picture and its numbers, by the width of the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.ui.components.viewport import EDGES, window

SIDE_BY_SIDE = EDGES[1]
CONTROLS = 264
"""CSS pixels: the width of the controls beside a picture, whatever the zoom."""
_MARGINS = 160  # px: what Streamlit leaves free left and right of a page, and on a phone less
_GAP = 32  # px
HALF, WHOLE = 500, 650
"""CSS pixels in which two narrow things, and two charts or three things, stand beside one another."""


class Panes(NamedTuple):
    """The parts of a section, to be filled in any order.

    Attributes:
        controls: what the visitor changes.
        picture: what it changes, as high as a screen at most.
        numbers: what follows from it.
    """

    controls: DeltaGenerator
    picture: DeltaGenerator
    numbers: DeltaGenerator


def is_narrow() -> bool:
    """Whether the window is too narrow for controls beside a picture, as on a phone."""
    return window() < SIDE_BY_SIDE


def panes() -> Panes:
    """Controls left, the picture right, its numbers below it; in a narrow window the picture above its controls."""
    if is_narrow():
        picture, controls, numbers = st.container(), st.container(), st.container()
    else:
        row = st.container(horizontal=True, gap="medium")
        controls = row.container(width=CONTROLS)
        right = row.container(width="stretch")
        picture, numbers = right.container(), right.container()
    return Panes(controls, picture, numbers)


def has_room(needs: int, *, of_page: bool = False) -> bool:
    """Whether the pane of a picture, or the whole page, is at least so wide.

    Args:
        needs: CSS pixels, see `HALF` and `WHOLE`.
        of_page: ask for the page.
    """
    if is_narrow():  # there a pane has the width of the page; Streamlit itself stacks columns below 640 pixels
        return needs <= 640 - _GAP
    return needs <= window() - _MARGINS - (0 if of_page else CONTROLS + _GAP)


def beside(spec: int | Sequence[float], needs: int = HALF, *, of_page: bool = False) -> Sequence[DeltaGenerator]:
    """Columns within the pane of a picture; one below the other where it may be too narrow for them.

    Args:
        spec: how many columns, or their shares of the width.
        needs: CSS pixels that they need together.
        of_page: they stand below the panes and have the width of the page.
    """
    if not has_room(needs, of_page=of_page):
        return [st.container() for _ in range(spec if isinstance(spec, int) else len(spec))]
    return st.columns(spec, gap="medium")
