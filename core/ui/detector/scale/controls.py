"""Controls of the section "Scale": whose copies stand in the row, which of them is looked at, what counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.detection.box_pairs import by_name
from core.detection.overlap import Corners
from core.errors import UserError
from core.samples import Box
from core.ui import framework as ui
from core.ui.detector import subject as subjects
from core.ui.detector.results import candidates_of
from core.ui.detector.subject import Subject, choose_subject, subject_of
from core.ui.detector.truth.boxes import known_objects

KEY = "rcnn_scale"
COPIES = {"largest": "1", "half": "½", "quarter": "¼", "eighth": "⅛"}
BY_SIZE, FINEST = "by its size", "the finest map"
_FIRST = "cup"
"""The object that the page opens with."""
_MOST = 20
"""Objects in the menu, the highest-scoring."""
_LEAST = 0.3
"""A detection that scores less is no object to copy."""


@dataclass(frozen=True)
class _Object:
    object: str = ui.choice(
        "Object",
        (_FIRST,),
        _FIRST,
        "Its copies stand in the row. Of samples the objects are drawn by eye, of other pictures they are what the "
        "detector keeps.",
        persists=True,
    )


@dataclass(frozen=True)
class _Look:
    which: str = ui.segments(
        "Copy", tuple(COPIES), "half", "Which copy of the row is looked at; or click it.", labels=COPIES, persists=True
    )
    score: float = ui.slider(
        "Counts as an answer from a score of", 0.02, 1.0, 0.3, 0.01, "A lower score is no answer.", persists=True
    )
    map: str = ui.segments(
        "A filter reads",
        (BY_SIZE, FINEST),
        BY_SIZE,
        "The windows of the filter pyramid are cut out of the map that the network itself takes for their size, or "
        "all out of its finest map alone.",
        persists=True,
    )


DEFAULTS = {**subjects.DEFAULTS, **ui.defaults(_Look, KEY)}


@dataclass(frozen=True, eq=False)
class Settings:
    """What is asked for.

    Attributes:
        subject: picture and network.
        objects: corners of each object by name, image pixels; the first is what Reset chooses.
        object: which of them; "" where there is none.
        copy: which copy is looked at, 0 for the largest.
        score: from which an answer counts.
        one_map: all windows of the filter pyramid read the finest map.
    """

    subject: Subject
    objects: dict[str, Corners]
    object: str
    copy: int
    score: float
    one_map: bool

    @property
    def signature(self) -> Any:
        """What is predicted."""
        return self.subject.key, self.object, self.copy, self.score, self.one_map

    @property
    def label(self) -> str:
        """The object's class."""
        name, _, number = self.object.rpartition(" ")
        return name if name and number.isdecimal() else self.object


def controls() -> Settings:
    """Draw them."""
    picture, model, short_side = choose_subject()
    subject = subject_of(picture, model, short_side)
    objects = _objects(subject)
    chosen = ""
    if objects:
        names = list(objects)
        chosen = ui.draw(_Object, KEY, object={"options": names, "default": names[0]}).object
        chosen = chosen if chosen in objects else names[0]
    look = ui.draw(_Look, KEY)
    return Settings(subject, objects, chosen, list(COPIES).index(look.which), look.score, look.map == FINEST)


def defaults(asked: Settings) -> dict[str, Any]:
    """What Reset puts back: the object is the first of this picture."""
    first = next(iter(asked.objects), None)
    return DEFAULTS | ({} if first is None else {f"{KEY}_object": first})


def _objects(subject: Subject) -> dict[str, Corners]:
    """Each object of the picture by a name of its own."""
    if (known := known_objects(subject.picture)) is not None:
        return by_name(known)
    try:
        found = candidates_of(subject.picture, subject.model, subject.short_side)
    except UserError:  # the answer says it
        return {}
    kept = found.suppress(0.5, _LEAST, limit=_MOST)
    boxes = [(x1, y1, x2, y2) for x1, y1, x2, y2 in kept.boxes.tolist()]
    return by_name([Box(label, box) for label, box in zip(kept.labels, boxes, strict=True)])
