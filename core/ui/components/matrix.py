"""A confusion matrix in the browser: a table with margins whose cells can be typed into or clicked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.figures.metrics.matrix import MatrixPicture
from core.ui.components.component import component
from core.ui.components.inbox import new_edits, seen

_MOUNT = component("matrix")


@dataclass(frozen=True)
class Edit:
    """A visitor typed into the table.

    Attributes:
        place: (target, predicted) of a count, or (class,) of a name.
        text: as typed.
    """

    place: tuple[int, ...]
    text: str


def _nothing() -> None:
    """A component tells its events only where somebody listens."""


def show_matrix(
    picture: MatrixPicture,
    key: str,
    picked: Callable[[int, int], None] | None = None,
    edited: Callable[[list[Edit]], None] | None = None,
) -> None:
    """Draw it over the width of where it stands, as large as its numbers need.

    Args:
        picture: what to draw.
        key: of the component.
        picked: called with (target, predicted) of a cell that was clicked, before the page runs again.
        edited: called with what was typed, in order, likewise; for pictures that are `edited`.
    """

    def clicked() -> None:
        place = st.session_state[key].get("cell")
        if picked is not None and isinstance(place, list) and len(place) == 2:
            picked(int(place[0]), int(place[1]))

    def typed() -> None:
        edits = [Edit(tuple(map(int, edit["place"])), str(edit["text"])[:100]) for edit in new_edits(key)]
        if edited is not None and edits:
            edited(edits)

    _MOUNT(
        key=key,
        data={**picture.as_data(), "picks": picked is not None, "seen": seen(key)},
        on_cell_change=clicked,
        on_edit_change=typed,
    )
