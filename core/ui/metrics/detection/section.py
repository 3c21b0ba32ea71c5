"""Section "Detection": boxes against target boxes, from one match to mean average precision."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.detection.scoring.average_precision import Interpolation, ap_by_class, map_by_iou, mean
from core.detection.scoring.counts import DetectionCounts, count_detections, without_target
from core.detection.scoring.evaluated_images import EvaluatedImage, classes_of
from core.detection.scoring.library import Summary, summary
from core.detection.scoring.matching import MOST_OF_A_CLASS, Matches, Overlaps, match, overlaps
from core.figures.detection import evaluation_charts as charts
from core.figures.detection import matches as pictures
from core.figures.words import counted
from core.ui.components.boxes import show_boxes
from core.ui.framework.controls import choice, defaults, draw, slider
from core.ui.framework.layout import panes
from core.ui.framework.show import escape_markdown, reset_button, show
from core.ui.metrics.detection import details
from core.ui.metrics.detection.how import how
from core.ui.metrics.detection.menu import menu
from core.ui.metrics.detection.ranking import View, draw_pr_walkthrough, ranked_first
from core.ui.metrics.detection.source import KEY, Source, above

SCORE = 0.05
SCORE_OF_OWN = 0.0
"""Files of one's own are judged whole at first: a threshold cuts their AP, too."""


@dataclass(frozen=True)
class _Judging:
    iou: float = slider(
        "IoU threshold",
        0.05,
        0.95,
        0.5,
        0.01,
        "A detection is right if it overlaps a gold box of its class by at least this much.",
    )
    ap: Interpolation = choice(
        "Average precision",
        tuple(Interpolation),
        Interpolation.COCO_101,
        "Which definition: benchmarks make one number of the precision-recall curve in different ways.",
    )


DEFAULTS = {
    f"{KEY}_score": SCORE,
    f"{KEY}_score_own": SCORE_OF_OWN,
    **defaults(_Judging, KEY),
    details.CELL: None,
}


@dataclass(frozen=True, eq=False)
class Setting:
    """What the controls ask for.

    Attributes:
        source: where the boxes come from.
        score: only detections above it count.
        iou: overlap that makes a match.
        how: definition of average precision.
        shown: which picture is on the screen.
    """

    source: Source
    score: float
    iou: float
    how: Interpolation
    shown: int


@st.cache_resource(max_entries=4, show_spinner=False)  # up to 130 MB each, of the largest files
def _measured(key: str, score: float, _images: tuple[EvaluatedImage, ...]) -> tuple[Overlaps, ...]:  # noqa: ARG001, the key
    return tuple(overlaps(image) for image in _images)


@st.cache_resource(max_entries=16, show_spinner=False)
def _matched(
    key: str,  # noqa: ARG001, the boxes' part of the key
    score: float,  # noqa: ARG001, likewise
    iou: float,
    _measured: tuple[Overlaps, ...],
) -> tuple[Matches, ...]:
    return tuple(match(picture, iou) for picture in _measured)


@st.cache_resource(max_entries=64, show_spinner="Asking torchmetrics…")
def _summary(key: str, score: float, _images: tuple[EvaluatedImage, ...]) -> Summary:  # noqa: ARG001, the key
    return summary(_images)


@st.cache_data(max_entries=64, show_spinner="AP at ten thresholds…")
def _by_iou(
    key: str,  # noqa: ARG001, the boxes' part of the key
    score: float,  # noqa: ARG001, likewise
    how: Interpolation,
    ious: tuple[float, ...],
    _measured: tuple[Overlaps, ...],
) -> tuple[float, ...]:
    return map_by_iou(_measured, ious, how)


def _controls() -> Setting:
    source = menu()
    score = st.slider(
        "Score threshold",
        0.0,
        1.0,
        SCORE_OF_OWN if source.private else SCORE,
        0.01,
        key=f"{KEY}_score_own" if source.private else f"{KEY}_score",
        bind="query-params",
        help="Only detections that score above this count, here and in AP. AP wants it low: see how this works.",
    )
    judging = draw(_Judging, KEY)
    shown = 0
    if len(source.images) > 1:
        places = range(len(source.images))
        shown = st.selectbox(
            "Picture shown",
            places,
            key=f"{KEY}_shown_{'own' if source.private else 'samples'}",
            bind=None if source.private else "query-params",
            format_func=lambda place: f"{place + 1}: {source.images[place].name}",
            help="All pictures are judged together; this one is drawn.",
        )
    return Setting(source, score, judging.iou, judging.ap, shown)


def section() -> None:
    """Draw the section."""
    left, result, numbers = panes()
    with left:
        setting = _controls()
    source = setting.source
    images = above(source, setting.score)
    measured = _measured(source.key, setting.score, images)
    matches = _matched(source.key, setting.score, setting.iou, measured)
    library = _summary(source.key, setting.score, images)
    with left:
        show(charts.outcomes(matches), key=f"{KEY}_outcomes")
        reset_button(f"{KEY}_reset", {**DEFAULTS, **ranked_first(source)})
    with result:
        show_boxes(pictures.matched(source.uris[setting.shown], matches[setting.shown]), key=f"{KEY}_picture")
    with numbers:
        found = count_detections(matches, source.images)
        _headline(found, mean(list(ap_by_class(matches, setting.how).values())), setting, library)
        _left_out(found)
        st.caption(
            f"{escape_markdown(source.note)} Point at a box, tap it, or walk through the boxes with Tab and the arrow "
            "keys, to see its match, its IoU and the reason."
        )
        _one_sided(images)
        if any(image.target.difficult.any() for image in images):
            st.caption(
                "Boxes marked difficult are left aside. torchmetrics knows crowds only and measures the overlap with "
                "those in another way, so its mAP can differ from the mean of the ten points."
            )
    view = View(source, images, matches, setting.iou, setting.how, classes_of(source.images))
    draw_pr_walkthrough(view)
    details.by_class(view, library, _by_iou(source.key, setting.score, setting.how, details.IOUS, measured))
    details.confusion(view)
    details.take_away(view, source.key, setting.score)
    how()


def _headline(found: DetectionCounts, ap: float, setting: Setting, library: Summary) -> None:
    with st.container(horizontal=True):
        st.metric("TP", f"{found.hits:,}", help="True positives: detections that found a gold box of their class.")
        st.metric("FP", f"{found.wrong:,}", help="False positives: all other detections, duplicates among them.")
        st.metric("FN", f"{found.missed:,}", help="False negatives: gold boxes that nothing of their class found.")
        st.metric("Precision", charts.score_text(found.precision), help="TP / (TP + FP), all classes together.")
        st.metric("Recall", charts.score_text(found.recall), help="TP / (TP + FN), all classes together.")
        st.metric(
            f"mAP at IoU {setting.iou:.2f}",
            charts.score_text(ap),
            help=f"Mean over the classes of average precision, {setting.how}. Undefined without gold boxes.",
        )
        st.metric(
            "mAP at IoU .50:.05:.95",
            charts.score_text(library.map),
            help="Mean over ten IoU thresholds too: COCO's main figure, by torchmetrics with faster-coco-eval.",
        )


def _left_out(found: DetectionCounts) -> None:
    """Detections that count nowhere, which would puzzle whoever adds the numbers up."""
    if found.too_low:
        verb = "is" if found.too_low == 1 else "are"
        st.caption(
            f"{counted(found.too_low, 'detection')} at or below the score threshold {verb} left out, also of AP."
        )
    if found.crowded_out:
        what = counted(found.crowded_out, "detection is", "detections are")
        st.caption(
            f"{what} left out of all counts and of AP: of one class only the {MOST_OF_A_CLASS} surest of a picture "
            "count, as in COCO."
        )


def _one_sided(images: tuple[EvaluatedImage, ...]) -> None:
    """Classes that are detected but have no target box lower no AP, which surprises many."""
    extra = without_target(images)
    if extra:
        names = ", ".join(escape_markdown(label) for label in extra[:6]) + (" and others" if len(extra) > 6 else "")
        st.caption(f"Detected, but without a gold box anywhere: {names}. Such classes have no AP and lower no mean.")
