"""View "My classes": naming classes and filling them with files and snapshots."""

from __future__ import annotations

import streamlit as st

from core.figures.transfer.data_draft import draft_sheet, shot_at
from core.transfer.data.drafts import renamed, without_shot
from core.transfer.data.image_set_builder import LEAST
from core.transfer.data.names import LONGEST
from core.transfer.data.own import MOST_PICTURES, Draft, make_set, missing, with_class, without_class
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.transfer.data import reading
from core.ui.transfer.data.filling import fill
from core.ui.transfer.data.reading import KEY, PICTURES, VIEW
from core.ui.transfer.session import change_draft, drafts, keep_drafts

NEW, CLASS, TITLE = f"{KEY}_own_new", f"{KEY}_own_class", f"{KEY}_own_title"
_OTHER = f"{KEY}_own_other"
USUAL = "My classes"


def controls() -> None:
    """Draw the controls."""
    draft = drafts().now
    st.text_input(
        "New class", max_chars=LONGEST, key=NEW, on_change=_add, placeholder="a name, then Enter",
        help="What pictures of this class show, such as cup or pen. At least two classes are needed.",
    )  # fmt: skip
    if draft.classes:
        if st.session_state.get(CLASS) not in draft.classes:
            st.session_state[CLASS] = draft.classes[-1]
        name: str = st.selectbox(
            "Class", draft.classes, key=CLASS, persist_state="session", help="The class that new pictures go into."
        )
        fill(name)
        _change_class(name)
    with st.container(horizontal=True):
        st.button(
            "Undo", icon=":material/undo:", type="tertiary", key=f"{KEY}_own_undo", disabled=not drafts().before,
            on_click=_undo, help="Take back the last change of the classes.",
        )  # fmt: skip
        st.button(
            "Clear", icon=":material/delete_sweep:", type="tertiary", key=f"{KEY}_own_clear",
            disabled=not draft.classes, on_click=_clear, help="Start again with no class. Undo brings everything back.",
        )  # fmt: skip


def classes() -> None:
    """Draw the pictures of each class; a click takes one out. Below, the button that makes a set of them."""
    draft = drafts().now
    if not draft.classes:
        st.info(ui.prose("transfer/data", "First class"), icon=":material/add_photo_alternate:")
        return
    show_drawing(draft_sheet(draft), key=f"{KEY}_own_sheet", picked=_take_out)
    st.caption("The newest pictures of each class. Click one to take it out; *Undo* brings it back.")
    lacks = missing(draft)
    name, button = st.columns(2, vertical_alignment="bottom")
    with name:
        st.text_input(
            "Name of the set", USUAL, max_chars=LONGEST, key=TITLE, persist_state="session", help="Its name in menus."
        )
    with button:
        st.button(
            "Make the data set", icon=":material/check:", width="stretch", key=f"{KEY}_own_make",
            disabled=bool(lacks), on_click=_make,
            help=f"Splits it into three parts; all sections can then use it. At least {LEAST} pictures a class, better "
            f"20 or more for a training; at most {MOST_PICTURES} together.",
        )  # fmt: skip
    if lacks:
        st.info(ui.escape_markdown(lacks), icon=":material/hourglass_top:")
    else:
        st.success("This is enough for a set; more pictures make a better one.", icon=":material/check:")


def _add() -> None:
    def add() -> None:
        draft = with_class(drafts().now, st.session_state[NEW])
        change_draft(draft)
        st.session_state[CLASS] = draft.classes[-1]

    if st.session_state[NEW].strip():
        reading.attempt(add)
        st.session_state[NEW] = ""


def _change_class(name: str) -> None:
    with st.popover("Rename or remove", icon=":material/edit:", width="stretch"):
        st.text_input(
            "New name", max_chars=LONGEST, key=_OTHER, on_change=_rename, args=(name,),
            placeholder="a name, then Enter", help="Another name for the chosen class.",
        )  # fmt: skip
        st.button(
            "Remove the class", icon=":material/delete:", key=f"{KEY}_own_remove", on_click=_remove, args=(name,),
            help="With all its pictures. Undo brings it back.",
        )  # fmt: skip


def _rename(name: str) -> None:
    def rename() -> None:
        before = drafts().now
        draft = renamed(before, name, st.session_state[_OTHER])
        change_draft(draft)
        st.session_state[CLASS] = draft.classes[before.classes.index(name)]

    if st.session_state[_OTHER].strip() and name in drafts().now.classes:
        reading.attempt(rename)
        st.session_state[_OTHER] = ""


def _remove(name: str) -> None:
    reading.clear()
    change_draft(without_class(drafts().now, name))


def _undo() -> None:
    reading.clear()
    keep_drafts(drafts().undone())


def _clear() -> None:
    reading.clear()
    change_draft(Draft())


def _take_out(row: int, column: int) -> None:
    one = shot_at(drafts().now, row, column)
    if one is not None:
        reading.clear()
        change_draft(without_shot(drafts().now, one))


def _make() -> None:
    def make() -> None:
        reading.keep(make_set(drafts().now, st.session_state.get(TITLE, "").strip() or USUAL))
        st.session_state[VIEW] = PICTURES  # where it is to be seen

    reading.attempt(make)
