"""Section "Two boxes": two boxes that can be dragged, and every measure of their overlap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.detection.box_pairs import FIRST, PRESETS, guess, preset_of
from core.detection.overlap import Corners, Pair, compare, tidy
from core.errors import UserError
from core.figures.detection import two_boxes as figures
from core.samples import SAMPLES, Box, ground_truth
from core.ui.components.two_boxes import show_two_boxes
from core.ui.framework.layout import panes
from core.ui.framework.show import escape_markdown, problem, reset_button, whole_number
from core.ui.metrics.two_boxes.details import SMALL, below
from core.ui.pictures import open_sample

KEY = "metrics_two_boxes"
PAPER = "squared paper"
PAPER_SIZE = (480, 320)
NAMES = tuple(f"{letter} {corner}" for letter in "AB" for corner in ("x1", "y1", "x2", "y2"))
FAR = 9_999
_HELP = {
    "x1": "Left edge, pixels from the left.",
    "y1": "Upper edge, pixels from the top.",
    "x2": "Right edge, pixels from the left.",
    "y2": "Lower edge, pixels from the top.",
}
Boxes = tuple[Corners, Corners]


def _keys() -> tuple[str, ...]:
    return tuple(f"{KEY}_{name.lower().replace(' ', '')}" for name in NAMES)


def _values(boxes: Boxes) -> dict[str, int]:
    """Key -> value of the eight number fields."""
    return dict(zip(_keys(), (round(value) for box in boxes for value in box), strict=True))


START = PRESETS[FIRST].centred(*PAPER_SIZE)
DEFAULTS: Mapping[str, str | float | int] = {
    f"{KEY}_picture": PAPER,
    f"{KEY}_threshold": 0.5,
    f"{KEY}_shift": 5,
    f"{KEY}_inclusive": False,
    **_values(START),
}


@dataclass(frozen=True)
class _Ground:
    """What lies below the boxes: size in pixels, data URI ("" for paper), and the target boxes on it."""

    width: int
    height: int
    uri: str
    target: Mapping[str, Box]


def _ground(name: str) -> _Ground:
    if name not in SAMPLES:
        return _Ground(*PAPER_SIZE, "", {})
    shown = open_sample(name)
    target: dict[str, Box] = {}
    for box in ground_truth(SAMPLES[name]):
        label, number = box.label, 2
        while label in target:
            label, number = f"{box.label} {number}", number + 1
        target[label] = box
    return _Ground(shown.width, shown.height, shown.uri, target)


def _put(first: Corners, second: Corners) -> None:
    """Callback: give both boxes these corners."""
    st.session_state.update(_values((first, second)))


def _preset_chosen() -> None:
    preset = PRESETS.get(st.session_state[f"{KEY}_preset"])
    if preset is not None:
        ground = _ground(st.session_state[f"{KEY}_picture"])
        _put(*preset.centred(ground.width, ground.height))


def _target_chosen() -> None:
    ground = _ground(st.session_state[f"{KEY}_picture"])
    box = ground.target.get(st.session_state[f"{KEY}_gold"])
    if box is not None:
        _put(*guess(box.xyxy, ground.width, ground.height))


def _picture_chosen() -> None:
    """Another picture: its first target box, or on paper what the first visit shows."""
    ground = _ground(st.session_state[f"{KEY}_picture"])
    boxes = (guess(box.xyxy, ground.width, ground.height) for box in ground.target.values())
    _put(*next(boxes, START))


def _target_menu(ground: _Ground, typed: Boxes) -> None:
    """Which object box A is; nothing chosen where A is none of them."""
    objects = {guess(box.xyxy, ground.width, ground.height)[0]: name for name, box in ground.target.items()}
    st.session_state[f"{KEY}_gold"] = objects.get(typed[0])
    st.selectbox(
        "Box A is the gold box of",
        list(ground.target),
        index=None,
        key=f"{KEY}_gold",
        on_change=_target_chosen,
        placeholder="none of the objects",
        help="What we drew around each object by eye. Box B is then a guess that is a little off.",
    )


def _controls() -> tuple[_Ground, Boxes, float, bool]:
    name = st.selectbox(
        "Picture",
        [PAPER, *SAMPLES],
        key=f"{KEY}_picture",
        bind="query-params",
        on_change=_picture_chosen,
        help="Squared paper, ten pixels a square, or a photograph whose gold boxes are known.",
    )
    ground = _ground(name)
    target_place = st.empty()
    threshold = st.slider(
        "Threshold: a hit from IoU",
        0.05,
        0.95,
        0.5,
        0.05,
        key=f"{KEY}_threshold",
        bind="query-params",
        help="A detection is a true positive if its IoU with a gold box is at least this. VOC takes 0.5; COCO takes "
        "the mean over 0.5, 0.55, …, 0.95.",
    )
    inclusive = st.toggle(
        "Corners belong to the box (+ 1)",
        key=f"{KEY}_inclusive",
        bind="query-params",
        help="Pascal VOC's corners are pixels of the box, so that its width is x2 − x1 + 1; COCO and torchvision count "
        "x2 − x1. Tools that took over VOC's evaluation have the + 1, and their IoU differs a little.",
    )
    numbers = []
    columns = dict(zip("AB", st.columns(2, gap="small"), strict=True))
    for name, key in zip(NAMES, _keys(), strict=True):
        letter, corner = name.split()
        explanation = f"{_HELP[corner]} Box {letter}, {'the gold box' if letter == 'A' else 'the prediction'}."
        with columns[letter]:
            numbers.append(whole_number(name, -FAR, FAR, int(DEFAULTS[key]), key, explanation))
    a = [float(value) for value in numbers]
    typed = (a[0], a[1], a[2], a[3]), (a[4], a[5], a[6], a[7])
    if ground.target:
        with target_place:
            _target_menu(ground, typed)
    reset_button(f"{KEY}_reset", DEFAULTS, "The two boxes of the beginning again, on squared paper.")
    return ground, typed, round(threshold, 2), inclusive


def _answered(ground: _Ground, typed: Boxes, *, inclusive: bool) -> tuple[Boxes, Pair]:
    """The boxes as typed, tidied up where that can be said; where they are none, the last that were."""
    width, height = ground.width, ground.height
    try:
        tidied = [tidy(box, width, height, f"Box {name}") for box, name in zip(typed, "AB", strict=True)]
        boxes = tidied[0][0], tidied[1][0]
        pair = compare(*boxes, inclusive=inclusive)
    except UserError as error:
        problem(error)
        st.caption("Below are still the last two boxes that worked.")
        preset = PRESETS[FIRST].centred(width, height)
        size, last = st.session_state.get(f"{KEY}_last", ((width, height), preset))
        boxes = last if size == (width, height) else preset
        return boxes, compare(*boxes, inclusive=inclusive)
    for _, sentence in tidied:
        if sentence:
            st.info(escape_markdown(sentence), icon=":material/crop:")
    st.session_state[f"{KEY}_last"] = (width, height), boxes
    return boxes, pair


def section() -> None:
    """Draw the section."""
    controls, result, _ = panes()
    with controls:
        ground, typed, threshold, inclusive = _controls()
    with result:
        presets = st.empty()
        boxes, pair = _answered(ground, typed, inclusive=inclusive)
        st.latex(SMALL + figures.iou_line(pair))
        if inclusive:
            st.caption(
                f"With the + 1 of Pascal VOC's inclusive pixels IoU is {pair.iou:.5f}, without it "
                f"{compare(*boxes).iou:.5f}."
            )
        preset = preset_of(*boxes, ground.width, ground.height)
        st.session_state[f"{KEY}_preset"] = preset.title if preset else None
        presets.pills(
            "Start from",
            list(PRESETS),
            key=f"{KEY}_preset",
            on_change=_preset_chosen,
            label_visibility="collapsed",
            wrap=True,
            help="Pairs of boxes that show something. The eight numbers are what the link holds.",
        )
        target = ", ".join(ground.target)
        picture = figures.playground(
            ground.width, ground.height, ground.uri, boxes, threshold, target, inclusive=inclusive
        )
        show_two_boxes(picture, f"{KEY}_boxes", _put)
        if preset and not inclusive:  # whose round numbers are of COCO's convention
            st.caption(preset.note)
    below(boxes, pair, threshold, inclusive=inclusive)
