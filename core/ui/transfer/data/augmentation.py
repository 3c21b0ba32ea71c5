"""What may happen to training pictures: shown in the section Data, used by every training, one choice for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.transfer import data_augmentation as figures
from core.transfer.data.augment import Augmentation
from core.transfer.data.image_set import ImageSet
from core.transfer.data.preview import one_by_one, preview, previews, some
from core.transfer.subject import Subject
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.framework.controls import segments, slider, switch

KEY = "transfer_data_aug"
FLIP, FLIP_DIGITS = f"{KEY}_flip", f"{KEY}_flip_digits"
DIGITS = "Handwritten digits"
"""The set that begins without mirroring, since a mirrored 2 is no 2; its switch is another one."""
SEED, WHICH = "transfer_data_draw", "transfer_data_which"
PREVIEW = f"{KEY}_preview"
EACH, TOGETHER = "each", "together"
COLUMNS, TIMES = 8, 3
_FLIP = (
    "Half of the pictures are mirrored, left to right. On at first, but not for handwritten digits: a mirrored 2 is "
    "no 2, so a network would learn from wrong examples. Ask the same about your own pictures."
)
# the formats are those of the browser, which shows the number beside the slider
_SHARE: Mapping[str, Any] = MappingProxyType({"persists": True, "arguments": {"format": "percent"}})


@dataclass(frozen=True)
class _Flip:
    flip: bool = switch("Flip", _FLIP, True, persists=True)


@dataclass(frozen=True)
class _FlipDigits:
    flip: bool = switch("Flip", _FLIP, persists=True, key="flip_digits")


@dataclass(frozen=True)
class _Amounts:
    crop: float = slider(
        "Crop", 0.2, 1.0, 1.0, 0.1,
        "A random square part of the picture, at least this share of its area, is enlarged to the whole. 100 %: no "
        "cropping.", **_SHARE,
    )  # fmt: skip
    jitter: float = slider(
        "Jitter", 0.0, 0.8, 0.0, 0.1,
        "Brightness, contrast and saturation change by up to this much, so that colour alone says less.", **_SHARE,
    )  # fmt: skip
    cutout: float = slider(
        "Cutout", 0.0, 0.7, 0.0, 0.1,
        "A grey square with this share of the side covers a part, so that no single part decides (DeVries and Taylor "
        "2017).", **_SHARE,
    )  # fmt: skip
    mixup: float = slider(
        "Mixup α", 0.0, 1.0, 0.0, 0.1,
        "Two pictures and their labels are mixed, by a share from Beta(α, α): with a small α it is nearly all of one, "
        "with 1 any share is equally likely (Zhang et al. 2018).", persists=True, arguments={"format": "%.1f"},
    )  # fmt: skip


@dataclass(frozen=True)
class _Preview:
    preview: str = segments(
        "Preview", (EACH, TOGETHER), TOGETHER,
        "One by one: what each change does by itself, also those that are off. Together: what a training gets with the "
        "settings that are chosen.", persists=True, labels={EACH: "one by one"},
    )  # fmt: skip


DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {**ui.defaults(_Flip, KEY), **ui.defaults(_FlipDigits, KEY), **ui.defaults(_Amounts, KEY)}
)
"""For the section's reset button."""


def choose_augmentation(images: ImageSet) -> Augmentation:
    """Draw the controls.

    Args:
        images: the set, which decides whether mirroring is on to begin with.
    """
    form: type[_Flip | _FlipDigits] = _FlipDigits if images.name == DIGITS and not images.own else _Flip
    return Augmentation(flip=ui.draw(form, KEY).flip, **asdict(ui.draw(_Amounts, KEY)))


def open_with_examples() -> None:
    """For the callback of the menu of views: who comes to this one by it sees at once what each change does.

    Who comes by a link sees what that says: those of before show all changes together.
    """
    st.session_state.setdefault(PREVIEW, EACH)


def before_and_after(subject: Subject, knobs: DeltaGenerator) -> None:
    """View "Augmentation": the controls into `knobs`; training pictures before and after what happens to them."""
    with knobs:
        each = ui.draw(_Preview, KEY).preview == EACH
        setting = choose_augmentation(subject.images)
    indices = some(subject.images, subject.selection, COLUMNS, _number(WHICH))
    if not len(indices):
        st.info("No training picture is used, so there is nothing to change.", icon=":material/photo_library:")
        return
    images, changes, seed = subject.images, one_by_one(setting) if each else (), _number(SEED)
    shown = (
        previews(images, indices, [one.setting for one in changes], seed)
        if each
        else preview(images, indices, setting, TIMES, seed)
    )
    show_drawing(figures.before_and_after(shown, images.labels, images.classes, changes), key="transfer_data_viewer")
    with st.container(horizontal=True):
        st.button(
            "Draw again", icon=":material/casino:", key="transfer_data_draw_again", on_click=_next, args=(SEED,),
            help="New random numbers, as in each epoch of a training.",
        )  # fmt: skip
        st.button(
            "Other pictures", icon=":material/shuffle:", type="tertiary", key="transfer_data_other_pictures",
            on_click=_next, args=(WHICH,), help="Other training pictures that are used.",
        )  # fmt: skip
    if each:
        st.markdown(ui.prose("transfer/data", "One by one"))
        return
    if not setting.changes and not setting.mixup:
        st.markdown("Nothing happens to training pictures: choose something among the controls.")
        return
    mixed = f" {ui.prose('transfer/data', 'Mixed')}" if setting.mixup else ""
    st.markdown(ui.prose("transfer/data", "Changed") + mixed)


def _number(key: str) -> int:
    return int(st.session_state.get(key, 0))


def _next(key: str) -> None:
    st.session_state[key] = _number(key) + 1
