"""Section "Detection": boxes against ground-truth boxes, from one match to mean average precision."""

from __future__ import annotations

import math

import streamlit as st

from core.detection.scoring.average_precision import mean
from core.detection.scoring.counts import by_class
from core.figures.detection import evaluation_charts as charts
from core.figures.detection import evaluation_tables as tables
from core.figures.detection import matches as pictures
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.metrics.detection.confusion import confusion
from core.ui.metrics.detection.controls import DEFAULTS, controls
from core.ui.metrics.detection.evaluation import IOUS, Evaluation, Settings, code, evaluate, map_at_all
from core.ui.metrics.detection.ranking import draw_pr_walkthrough
from core.ui.metrics.detection.source import KEY

TEXT = "metrics/detection"
MOST_IN_CODE = 500
"""Boxes up to which a script with all of them is offered."""


def _picture(settings: Settings, found: Evaluation) -> None:
    if not ui.is_narrow():
        _metrics(settings, found)
    uri = settings.source.uris[settings.shown]
    show_boxes(pictures.matched(uri, found.matches[settings.shown]), key=f"{KEY}_picture")


def _question(settings: Settings, found: Evaluation) -> None:
    uri = settings.source.uris[settings.shown]
    show_boxes(pictures.unjudged(uri, found.images[settings.shown]), key=f"{KEY}_question")


def _metrics(settings: Settings, found: Evaluation) -> None:
    """The numbers; above the picture where both have room, since it is as high as the screen that is left."""
    counts = found.counts
    with st.container(horizontal=True):
        st.metric("TP", f"{counts.hits:,}", help="True positives: detections that match a ground-truth box.")
        st.metric("FP", f"{counts.wrong:,}", help="False positives: all other detections, duplicates among them.")
        st.metric("FN", f"{counts.missed:,}", help="False negatives: ground-truth boxes without a match.")
        st.metric("Precision", charts.score_text(counts.precision), help="TP / (TP + FP), all classes together.")
        st.metric("Recall", charts.score_text(counts.recall), help="TP / (TP + FN), all classes together.")
        st.metric(
            f"mAP at IoU {settings.iou:.2f}",
            charts.score_text(found.ap),
            help=f"Mean over the classes of average precision, {settings.how}. Undefined without ground-truth boxes.",
        )
        st.metric(
            "mAP at IoU .50:.05:.95",
            charts.score_text(found.library.map),
            help="Mean over ten IoU thresholds too: COCO's main figure, by torchmetrics with faster-coco-eval.",
        )


def _numbers(settings: Settings, found: Evaluation) -> None:
    if ui.is_narrow():
        _metrics(settings, found)
    for sentence in tables.left_out(found.counts):
        st.caption(sentence)
    st.caption(f"{ui.escape_markdown(settings.source.note)} {ui.prose(TEXT, 'Point at a box')}")
    if extra := tables.only_detected(found.images):
        st.caption(ui.escape_markdown(extra))
    if any(image.target.difficult.any() for image in found.images):
        st.caption(ui.prose(TEXT, "Difficult boxes"))


def _below(settings: Settings, found: Evaluation) -> None:
    draw_pr_walkthrough(settings, found)
    _classes(settings, found)
    confusion(settings, found)
    _take_away(settings, found)


def _classes(settings: Settings, found: Evaluation) -> None:
    """AP of each class, mAP at each threshold, and COCO's figures by the library."""
    st.header("Every class, every threshold", anchor=False)
    table, chart = st.columns([3, 2], gap="medium")
    classes, at = by_class(found.matches, settings.how), f"AP at {settings.iou:.2f}"
    number = st.column_config.NumberColumn
    with table:
        st.dataframe(
            tables.class_table(classes, found.library, at),
            height=min(420, 38 + 35 * len(classes)),
            hide_index=True,
            placeholder="undefined",
            key=f"{KEY}_classes",
            alt="One row a class: ground-truth boxes, detections, true and false positives, missed, average precision",
            column_config={
                at: number(format="%.3f", help=f"{settings.how}; undefined without ground-truth boxes"),
                tables.COCO_AP: number(format="%.3f", help="By torchmetrics, 101 points"),
            },
        )
        defined = sorted((row.ap for row in classes if not math.isnan(row.ap)), reverse=True)
        if defined:
            st.markdown("mAP, the mean over the classes that have ground-truth boxes:")
            st.latex(charts.mean_of(defined, len(defined), found.ap))
    with chart:
        by_iou, library = map_at_all(settings, found), charts.score_text(found.library.map)
        if not math.isnan(by_iou[0]):
            note = (
                f"Mean of the ten points, {settings.how}: **{mean(by_iou):.3f}**. torchmetrics, always with 101 "
                f"points: **{library}**."
            )
            ui.show(charts.ap_by_iou(IOUS, by_iou, settings.iou, found.ap), key=f"{KEY}_by_iou", note=note)
    with st.expander("COCO's twelve figures, by torchmetrics with faster-coco-eval", icon=":material/fact_check:"):
        st.dataframe(
            tables.coco_figures(found.library),
            hide_index=True,
            height=460,
            key=f"{KEY}_twelve",
            alt="COCO's twelve figures: average precision and average recall by threshold, size and limit",
        )
        st.caption(ui.prose(TEXT, "Average recall"))


def _take_away(settings: Settings, found: Evaluation) -> None:
    """The matches as CSV, and code that reproduces mAP."""
    small = sum(len(image.target) + len(image.found) for image in found.images) <= MOST_IN_CODE
    script = code(settings, found) if small else ""
    with st.container(horizontal=True):
        ui.download("CSV of matches", lambda: tables.matches_csv(found.matches), "matches.csv", "One line a box.")
        if small:
            help = "A script with these boxes that asks torchmetrics for mAP."
            ui.download("Python code", lambda: script, "map.py", help)
    if small:
        with st.expander("Python code that reproduces mAP", icon=":material/code:"):
            st.code(script, language="python", height=420)


def _how() -> None:
    with st.expander(ui.HOW, icon=":material/school:"):
        left, right = st.columns(2, gap="medium")
        left.markdown(ui.prose(TEXT, "Matching"))
        right.markdown(ui.prose(TEXT, "Definitions"))


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=DEFAULTS,
    back="Put all controls but the boxes back to where they were.",
    answer=evaluate,
    picture=_picture,
    legend=lambda _, found: ui.show(charts.outcomes(found.matches), key=f"{KEY}_outcomes"),
    numbers=_numbers,
    below=_below,
    after=lambda _: _how(),
    guesses=(
        ui.Guess("Recall", "TP / (TP + FN) of all classes", lambda found: _known(found.counts.recall), within=0.05),
        ui.Guess("mAP", "at this IoU threshold, 0 to 1", lambda found: _known(found.ap), within=0.05),
    ),
    question=_question,
    signature=lambda settings: settings.signature,
)


def _known(value: float) -> float | str:
    return charts.score_text(value) if math.isnan(value) else value
