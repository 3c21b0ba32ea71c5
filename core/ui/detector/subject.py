"""What the sections of the page look at: one picture, one detector, one input size, whichever section is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.models.detectors import DETECTORS
from core.ui import framework as ui
from core.ui.model_menu import choose_model, ready_model
from core.ui.pictures import Picture, choose_picture

KEY = "rcnn"
OPENING = "coffee"
"""Of our photographs the one whose boxes at the first thresholds all bear a right name; NMS leaves one each."""
DEFAULTS: Mapping[str, Any] = MappingProxyType({"rcnn_model": "bundled", "rcnn_size": 320, "rcnn_size_800": 800})


@dataclass(frozen=True, eq=False)
class Subject:
    """A picture, and who looks at it.

    Attributes:
        picture: the visitor's or a sample.
        model: name of a detector that can run now.
        short_side: length of the picture's shorter side for the network, pixels.
    """

    picture: Picture
    model: str
    short_side: int

    @property
    def key(self) -> tuple[str, str, int, tuple[int, int]]:
        """What results are kept under."""
        return self.picture.digest, self.model, self.short_side, self.picture.size


def choose_subject() -> tuple[Picture, str, int]:
    """Draw the choice of a picture, and folded below it the model and its input size; see `subject_of`."""
    picture = choose_picture(f"{KEY}_picture", OPENING)
    with st.expander("Model, size", icon=ui.FOLDED):
        model, short_side = choose_network()
    return picture, model, short_side


def choose_network() -> tuple[str, int]:
    """The menu of models, and the choice of an input size below it.

    Detectors with another usual size have a choice of their own in the link.
    """
    model = choose_model(f"{KEY}_model")
    sizes = DETECTORS[model].sizes
    usual = sizes[0]
    size = st.segmented_control(
        "Input size (px)",
        sorted(sizes),
        default=usual,
        required=True,
        key=f"{KEY}_size" if usual == DEFAULTS["rcnn_size"] else f"{KEY}_size_{usual}",
        bind="query-params",
        persist_state="session",
        help=f"The picture's shorter side as the network sees it, {usual} px in training. Another size is another "
        "pass, with other candidates.",
    )
    st.caption(ui.prose("faster_rcnn/detect", "Size"))
    return model, int(size)


def ready_network(model: str, short_side: int) -> tuple[str, int]:
    """The detector and input size that can be had now.

    The bundled model stands in for one that has yet to be downloaded, and says so; it may not have the size asked for.
    """
    ready = ready_model(model)
    sizes = DETECTORS[ready].sizes
    return ready, short_side if short_side in sizes else sizes[0]


def subject_of(picture: Picture, model: str, short_side: int) -> Subject:
    """What can be looked at now, see `ready_network`."""
    return Subject(picture, *ready_network(model, short_side))
