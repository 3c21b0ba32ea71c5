"""What stands below the ranking of the section "Detection": classes, confusion matrix, files to take away."""

from __future__ import annotations

import csv
import io

import pandas as pd
import streamlit as st

from core.detection.scoring import counts
from core.detection.scoring.average_precision import COCO_IOUS, Confusions, confusions, mean
from core.detection.scoring.evaluated_images import EvaluatedImage
from core.detection.scoring.library import Summary, python_code
from core.detection.scoring.matching import Matches
from core.figures.detection import evaluation_charts as charts
from core.figures.detection import matches as pictures
from core.figures.metrics.matrix import picture as matrix_picture
from core.metrics import ConfusionMatrix
from core.metrics.export import safe_cell
from core.ui.components.boxes import show_boxes
from core.ui.components.matrix import show_matrix
from core.ui.framework.show import download, escape_markdown, show
from core.ui.metrics.detection.ranking import MOST_ROWS, View
from core.ui.metrics.detection.source import KEY

CELL = f"{KEY}_cell"
"""Where the cell of the matrix that was clicked is kept."""
IOUS: tuple[float, ...] = tuple(COCO_IOUS.tolist())
MOST_CLASSES = 30
"""Classes of the matrix on the screen; with more it is unreadable."""
BESIDE = 9
"""Classes, the background among them, of a matrix that leaves room for a picture beside it."""
MOST_IN_CODE = 500
"""Boxes up to which a script with all of them is offered."""


def by_class(view: View, library: Summary, by_iou: tuple[float, ...]) -> None:
    """AP of each class, mAP at each threshold, and COCO's figures by the library."""
    st.header("Every class, every threshold", anchor=False)
    table, chart = st.columns([3, 2], gap="medium")
    classes = counts.by_class(view.matches, view.how)
    aps = [row.ap for row in classes]
    with table:
        rows = [(*vars(row).values(), library.by_class.get(row.label, float("nan"))) for row in classes]
        at = f"AP at {view.iou:.2f}"
        columns = ["class", "gold", "detections", "TP", "FP", "FN", at, "AP .50:.95"]
        st.dataframe(
            pd.DataFrame(rows, columns=columns),
            height=min(420, 38 + 35 * len(rows)),
            hide_index=True,
            placeholder="undefined",
            key=f"{KEY}_classes",
            alt="One row a class: gold boxes, detections, true and false positives, missed, average precision",
            column_config={
                at: st.column_config.NumberColumn(format="%.3f", help=f"{view.how}; undefined without gold boxes"),
                "AP .50:.95": st.column_config.NumberColumn(format="%.3f", help="By torchmetrics, 101 points"),
            },
        )
        defined = [value for value in aps if value == value]
        if defined:
            st.markdown("mAP, the mean over the classes that have gold boxes:")
            st.latex(charts.mean_of(sorted(defined, reverse=True), len(defined), mean(aps)))
    with chart:
        now = mean(aps)
        if by_iou and by_iou[0] == by_iou[0]:
            note = (
                f"Mean of the ten points, {view.how}: **{mean(by_iou):.3f}**. torchmetrics, always with 101 points: "
                f"**{charts.score_text(library.map)}**."
            )
            show(charts.ap_by_iou(IOUS, by_iou, view.iou, now), key=f"{KEY}_by_iou", note=note)
    _library(library)


def _library(library: Summary) -> None:
    with st.expander("COCO's twelve figures, by torchmetrics with faster-coco-eval", icon=":material/fact_check:"):
        text = charts.score_text
        none = "no such boxes"
        rows = [
            ("AP", "IoU .50:.05:.95", library.map),
            ("AP", "IoU .50", library.map_50),
            ("AP", "IoU .75", library.map_75),
            ("AP", "small: area under 32²", library.map_small),
            ("AP", "medium: 32² to 96²", library.map_medium),
            ("AP", "large: over 96²", library.map_large),
            ("AR", "at most 1 detection a picture", library.mar_1),
            ("AR", "at most 10", library.mar_10),
            ("AR", "at most 100", library.mar_100),
            ("AR", "small", library.mar_small),
            ("AR", "medium", library.mar_medium),
            ("AR", "large", library.mar_large),
        ]
        cells = [(what, of, text(value) if value == value else f"undefined: {none}") for what, of, value in rows]
        st.dataframe(
            pd.DataFrame(cells, columns=["figure", "of", "value"]),
            hide_index=True,
            height=460,
            key=f"{KEY}_twelve",
            alt="COCO's twelve figures: average precision and average recall by threshold, size and limit",
        )
        st.caption(
            "Average recall (AR) is the mean over classes and IoU thresholds of the best recall that so many "
            "detections a picture reach. Areas are in square pixels of the picture."
        )


def confusion(view: View) -> None:
    """The confusion matrix with a background, and the boxes of a cell."""
    st.header("Confusion matrix with a background", anchor=False)
    found = confusions(view.matches, _most_frequent(view))
    if len(found.labels) < 2:
        st.info("There is neither a gold box nor a detection to count.", icon=":material/info:")
        return
    chosen: tuple[int, int] | None = st.session_state.get(CELL)
    if chosen not in found.cells:
        chosen = max(found.cells, key=lambda cell: (cell[0] != cell[1], len(found.cells[cell])), default=None)
    wide = len(found.labels) > BESIDE
    matrix, boxes = (st.container(), st.container()) if wide else st.columns(2, gap="medium")
    with matrix:
        counts = ConfusionMatrix(found.counts.astype(float), found.labels)
        show_matrix(
            matrix_picture(counts, percent="gold", chosen=chosen, title="Detections against gold boxes"),
            key=f"{KEY}_matrix",
            picked=_picked,
        )
        if len(found.labels) > MOST_CLASSES:
            st.caption(f"The {MOST_CLASSES} most frequent classes; boxes of others are not counted here.")
        st.caption(
            "The background row holds detections of nothing, duplicates among them; the background column holds gold "
            "boxes that nothing found. The corner stays empty: boxes that are neither there nor found cannot be "
            "counted, so accuracy and specificity mean nothing here."
        )
    with boxes:
        if chosen is not None:
            _cell(view, found, chosen, wide=wide)


def _picked(target: int, predicted: int) -> None:
    st.session_state[CELL] = (target, predicted)


def _most_frequent(view: View) -> tuple[str, ...]:
    present = [label for image in view.images for label in (*image.target.labels, *image.found.labels)]
    counts = pd.Series(present, dtype=object).value_counts()
    return tuple(sorted(counts.index[:MOST_CLASSES]))


def _cell(view: View, found: Confusions, cell: tuple[int, int], *, wide: bool) -> None:
    held = found.cells[cell]
    target, predicted = (escape_markdown(found.labels[side]) for side in cell)
    st.markdown(f"**Gold {target}, predicted {predicted}**: {len(held):,}. Click another cell to see its boxes.")
    where = held[0].image
    here = [pair for pair in held if pair.image == where]
    drawing, table = st.columns(2, gap="medium") if wide else (st.container(), st.container())
    with drawing:
        show_boxes(pictures.of_cell(view.source.uris[where], view.matches[where], here), key=f"{KEY}_cell_picture")
    table.dataframe(
        pictures.pair_table(view.matches, held[:MOST_ROWS]),
        hide_index=True,
        height=min(220, 38 + 35 * len(held)),
        key=f"{KEY}_cell_table",
        alt="One row a pair of the chosen cell: picture, gold box, detection, and why",
    )


def take_away(view: View, key: str, score: float) -> None:
    """The matches as CSV, and code that reproduces mAP."""
    size = sum(len(image.target) + len(image.found) for image in view.images)
    with st.container(horizontal=True):
        download("CSV of matches", lambda: _csv(view.matches), "matches.csv", "text/csv", "One line a box.")
        if size <= MOST_IN_CODE:
            code = _code(key, score, view.images)
            help = "A script with these boxes that asks torchmetrics for mAP."
            download("Python code", lambda: code, "map.py", "text/x-python", help)
    if size <= MOST_IN_CODE:
        with st.expander("Python code that reproduces mAP", icon=":material/code:"):
            st.code(code, language="python", height=420)


@st.cache_data(max_entries=32, show_spinner=False)
def _code(key: str, score: float, _images: tuple[EvaluatedImage, ...]) -> str:  # noqa: ARG001, the key
    return python_code(_images)


def _csv(matches: tuple[Matches, ...]) -> str:
    frame = pictures.match_table(matches)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(frame.columns)
    for row in frame.itertuples(index=False):
        writer.writerow([_field(value) for value in row])
    return out.getvalue()


def _field(value: object) -> str:
    if isinstance(value, str):
        return safe_cell(value)
    return "" if value is None or value != value else f"{value:.5g}"
