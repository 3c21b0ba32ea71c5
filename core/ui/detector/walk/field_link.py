"""From an anchor to what its cell sees: a link into the conv calculator's section "Receptive field".

The detector's body goes along as a stack of layers, as a visitor might have typed it in "A stack of layers".
"""

from __future__ import annotations

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core.conv.detector_bodies import BODIES, Body
from core.conv.effective.subject import label, of_stack
from core.conv.notation import write
from core.detection.walk.walk import Anchor
from core.samples import SAMPLES
from core.ui import framework as ui
from core.ui.detector.subject import Subject

PAGE = "pages/conv_calculator.py"
OWN = "My stack"
PROSE = "faster_rcnn/walk"


def body_of(model: str) -> Body | None:
    """The body of a detector, as a stack; None where it is not known."""
    make = BODIES.get(model)
    return None if make is None else make()


def query(subject: Subject, anchor: Anchor, padded: tuple[int, int]) -> dict[str, str] | None:
    """Parameters of the link; None where the body, or the level in it, is not known.

    Args:
        subject: whose picture and detector.
        anchor: whose cell.
        padded: (height, width) of the picture as the network reads it, network pixels.
    """
    body = body_of(subject.model)
    if body is None or anchor.level.name not in body.levels:
        return None
    stack = body.up_to(anchor.level.name)
    places = of_stack(OWN, stack, (3, *padded)).network.places
    found = {
        "conv_section": "Receptive field",
        "conv_field_network": OWN,
        "conv_stack_text": write(stack),
        "conv_stack_c": "3",
        "conv_stack_h": str(padded[0]),
        "conv_stack_w": str(padded[1]),
        "conv_field_layer": label(places[body.levels[anchor.level.name]]),
        "conv_field_row": str(anchor.row),
        "conv_field_column": str(anchor.column),
    }
    if subject.picture.name in SAMPLES:
        found["conv_picture"] = subject.picture.name
    return found


def field_link(subject: Subject, anchor: Anchor, padded: tuple[int, int]) -> None:
    """Draw the link, and what it does not show: that the neck lets a cell see more."""
    found, body = query(subject, anchor, padded), body_of(subject.model)
    if found is None or body is None:
        return
    try:
        st.page_link(
            PAGE, label="What this cell sees", icon=":material/center_focus_strong:", query_params=found,
            help="Opens the conv calculator with the detector's body and this cell.",
        )  # fmt: skip
    except StreamlitAPIException:  # the section runs by itself, without other pages
        return
    without = f" Its {body.without}, which sees the whole picture, is left out there." if body.without else ""
    st.caption(ui.prose(PROSE, "The neck", body=body.title, without=without))
