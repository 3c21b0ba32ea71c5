"""What is known of each method on a picture: run here, recorded, or not yet run; and running it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import streamlit as st
import torch
from torch import Tensor

from core.detection import Detections, StagedCandidates, StagedDetector, load
from core.detection.ladder import faster, sliding
from core.detection.ladder.estimate import Estimate, estimate, seconds_of_a_crop
from core.detection.ladder.recorded import read, recorded_run
from core.detection.ladder.result import Method, Rung
from core.detection.ladder.selective import check_limit
from core.detection.ladder.settings import Settings, look
from core.errors import UserError
from core.figures.detection.ladder import Shown
from core.jobs import Report
from core.models.detectors import DETECTORS
from core.samples import SAMPLES
from core.ui import cache
from core.ui import framework as ui
from core.ui.detector.ladder.controls import KEY, Asked
from core.ui.detector.results import candidates_of
from core.ui.detector.subject import Subject, subject_of
from core.ui.detector.truth.boxes import known_objects

SEEN_AT = 0.3
"""Where nobody drew the objects by eye: the detector's own detections over this score stand in for them."""
_REQUESTED = f"{KEY}_requested"
_KEPT: WeakKeyDictionary[Rung, tuple[float, Detections]] = WeakKeyDictionary()
"""The last score threshold of each result, and what it left; it goes with the result."""


@dataclass(frozen=True, eq=False)
class View:
    """What is on the screen.

    Attributes:
        subject: picture, model and input size.
        settings: of all methods.
        method: that the slider is on.
        score: threshold.
        shown: the methods that have run, here or recorded.
        windows: how many the sliding window has.
        by_eye: whether the objects were drawn by eye; else they are the detector's own.
    """

    subject: Subject
    settings: Settings
    method: Method
    score: float
    shown: Mapping[Method, Shown]
    windows: int
    by_eye: bool

    @property
    def now(self) -> Shown | None:
        """The method that the slider is on, if it has run."""
        return self.shown.get(self.method)

    @property
    def passes(self) -> int:
        """Of R-CNN: selective search may find fewer regions than were asked for, which is known when it has run."""
        one = self.shown.get(Method.RCNN)
        return self.settings.regions if one is None else one.rung.passes


def view_of(asked: Asked) -> View:
    """All that is known; nothing long runs.

    Raises:
        UserError: the settings cannot be, or the model works in one stage.
    """
    settings = asked.knobs.settings()
    check_limit(settings.regions)
    subject = subject_of(asked.picture, asked.model, asked.short_side)
    windows = sliding.count(subject.picture.size, subject.short_side, settings.windows)
    method = Method(asked.moved.method)
    rungs = _rungs(subject, settings)
    objects, by_eye = _objects(subject, rungs)
    score = asked.moved.score
    shown = {
        method: Shown(rung, _kept(rung, score), rung.true_regions(objects), here)
        for method, (rung, here) in rungs.items()
    }
    return View(subject, settings, method, score, shown, windows, by_eye)


def _kept(rung: Rung, score: float) -> Detections:
    """Of 2,000 regions NMS takes up to some 20 ms, which the slider of the methods need not wait for again."""
    known = _KEPT.get(rung)
    if known is None or known[0] != score:
        known = _KEPT[rung] = score, rung.detections(score)
    return known[1]


def key_of(subject: Subject, settings: Settings, method: Method) -> Hashable:
    """What a result is kept under."""
    return method, subject.key, settings.of(method)


def _rungs(subject: Subject, settings: Settings) -> dict[Method, tuple[Rung, bool]]:
    """Method -> what it came to, and whether it ran here."""
    own = ui.session().ladder
    found: dict[Method, tuple[Rung, bool]] = {}
    for method in Method:
        rung = own.get(key_of(subject, settings, method))
        if rung is not None:
            found[method] = rung, True
        elif (rung := _recorded(subject, method, settings)) is not None:
            found[method] = rung, False
    if Method.FASTER not in found or any(here for _, here in found.values()):
        found[Method.FASTER] = faster.of(_candidates(subject)), True
    return {method: found[method] for method in Method if method in found}


def _recorded(subject: Subject, method: Method, settings: Settings) -> Rung | None:
    sample = subject.picture.name
    return recorded_run(sample, subject.model, subject.short_side, method, settings) if sample in SAMPLES else None


def made(subject: Subject) -> str:
    """On which machine the recording of a sample was made, and when."""
    return read(subject.picture.name).made


def _detector(subject: Subject) -> StagedDetector:
    detector = load(subject.model)
    if not isinstance(detector, StagedDetector):
        raise UserError(
            f"{DETECTORS[subject.model].title} works in one stage: it has no head that reads regions, which all four "
            "methods here need. Choose a Faster R-CNN among the models."
        )
    return detector


def _candidates(subject: Subject) -> StagedCandidates:
    _detector(subject)
    found = candidates_of(subject.picture, subject.model, subject.short_side)
    assert isinstance(found, StagedCandidates)
    return found


def _objects(subject: Subject, rungs: Mapping[Method, tuple[Rung, bool]]) -> tuple[Tensor, bool]:
    """(G, 4) boxes of the objects, image pixels, and whether they were drawn by eye."""
    known = known_objects(subject.picture)
    if known is not None:
        return torch.tensor([box.xyxy for box in known], dtype=torch.float32).reshape(-1, 4), True
    return rungs[Method.FASTER][0].detections(SEEN_AT).boxes, False


@st.cache_resource(max_entries=32, show_spinner="Timing one pass…")
def _crop_seconds(model: str, side: int) -> float:
    detector = load(model)
    assert isinstance(detector, StagedDetector)
    return seconds_of_a_crop(detector, side)


def estimate_of(view: View) -> Estimate:
    """What the method that the slider is on would take here.

    Raises:
        UserError: the model works in one stage.
    """
    subject = view.subject
    pass_s = _candidates(subject).milliseconds / 1e3
    crop_s = _crop_seconds(subject.model, view.settings.side) if view.method in (Method.SLIDING, Method.RCNN) else 0.0
    size = subject.picture.size
    return estimate(view.method, size, subject.short_side, view.settings, crop_s=crop_s, pass_s=pass_s)


def request(view: View) -> None:
    """Somebody wants the method run on the picture: from the next run of the page on it is under way."""
    ui.session().shown[_REQUESTED] = key_of(view.subject, view.settings, view.method)


def requested(view: View) -> bool:
    """Whether it is under way, or ended without a result."""
    return ui.session().shown.get(_REQUESTED) == key_of(view.subject, view.settings, view.method)


def run(view: View) -> None:
    """Run it in the background, with its progress where this is called."""
    subject, settings, method = view.subject, view.settings, view.method
    image = cache.opened(subject.picture.digest, subject.picture.data).image
    detector, short_side, size = _detector(subject), subject.short_side, subject.picture.size

    def work(report: Report) -> Rung:
        return look(method, detector, image, settings, report, short_side=short_side, size=size)

    key = key_of(subject, settings, method)
    label = f"{method} on this picture"
    stopped = f"{method} was stopped before its end; what ran before is kept."
    if ui.computed(
        ui.session().ladder, key, work, f"{KEY}_job", label, stopped=stopped, stop_help="It stops after this pass."
    ):
        ui.session().shown.pop(_REQUESTED, None)
        st.rerun()
