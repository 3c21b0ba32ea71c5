"""Section "Data": a look at labelled pictures, what may happen to them in training, and sets of one's own."""

from __future__ import annotations

import streamlit as st

from core.ui.framework.layout import panes
from core.ui.framework.show import reset_button
from core.ui.transfer.data import builder, filling, upload
from core.ui.transfer.data.augmentation import DEFAULTS as AUGMENTATIONS
from core.ui.transfer.data.classes import classes
from core.ui.transfer.data.how import how
from core.ui.transfer.data.pictures import numbers, pictures
from core.ui.transfer.data.reading import show_told
from core.ui.transfer.data.state import AUGMENTATION, CLASSES, KEY, PICTURES, VIEW, VIEWS
from core.ui.transfer.data.understood import ask
from core.ui.transfer.data.viewer import viewer
from core.ui.transfer.subject import DEFAULTS, PER_CLASS, choose_subject


def section() -> None:
    """Draw the section."""
    upload.take_in()
    filling.take_in()
    left, right, below = panes()
    with right:
        view = st.segmented_control(
            "View",
            VIEWS,
            default=PICTURES,
            required=True,
            key=VIEW,
            bind="query-params",
            persist_state="session",
            label_visibility="collapsed",
            help="The pictures and how many there are; what may happen to them in training; making a set of your own.",
        )
        show_told()
    if view == CLASSES:
        with left:
            builder.controls()
        with right:
            classes()
        with below:
            how()
        return
    with left:
        knobs = st.container()  # what is moved stays above what is chosen once
        subject = choose_subject(network=False)
        if view != AUGMENTATION:
            upload.choose_file()
            upload.forget(subject.images)
        reset_button(f"{KEY}_reset", {**AUGMENTATIONS, PER_CLASS: DEFAULTS[PER_CLASS]})
    with right:
        if view == AUGMENTATION:
            viewer(subject, knobs)
        else:
            ask()
            pictures(subject)
    with below:
        if view == PICTURES:
            numbers(subject)
        how()
