"""What *Proposals* computes of the one pass, and the second stage on other proposals, run when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import torch
from PIL.Image import Image

from core.detection import Detections, StagedCandidates, StagedDetector, load
from core.detection.inside import Inside
from core.detection.proposals import Proposals
from core.detection.proposing.again import in_image, propose_again
from core.detection.proposing.origins import Origin, origins
from core.detection.proposing.recall import Hits, hits
from core.figures.boxes import Corners
from core.figures.detection.proposals import Objects
from core.jobs import Report
from core.ui import cache
from core.ui import framework as ui
from core.ui.detector.proposals.controls import KEY, SHOWN, Settings
from core.ui.detector.results import inside_of
from core.ui.detector.subject import Subject, subject_of
from core.ui.detector.truth.boxes import known_objects
from core.ui.pictures import Picture

NMS = 0.5
"""Threshold among detections."""


@dataclass(frozen=True, eq=False)
class View:
    """What is on the screen.

    Attributes:
        subject: the picture and who looks at it.
        settings: what is set.
        inside: what the pass left.
        proposals: R, chosen at the threshold that is set.
        boxes: (N) of those shown, image pixels.
        origins: (N) where those come from.
        objects: G, what proposals ought to hit.
        by_eye: whether those were drawn by eye; else they are the detector's own detections.
        hits: G objects against R proposals.
    """

    subject: Subject
    settings: Settings
    inside: Inside
    proposals: Proposals
    boxes: tuple[Corners, ...]
    origins: tuple[Origin, ...]
    objects: Objects
    by_eye: bool
    hits: Hits

    @property
    def shown(self) -> int:
        """N, or as many as there are."""
        return len(self.boxes)


def staged(model: str) -> StagedDetector:
    """The detector of this name; `inside_of` has said what is to be said where it has no proposals."""
    detector = load(model)
    assert isinstance(detector, StagedDetector)
    return detector


def answer(asked: tuple[Picture, str, int, Settings]) -> View:
    """All of it, from the pass that is kept.

    Raises:
        UserError: the detector has no proposals, or its weights cannot be had.
    """
    picture, model, short_side, settings = asked
    subject = subject_of(picture, model, short_side)
    inside = inside_of(subject)
    proposals = propose_again(staged(subject.model).model.rpn, inside, settings.iou)
    objects, by_eye = _objects(subject, inside, settings.score)
    shown = proposals.first(settings.count)
    boxes = torch.tensor(objects.boxes).reshape(-1, 4)
    return View(
        subject=subject,
        settings=settings,
        inside=inside,
        proposals=proposals,
        boxes=_corners(in_image(inside, shown.boxes)),
        origins=origins(inside, shown),
        objects=objects,
        by_eye=by_eye,
        hits=hits(boxes, in_image(inside, proposals.boxes), settings.threshold),
    )


def _corners(boxes: torch.Tensor) -> tuple[Corners, ...]:
    """(x1, y1, x2, y2) of each, to a tenth of a pixel."""
    return tuple((x1, y1, x2, y2) for x1, y1, x2, y2 in boxes.round(decimals=1).tolist())


def _objects(subject: Subject, inside: Inside, score: float) -> tuple[Objects, bool]:
    """What proposals ought to hit, and whether it was drawn by eye."""
    if (seen := known_objects(subject.picture)) is not None:
        return Objects(tuple(box.label for box in seen), tuple(box.xyxy for box in seen)), True
    kept = inside.candidates.suppress(NMS, score)
    return Objects(kept.labels, _corners(kept.boxes)), False


@dataclass(frozen=True, eq=False)
class Again:
    """The second stage on other proposals.

    Attributes:
        found: its candidates; their times are those of this run.
        before, after: the pass's own detections, and those of this run.
    """

    found: StagedCandidates
    before: Detections
    after: Detections


def heads_again(view: View, pressed: bool) -> Again | None:
    """The second stage on the proposals of the view: from its cache, or made where the button was pressed.

    None: nobody has asked for it, or it is being made; then how far it is is drawn here.
    """
    subject, settings, mine = view.subject, view.settings, ui.session()
    few = view.shown if settings.which == SHOWN else len(view.proposals)
    key = (subject.key, settings.iou, few)
    if pressed:
        mine.shown[f"{KEY}_heads"] = key
    if mine.shown.get(f"{KEY}_heads") != key and key not in mine.heads:
        return None
    kept = bool(view.inside.features)
    image = None if kept else cache.opened(subject.picture.digest, subject.picture.data).image
    work = partial(_run, subject.model, view.inside, view.proposals.first(few), image, subject.short_side)
    label = "RoIAlign and the head" if kept else "The backbone, RoIAlign and the head"
    found = ui.computed(mine.heads, key, work, f"{KEY}_heads", label, patience=1.0)
    if found is None:
        return None
    before, after = (one.suppress(NMS, settings.score) for one in (view.inside.candidates, found))
    return Again(found, before, after)


def _run(
    model: str, inside: Inside, proposals: Proposals, image: Image | None, short_side: int, report: Report
) -> StagedCandidates:
    report(0.1, "running")
    return staged(model).heads_again(inside, proposals, image, short_side=short_side)
