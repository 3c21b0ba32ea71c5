"""Section "Two boxes": two boxes that can be dragged, and every measure of their overlap."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.detection.box_pairs import PRESETS, Compared, compare_inside, preset_of, python_code
from core.detection.overlap import compare, grown, slide
from core.figures.detection import two_boxes as figures
from core.figures.detection import two_boxes_charts as charts
from core.figures.formulas import aligned
from core.ui import framework as ui
from core.ui.components.two_boxes import show_two_boxes
from core.ui.metrics.two_boxes import controls
from core.ui.metrics.two_boxes.controls import KEY, PRESET, Settings, background

_SMALL = r"\small "  # else it is too wide for a phone


@dataclass(frozen=True)
class _Shift:
    shift: int = ui.slider(
        "Shift to the right (px)", 1, 20, 5, 1,
        "How far a prediction of the right size is off: the same number for small and large boxes.",
    )  # fmt: skip


def _compared(asked: Settings) -> Compared:
    below = background(asked.picture)
    return compare_inside(asked.boxes, below.width, below.height, inclusive=asked.inclusive)


def _presets(asked: Settings, found: Compared, *, hidden: bool = False) -> None:
    """The menu of presets, the two boxes, and what the preset shows."""
    for note in found.notes:
        st.info(ui.escape_markdown(note), icon=":material/crop:")
    below = background(asked.picture)
    preset = preset_of(*found.boxes, below.width, below.height)
    st.session_state[PRESET] = preset.title if preset else None
    st.pills(
        "Start from",
        list(PRESETS),
        key=PRESET,
        on_change=controls.preset_chosen,
        label_visibility="collapsed",
        wrap=True,
        help="Pairs of boxes that show something. The link holds the eight numbers.",
    )
    if not hidden:
        st.latex(_SMALL + figures.iou_line(found.pair, short=ui.is_narrow()))
        if asked.inclusive:
            plain = compare(*found.boxes).iou
            st.caption(
                f"With the + 1 of Pascal VOC's inclusive pixels IoU is {found.pair.iou:.5f}, without it {plain:.5f}."
            )
    picture = figures.playground(below, found.boxes, asked.threshold, inclusive=asked.inclusive, hidden=hidden)
    show_two_boxes(picture, f"{KEY}_boxes", controls.put)
    if preset and not hidden and not asked.inclusive:  # whose round numbers are of COCO's convention
        st.caption(preset.note)


def _below(asked: Settings, found: Compared) -> None:
    """Formulas with their numbers, two charts, and code to take away."""
    boxes, pair = found.boxes, found.pair
    a, b = (grown(box) if asked.inclusive else box for box in boxes)
    st.header("The numbers", anchor=False)
    left, right = st.columns(2, gap="medium")
    with left:
        st.latex(_SMALL + aligned(figures.areas(pair)))
        if asked.inclusive:
            st.latex(_SMALL + r"|A| = (x_2 - x_1 + 1)\,(y_2 - y_1 + 1)")
    with right:
        st.latex(_SMALL + aligned(figures.iou_variant_formulas(pair)))
        st.caption(ui.prose("metrics/two_boxes", "Letters"))
        st.markdown(figures.verdict(pair, asked.threshold))
    left, right = st.columns(2, gap="medium")
    with left:
        offset = (boxes[1][0] + boxes[1][2] - boxes[0][0] - boxes[0][2]) / 2
        ui.show(charts.slide_chart(slide(a, b), pair, offset, asked.threshold), key=f"{KEY}_slide")
    with right:
        chart = st.container()
        shift = ui.draw(_Shift, KEY).shift
        with chart:
            ui.show(charts.shift_chart(shift, a[2] - a[0], asked.threshold), key=f"{KEY}_widths")
    code = python_code(*boxes, inclusive=asked.inclusive)
    with st.expander("Python code for these two boxes", icon=":material/code:"):
        st.code(code, language="python")
        says = "A script that checks the numbers with torchvision."
        ui.download("Python code", lambda: code, "two_boxes.py", says)


def _how(_: Settings) -> None:
    with st.expander("How this works", icon=":material/school:"):
        text, table = st.columns([3, 2], gap="medium")
        text.markdown(ui.prose("metrics/two_boxes"))
        table.dataframe(
            figures.dice_table(),
            hide_index=True,
            alt="IoU and the Dice score that belongs to it",
            column_config={name: st.column_config.NumberColumn(format="%.3f") for name in ("IoU", "Dice")},
        )


section = ui.Section(
    key=KEY,
    controls=controls.controls,
    defaults={**controls.DEFAULTS, **ui.defaults(_Shift, KEY)},
    back="The two boxes of the beginning again, on squared paper.",
    answer=_compared,
    first=controls.FIRST_SETTINGS,
    picture=_presets,
    below=_below,
    after=_how,
    guesses=(ui.Guess("IoU", "From 0 to 1; off by 0.05 is right.", lambda found: found.pair.iou, 0.05),),
    question=lambda asked, found: _presets(asked, found, hidden=True),
    signature=lambda asked: (asked.picture, asked.boxes, asked.inclusive),
)
