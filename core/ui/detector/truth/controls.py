"""What a visitor can set in *Your boxes*, and where the boxes begin."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.detection.scoring.coco_files import MOST_BYTES
from core.detection.scoring.drawn import MOST, Boxes, fit
from core.detection.scoring.nms_curve import kept_under
from core.detection.scoring.truth_files import boxes_of
from core.errors import UserError
from core.ui import framework as ui
from core.ui.detector import subject
from core.ui.detector.results import candidates_of
from core.ui.detector.subject import Subject, choose_subject, subject_of
from core.ui.detector.truth.boxes import boxes_with_past, first_boxes, keep
from core.ui.pictures import Picture

KEY = "rcnn_truth"
_SAID = f"{KEY}_said"


@dataclass(frozen=True)
class Thresholds:
    """Which detections are judged, and how boxes are measured."""

    nms: float = ui.slider(
        "NMS threshold (IoU)",
        0.0,
        1.0,
        0.5,
        0.05,
        "Of two boxes of a class that overlap by more than this, the lower-scoring one goes.",
        persists=True,
    )
    score: float = ui.slider(
        "Score threshold",
        0.02,
        1.0,
        0.1,
        0.01,
        "Only boxes that score above this are detections. It cuts AP, too: what it drops can be found no more.",
        persists=True,
    )
    inclusive: bool = ui.switch(
        "Sides x2 − x1 + 1",
        "Pascal VOC's and py-faster-rcnn's convention, in NMS and in matching: a corner is a pixel that belongs to "
        "the box. Else x2 − x1, as in COCO and torchvision.",
        persists=True,
    )


DEFAULTS = {**subject.DEFAULTS, **ui.defaults(Thresholds, KEY)}


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked for.

    Attributes:
        subject: picture, model and input size.
        thresholds: that are set.
        boxes: the visitor's, or those that the picture begins with.
    """

    subject: Subject
    thresholds: Thresholds
    boxes: Boxes

    @property
    def signature(self) -> tuple[object, ...]:
        """The same where all numbers are."""
        return self.subject.key, self.thresholds, self.boxes


def controls() -> Asked:
    """Draw them."""
    picture, model, short_side = choose_subject()
    thresholds = ui.draw(Thresholds, KEY)
    shown = subject_of(picture, model, short_side)
    _starts(shown, thresholds)
    return Asked(shown, thresholds, boxes_with_past(picture).boxes)


def _starts(shown: Subject, thresholds: Thresholds) -> None:
    """Other boxes to begin with; each can be undone."""
    picture = shown.picture
    with st.expander("Start from other boxes", icon=":material/start:"):
        with st.container(horizontal=True):
            st.button("None", key=f"{KEY}_none", on_click=_begin, args=(picture, ()), help="An empty picture.")
            eye = first_boxes(picture)
            if eye:
                help = "The boxes that we drew on this photograph by eye."
                st.button("By eye", key=f"{KEY}_eye", on_click=_begin, args=(picture, eye), help=help)
            help = "What the detector shows now, to be corrected by you."
            st.button("Detections", key=f"{KEY}_found", on_click=_take, args=(shown, thresholds), help=help)
        key = f"{KEY}_file"
        help = f"COCO JSON, or Pascal VOC XML; at most {MOST} boxes of this picture."
        most = MOST_BYTES // 1024**2
        st.file_uploader(
            "Upload", ["json", "xml"], max_upload_size=most, key=key, on_change=_read, args=(picture, key), help=help
        )
    digest, problem, told = st.session_state.get(_SAID, ("", None, ()))
    if digest == picture.digest:
        if problem is not None:
            ui.problem(problem)
        for sentence in told:
            st.caption(ui.escape_markdown(sentence))


def _begin(picture: Picture, boxes: Boxes) -> None:
    """Callback: the boxes are now these."""
    st.session_state.pop(_SAID, None)
    keep(picture.digest, boxes_with_past(picture).to(boxes))


def _take(shown: Subject, thresholds: Thresholds) -> None:
    """Callback: the boxes are now what the detector finds."""
    found = candidates_of(shown.picture, shown.model, shown.short_side)
    kept = kept_under(found, thresholds.nms, thresholds.score, inclusive=thresholds.inclusive)
    labels = [found.classes[label] for label in found.labels[kept].tolist()]
    boxes, _ = fit(zip(labels, found.boxes[kept].tolist(), strict=True), shown.picture.size)
    _begin(shown.picture, boxes)


def _read(picture: Picture, key: str) -> None:
    """Callback: a file was uploaded, or taken out again, which changes nothing."""
    file = st.session_state.get(key)
    if file is None:
        st.session_state.pop(_SAID, None)
        return
    try:
        boxes, told = boxes_of(file.name, file.getvalue(), picture.name, picture.size)
    except UserError as error:
        st.session_state[_SAID] = picture.digest, error, ()
        return
    _begin(picture, boxes)
    st.session_state[_SAID] = picture.digest, None, told
