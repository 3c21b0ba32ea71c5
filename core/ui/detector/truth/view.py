"""Your boxes: ground truth drawn on any picture, the detector's errors against it by kind, and what they cost."""

from __future__ import annotations

import math
from pathlib import Path

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core.detection.scoring.coco_export import to_coco
from core.detection.scoring.nms_curve import LIMIT
from core.figures.detection import truth as figures
from core.figures.detection import truth_charts as charts
from core.figures.detection.evaluation_charts import score_text
from core.figures.detection.matches import unjudged
from core.models.detectors import DETECTORS
from core.ui import framework as ui
from core.ui.components.box_editor import Change, show_box_editor
from core.ui.components.boxes import show_boxes
from core.ui.detector.truth.boxes import boxes_with_past, change, drawn_boxes, keep
from core.ui.detector.truth.controls import DEFAULTS, KEY, Asked, controls
from core.ui.detector.truth.judging import Answer, answer, curve_of, detections_of, ties_of
from core.ui.last_detection import remember
from core.ui.metrics.detection.source import KEY as METRICS
from core.ui.metrics.detection.source import LAST
from core.ui.pictures import Picture

PROSE = "faster_rcnn/truth"
_TWO_CHARTS = 850
"""CSS pixels that two charts need side by side, one of them with long names on its axis."""


def _picture(asked: Asked, found: Answer) -> None:
    picture = asked.subject.picture
    remember(picture, detections_of(asked, found.found), drawn_boxes(picture))
    if not ui.is_narrow():
        _metrics(found)
    _editor(asked, found)
    if not asked.boxes:
        st.info(ui.prose(PROSE, "No box yet"), icon=":material/draw:")
    elif not found.kept:
        st.info(ui.prose(PROSE, "No detection"), icon=":material/search_off:")


def _editor(asked: Asked, found: Answer) -> None:
    picture = asked.subject.picture

    def changed(changes: list[Change]) -> None:
        for one in changes:
            change(picture, one.scene, one.boxes)

    known = DETECTORS[asked.subject.model].known
    drawn = boxes_with_past(picture)
    shown = figures.editor(picture.uri, picture.digest, picture.size, drawn, found.judged, known)
    show_box_editor(shown, f"{KEY}_editor", changed)


def _metrics(found: Answer) -> None:
    ui.metrics(
        PROSE,
        {
            "mAP at IoU 0.50": score_text(found.ap[0]),
            "mAP .50 to .95": score_text(found.ap[1]),
            "TP": f"{found.hits}",
            "FP": f"{found.wrong}",
            "FN": f"{found.missed}",
        },
    )


def _question(asked: Asked, found: Answer) -> None:
    show_boxes(unjudged(asked.subject.picture.uri, found.judged.matches[0].image), key=f"{KEY}_question")


def _numbers(asked: Asked, found: Answer) -> None:
    if ui.is_narrow():
        _metrics(found)
    known = DETECTORS[asked.subject.model].known
    if unknown := charts.unknown_classes(asked.boxes, known):
        st.caption(ui.escape_markdown(unknown))
    if found.kept == LIMIT:
        st.caption(ui.prose(PROSE, "The limit", limit=LIMIT))


def _below(asked: Asked, found: Answer) -> None:
    wanted = asked.thresholds
    left, right = ui.beside(2, _TWO_CHARTS, of_page=True)
    with left:
        ui.show(charts.cost_bars(found.costs), key=f"{KEY}_costs")
        st.latex(charts.cost_formula(found.costs))
    with right:
        if asked.boxes:
            curve = curve_of(asked, found.found)
            ui.show(charts.nms_chart(curve, wanted.nms, found.ap), key=f"{KEY}_nms_curve")
            kept = found.kept, found.other_kept
            st.markdown(charts.plus_one(found.ap, kept[0], found.other_ap, kept[1], inclusive=wanted.inclusive))
        st.markdown(ui.escape_markdown(charts.of_ties(ties_of(asked, found.found), found.tied)))
    _table(found)
    _take_away(asked, found)


def _table(found: Answer) -> None:
    st.header("Every detection and every missed box", anchor=False)
    column = st.column_config
    st.dataframe(
        figures.table(found.judged),
        height=280,
        hide_index=True,
        key=f"{KEY}_table",
        placeholder="–",
        alt="One row a detection or missed box: class, score, kind of error, why, ground truth, IoU, corners in pixels",
        column_config={
            "score": column.ProgressColumn(format="%.3f", min_value=0.0, max_value=1.0),
            "IoU": column.NumberColumn(format="%.3f", help="With the ground-truth box that explains it"),
            "why": column.TextColumn(width="large"),
            **{name: column.NumberColumn(f"{name} (px)", format="%.0f") for name in ("x1", "y1", "x2", "y2")},
        },
    )


def _take_away(asked: Asked, found: Answer) -> None:
    picture, boxes = asked.subject.picture, asked.boxes
    stem = Path(picture.name).stem
    known = DETECTORS[asked.subject.model].known
    with st.container(horizontal=True, vertical_alignment="center"):
        ui.download(
            "COCO JSON of the boxes",
            lambda: to_coco(boxes, picture.name, picture.size, known),
            f"{stem}-ground-truth.json",
            "Your boxes as a COCO data set; this page and every COCO tool read it.",
            then=lambda: _saved(picture),
        )
        ui.download(
            "CSV of matches", lambda: figures.table_csv(found.judged), f"{stem}-matches.csv", "The table above."
        )
        try:
            st.page_link(
                "pages/metrics_explorer.py",
                label="Open in the metrics explorer",
                icon=":material/monitoring:",
                query_params={"metrics_section": "Detection", f"{METRICS}_source": LAST},
                help="The same detections and boxes there: precision and recall, AP by class, a confusion matrix.",
            )
        except StreamlitAPIException:  # the section runs by itself, without other pages
            return


def _saved(picture: Picture) -> None:
    """The boxes were downloaded: they are not lost with the tab."""
    keep(picture.digest, boxes_with_past(picture).saved())


def _known(value: float) -> float | str:
    return score_text(value) if math.isnan(value) else value


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=DEFAULTS,
    back="Put all controls but the picture and its boxes back to where they were.",
    answer=answer,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=(
        ui.Guess("mAP at IoU 0.50", "0 to 1", lambda found: _known(found.ap[0]), within=0.05),
        ui.Guess("False positives", "detections that are wrong", lambda found: found.wrong),
    ),
    question=_question,
    signature=lambda asked: asked.signature,
    help=PROSE,
)
