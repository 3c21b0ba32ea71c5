"""What a visitor can set in *One detection*: the picture, which of its detections, and the step of its walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.detection import Detections, StagedDetector, load
from core.detection.walk.channels import MOST, names_of
from core.detection.walk.numbers import Step
from core.errors import UserError
from core.figures.detection.walk_words import short
from core.ui import framework as ui
from core.ui.detector import subject as shared
from core.ui.detector.detect.controls import THRESHOLDS, draw_thresholds
from core.ui.detector.results import candidates_of
from core.ui.detector.subject import Subject, choose_subject, subject_of

KEY = "rcnn_walk"
BOX, STEP = f"{KEY}_box", f"{KEY}_step"
STEPS = tuple(step.value for step in Step)
NONE = {"1": "none"}
"""The menu of detections where there are none: rank -> what is shown."""


def pick(rank: int) -> None:
    """Callback of a click on a kept box, by its rank from 1 on."""
    ui.reset({BOX: str(rank)})


def go(step: str) -> None:
    """Callback of the buttons that step."""
    ui.reset({STEP: step})


@dataclass(frozen=True)
class _Walked:
    box: str = ui.choice(
        "Detection",
        ("1",),
        "1",
        "Which of the kept boxes, the highest-scoring first. Or click one in the picture, or walk through them with "
        "Tab and the arrow keys and press Enter.",
        labels=NONE,
        persists=True,
    )
    step: str = ui.steps(
        "Step",
        STEPS,
        Step.ANCHOR.value,
        "From the anchor to the box that is kept: nine steps. The arrow keys move it.",
        persists=True,
    )
    channels: tuple[str, ...] = ui.several(
        "Channels",
        (),
        "Which channels of the 7 × 7 features to look at; empty: that of the class, where channels have names, and "
        "those with the largest mean.",
        persists=True,
        when=lambda chosen: chosen["step"] == Step.FEATURES,
        arguments={"max_selections": MOST, "placeholder": "The strongest"},
    )


DEFAULTS = {**shared.DEFAULTS, **THRESHOLDS, **ui.defaults(_Walked, KEY)}


@dataclass(frozen=True, eq=False)
class Settings:
    """What is set.

    Attributes:
        subject: picture and detector.
        iou, score: thresholds of NMS, those of *Detect*.
        rank: of the detection, from 1 on; there may be fewer.
        step: of its walk.
        channels: that are asked for; empty: the strongest.
    """

    subject: Subject
    iou: float
    score: float
    rank: int
    step: Step
    channels: tuple[int, ...]

    def kept(self) -> Detections:
        """The detections to choose from: all classes, class by class, as *Detect* has it at first.

        Raises:
            UserError: the detector cannot be had.
        """
        subject = self.subject
        found = candidates_of(subject.picture, subject.model, subject.short_side)
        return found.suppress(self.iou, self.score)


def controls() -> Settings:
    """Draw them."""
    subject = subject_of(*choose_subject())
    place = st.container()
    with st.expander("Thresholds", icon=ui.FOLDED):
        thresholds = draw_thresholds()
    first = Settings(subject, thresholds.iou, thresholds.score, 1, Step.ANCHOR, ())
    names = _names(first)
    _stay_within(len(names))
    options = {str(rank): f"{rank} · {name}" for rank, name in enumerate(names, 1)} or NONE
    with place:
        walked = ui.draw(
            _Walked, KEY, box={"options": list(options), "labels": options}, channels={"options": _channels(subject)}
        )
    channels = tuple(int(channel.split()[0]) for channel in walked.channels)
    return Settings(subject, thresholds.iou, thresholds.score, int(walked.box), Step(walked.step), channels)


def _names(settings: Settings) -> list[str]:
    """Class and score of each detection; none where the section will say why there are none."""
    try:
        kept = settings.kept()
    except UserError:
        return []
    return [f"{name} {score:.3f}" for name, score in zip(kept.labels, kept.scores.tolist(), strict=True)]


def _stay_within(count: int) -> None:
    """A link may ask for a detection that is not there: then the last one is meant."""
    asked = st.query_params.get(BOX, "")
    if BOX not in st.session_state and asked.isascii() and asked.isdigit() and count:
        st.session_state[BOX] = str(min(max(int(asked[:9]), 1), count))


def _channels(subject: Subject) -> list[str]:
    """What the menu of channels shows and the link holds: number and, where it has one, name."""
    try:
        detector = load(subject.model)
    except UserError:
        return []
    if not isinstance(detector, StagedDetector):
        return []
    backbone: Any = detector.model.backbone
    names = names_of(detector.model, detector.spec.classes)
    if not names:
        return [str(channel) for channel in range(backbone.out_channels)]
    return [f"{channel} · {short(name)}" for channel, name in enumerate(names)]
