"""Greedy NMS, soft-NMS and weighted boxes fusion of the same boxes."""

from __future__ import annotations

import streamlit as st

from core.detection.nms.matrix import iou_matrix
from core.detection.nms.variants import MOST, Variants, variants
from core.detection.results import Candidates
from core.figures.detection import nms as figures
from core.figures.detection import nms_charts as charts
from core.figures.detection import nms_words
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.detector.nms.controls import KEY
from core.ui.detector.nms.scene import Scene

PROSE = "faster_rcnn/nms"


@st.cache_data(max_entries=64, show_spinner="Loading the library of soft-NMS, once…")
def _variants(name: tuple[object, ...], iou: float, score: float, sigma: float, _part: Candidates) -> Variants:  # noqa: ARG001
    return variants(_part, iou, score, sigma)


def _found(scene: Scene) -> tuple[Candidates, Variants]:
    asked, part = scene.asked, scene.best(MOST)[0]
    return part, _variants(scene.name, asked.iou, asked.score, asked.sigma, part)


def picture(scene: Scene) -> None:
    """What each leaves."""
    part, found = _found(scene)
    for row, boxes in enumerate(figures.variant_pictures(scene.uri, scene.size, part, found)):
        show_boxes(boxes, key=f"{KEY}_variants_{row}")
    if len(part) < len(scene.part):
        st.caption(f"Of {len(scene.part):,} boxes above the score threshold the best {MOST} take part here.")


def numbers(scene: Scene) -> None:
    """What is left of each score."""
    part, found = _found(scene)
    ui.show(charts.scores_left(part, found, scene.asked.score), key=f"{KEY}_scores")


def below(scene: Scene) -> None:
    """The formulas with the numbers on the screen, and every box."""
    asked = scene.asked
    part, found = _found(scene)
    matrix = iou_matrix(part, found.greedy, asked.iou, class_aware=True)
    formulas, boxes = ui.beside((2, 3), of_page=True)
    with formulas:
        st.markdown(ui.prose(PROSE, "Soft-NMS"))
        for line in nms_words.soft_formulas(part, matrix, asked.sigma):
            st.latex(line)
        st.markdown(ui.prose(PROSE, "Fusion"))
    with boxes:
        st.subheader("What becomes of each box", anchor=False)
        frame = nms_words.variant_table(part, found)
        number = st.column_config.NumberColumn
        st.dataframe(
            frame,
            key=f"{KEY}_variant_table",
            hide_index=True,
            height="auto" if len(frame) < 8 else 320,
            column_config={column: number(format="%.3f") for column in ("score", "linear", "Gaussian", "fused score")},
            alt="One row a box: its score, greedy NMS, what soft-NMS leaves, which fused box it is in",
        )
        says = "One line a box: score, greedy NMS, what linear and Gaussian soft-NMS leave, and fusion."
        ui.download("Soft-NMS and fusion, CSV", lambda: frame.to_csv(index=False), "soft-nms.csv", says)
