"""Proposals: objectness on the picture, the boxes it leads to, and how many objects they hit. The network runs once."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.detection.proposing import origins
from core.detection.proposing.objectness import objectness_maps
from core.figures.detection import proposals as figures
from core.figures.detection import proposals_charts as charts
from core.figures.detection import proposals_words as words
from core.figures.detection.proposals import Colour
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.components.drawing import show_drawing
from core.ui.detector.proposals.controls import ALL_LEFT, DEFAULTS, EVERY, KEY, controls
from core.ui.detector.proposals.results import NMS, View, answer, heads_again

PROSE = "faster_rcnn/proposals"


def _picture(_: object, view: View) -> None:
    picture, settings = view.subject.picture, view.settings
    boxes, chart = ui.beside(2, ui.HALF)
    with boxes:
        shown = view.proposals.first(settings.count)
        panel = figures.on_picture(
            picture.uri, picture.size, view.boxes, shown, view.origins, view.objects, view.hits, settings.colour,
            len(view.proposals),
        )  # fmt: skip
        show_boxes(panel, key=f"{KEY}_boxes")
        show_drawing(figures.colour_bar(), key=f"{KEY}_bar")
    with chart:
        _recall(view)
    _heat_maps(view)


def _heat_maps(view: View) -> None:
    """Objectness level by level, as many side by side as there is room for."""
    maps = objectness_maps(view.inside, view.settings.shape)
    side_by_side = next((count for count in range(len(maps), 1, -1) if ui.has_room(count * figures.NARROWEST)), 1)
    for begin in range(0, len(maps), side_by_side):
        row = st.columns(side_by_side, gap="small") if side_by_side > 1 else [st.container()]
        for number, found in enumerate(maps[begin : begin + side_by_side], start=begin):
            drawing = figures.heat_map(
                view.subject.picture.uri, view.inside.network_size, view.inside.padded_size, found, number,
                swatch=view.settings.colour is Colour.LEVEL,
            )  # fmt: skip
            with row[number - begin]:
                show_drawing(drawing, key=f"{KEY}_level_{number}")


def _recall(view: View) -> None:
    if not view.objects.names:
        st.info(ui.prose(PROSE, "No object", score=view.settings.score), icon=":material/search_off:")
    elif not len(view.proposals):
        st.info(ui.prose(PROSE, "No proposal"), icon=":material/search_off:")
    else:
        ui.show(charts.recall_curve(view.hits, view.shown), f"{KEY}_recall")


def _question(_: object, view: View) -> None:
    picture = view.subject.picture
    show_boxes(figures.question(picture.uri, picture.size, view.objects), key=f"{KEY}_question")


def _numbers(_: object, view: View) -> None:
    proposals, settings = view.proposals, view.settings
    for remark in (
        words.fewer(settings.count, len(proposals), settings.iou) if settings.count != EVERY else "",
        words.threshold_remark(settings.threshold),
    ):
        if remark:
            st.caption(remark)
    if view.objects.names and not view.by_eye:
        st.info(
            ui.prose(PROSE, "Stand-ins", count=len(view.objects.names), score=settings.score, nms=NMS),
            icon=":material/info:",
        )
    counts = words.steps(view.inside.candidates.anchors, proposals, view.shown)
    numbers = {label: f"{count:,}" for label, count in counts.items()}
    if view.objects.names:
        numbers["Objects hit"] = f"{view.hits.hit_by(view.shown)} of {view.hits.objects}"
        numbers["Shown that hit"] = f"{view.hits.hitting(view.shown):,}"
    ui.metrics(PROSE, numbers)
    stem = Path(view.subject.picture.name).stem
    with st.container(horizontal=True):
        ui.download(
            "CSV of the proposals",
            lambda: origins.to_csv(view.inside, proposals, view.hits, view.objects.names),
            f"{stem}-proposals.csv",
            "One line a proposal that is left, the highest objectness first: corners in image pixels, objectness, "
            "level, row and column of its anchor, the object it overlaps most.",
        )


def _below(_: object, view: View) -> None:
    if view.objects.names and view.shown:
        _objects(view)
    _heads(view)


def _objects(view: View) -> None:
    """Every object, and the formulas with the numbers on the screen."""
    st.header("Recall, object by object", anchor=False)
    table, formulas = ui.beside([3, 2], ui.WHOLE, of_page=True)
    with table:
        share = st.column_config.ProgressColumn(format="%.2f", min_value=0.0, max_value=1.0)
        st.dataframe(
            charts.object_table(view.hits, view.objects.names, view.shown),
            hide_index=True,
            key=f"{KEY}_objects",
            placeholder="none",
            alt="One row an object: the first proposal that hits it, and its IoU with the closest proposal",
            column_config={"best IoU, first N": share, "best IoU, all": share},
        )
    with formulas:
        st.latex(words.recall_numbers(view.hits, view.shown))
        st.latex(words.average_recall_numbers(view.hits, view.shown))


def _heads(view: View) -> None:
    """The second stage on the proposals of this view, when it is asked for."""
    picture, settings = view.subject.picture, view.settings
    st.header("What becomes of the detections", anchor=False)
    count = len(view.proposals) if settings.which == ALL_LEFT else view.shown
    part = "Heads" if view.inside.features else "Heads and backbone"
    st.markdown(ui.prose(PROSE, part, count=count, iou=settings.iou, seconds=view.inside.candidates.milliseconds / 1e3))
    pressed = st.button(
        "Run the heads on these",
        key=f"{KEY}_run",
        icon=":material/play_arrow:",
        disabled=not count,
        help="Which proposals that are, and what a detection must score, is set under “Detections” beside the picture.",
    )
    again = heads_again(view, pressed)
    if again is None:
        return
    own = view.inside.candidates
    ways = (
        (f"with the network's own {len(own.proposals):,} proposals", own, again.before),
        (f"with these {count:,}, NMS at {settings.iou:.2f}", again.found, again.after),
    )
    show_boxes(figures.detections_of(picture.uri, picture.size, ways), key=f"{KEY}_detections")
    st.caption(words.compared(again.before, again.after, again.found.milliseconds, own.milliseconds))


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=DEFAULTS,
    answer=answer,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=(
        ui.Guess(
            "Objects hit",
            "How many of the objects the first N proposals hit.",
            lambda view: view.hits.hit_by(view.shown),
        ),
        ui.Guess(
            "Proposals that hit",
            "How many of the first N proposals hit an object; the others are spent on background.",
            lambda view: view.hits.hitting(view.shown),
        ),
    ),
    question=_question,
    signature=lambda asked: (asked[0].digest, *asked[1:]),
    help=PROSE,
)
