"""What *Learned* computes: boxes around objects, once for each picture, and the split, once for all λ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core import device
from core.detection import load
from core.detection.detector import StagedDetector
from core.detection.inside import Inside
from core.detection.regression.evaluation import Curve, Learned, Split, curve, learn, split
from core.detection.regression.pairs import Object, Pairs, pairs_of
from core.samples import SAMPLES, Box
from core.ui import framework as ui
from core.ui.detector.regression.controls import AskedFit
from core.ui.detector.results import inside_of
from core.ui.detector.subject import Subject, subject_of
from core.ui.detector.truth.boxes import known_objects
from core.ui.pictures import open_sample

NMS, SCORE, MOST = 0.5, 0.3, 10
"""Of detections that stand in for objects: thresholds, and how many at most."""


@dataclass(frozen=True, eq=False)
class View:
    """All that is drawn.

    Attributes:
        subject: picture and network.
        inside: what the pass on the picture left.
        parts: what is fitted, and what is held out.
        found: what the λ that is set makes of it.
        curve: mean IoU at every λ.
        by_eye: whether the picture's objects were drawn by eye; else they are the detector's own detections.
    """

    subject: Subject
    inside: Inside
    parts: Split
    found: Learned
    curve: Curve
    by_eye: bool


def answer(asked: AskedFit) -> View:
    """All of it, from passes that are kept.

    Raises:
        UserError: the detector has one stage, its maps were not kept, or the picture has no object.
    """
    subject = subject_of(asked.picture, asked.model, asked.short_side)
    inside = inside_of(subject)
    known = known_objects(subject.picture)
    key = (*subject.key, known, asked.fit.by_class)
    kept: tuple[Split, Curve] | None = ui.EVERYBODY.regressors.get(key)
    if kept is None:
        with st.spinner("Looking at the objects of all photographs, once…"):
            held = _pairs(subject)
            others = [_pairs(Subject(open_sample(name), subject.model, subject.short_side)) for name in SAMPLES]
            parts = split(others, held, by_class=asked.fit.by_class)
            kept = ui.EVERYBODY.regressors[key] = parts, curve(parts)
    parts, all_strengths = kept
    found = learn(parts, asked.fit.strength)
    return View(subject, inside, parts, found, all_strengths, known is not None)


def _pairs(subject: Subject) -> Pairs:
    known = known_objects(subject.picture)
    key = (*subject.key, known)
    kept: Pairs | None = ui.EVERYBODY.regressors.get(key)
    if kept is None:  # only then is a pass needed, which others may have made room of
        inside = inside_of(subject)
        detector = load(subject.model)
        assert isinstance(detector, StagedDetector)  # `inside_of` has said what is to be said
        with device.device_lock:
            kept = pairs_of(detector.model, inside, _objects(inside, known), subject.picture.digest)
        ui.EVERYBODY.regressors[key] = kept
    return kept


def _objects(inside: Inside, known: Sequence[Box] | None) -> list[Object]:
    """What is in a picture: drawn by a person, or else what the detector itself finds."""
    if known is not None:
        return [Object(box.label, box.xyxy) for box in known]
    kept = inside.candidates.suppress(NMS, SCORE, limit=MOST)
    found = []
    for label, corners in zip(kept.labels, kept.boxes.tolist(), strict=True):
        x1, y1, x2, y2 = corners
        found.append(Object(label, (x1, y1, x2, y2)))
    return found
