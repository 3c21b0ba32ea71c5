"""What a visitor can set on the detector's page."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.models.detectors import DETECTORS
from core.ui import framework as ui
from core.ui.links import forget_unknown, unknown
from core.ui.model_menu import choose_model

KEY = "rcnn"
CLASSES = f"{KEY}_classes_coco"
WITHIN, ACROSS = "of one class", "of all classes"


@dataclass(frozen=True)
class _Thresholds:
    iou: float = ui.slider(
        "NMS threshold (IoU)",
        0.0,
        1.0,
        0.5,
        0.01,
        "Of two boxes that overlap by more than this, the lower-scoring one goes. A higher threshold keeps more boxes.",
    )
    score: float = ui.slider(
        "Score threshold",
        0.02,
        1.0,
        0.3,
        0.01,
        "Only boxes that score above this take part. What a Faster R-CNN scores 0.02 or less is not kept at all, nor "
        "what NanoDet-g scores 0.05 or less.",
    )


@dataclass(frozen=True)
class _Suppression:
    mode: str = ui.segments(
        "NMS compares boxes",
        (WITHIN, ACROSS),
        WITHIN,
        "Class-aware NMS compares boxes of the same class only; class-agnostic NMS compares all.",
    )
    limit: int = ui.whole("Boxes at most", 1, 100, 100, "The best so many are kept. 100 is torchvision's default.")


DEFAULTS = {
    **ui.defaults(_Thresholds, KEY),
    "rcnn_model": "bundled",
    "rcnn_size": 320,
    "rcnn_size_800": 800,
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
    thresholds = ui.draw(_Thresholds, KEY)
    with st.expander("Model, size, classes, kind of NMS", icon=ui.FOLDED):
        model = choose_model("rcnn_model")
        short_side = _size(DETECTORS[model].sizes)
        known = DETECTORS[model].known
        not_known = unknown(CLASSES, known)
        classes = st.multiselect(
            "Classes",
            known,
            key=CLASSES,
            bind="query-params",
            on_change=forget_unknown,
            args=(CLASSES,),
            placeholder="All classes",
            help="Which classes to show. The others still take part in NMS.",
        )
        nms = ui.draw(_Suppression, KEY)
    iou, score = thresholds.iou, thresholds.score
    return Settings(iou, score, model, short_side, classes, not_known, nms.mode == WITHIN, nms.limit)


def _size(sizes: tuple[int, ...]) -> int:
    """The choice of an input size; detectors with another usual one have a choice of their own in the link."""
    usual = sizes[0]
    size = st.segmented_control(
        "Input size (px)",
        sorted(sizes),
        default=usual,
        required=True,
        key="rcnn_size" if usual == DEFAULTS["rcnn_size"] else f"rcnn_size_{usual}",
        bind="query-params",
        help=f"The picture's shorter side as the network sees it, {usual} px in training. Another size is another "
        "pass, with other candidates.",
    )
    st.caption(ui.prose("faster_rcnn/detect", "Size"))
    return int(size)
