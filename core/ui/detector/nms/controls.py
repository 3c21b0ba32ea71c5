"""What a visitor can set in *NMS in depth*, and the boxes that it is set for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import streamlit as st

from core.detection.nms.examples import EXAMPLES, Name
from core.models.detectors import DETECTORS
from core.ui import framework as ui
from core.ui.detector import subject
from core.ui.detector.subject import choose_subject
from core.ui.links import forget_unknown, unknown
from core.ui.pictures import Picture

KEY = "rcnn_nms"
PAIR, GAME = f"{KEY}_pair", f"{KEY}_game"
_EXAMPLE, _CLASSES = f"{KEY}_example", f"{KEY}_classes"
WITHIN, ACROSS = "of one class", "of all classes"


class Part(StrEnum):
    """The parts of the section."""

    MATRIX = "IoU matrix"
    SOFT = "Soft-NMS and fusion"
    CLASSES = "Classes"
    GAME = "Be the NMS"


def _begin_anew() -> None:
    """Callback: other boxes begin with thresholds of their own."""
    state = st.session_state
    forget_unknown(_EXAMPLE)
    example = EXAMPLES.get(state[_EXAMPLE], EXAMPLES[Name.PICTURE])
    state.update({f"{KEY}_iou": example.iou, f"{KEY}_score": example.score, PAIR: None})


@dataclass(frozen=True)
class _Boxes:
    part: Part = ui.segments("Part", tuple(Part), Part.MATRIX, "What to look at.", persists=True)
    example: Name = ui.choice(
        "Boxes",
        tuple(Name),
        Name.NOT_MONOTONE,
        "Boxes made up to show one thing each, or what a detector finds in a picture.",
        persists=True,
        arguments={"on_change": _begin_anew},
    )


@dataclass(frozen=True)
class _Settings:
    iou: float = ui.slider(
        "NMS threshold (IoU)", 0.0, 1.0, 0.45, 0.01,
        "Of two boxes that overlap by more than this, the lower-scoring one goes.", persists=True,
    )  # fmt: skip
    score: float = ui.slider(
        "Score threshold", 0.02, 1.0, 0.3, 0.01,
        "Only boxes that score above this take part. Soft-NMS asks once more after it has lowered the scores.",
        persists=True,
    )  # fmt: skip


@dataclass(frozen=True)
class _Mode:
    mode: str = ui.segments(
        "NMS compares boxes", (WITHIN, ACROSS), WITHIN,
        "Class-aware NMS compares boxes of the same class only; class-agnostic NMS compares all.", persists=True,
    )  # fmt: skip


@dataclass(frozen=True)
class _Soft:
    sigma: float = ui.slider(
        "σ of the Gaussian", 0.05, 2.0, 0.5, 0.05,
        "Smaller: scores of boxes that overlap fall faster. The paper has 0.5.", persists=True,
    )  # fmt: skip


@dataclass(frozen=True)
class _Classes:
    classes: tuple[str, ...] = ui.several(
        "Chosen classes",
        DETECTORS["bundled"].known,
        "Those that are compared with one another, or looked at alone. Empty: the two that score highest here.",
        persists=True,
        arguments={"placeholder": "The two best", "on_change": forget_unknown, "args": (_CLASSES,)},
    )


@dataclass(frozen=True)
class _Game:
    scores: bool = ui.switch(
        "Show scores", "Off: what does NMS know that the picture does not show?", True, persists=True
    )
    gone: bool = ui.switch(
        "Mark what is gone", "On: boxes that NMS has dropped are grey and dashed. Off: judge overlaps by eye.",
        persists=True,
    )  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """What is set.

    Attributes:
        part: which is open.
        example: which boxes.
        subject: what `choose_subject` returned, where the boxes are those of a picture.
        iou, score: thresholds.
        class_aware: NMS compares boxes of one class only.
        sigma: of the Gaussian.
        classes: chosen ones; empty stands for the two that score highest.
        scores, gone: what the game shows.
        unknown: what a link asked for in vain.
    """

    part: Part
    example: Name
    subject: tuple[Picture, str, int] | None
    iou: float
    score: float
    class_aware: bool = True
    sigma: float = 0.5
    classes: tuple[str, ...] = ()
    scores: bool = True
    gone: bool = False
    unknown: tuple[str, ...] = ()


def controls() -> Settings:
    """Draw them."""
    lost = unknown(_EXAMPLE, [str(name) for name in Name])
    boxes = ui.draw(_Boxes, KEY)
    example = EXAMPLES[boxes.example]
    usual = {name: {"default": value} for name, value in (("iou", example.iou), ("score", example.score))}
    thresholds = ui.draw(_Settings, KEY, **usual)
    asked = Settings(boxes.part, boxes.example, None, thresholds.iou, thresholds.score, unknown=lost)
    if boxes.part in (Part.MATRIX, Part.GAME):
        asked = replace(asked, class_aware=ui.draw(_Mode, KEY).mode == WITHIN)
    if boxes.part is Part.SOFT:
        asked = replace(asked, sigma=ui.draw(_Soft, KEY).sigma)
    if boxes.part is Part.CLASSES:
        lost += unknown(_CLASSES, DETECTORS["bundled"].known)
        asked = replace(asked, classes=ui.draw(_Classes, KEY).classes, unknown=lost)
    if boxes.part is Part.GAME:
        game = ui.draw(_Game, KEY)
        asked = replace(asked, scores=game.scores, gone=game.gone)
    if boxes.example is Name.PICTURE:  # last: what moves the result stays on the first screen
        asked = replace(asked, subject=choose_subject())
    return asked


def defaults(asked: Settings) -> dict[str, Any]:
    """First value of every control: of the thresholds that of the chosen boxes, which stay."""
    example = EXAMPLES[asked.example]
    others = (_Mode, _Soft, _Classes, _Game)
    return {
        **subject.DEFAULTS,
        **{key: value for form in others for key, value in ui.defaults(form, KEY).items()},
        f"{KEY}_iou": example.iou,
        f"{KEY}_score": example.score,
        f"{_CLASSES}_unknown": (),
        f"{_EXAMPLE}_unknown": (),
        PAIR: None,
        GAME: None,
    }
