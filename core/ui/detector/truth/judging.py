"""What *Your boxes* computes of what is asked, all of it from the candidates of one forward pass."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.detection import Candidates
from core.detection.results import Detections
from core.detection.scoring.average_precision import rankings
from core.detection.scoring.drawn import Boxes
from core.detection.scoring.matching import Outcome, overlaps
from core.detection.scoring.nms_curve import (
    NmsCurve,
    Ties,
    average_precisions,
    evaluated,
    kept_under,
    nms_curve,
    ties,
)
from core.detection.scoring.tide import Judged, judge
from core.detection.scoring.tide_oracles import Costs, costs
from core.ui.detector.results import candidates_of
from core.ui.detector.truth.controls import Asked


@dataclass(frozen=True, eq=False)
class Answer:
    """What comes of it.

    Attributes:
        found: the candidates.
        judged: the picture with its boxes and detections.
        costs: of each kind of error.
        ap: mean AP at IoU 0.5, and over ten thresholds; nan without ground truth.
        kept: how many detections there are.
        other_ap, other_kept: the same with the other convention of a side's length.
    """

    found: Candidates
    judged: Judged
    costs: Costs
    ap: tuple[float, float]
    kept: int
    other_ap: tuple[float, float]
    other_kept: int

    @property
    def hits(self) -> int:
        """Boxes that are found."""
        return self.judged.matches[0].count(Outcome.RIGHT)

    @property
    def wrong(self) -> int:
        """False positives."""
        return self.costs.special[0].count

    @property
    def missed(self) -> int:
        """Boxes that are not found."""
        return self.costs.special[1].count

    @property
    def tied(self) -> int:
        """Detections that share their score with one of another outcome."""
        return sum(ranked.tied for ranked in rankings(self.judged.matches).values())


def answer(asked: Asked) -> Answer:
    """Judge the detections by the boxes, by both conventions of a side's length; some milliseconds."""
    subject, wanted = asked.subject, asked.thresholds
    found = candidates_of(subject.picture, subject.model, subject.short_side)
    sides = []
    for inclusive in (wanted.inclusive, not wanted.inclusive):
        kept = kept_under(found, wanted.nms, wanted.score, inclusive=inclusive)
        measured = overlaps(evaluated(found, kept, asked.boxes, subject.picture.name, inclusive=inclusive))
        sides.append((measured, average_precisions(measured), len(kept)))
    (measured, ap, count), (_, other_ap, other_count) = sides
    judged = judge([measured])
    return Answer(found, judged, costs(judged), ap, count, other_ap, other_count)


def detections_of(asked: Asked, found: Candidates) -> Detections:
    """The detections as the detector page hands them over, in its own convention."""
    return found.suppress(asked.thresholds.nms, asked.thresholds.score)


@st.cache_data(max_entries=64, show_spinner=False, scope="session")
def _curve(key: tuple[object, ...], boxes: Boxes, score: float, inclusive: bool, _found: Candidates) -> NmsCurve:  # noqa: ARG001
    return nms_curve(_found, boxes, score, inclusive=inclusive)


def curve_of(asked: Asked, found: Candidates) -> NmsCurve:
    """mAP at every NMS threshold; computed again only when something but that threshold changes."""
    wanted = asked.thresholds
    return _curve(asked.subject.key, asked.boxes, wanted.score, wanted.inclusive, found)


def ties_of(asked: Asked, found: Candidates) -> Ties:
    """Equal scores among the candidates that take part in NMS."""
    return ties(found, asked.thresholds.score)
