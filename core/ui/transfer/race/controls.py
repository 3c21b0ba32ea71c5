"""Controls of the section "Race"."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.transfer.subject import Subject
from core.transfer.training.race import LEAST_STEPS, scenarios
from core.transfer.training.race_settings import RaceSettings
from core.ui.framework.controls import defaults, draw, pills, segments, whole
from core.ui.transfer.subject import choose_subject, weights_here
from core.ui.transfer.training import SHARED, choose_changes

KEY = "transfer_race"
RUNNERS = f"{KEY}_runners"
SHORT = {"fixed": "fixed", "last": "last layers", "all": "all layers", "scratch": "from scratch"}
"""Key of a scenario -> its button."""


@dataclass(frozen=True)
class _Runners:
    runners: tuple[str, ...] = pills(
        "Runners", tuple(SHORT), "The three scenarios of the lecture, and a network that begins with random weights.",
        named=SHORT.__getitem__, arguments={"wrap": True},
    )  # fmt: skip


@dataclass(frozen=True)
class _Runs:
    budget: int = whole("Seconds each", 10, 300, 30, "Of training, for each runner and each seed.")
    steps: int = whole(
        "Steps each, at least", 0, 1_000, LEAST_STEPS,
        "A runner goes on until it has made so many, also where its seconds are over: on a busy machine the clock "
        "alone would end it before it has learned anything. 0: the clock alone ends it.",
    )  # fmt: skip
    seeds: int = segments(
        "Seeds", (1, 2, 3), 1,
        "How often each runner runs, with other random numbers each time: the new head, the order of the pictures, "
        "their changes.",
    )  # fmt: skip


DEFAULTS = {**SHARED, **defaults(_Runners, KEY), **defaults(_Runs, KEY)}


def controls() -> tuple[Subject, RaceSettings]:
    """Draw them."""
    subject = choose_subject()
    if not subject.trained:
        st.caption("Random weights above change nothing here: both kinds of start are part of the race.")
    keys = draw(_Runners, KEY).runners
    runs = draw(_Runs, KEY)
    augmentation = choose_changes(subject.images)
    here = weights_here(subject.backbone)
    runners = tuple(
        runner for runner in scenarios(subject.backbone) if runner.key in keys and (here or not runner.trained)
    )
    if not here:
        st.caption("Without the ImageNet weights of this network only *from scratch* can run: download them first.")
    return subject, RaceSettings(runners, float(runs.budget), tuple(range(runs.seeds)), augmentation, runs.steps)
