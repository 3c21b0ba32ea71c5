"""Controls of the section "Race"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.transfer.data.augment import Augmentation
from core.transfer.subject import Subject
from core.transfer.training.race import Scenario, scenarios
from core.ui.framework.controls import defaults, draw, segments, whole
from core.ui.framework.show import reset_button
from core.ui.transfer.held import held
from core.ui.transfer.subject import choose_subject, weights_here
from core.ui.transfer.training import SHARED, choose_changes, too_few, under_way

NAME = "race"
KEY = "transfer_race"
RUNNERS = f"{KEY}_runners"
SHORT = {"fixed": "fixed", "last": "last layers", "all": "all layers", "scratch": "from scratch"}
"""Key of a scenario -> its button."""


@dataclass(frozen=True)
class _Runs:
    budget: int = whole("Seconds each", 10, 300, 30, "Of training, for each runner and each seed.")
    seeds: int = segments(
        "Seeds",
        (1, 2, 3),
        1,
        "How often each runner runs, with other random numbers each time: the new head, the order of the pictures, "
        "their changes.",
    )


DEFAULTS = {**defaults(_Runs, KEY), RUNNERS: list(SHORT)}


@dataclass(frozen=True)
class Plan:
    """What was chosen besides the subject.

    Attributes:
        runners: that take part.
        budget_s: seconds of training for each of them and each seed.
        seeds: each runner runs once with each.
        augmentation: of the training pictures.
    """

    runners: tuple[Scenario, ...]
    budget_s: float
    seeds: tuple[int, ...]
    augmentation: Augmentation

    @property
    def keys(self) -> tuple[tuple[str, int], ...]:
        """(key of the runner, seed) of every run, in the order in which they are shown."""
        return tuple((runner.key, seed) for runner in self.runners for seed in self.seeds)

    @property
    def seconds(self) -> float:
        """Of training altogether, at most."""
        return self.budget_s * len(self.keys)


def controls(start: Callable[[Subject, Plan], None]) -> tuple[Subject, Plan]:
    """Draw the controls.

    Args:
        start: callback of the button, given what is returned.
    """
    button = st.container()  # on the first screen, though it needs what is chosen below
    subject = choose_subject()
    if not subject.trained:
        st.caption("Random weights are left out of account here: two kinds of start are part of the race.")
    keys = st.pills(
        "Runners",
        list(SHORT),
        selection_mode="multi",
        default=list(SHORT),
        format_func=SHORT.__getitem__,
        key=RUNNERS,
        wrap=True,
        bind="query-params",
        help="Who takes part: the lecture's three scenarios, and a network that begins with random weights.",
    )
    runs = draw(_Runs, KEY)
    augmentation = choose_changes(subject.images)
    here = weights_here(subject.backbone)
    runners = tuple(
        runner for runner in scenarios(subject.backbone) if runner.key in keys and (here or not runner.trained)
    )
    if not here:
        st.caption("Without the ImageNet weights of this network only *from scratch* can run: get them first.")
    plan = Plan(runners, float(runs.budget), tuple(range(runs.seeds)), augmentation)
    reset_button(f"{KEY}_reset", {**SHARED, **DEFAULTS})
    problem = too_few(subject) or ("" if runners else "Choose at least one runner.")
    with button:
        st.button(
            "Start the race",
            icon=":material/flag:",
            width="stretch",
            key=f"{KEY}_start",
            disabled=bool(problem) or under_way(NAME),
            on_click=held(f"{NAME} start", partial(start, subject, plan)),
            help=f"Trains for at most {minutes(plan.seconds)} in the background; the page stays usable.",
        )
        if problem:
            st.caption(f":material/info: {problem}")
    return subject, plan


def minutes(seconds: float) -> str:
    """A time in words: "40 s", "2 min 40 s"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")
