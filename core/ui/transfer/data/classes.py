"""View "My classes": what has been gathered so far."""

from __future__ import annotations

import streamlit as st

from core.figures.transfer.data_draft import draft_sheet, shot_at
from core.transfer.data.drafts import without_shot
from core.ui.components.drawing import show_drawing
from core.ui.transfer.data import reading
from core.ui.transfer.data.builder import finish
from core.ui.transfer.data.state import KEY
from core.ui.transfer.session import change_draft, drafts


def classes() -> None:
    """Draw the pictures of each class; a click takes one out."""
    draft = drafts().now
    if not draft.classes:
        st.info(
            "Name a class among the controls, give it pictures from files or the camera, then name the next. "
            "Three pictures a class are enough to begin with, and some twenty make a good set.",
            icon=":material/add_photo_alternate:",
        )
        return
    show_drawing(draft_sheet(draft), key=f"{KEY}_own_sheet", picked=_take_out)
    st.caption("The newest pictures of each class. Click one to take it out; *Undo* brings it back.")
    finish(draft)


def _take_out(row: int, column: int) -> None:
    one = shot_at(drafts().now, row, column)
    if one is not None:
        reading.clear()
        change_draft(without_shot(drafts().now, one))
