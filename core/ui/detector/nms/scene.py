"""The boxes that *NMS in depth* looks at, and NMS of them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.detection.nms.curve import KeptCurve, kept_curve
from core.detection.nms.examples import EXAMPLES
from core.detection.nms.part import taking_part
from core.detection.results import Candidates, Detections
from core.figures.detection.nms import empty_frame
from core.figures.detection.suppression_words import why_nothing
from core.ui.detector.nms.controls import Settings
from core.ui.detector.results import candidates_of
from core.ui.detector.subject import subject_of


@dataclass(frozen=True, eq=False)
class Scene:
    """What is looked at.

    Attributes:
        asked: the controls.
        name: of the boxes, by which results are kept.
        uri: of the picture, a data URI.
        size: (width, height) of the frame of the boxes, image pixels.
        found: all candidates.
        part: those above the score threshold, best first.
        kept: what NMS does with them.
    """

    asked: Settings
    name: tuple[object, ...]
    uri: str
    size: tuple[int, int]
    found: Candidates
    part: Candidates
    kept: Detections

    @property
    def nothing(self) -> str:
        """Why there is no box, a sentence; "" where there is one."""
        if len(self.part):
            return ""
        return why_nothing(self.found, self.found.suppress(self.asked.iou, self.asked.score), self.asked.score)

    def best(self, most: int) -> tuple[Candidates, Detections]:
        """The best of those that take part, and NMS of them."""
        part = taking_part(self.part, 0.0, most)
        return part, part.suppress(self.asked.iou, 0.0, class_aware=self.asked.class_aware, limit=len(part))

    def curve(self) -> KeptCurve:
        """NMS of all that take part at every threshold; kept until something else but the threshold changes."""
        return _curve(self.name, self.asked.score, self.asked.class_aware, self.part)


@st.cache_data(max_entries=256, show_spinner=False)
def _curve(
    name: tuple[object, ...],  # noqa: ARG001, the boxes' part of the key
    score: float,  # noqa: ARG001, likewise
    class_aware: bool,
    _part: Candidates,
) -> KeptCurve:
    return kept_curve(_part, class_aware=class_aware)


def scene_of(asked: Settings) -> Scene:
    """The boxes of the example, or of the picture.

    Raises:
        UserError: the model's weights cannot be had.
    """
    found = EXAMPLES[asked.example].candidates
    name: tuple[object, ...] = (str(asked.example),)
    if found is None and asked.subject is not None:
        subject = subject_of(*asked.subject)
        found = candidates_of(subject.picture, subject.model, subject.short_side)
        name, uri, size = subject.key, subject.picture.uri, subject.picture.size
    else:
        assert found is not None
        height, width = found.image_size
        uri, size = empty_frame(width, height), (width, height)
    part = taking_part(found, asked.score)
    kept = part.suppress(asked.iou, asked.score, class_aware=asked.class_aware, limit=len(part))
    return Scene(asked, name, uri, size, found, part, kept)
