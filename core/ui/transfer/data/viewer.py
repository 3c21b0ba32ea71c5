"""View "Augmentation": training pictures before and after what happens to them."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.transfer.data_augmentation import before_and_after
from core.transfer.data.augment import Augmentation
from core.transfer.data.preview import preview, some
from core.transfer.subject import Subject
from core.ui.components.drawing import show_drawing
from core.ui.transfer.data.augmentation import choose_augmentation
from core.ui.transfer.data.state import KEY

SEED, WHICH = f"{KEY}_draw", f"{KEY}_which"
COLUMNS, TIMES = 8, 3


def viewer(subject: Subject, knobs: DeltaGenerator) -> None:
    """Draw the controls into `knobs`, and the pictures here."""
    with knobs:
        setting = choose_augmentation(subject.images)
    indices = some(subject.images, subject.selection, COLUMNS, _number(WHICH))
    if not len(indices):
        st.info("No training picture takes part, so there is nothing to change.", icon=":material/photo_library:")
        return
    shown = preview(subject.images, indices, setting, TIMES, _number(SEED))
    show_drawing(before_and_after(shown, subject.images.labels, subject.images.classes), key=f"{KEY}_viewer")
    with st.container(horizontal=True):
        st.button(
            "Draw again",
            icon=":material/casino:",
            key=f"{KEY}_draw_again",
            on_click=_next,
            args=(SEED,),
            help="New random numbers, as in each epoch of a training.",
        )
        st.button(
            "Other pictures",
            icon=":material/shuffle:",
            type="tertiary",
            key=f"{KEY}_other_pictures",
            on_click=_next,
            args=(WHICH,),
            help="Other training pictures that take part.",
        )
    st.markdown(_says(setting))


def _number(key: str) -> int:
    return int(st.session_state.get(key, 0))


def _next(key: str) -> None:
    st.session_state[key] = _number(key) + 1


def _says(setting: Augmentation) -> str:
    """What the setting is good for, and where it holds."""
    if not setting.changes and not setting.mixup:
        return "Nothing happens to training pictures: choose something among the controls."
    mixing = (
        " Under each picture stands what the network is told: after mixup a share of two classes."
        if setting.mixup
        else ""
    )
    return (
        "Every training of the other sections changes its **training** pictures like this, newly drawn each time one "
        f"is seen; validation and test pictures stay as they are.{mixing}"
    )
