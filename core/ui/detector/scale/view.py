"""Section "Scale": one object at four sizes, answered by pyramids of images, of filters and of reference boxes."""

from __future__ import annotations

import streamlit as st

from core.detection.scale.result import Approach
from core.figures.detection import scale as figures
from core.figures.detection import scale_words as words
from core.figures.detection.scale_scene import Scene
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.detector.scale.controls import COPIES, KEY, Settings, controls, defaults
from core.ui.detector.scale.state import View, images, view_of

PROSE = "faster_rcnn/scale"


def _row(settings: Settings, view: View) -> None:
    base = view.base

    def picked(_row: int, column: int) -> None:
        if 0 <= column < figures.STRIP:
            st.session_state[f"{KEY}_which"] = list(COPIES)[figures.copy_at(base.copies, column, base.size[1])]

    drawing = figures.row(base.uri, base.size, base.copies, base.sides, settings.copy)
    show_drawing(drawing, key=f"{KEY}_row", picked=picked)


def _picture(settings: Settings, view: View) -> None:
    base, copy = view.base, settings.copy
    left, right = ui.beside([2, 3], ui.HALF)
    with left:
        _row(settings, view)
    with right:
        said = [
            words.sentence(approach, pyramid, copy, settings.score)
            for approach, pyramid in zip(Approach, view.pyramids, strict=True)
            if pyramid is not None or approach is not Approach.IMAGES  # the button says it
        ]
        st.markdown("\n".join(f"- {line}" for line in said))
        images(settings, view)
    scene = Scene(base.uri, base.size, base.copies[copy], settings.score, base.maps)
    drawn = figures.figure(scene, base.levels, base.expected[copy], view.pyramids, copy, apart=ui.is_narrow())
    for number, drawing in enumerate(drawn):
        show_drawing(drawing, key=f"{KEY}_figure_{number}")


def _numbers(settings: Settings, view: View) -> None:
    table = words.table(view.costs, view.pyramids, settings.score)
    st.dataframe(
        table,
        hide_index=True,
        key=f"{KEY}_costs",
        placeholder="–",
        alt="One row a pyramid: passes, pixels, positions scored, multiply-adds, time, copies answered",
    )
    st.caption(ui.prose(PROSE, "Numbers"))
    ui.show(words.scores(view.pyramids, view.base.sides, settings.score), key=f"{KEY}_scores")
    csv = words.csv(view.pyramids, view.base.sides)
    with st.container(horizontal=True):
        ui.download("CSV", lambda: csv, "scale.csv", "A line a pyramid and copy: who answers, IoU, score, costs.")


def _below(_: Settings, view: View) -> None:
    st.header("Where the numbers come from", anchor=False)
    st.markdown("**(a)** The pixels of all levels, of a picture of height *H* and width *W*:")
    for line in words.pixels_formula(view.costs[Approach.IMAGES], view.base.boxes.cost):
        st.latex(line)
    if view.filters is not None:
        st.markdown("**(b)** Windows, the largest size first:")
        st.latex(words.windows_formula(view.filters))
    st.markdown("**(c)** Anchors, *k* at each of *h* × *w* cells of each level *l*:")
    st.latex(words.anchors_formula(view.base.boxes))


def _answered(view: View) -> int:
    return view.base.boxes.answered(view.least)


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=defaults,
    answer=view_of,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=(
        ui.Guess("Passes of the image pyramid", "How often the network runs.", lambda view: view.base.images.passes),
        ui.Guess("Copies that reference boxes answer", "Of the four, with the score that counts.", _answered),
    ),
    question=_row,
    signature=lambda settings: settings.signature,
    help=PROSE,
)
