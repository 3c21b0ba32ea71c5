"""View "My classes": naming classes and filling them with files and snapshots; the controls."""

from __future__ import annotations

import streamlit as st

from core.transfer.data.drafts import renamed
from core.transfer.data.image_set_builder import LEAST
from core.transfer.data.names import LONGEST
from core.transfer.data.own import (
    MOST_PICTURES,
    Draft,
    make_set,
    missing,
    with_class,
    without_class,
)
from core.ui.framework.show import escape_markdown
from core.ui.transfer.data import reading
from core.ui.transfer.data.filling import fill
from core.ui.transfer.data.state import KEY, PICTURES, VIEW
from core.ui.transfer.session import change_draft, drafts, keep_drafts

NEW, CLASS, TITLE = f"{KEY}_own_new", f"{KEY}_own_class", f"{KEY}_own_title"
_OTHER = f"{KEY}_own_other"
USUAL = "My classes"


def controls() -> None:
    """Draw them."""
    draft = drafts().now
    _name_class()
    if draft.classes:
        name = _choose_class(draft)
        fill(name)
        _change_class(name)
    _go_back(draft)


def _name_class() -> None:
    st.text_input(
        "New class",
        max_chars=LONGEST,
        key=NEW,
        on_change=_add,
        placeholder="a name, then Enter",
        help="What pictures of this class show, such as cup or pen. Two classes at least.",
    )


def _add() -> None:
    def add() -> None:
        draft = with_class(drafts().now, st.session_state[NEW])
        change_draft(draft)
        st.session_state[CLASS] = draft.classes[-1]

    if st.session_state[NEW].strip():
        reading.attempt(add)
        st.session_state[NEW] = ""


def _choose_class(draft: Draft) -> str:
    if st.session_state.get(CLASS) not in draft.classes:
        st.session_state[CLASS] = draft.classes[-1]
    name: str = st.selectbox(
        "Class", draft.classes, key=CLASS, help="Which class the pictures below go into.", persist_state="session"
    )
    return name


def _change_class(name: str) -> None:
    with st.popover("Rename or remove", icon=":material/edit:", width="stretch"):
        st.text_input(
            "Another name",
            max_chars=LONGEST,
            key=_OTHER,
            on_change=_rename,
            args=(name,),
            placeholder="a name, then Enter",
            help="Call the class that is chosen otherwise.",
        )
        st.button(
            "Remove the class",
            icon=":material/delete:",
            key=f"{KEY}_own_remove",
            on_click=_remove,
            args=(name,),
            help="With all its pictures. Undo brings it back.",
        )


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


def _go_back(draft: Draft) -> None:
    with st.container(horizontal=True):
        st.button(
            "Undo",
            icon=":material/undo:",
            type="tertiary",
            key=f"{KEY}_own_undo",
            disabled=not drafts().before,
            on_click=_undo,
            help="Take back the last change of the classes.",
        )
        st.button(
            "Clear",
            icon=":material/delete_sweep:",
            type="tertiary",
            key=f"{KEY}_own_clear",
            disabled=not draft.classes,
            on_click=_clear,
            help="Begin anew. Undo brings everything back.",
        )


def _undo() -> None:
    reading.clear()
    keep_drafts(drafts().undone())


def _clear() -> None:
    reading.clear()
    change_draft(Draft())


def finish(draft: Draft) -> None:
    """Draw the button that makes a set of it, with the set's name."""
    lacks = missing(draft)
    name, button = st.columns(2, vertical_alignment="bottom")
    with name:
        st.text_input(
            "Name of the set",
            USUAL,
            max_chars=LONGEST,
            key=TITLE,
            persist_state="session",
            help="What menus call it.",
        )
    with button:
        st.button(
            "Make the data set",
            icon=":material/check:",
            width="stretch",
            key=f"{KEY}_own_make",
            disabled=bool(lacks),
            on_click=_make,
            help=f"Split it into three parts and offer it to all sections. {LEAST} pictures a class are the least, "
            f"some 20 are worth a training, and {MOST_PICTURES} together the most.",
        )
    if lacks:
        st.info(escape_markdown(lacks), icon=":material/hourglass_top:")
    else:
        st.success("This is enough for a set; more pictures make a better one.", icon=":material/check:")


def _make() -> None:
    def make() -> None:
        reading.keep(make_set(drafts().now, st.session_state.get(TITLE, "").strip() or USUAL))
        st.session_state[VIEW] = PICTURES  # where it is to be seen

    reading.attempt(make)
