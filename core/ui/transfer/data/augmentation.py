"""What may happen to training pictures: shown in the section Data, used by every training, one choice for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.transfer.data.augment import Augmentation
from core.transfer.data.image_set import ImageSet

KEY = "transfer_data_aug"
FLIP, FLIP_DIGITS = f"{KEY}_flip", f"{KEY}_flip_digits"
DIGITS = "Handwritten digits"
"""The set that begins without mirroring, since a mirrored 2 is no 2; its switch is another one."""


@dataclass(frozen=True)
class _Amount:
    """A slider; `none` is the end at which nothing happens."""

    label: str
    low: float
    high: float
    none: float
    step: float
    percent: bool
    help: str


_AMOUNTS: Mapping[str, _Amount] = MappingProxyType(
    {
        "crop": _Amount(
            "Crop",
            0.2,
            1.0,
            1.0,
            0.1,
            True,
            "A square part of the picture, moved at random and enlarged to the whole; at least this share of its area. "
            "100 %: no cropping.",
        ),
        "jitter": _Amount(
            "Jitter",
            0.0,
            0.8,
            0.0,
            0.1,
            True,
            "Brightness, contrast and saturation change by up to this much, so that colour alone says less.",
        ),
        "cutout": _Amount(
            "Cutout",
            0.0,
            0.7,
            0.0,
            0.1,
            True,
            "A grey square of this share of the side hides a part, so that no single part may decide "
            "(DeVries and Taylor 2017).",
        ),
        "mixup": _Amount(
            "Mixup α",
            0.0,
            1.0,
            0.0,
            0.1,
            False,
            "Two pictures and their labels are mixed, by a share from Beta(α, α): a small α leaves nearly all of one, "
            "1 makes any share alike (Zhang et al. 2018).",
        ),
    }
)
_DEFAULT_FLIP: Mapping[str, bool] = MappingProxyType({FLIP: True, FLIP_DIGITS: False})
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {**_DEFAULT_FLIP, **{f"{KEY}_{name}": amount.none for name, amount in _AMOUNTS.items()}}
)
"""For the section's reset button."""


def choose_augmentation(images: ImageSet) -> Augmentation:
    """Draw the controls.

    Args:
        images: the set, which decides whether mirroring is on to begin with.
    """
    key = FLIP_DIGITS if images.name == DIGITS and not images.own else FLIP
    flip = st.toggle(
        "Flip",
        _DEFAULT_FLIP[key],
        key=key,
        bind="query-params",
        persist_state="session",
        help="Half of the pictures are mirrored, left to right. On to begin with, but for handwritten digits: a "
        "mirrored 2 is no 2, so there a network would learn from wrong examples. Think of your own pictures likewise.",
    )
    amounts = {
        # the formats are those of the browser, which shows the number beside the slider
        name: st.slider(
            amount.label,
            amount.low,
            amount.high,
            amount.none,
            amount.step,
            format="percent" if amount.percent else "%.1f",
            key=f"{KEY}_{name}",
            bind="query-params",
            persist_state="session",
            help=amount.help,
        )
        for name, amount in _AMOUNTS.items()
    }
    return Augmentation(flip=flip, **amounts)
