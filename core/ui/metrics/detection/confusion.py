"""The confusion matrix of the section "Detection", with a background, and the boxes behind a cell."""

from __future__ import annotations

import streamlit as st

from core.detection.scoring.average_precision import Confusions, confusions
from core.detection.scoring.counts import most_frequent
from core.detection.scoring.evaluated_images import classes_of
from core.figures.detection import matches as pictures
from core.figures.metrics.matrix import Percent, picture
from core.metrics import ConfusionMatrix
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.components.matrix import show_matrix
from core.ui.metrics.detection.evaluation import Evaluation, Settings
from core.ui.metrics.detection.ranking import MOST_ROWS
from core.ui.metrics.detection.source import KEY

CELL = f"{KEY}_cell"
"""Where the cell of the matrix that was clicked is kept."""
MOST_CLASSES = 30
"""Classes of the matrix on the screen; with more it is unreadable."""
BESIDE = 9
"""Classes, the background among them, of a matrix that leaves room for a picture beside it."""


def confusion(settings: Settings, found: Evaluation) -> None:
    """The matrix, and the boxes of a cell."""
    st.header("Confusion matrix with a background", anchor=False)
    counted = confusions(found.matches, most_frequent(found.images, MOST_CLASSES))
    cells, size = counted.cells, len(counted.labels)
    if size < 2:
        st.info("There is neither a ground-truth box nor a detection to count.", icon=":material/info:")
        return
    chosen: tuple[int, int] | None = st.session_state.get(CELL)
    if chosen not in cells:
        chosen = max(cells, key=lambda cell: (cell[0] != cell[1], len(cells[cell])), default=None)
    wide = size > BESIDE
    matrix, boxes = (st.container(), st.container()) if wide else st.columns(2, gap="medium")
    with matrix:
        title = "Detections against ground-truth boxes"
        shown = ConfusionMatrix(counted.counts.astype(float), counted.labels)
        show_matrix(picture(shown, percent=Percent.TARGET, chosen=chosen, title=title), f"{KEY}_matrix", picked=_picked)
        if len(classes_of(found.images)) > MOST_CLASSES:
            st.caption(f"The {MOST_CLASSES} most frequent classes; boxes of others are not counted here.")
        st.caption(ui.prose("metrics/detection", "Background"))
    with boxes:
        if chosen is not None:
            _cell(settings, found, counted, chosen, wide=wide)


def _picked(target: int, predicted: int) -> None:
    st.session_state[CELL] = (target, predicted)


def _cell(settings: Settings, found: Evaluation, counted: Confusions, cell: tuple[int, int], *, wide: bool) -> None:
    inside = counted.cells[cell]
    target, predicted = (ui.escape_markdown(counted.labels[side]) for side in cell)
    st.markdown(f"**Actual {target}, predicted {predicted}**: {len(inside):,}. Click another cell to see its boxes.")
    where = inside[0].image
    here = [pair for pair in inside if pair.image == where]
    drawing, table = st.columns(2, gap="medium") if wide else (st.container(), st.container())
    with drawing:
        show_boxes(pictures.of_cell(settings.source.uris[where], found.matches[where], here), key=f"{KEY}_cell_picture")
    table.dataframe(
        pictures.pair_table(found.matches, inside[:MOST_ROWS]),
        hide_index=True,
        height=min(220, 38 + 35 * len(inside)),
        key=f"{KEY}_cell_table",
        alt="One row a pair of the chosen cell: picture, ground-truth box, detection, and why",
    )
