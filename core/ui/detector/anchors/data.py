"""Part "Which suit my data": k-means on 1 - IoU beside the sizes and ratios that somebody wrote down."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from core.detection.anchors.comparison import MOST_CLUSTERED, Comparison, by_class, compare, sweep
from core.detection.anchors.data import Objects
from core.detection.anchors.dimensions import Array, Clusters, Update, centred_iou
from core.detection.anchors.reference import code_of_boxes, read
from core.figures.detection import anchors_data as figures
from core.ui import framework as ui
from core.ui.detector.anchors.controls import KEY, PLACE, Boxes
from core.ui.detector.anchors.data_controls import DEFAULTS, DataSettings, controls

PROSE = "faster_rcnn/anchors"


@dataclass(frozen=True, eq=False)
class Answer:
    """What comes of it.

    Attributes:
        objects: of the data set.
        seen: (N, 2) their widths and heights, network pixels.
        written: (A, 2) of sizes × ratios.
        every: k-means for k = 1, 2, …
        chosen: that of the slider, or of the largest k there is.
        comparison: of both.
    """

    objects: Objects
    seen: Array
    written: Array
    every: tuple[Clusters, ...]
    chosen: Clusters
    comparison: Comparison


@st.cache_resource(max_entries=16, show_spinner="Clustering the boxes…")
def _sweep(key: tuple[str, str], short: int, seed: int, update: str, _seen: Array) -> tuple[Clusters, ...]:  # noqa: ARG001
    return sweep(_seen, seed, Update(update))


def _answer(settings: DataSettings) -> Answer | None:
    objects, knobs = settings.objects(), settings.knobs
    if objects is None:
        return None
    pattern = read(settings.boxes.sizes, settings.boxes.ratios)
    written = np.array([(one.width, one.height) for one in pattern.references()])
    seen = objects.seen(knobs.short)
    every = _sweep(settings.data_key, knobs.short, knobs.seed, str(knobs.update), seen)
    chosen = every[min(knobs.k, len(every)) - 1]
    return Answer(objects, seen, written, every, chosen, compare(seen, written, chosen.centroids))


def _empty(_: DataSettings) -> None:
    st.info(ui.prose(PROSE, "No files yet"), icon=":material/upload_file:")


def _picture(settings: DataSettings, answer: Answer) -> None:
    reach = settings.knobs.reach
    ui.metrics(PROSE, figures.numbers(answer.comparison, reach), "Numbers of data", reach=reach)
    left, right = ui.beside((3, 2), ui.WHOLE)
    with left:
        figure = figures.scatter(answer.seen, answer.objects.labels, answer.written, answer.chosen.centroids)
        ui.show(figure, f"{KEY}_scatter")
    with right:
        means, count = [found.mean_iou for found in answer.every], len(answer.written)
        figure = figures.elbow(means, len(answer.chosen.centroids), answer.comparison.means()[0], count)
        ui.show(figure, f"{KEY}_elbow")


def _question(_: DataSettings, answer: Answer) -> None:
    figure = figures.scatter(answer.seen, answer.objects.labels, answer.written, answer.chosen.centroids[:0])
    ui.show(figure, f"{KEY}_question")


def _numbers(settings: DataSettings, answer: Answer) -> None:
    if len(answer.every) < settings.knobs.k:
        st.caption(f"Only {len(answer.every)} boxes differ, so that there are no more clusters.")
    if len(answer.seen) > MOST_CLUSTERED:
        st.caption(f"k-means looks at {MOST_CLUSTERED:,} of the {len(answer.seen):,} boxes, drawn by the seed.")
    for sentence in answer.objects.notes:
        st.caption(ui.escape_markdown(sentence))
    st.caption(ui.prose(PROSE, "Made up" if answer.objects.made_up else "Centred"))


def _below(settings: DataSettings, answer: Answer) -> None:
    sides = [(width, height) for width, height in answer.chosen.centroids.round(1).tolist()]
    st.header("The anchors that k-means finds", anchor=False)
    left, right = ui.beside(2, ui.WHOLE, of_page=True)
    nearest = centred_iou(answer.seen, answer.chosen.centroids).argmax(1)
    shares = (np.bincount(nearest, minlength=len(sides)) / len(nearest)).tolist()
    frame = figures.cluster_table(answer.chosen.centroids, shares)
    column = st.column_config
    with left:
        numbers = {name: column.NumberColumn(format="%.3g") for name in frame.columns[:-1]}
        st.dataframe(
            frame,
            hide_index=True,
            key=f"{KEY}_clusters",
            alt="One row an anchor of k-means: sides in network pixels, size, both ratios, its share of the boxes",
            column_config={**numbers, "share of boxes": column.NumberColumn(format="percent")},
        )
        with st.container(horizontal=True):
            text = ", ".join(f"{width:g}x{height:g}" for width, height in sides)
            st.button(
                "See these at a place",
                icon=":material/my_location:",
                key=f"{KEY}_take",
                on_click=ui.reset,
                args=({f"{KEY}_sizes": text, f"{KEY}_part": PLACE},),
                help="Take these boxes instead of sizes × ratios, in both parts. Reset brings the lecture's back.",
            )
            ui.download("CSV", lambda: frame.to_csv(index=False), "anchors.csv", "The table above.")
    with right:
        st.markdown(ui.prose(PROSE, "Code of clusters"))
        st.code(code_of_boxes(sides), language=None, wrap_lines=True)
    st.header("Class by class", anchor=False)
    rows = figures.class_table(by_class(answer.objects.labels, answer.seen, answer.comparison, settings.knobs.reach))
    share = {name: column.NumberColumn(format="percent") for name in rows.columns if name.startswith("not reached")}
    mean = {name: column.NumberColumn(format="%.3f") for name in rows.columns if name.startswith("mean")}
    side = {name: column.NumberColumn(f"{name} (px)", format="%.0f") for name in rows.columns if "median" in name}
    st.dataframe(
        rows,
        hide_index=True,
        key=f"{KEY}_classes",
        alt="One row a class: boxes, median sides, mean best IoU and share not reached by either set of anchors",
        column_config={**share, **mean, **side},
    )
    ui.download("Classes as CSV", lambda: rows.to_csv(index=False), "anchors_by_class.csv", "The table above.")
    ui.how(PROSE, "How k-means finds anchors")


data = ui.Section(
    key=f"{KEY}_data",
    controls=controls,
    defaults=DEFAULTS,
    back="The first boxes and the lecture's sizes and ratios again; your files stay.",
    answer=_answer,
    empty=_empty,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=(
        ui.Guess(
            "Mean IoU of k-means",
            "Mean best IoU of the boxes with the anchors of k-means.",
            lambda found: found.comparison.means()[1],
            within=0.05,
        ),
    ),
    question=_question,
    first=lambda asked: replace(asked, boxes=Boxes()),
    signature=lambda settings: (settings.data_key, settings.boxes, settings.knobs),
)
