"""Controls of the section "Two boxes": the picture below them, the threshold, and the eight numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.detection.box_pairs import FIRST, PRESETS, by_name
from core.detection.overlap import Corners
from core.figures.detection.two_boxes import Background
from core.samples import SAMPLES, ground_truth
from core.ui import framework as ui
from core.ui.pictures import open_sample

KEY = "metrics_two_boxes"
PRESET = f"{KEY}_preset"
_PICTURE, _OBJECT = f"{KEY}_picture", f"{KEY}_gold"
PAPER = "squared paper"
PAPER_SIZE = (480, 320)
FAR = 9_999
Boxes = tuple[Corners, Corners]
START: Boxes = PRESETS[FIRST].centred(*PAPER_SIZE)


def background(name: str) -> Background:
    """A sample, or by any other name the squared paper."""
    if name not in SAMPLES:
        return Background(*PAPER_SIZE)
    shown = open_sample(name)
    return Background(shown.width, shown.height, shown.uri, by_name(ground_truth(SAMPLES[name])))


@dataclass(frozen=True)
class Settings:
    """What the controls ask for.

    Attributes:
        picture: name of a sample, or `PAPER`.
        boxes: A and B as typed.
        threshold: IoU from which B is a hit.
        inclusive: whether corners are pixels that belong to the box.
    """

    picture: str
    boxes: Boxes
    threshold: float
    inclusive: bool


def put(first: Corners, second: Corners) -> None:
    """Callback: give both boxes these corners."""
    keys = (*ui.defaults(_BoxA, KEY), *ui.defaults(_BoxB, KEY))
    st.session_state.update(zip(keys, map(round, (*first, *second)), strict=True))


def _below() -> Background:
    return background(st.session_state[_PICTURE])


def preset_chosen() -> None:
    """Callback of the presets."""
    preset = PRESETS.get(st.session_state[PRESET])
    if preset is not None:
        put(*preset.centred(_below().width, _below().height))


def _picture_chosen() -> None:
    """Callback: the first ground-truth box of another picture, or on paper what the first visit shows."""
    put(*next(iter(_below().guesses().values()), START))


def _object_chosen() -> None:
    boxes = _below().guesses().get(st.session_state[_OBJECT])
    if boxes is not None:
        put(*boxes)


@dataclass(frozen=True)
class _Picture:
    picture: str = ui.choice(
        "Picture", (PAPER, *SAMPLES), PAPER,
        "Squared paper, ten pixels a square, or a photograph whose ground-truth boxes are known.",
        arguments={"on_change": _picture_chosen},
    )  # fmt: skip


@dataclass(frozen=True)
class _Hit:
    threshold: float = ui.slider(
        "Threshold: a hit from IoU", 0.05, 0.95, 0.5, 0.05,
        "A detection is a true positive if its IoU with a ground-truth box is at least this. VOC takes 0.5; COCO takes "
        "the mean over 0.5, 0.55, …, 0.95.",
    )  # fmt: skip
    inclusive: bool = ui.switch(
        "Corners belong to the box (+ 1)",
        "Pascal VOC's corners are pixels of the box, so that its width is x2 − x1 + 1; COCO and torchvision count x2 − "
        "x1. Tools that follow VOC's evaluation have the + 1, and their IoU differs a little.",
    )


_EDGES = {"x1": "Left edge", "y1": "Upper edge", "x2": "Right edge", "y2": "Lower edge"}


def _corner(name: str, default: float) -> Any:
    letter, corner = name.split()
    says = f"{_EDGES[corner]} of {'A, the ground truth' if letter == 'A' else 'B, the prediction'}, in pixels."
    return ui.whole(name, -FAR, FAR, round(default), says)


@dataclass(frozen=True)
class _BoxA:
    ax1: int = _corner("A x1", START[0][0])
    ay1: int = _corner("A y1", START[0][1])
    ax2: int = _corner("A x2", START[0][2])
    ay2: int = _corner("A y2", START[0][3])


@dataclass(frozen=True)
class _BoxB:
    bx1: int = _corner("B x1", START[1][0])
    by1: int = _corner("B y1", START[1][1])
    bx2: int = _corner("B x2", START[1][2])
    by2: int = _corner("B y2", START[1][3])


DEFAULTS = {key: first for form in (_Picture, _Hit, _BoxA, _BoxB) for key, first in ui.defaults(form, KEY).items()}
FIRST_SETTINGS = Settings(PAPER, START, 0.5, False)


def controls() -> Settings:
    """Draw them."""
    picture = ui.draw(_Picture, KEY).picture
    objects = st.container()
    hit = ui.draw(_Hit, KEY)
    left, right = st.columns(2, gap="small")
    with left:
        a = ui.draw(_BoxA, KEY)
    with right:
        b = ui.draw(_BoxB, KEY)
    boxes = (a.ax1, a.ay1, a.ax2, a.ay2), (b.bx1, b.by1, b.bx2, b.by2)
    with objects:
        _object_menu(background(picture), boxes)
    return Settings(picture, boxes, round(hit.threshold, 2), hit.inclusive)


def _object_menu(below: Background, boxes: Boxes) -> None:
    """Which object box A is; nothing chosen where A is none of them."""
    if not below.objects:
        return
    found = (name for name, pair in below.guesses().items() if pair[0] == boxes[0])
    st.session_state[_OBJECT] = next(found, None)
    st.selectbox(
        "Box A is around",
        list(below.objects),
        index=None,
        key=_OBJECT,
        on_change=_object_chosen,
        placeholder="none of the objects",
        help="The ground-truth boxes were drawn by eye. Box B is then a guess that is a little off.",
    )
