"""The IoU matrix beside its boxes: which cells decided, and why a threshold does what it does."""

from __future__ import annotations

import streamlit as st

from core.detection.nms.examples import EXAMPLES, Name
from core.detection.nms.matrix import IouMatrix, iou_matrix, precision
from core.detection.results import Candidates
from core.detection.rounds import overlap
from core.figures.detection import nms as figures
from core.figures.detection import nms_charts as charts
from core.figures.detection import nms_matrix, nms_words
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.components.drawing import show_drawing
from core.ui.detector.nms.controls import KEY, PAIR
from core.ui.detector.nms.scene import Scene

MOST = 30
"""Boxes in the matrix."""
PROSE = "faster_rcnn/nms"


def _matrix(scene: Scene) -> tuple[Candidates, IouMatrix]:
    part, kept = scene.best(MOST)
    return part, iou_matrix(part, kept, scene.asked.iou, class_aware=scene.asked.class_aware)


def _pair(matrix: IouMatrix) -> tuple[int, int] | None:
    """The cell that was picked, else the first that decided, else the first there is."""
    picked: tuple[int, int] | None = st.session_state.get(PAIR)
    if picked is not None and max(picked) < len(matrix):
        return picked
    first = next(iter(matrix.decided), None)
    return first or ((0, 1) if len(matrix) > 1 else None)


def _pick(row: int, column: int) -> None:
    st.session_state[PAIR] = (row, column)


def picture(scene: Scene) -> None:
    """Boxes and matrix side by side."""
    part, matrix = _matrix(scene)
    pair = _pair(matrix)
    left, right = ui.beside(2)
    with left:
        show_boxes(figures.pair_picture(scene.uri, scene.size, part, matrix, pair), key=f"{KEY}_boxes")
        if pair is not None:
            st.markdown(nms_words.pair_verdict(part, matrix, pair))
            if pair[0] != pair[1]:
                st.latex(nms_words.pair_formula(overlap(part, *pair), matrix, pair))
    with right:
        if len(matrix):
            show_drawing(nms_matrix.iou_drawing(part, matrix, pair), key=f"{KEY}_matrix", picked=_pick)
            more = f" The best {len(part)} of {len(scene.part)} are shown." if len(part) < len(scene.part) else ""
            st.caption(ui.prose(PROSE, "Matrix") + more)


def numbers(scene: Scene) -> None:
    """How many are kept at each threshold."""
    ui.show(charts.kept_curve(scene.curve(), scene.asked.iou, len(scene.kept)), key=f"{KEY}_curve")


def below(scene: Scene) -> None:
    """Two thresholds side by side, and the matrix as a table."""
    asked = scene.asked
    example = EXAMPLES[asked.example]
    other = example.beside if asked.iou != example.beside else example.iou
    st.header("Round by round at two thresholds", anchor=False)
    st.markdown(ui.prose(PROSE, str(asked.example)))
    for column, iou in zip(ui.beside(2, of_page=True), sorted((asked.iou, other)), strict=True):
        part = scene.best(MOST)[0]
        kept = part.suppress(iou, 0.0, class_aware=asked.class_aware, limit=len(part))
        matrix = iou_matrix(part, kept, iou, class_aware=asked.class_aware)
        with column:
            st.markdown(f"At **{iou:.2f}**: **{len(matrix.kept)}** kept, {nms_words.numbers(matrix.kept[:20])}")
            st.markdown(nms_words.rounds(part, matrix))
            if iou != asked.iou:
                st.button(
                    f"Set the threshold to {iou:.2f}",
                    key=f"{KEY}_other",
                    icon=":material/tune:",
                    on_click=ui.reset,
                    args=({f"{KEY}_iou": iou},),
                )
    if asked.example is Name.EQUALITY:
        _precision(scene)
    part, matrix = _matrix(scene)
    with st.expander("The matrix in numbers", icon=":material/table:"):
        frame = nms_matrix.table(part, matrix)
        number = st.column_config.NumberColumn(format="%.3f")
        st.dataframe(
            frame,
            key=f"{KEY}_table",
            column_config=dict.fromkeys(frame.columns, number),
            alt="IoU of every two boxes, a row and a column each",
        )
        says = "IoU of every two boxes, a row and a column each."
        ui.download("IoU matrix, CSV", lambda: frame.to_csv(), "iou.csv", says)


def _precision(scene: Scene) -> None:
    """The same IoU as a fraction, in float32 and in float64."""
    if len(scene.part) < 4:
        return
    found = [precision(scene.part, first, second, scene.asked.iou) for first, second in ((0, 1), (2, 3))]
    st.header("The same IoU in three kinds of numbers", anchor=False)
    table, words = ui.beside((3, 2), of_page=True)
    with table:
        st.dataframe(
            nms_words.precision_table(list(zip(("1 and 2", "3 and 4"), found, strict=True))),
            key=f"{KEY}_precision",
            hide_index=True,
            alt="IoU of two pairs as a fraction, in float32 and in float64, and whether the second box stays",
        )
    with words:
        for pair, one in zip(("1 and 2", "3 and 4"), found, strict=True):
            st.markdown(f"**{pair}.** {nms_words.precision_verdict(one, scene.asked.iou)}")
