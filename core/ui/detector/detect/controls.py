"""What a visitor can set in *Detect*."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.models.detectors import DETECTORS
from core.ui import framework as ui
from core.ui.detector import subject
from core.ui.detector.subject import KEY, choose_network
from core.ui.links import forget_unknown, unknown

CLASSES = f"{KEY}_classes_coco"
WITHIN, ACROSS = "of one class", "of all classes"


@dataclass(frozen=True)
class Thresholds:
    """Those of NMS, which sections that show detections share."""

    iou: float = ui.slider(
        "NMS threshold (IoU)",
        0.0,
        1.0,
        0.5,
        0.01,
        "Of two boxes that overlap by more than this, the lower-scoring one goes. A higher threshold keeps more boxes.",
        persists=True,
    )
    score: float = ui.slider(
        "Score threshold",
        0.02,
        1.0,
        0.3,
        0.01,
        "Only boxes that score above this take part. What a Faster R-CNN scores 0.02 or less is not kept at all, nor "
        "what NanoDet-g scores 0.05 or less.",
        persists=True,
    )


THRESHOLDS = ui.defaults(Thresholds, KEY)


def draw_thresholds() -> Thresholds:
    """Draw them, also in another section of the page."""
    return ui.draw(Thresholds, KEY)


@dataclass(frozen=True)
class _Suppression:
    mode: str = ui.segments(
        "NMS compares boxes",
        (WITHIN, ACROSS),
        WITHIN,
        "Class-aware NMS compares boxes of the same class only; class-agnostic NMS compares all.",
        persists=True,
    )
    limit: int = ui.whole(
        "Boxes at most", 1, 100, 100, "The best so many are kept. 100 is torchvision's default.", persists=True
    )


DEFAULTS = {
    **THRESHOLDS,
    **subject.DEFAULTS,
    CLASSES: [],
    f"{CLASSES}_unknown": (),
    **ui.defaults(_Suppression, KEY),
    "rcnn_round": None,
}


@dataclass(frozen=True)
class Settings:
    """What is set.

    Attributes:
        iou: NMS threshold.
        score: boxes that do not score above it take no part.
        model: name of a detector; it may have to be downloaded first.
        short_side: length of the picture's shorter side for the network, pixels.
        classes: to show; empty stands for all.
        unknown: classes that the link asked for and no detector knows.
        class_aware: NMS compares boxes of one class only.
        limit: boxes kept at most.
    """

    iou: float
    score: float
    model: str
    short_side: int
    classes: list[str]
    unknown: tuple[str, ...]
    class_aware: bool
    limit: int


def controls() -> Settings:
    """Draw them."""
    thresholds = draw_thresholds()
    with st.expander("Model, size, classes, kind of NMS", icon=ui.FOLDED):
        model, short_side = choose_network()
        known = DETECTORS[model].known
        not_known = unknown(CLASSES, known)
        classes = st.multiselect(
            "Classes",
            known,
            key=CLASSES,
            bind="query-params",
            persist_state="session",
            on_change=forget_unknown,
            args=(CLASSES,),
            placeholder="All classes",
            help="Which classes to show. The others still take part in NMS.",
        )
        nms = ui.draw(_Suppression, KEY)
    iou, score = thresholds.iou, thresholds.score
    return Settings(iou, score, model, short_side, classes, not_known, nms.mode == WITHIN, nms.limit)
