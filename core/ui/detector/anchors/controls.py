"""Controls of the section "Anchors", part "At a place"."""

from __future__ import annotations

from dataclasses import dataclass

from core.detection.anchors.matching import NEGATIVE, POSITIVE
from core.detection.anchors.reference import RATIOS, SIZES
from core.errors import UserError
from core.ui import framework as ui
from core.ui.detector import subject as subjects
from core.ui.detector.anchors.objects import objects_of
from core.ui.detector.results import inside_of
from core.ui.detector.subject import Subject, choose_subject, subject_of

KEY = "rcnn_anchors"
PLACE, DATA = "At a place", "Which suit my data"
WRITTEN = "sizes × ratios"
NOBODY = "–"
MOST_LEVELS, USUAL_LEVELS = 5, 3
_FOLD = "Grid, place, thresholds"


def own(level: int) -> str:
    """A level of the model's pyramid, as the menu says it."""
    return f"the model's, level {level}"


OWN = tuple(own(level) for level in range(MOST_LEVELS))


def pick(across: float, down: float) -> None:
    """Callback of a click on a place, in percent of the picture's width and height."""
    ui.reset({f"{KEY}_x": across, f"{KEY}_y": down})


@dataclass(frozen=True)
class Part:
    """Which part is open."""

    part: str = ui.segments(
        "Part",
        (PLACE, DATA),
        PLACE,
        "The anchors of one place of a picture; or which sizes and ratios suit the boxes of a data set.",
        persists=True,
        arguments={"label_visibility": "collapsed"},
    )


@dataclass(frozen=True)
class Boxes:
    """What stands at each place, also of the grid that data are compared with."""

    sizes: str = ui.line(
        "Sizes (px)",
        200,
        SIZES,
        "Sides of squares, in pixels of the picture as the network sees it; every ratio keeps the area. 90x45 is a "
        "box of that width and height by itself.",
        persists=True,
    )
    ratios: str = ui.line("Ratios (width / height)", 100, RATIOS, "Every size gets each of them.", persists=True)


@dataclass(frozen=True)
class Whose:
    """Whose anchors."""

    whose: str = ui.choice(
        "Anchors",
        (WRITTEN, *OWN),
        WRITTEN,
        "The lecture's three sizes in three ratios, which you can change; or those that the model has, by the level of "
        "its feature pyramid.",
        persists=True,
    )


@dataclass(frozen=True)
class Rest:
    """What is seldom changed."""

    object: str = ui.choice("Object", (NOBODY,), NOBODY, "Whose best anchor is drawn with its shifts.", persists=True)
    stride: int = ui.segments(
        "Stride (px)",
        (8, 16, 32),
        16,
        "Network pixels from one place to the next, of sizes × ratios; 16 as in Faster R-CNN with VGG-16.",
        fold=_FOLD,
        persists=True,
    )
    x: float = ui.number(
        "Across (%)", 0.0, 100.0, 50.0, "Where the place is, of the picture's width: or click.", step=0.1,
        format="%.1f", fold=_FOLD, half=True, persists=True,
    )  # fmt: skip
    y: float = ui.number(
        "Down (%)", 0.0, 100.0, 50.0, "Of its height.", step=0.1, format="%.1f", fold=_FOLD, half=True, persists=True
    )
    positive: float = ui.slider(
        "Positive from IoU",
        0.3,
        0.95,
        POSITIVE,
        0.05,
        "An anchor that overlaps an object by so much is to find it.",
        fold=_FOLD,
        persists=True,
    )
    negative: float = ui.slider(
        "Negative below IoU",
        0.0,
        0.9,
        NEGATIVE,
        0.05,
        "An anchor that overlaps no object by so much is background.",
        fold=_FOLD,
        persists=True,
    )
    marks: bool = ui.tick(
        "Mark the places of positive anchors", "White squares on the picture.", fold=_FOLD, persists=True
    )


DEFAULTS = {
    **subjects.DEFAULTS,
    **ui.defaults(Whose, KEY),
    **ui.defaults(Boxes, KEY),
    **ui.defaults(Rest, KEY),
}


@dataclass(frozen=True, eq=False)
class Settings:
    """What is asked for.

    Attributes:
        subject: the picture and who looks at it.
        level: of the model's pyramid; None: sizes × ratios.
        boxes: what was typed.
        rest: the others; `object` is the name of an object in the picture, or NOBODY.
        usual_object: the first of them.
    """

    subject: Subject
    level: int | None
    boxes: Boxes
    rest: Rest
    usual_object: str

    @property
    def defaults(self) -> dict[str, object]:
        """What Reset puts back: which objects there are depends on the picture."""
        return {**DEFAULTS, f"{KEY}_object": self.usual_object}

    @property
    def question(self) -> tuple[object, ...]:
        """What is to be guessed about: another place or object is the same question."""
        rest = self.rest
        return self.subject.key, self.level is None, self.boxes, rest.stride, rest.positive, rest.negative


def _levels(subject: Subject) -> int:
    """How many levels its pyramid has; of a detector without anchors any number will do."""
    try:
        return min(len(inside_of(subject).levels), MOST_LEVELS)
    except UserError:
        return USUAL_LEVELS


def _names(subject: Subject) -> list[str]:
    """Of the objects in the picture; none where the network cannot run, which the answer then says."""
    try:
        return list(objects_of(subject).names)
    except UserError:
        return []


def controls() -> Settings:
    """Draw them."""
    subject = subject_of(*choose_subject())
    whose = ui.draw(Whose, KEY, whose={"options": [WRITTEN, *OWN[: _levels(subject)]]}).whose
    boxes = ui.draw(Boxes, KEY) if whose == WRITTEN else Boxes()
    names = _names(subject) or [NOBODY]
    rest = ui.draw(
        Rest, KEY,
        object={"options": names, "default": names[0], "disabled": names == [NOBODY]},
        stride={"disabled": whose != WRITTEN},
    )  # fmt: skip
    return Settings(subject, None if whose == WRITTEN else OWN.index(whose), boxes, rest, names[0])
