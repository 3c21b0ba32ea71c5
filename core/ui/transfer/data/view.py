"""Section "Data": a look at labelled pictures, what may happen to them in training, and sets of one's own."""

from __future__ import annotations

import math
from dataclasses import dataclass

import streamlit as st

from core.figures.transfer.data import CLASSES_SHOWN, amounts, class_sheet, count_csv, count_table, counts
from core.figures.words import counted
from core.image_checks import MAX_BYTES as PICTURE_BYTES
from core.transfer.data.image_set_builder import LEAST, MAX_BYTES, MOST_CLASSES
from core.transfer.data.own import MOST_PICTURES
from core.transfer.data.square_crop import LARGEST, MAX_SET_BYTES
from core.transfer.data.zip_checks import MOST_ENTRIES
from core.transfer.subject import Subject
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.framework.controls import segments
from core.ui.transfer.data import classes, filling, upload
from core.ui.transfer.data.augmentation import DEFAULTS as AUGMENTATIONS
from core.ui.transfer.data.augmentation import before_and_after, open_with_examples
from core.ui.transfer.data.reading import (
    AUGMENTATION,
    CLASSES,
    KEY,
    PICTURES,
    VIEWS,
    clear,
    forget_elsewhere,
    show_told,
)
from core.ui.transfer.data.understood import ask
from core.ui.transfer.sets import OPENING
from core.ui.transfer.subject import DEFAULTS, PER_CLASS, choose_subject

TURN, PAGE = f"{KEY}_turn", f"{KEY}_page"
_NOTES_SHOWN = 3
_TALL = 24  # classes from which on their bars are scrolled


def _other_view() -> None:
    """Callback: what was told in one view is not about another."""
    clear()
    open_with_examples()


@dataclass(frozen=True)
class _View:
    view: str = segments(
        "View",
        VIEWS,
        PICTURES,
        "Look at the pictures and their numbers, choose what may happen to them in training, or make a set of your "
        "own.",
        persists=True,
        arguments={"label_visibility": "collapsed", "on_change": _other_view},
    )


def section() -> None:
    """Draw the section."""
    forget_elsewhere()
    upload.take_in()
    filling.take_in()
    left, right, below = ui.panes()
    with right:
        view = ui.draw(_View, KEY).view
        show_told()
    if view == CLASSES:
        with left:
            classes.controls()
            ui.copy_link(KEY)
        with right:
            classes.classes()
    else:
        with left:
            knobs = st.container()  # what is moved stays above what is chosen once
            subject = choose_subject(network=False, opening=OPENING)
            if view == PICTURES:
                upload.choose_file()
                upload.forget(subject.images)
            ui.actions(KEY, {**AUGMENTATIONS, PER_CLASS: DEFAULTS[PER_CLASS]})
        with right:
            if view == AUGMENTATION:
                before_and_after(subject, knobs)
            else:
                ask()
                pictures(subject)
    with below:
        if view == PICTURES:
            _numbers(subject)
        ui.how(
            "transfer/data", upload=MAX_BYTES // 2**20, files=MOST_ENTRIES, most=MOST_PICTURES,
            picture=PICTURE_BYTES // 2**20, classes=MOST_CLASSES, least=LEAST, side=LARGEST,
            set=MAX_SET_BYTES // 10**6, sets=ui.session().sets.megabytes,
        )  # fmt: skip


def pictures(subject: Subject) -> None:
    """Draw a sheet of the pictures, and how many there are in a sentence."""
    images = subject.images
    st.caption(amounts(images, subject.selection))
    for note in images.notes[:_NOTES_SHOWN]:
        st.caption(f":material/info: {ui.escape_markdown(note)}")
    if more := images.notes[_NOTES_SHOWN:]:
        with st.expander(counted(len(more), "more remark"), icon=":material/info:"):
            st.markdown("\n".join(f"- {ui.escape_markdown(note)}" for note in more))
    _sheet(subject)


def _sheet(subject: Subject) -> None:
    images = subject.images
    pages = math.ceil(len(images.classes) / CLASSES_SHOWN)
    key = f"{PAGE}_{images.digest[:8]}"  # each set has its own number of pages
    page = min(max(int(st.session_state.get(key, 1) or 1), 1), pages)
    shown = range((page - 1) * CLASSES_SHOWN, min(page * CLASSES_SHOWN, len(images.classes)))
    turn = int(st.session_state.get(TURN, 0))
    show_drawing(class_sheet(images, subject.selection, shown, turn), key=f"{KEY}_sheet")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Others", icon=":material/shuffle:", type="tertiary", key=f"{KEY}_others", on_click=_turn,
            help="Show other pictures of each class, where more are used than fit.",
        )  # fmt: skip
        if pages > 1:
            st.pagination(pages, key=key)
            st.caption(f"{CLASSES_SHOWN} of {len(images.classes):,} classes at a time")


def _turn() -> None:
    st.session_state[TURN] = int(st.session_state.get(TURN, 0)) + 1


def _numbers(subject: Subject) -> None:
    """How many pictures there are of each class, and what else is to be known."""
    images, selection = subject.images, subject.selection
    bars, words = ui.beside([3, 2])
    tall = len(images.classes) > _TALL
    with bars, st.container(height=480 if tall else "content", border=False):
        ui.show(counts(images, selection), key=f"{KEY}_counts")
    with words:
        st.markdown(ui.prose("transfer/data", "Split"))
        st.caption(ui.escape_markdown(images.story))
        if images.second is not None:
            names = ", ".join(images.second.classes[:8]) + (", …" if len(images.second.classes) > 8 else "")
            about = ui.escape_markdown(f"{images.second.name} ({names})")
            st.caption(f"There is a second label, {about}, for *Two heads*.")
    with st.expander("The counts as a table", icon=":material/table:"):
        table = count_table(images, selection)
        st.dataframe(table, hide_index=True, alt=f"Counts of {len(table)} classes by part, and how many are used.")
        says = "Pictures of each class in each part, and how many of them are used in experiments."
        ui.download("Counts (CSV)", lambda: count_csv(images, selection), "counts.csv", says)
