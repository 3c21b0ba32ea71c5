"""View "Pictures": a sheet of them, how many there are of what, and what is to be known about them."""

from __future__ import annotations

import math

import streamlit as st

from core.figures.transfer.data import CLASSES_SHOWN, PARTS, class_sheet, count_table, counts
from core.figures.words import counted
from core.transfer.data.image_set import Split
from core.transfer.subject import Subject
from core.transfer.takeaway.names import safe_cell
from core.ui.components.drawing import show_drawing
from core.ui.framework.layout import beside
from core.ui.framework.show import download, escape_markdown, show
from core.ui.transfer.data.state import KEY

TURN, PAGE = f"{KEY}_turn", f"{KEY}_page"
_NOTES_SHOWN = 3
_TALL = 24  # classes from which on their bars are scrolled


def pictures(subject: Subject) -> None:
    """Draw the sheet, and how many there are in a sentence."""
    images = subject.images
    st.caption(_amounts(subject))
    for note in images.notes[:_NOTES_SHOWN]:
        st.caption(f":material/info: {escape_markdown(note)}")
    if more := images.notes[_NOTES_SHOWN:]:
        with st.expander(counted(len(more), "more remark"), icon=":material/info:"):
            st.markdown("\n".join(f"- {escape_markdown(note)}" for note in more))
    _sheet(subject)


def numbers(subject: Subject) -> None:
    """Draw how many there are of each class, and what else is to be known."""
    images = subject.images
    bars, words = beside([3, 2])
    tall = len(images.classes) > _TALL
    with bars, st.container(height=480 if tall else "content", border=False):
        show(counts(images, subject.selection), key=f"{KEY}_counts")
    with words:
        _words(subject)
    with st.expander("The counts as a table", icon=":material/table:"):
        _table(subject)


def _amounts(subject: Subject) -> str:
    images, chosen = subject.images, subject.selection
    taken = {Split.TRAIN: chosen.train, Split.VALIDATION: chosen.validation, Split.TEST: chosen.test}
    numbers = ", ".join(f"{len(taken[part]):,} {name}" for part, name in PARTS.items())
    many = f"{counted(len(images), 'picture')} in {counted(len(images.classes), 'class', 'classes')}"
    return f"{many}, {images.side} × {images.side} pixels; {numbers} pictures take part."


def _sheet(subject: Subject) -> None:
    images = subject.images
    pages = math.ceil(len(images.classes) / CLASSES_SHOWN)
    key = f"{PAGE}_{images.digest[:8]}"  # each set has its own number of pages
    page = min(max(int(st.session_state.get(key, 1) or 1), 1), pages)
    classes = range((page - 1) * CLASSES_SHOWN, min(page * CLASSES_SHOWN, len(images.classes)))
    turn = int(st.session_state.get(TURN, 0))
    show_drawing(class_sheet(images, subject.selection, classes, turn), key=f"{KEY}_sheet")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Others",
            icon=":material/shuffle:",
            type="tertiary",
            key=f"{KEY}_others",
            on_click=_turn,
            help="Show other pictures of each class, where more take part than fit.",
        )
        if pages > 1:
            st.pagination(pages, key=key)
            st.caption(f"{CLASSES_SHOWN} of {len(images.classes):,} classes at a time")


def _turn() -> None:
    st.session_state[TURN] = int(st.session_state.get(TURN, 0)) + 1


def _words(subject: Subject) -> None:
    images = subject.images
    st.markdown(
        "**The split is locked.** Networks are fitted on training pictures, settings are chosen by validation "
        "pictures, and test pictures are scored once, at the end; no control moves a picture from one part to another."
    )
    st.caption(escape_markdown(images.story))
    if images.second is not None:
        names = ", ".join(escape_markdown(name) for name in images.second.classes[:8])
        more = ", …" if len(images.second.classes) > 8 else ""
        st.caption(f"A second label, {escape_markdown(images.second.name)} ({names}{more}), is there for *Two heads*.")


def _table(subject: Subject) -> None:
    images = subject.images
    table = count_table(images, subject.selection)
    st.dataframe(table, hide_index=True, alt=f"Counts of {len(table)} classes by part, and how many take part.")
    download(
        "Counts (CSV)",
        lambda: _csv(subject),
        "counts.csv",
        "text/csv",
        "Pictures of each class in each part, and how many of them take part in experiments.",
    )


def _csv(subject: Subject) -> str:
    table = count_table(subject.images, subject.selection)
    table["class"] = table["class"].map(safe_cell)
    return str(table.to_csv(index=False))
