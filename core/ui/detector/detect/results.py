"""What *Detect* computes for its charts, and results as files to take away."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.detection import Candidates, Detections, export
from core.detection.sweep import Sweep, sweep
from core.figures.detection.annotate import annotate
from core.images import decode, to_jpeg
from core.ui import framework as ui
from core.ui.detector.detect.controls import Settings
from core.ui.detector.results import candidates_of
from core.ui.pictures import Picture


@st.cache_data(max_entries=512, show_spinner=False)
def _curve(
    digest: str,  # noqa: ARG001, the picture's part of the key
    model: str,  # noqa: ARG001, likewise
    short_side: int,  # noqa: ARG001, likewise
    score: float,
    class_aware: bool,
    classes: tuple[str, ...],
    limit: int,
    _found: Candidates,
) -> Sweep:
    return sweep(_found, score, class_aware=class_aware, classes=classes or None, limit=limit)


def curve_of(picture: Picture, settings: Settings) -> Sweep:
    """How many boxes every NMS threshold keeps; computed again only when something but the threshold changes."""
    model, short_side, classes = settings.model, settings.short_side, tuple(sorted(settings.classes))
    found = candidates_of(picture, model, short_side)
    return _curve(
        picture.digest, model, short_side, settings.score, settings.class_aware, classes, settings.limit, found
    )


def downloads(picture: Picture, found: Candidates, kept: Detections) -> None:
    """Buttons for everything a visitor may want to take away."""
    stem = Path(picture.name).stem

    def annotated() -> bytes:
        return to_jpeg(annotate(decode(picture.data), found, kept), quality=92)

    def coco() -> str:
        return export.to_coco(found, kept, picture.name)

    def yolo() -> str:
        return export.to_yolo(found, kept)

    csv_says = (
        "One line a box before NMS, best score first: class, score, corners in pixels, whether it was kept, and which "
        "line suppressed it at which IoU."
    )
    yolo_says = "One line a box: class number, then centre, width and height as fractions of the picture."
    names_say = "The names that go with the class numbers; the first is number 0."
    with st.container(horizontal=True):
        ui.download("Annotated picture", annotated, f"{stem}-boxes.jpg", "The picture at full size with its boxes.")
        ui.download("CSV", lambda: export.to_csv(found, kept), f"{stem}.csv", csv_says)
        ui.download("COCO JSON", coco, f"{stem}.json", "A COCO data set of this picture, with scores.")
        ui.download("YOLO text", yolo, f"{stem}.txt", yolo_says)
        ui.download("YOLO classes", lambda: export.yolo_classes(found), "classes.txt", names_say)
