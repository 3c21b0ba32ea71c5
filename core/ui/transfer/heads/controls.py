"""Controls of the section "Two heads"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import streamlit as st

from core.transfer.data.augment import Augmentation
from core.transfer.data.image_set import ImageSet
from core.transfer.model.classifier import ModelSpec
from core.transfer.model.groups import HEADS, group_names
from core.transfer.subject import Subject
from core.transfer.training.schedule import Phase, Recipe
from core.transfer.training.tasks import ROTATIONS
from core.ui.framework.controls import defaults, draw, slider, whole
from core.ui.framework.show import reset_button
from core.ui.transfer.held import held
from core.ui.transfer.subject import choose_subject
from core.ui.transfer.training import SHARED, choose_changes, too_few, under_way

NAME = "heads"
KEY = "transfer_heads"
TASK, DEPTH = f"{KEY}_task", f"{KEY}_depth"
Task = Literal["label", "rotation"]
USUAL_DEPTH = 1
NEW, OLD = 1e-3, 3e-4
"""Learning rates of what begins at random and of what has learned something before."""
UNBOUNDED = 1e6  # epochs: the seconds end it


@dataclass(frozen=True)
class _Loss:
    weight: float = slider(
        "Weight w of the second loss",
        0.0,
        1.0,
        0.3,
        0.05,
        "L = (1 − w) L₁ + w L₂. At 0 only the classes are learned, at 1 only the second task.",
    )


@dataclass(frozen=True)
class _Run:
    seconds: int = whole("Seconds", 5, 300, 30, "Of training, for each run.")
    seed: int = whole("Seed", 0, 9_999, 0, "Of the new heads, the order of pictures, their changes.")


DEFAULTS = {TASK: "label", **defaults(_Loss, KEY), DEPTH: USUAL_DEPTH, **defaults(_Run, KEY)}


@dataclass(frozen=True)
class Plan:
    """What was chosen besides the subject.

    Attributes:
        task: of the second head.
        names: of the tasks, for charts.
        depth: how many groups of the backbone learn, counted from the heads.
        spec: of the network.
        recipe: how it trains.
        budget_s: seconds of training.
    """

    task: Task
    names: tuple[str, str]
    depth: int
    spec: ModelSpec
    recipe: Recipe
    budget_s: float

    @property
    def title(self) -> str:
        """What the run is called; it may stand in a link, so the name of a visitor's own label is not in it."""
        return f"Two heads, {self.task}, w = {self.recipe.second_weight:g}"


def controls(start: Callable[[Subject, Plan], None]) -> tuple[Subject, Plan]:
    """Draw the controls.

    Args:
        start: callback of the button, given what is returned.
    """
    button = st.container()
    weight = draw(_Loss, KEY).weight
    subject = choose_subject()
    task, second, outputs = _task(subject.images)
    depth = _depth(subject)
    run = draw(_Run, KEY)
    augmentation = choose_changes(subject.images)
    reset_button(f"{KEY}_reset", {**SHARED, **DEFAULTS})
    plan = Plan(
        task=task,
        names=("class", second),
        depth=depth,
        spec=ModelSpec(subject.backbone, subject.size, (len(subject.images.classes), outputs), trained=subject.trained),
        recipe=_recipe(subject, depth, task, weight, run.seed, augmentation),
        budget_s=float(run.seconds),
    )
    problem = too_few(subject)
    with button:
        st.button(
            "Start training",
            icon=":material/play_arrow:",
            width="stretch",
            key=f"{KEY}_start",
            disabled=bool(problem) or under_way(NAME),
            on_click=held(f"{NAME} start", partial(start, subject, plan)),
            help=f"Trains for {run.seconds} s in the background; the page stays usable.",
        )
        if problem:
            st.caption(f":material/info: {problem}")
    return subject, plan


def _task(images: ImageSet) -> tuple[Task, str, int]:
    """(the second task, its name, how many answers it has)."""
    rotation: tuple[Task, str, int] = ("rotation", "rotation", len(ROTATIONS))
    if images.second is None:
        st.caption(
            "Second head: **rotation**. By how many quarter turns was a picture turned? Nobody has to label that."
        )
        return rotation
    label = images.second.name if images.second.name not in ("class", "rotation") else f"second {images.second.name}"
    names = {"label": label, "rotation": "rotation"}
    chosen = st.segmented_control(
        "Second head learns",
        list(names),
        default=DEFAULTS[TASK],
        required=True,
        format_func=names.__getitem__,
        key=TASK,
        bind="query-params",
        help="Another label of the same pictures, or by how many quarter turns a picture was turned, which nobody has "
        "to label (arXiv:1803.07728).",
    )
    return rotation if chosen == "rotation" else ("label", label, len(images.second.classes))


def _depth(subject: Subject) -> int:
    names = [name for name in group_names(subject.backbone, neck=False) if name != HEADS]

    def words(count: int) -> str:
        if count == 0:
            return "only the heads"
        if count == len(names):
            return "everything"
        return f"heads and {names[-1]}" if count == 1 else f"heads and {names[-count]} to {names[-1]}"

    if st.session_state.get(DEPTH, 0) > len(names):
        st.session_state[DEPTH] = len(names)  # of a network with more groups
    depth = st.select_slider(
        "What learns",
        list(range(len(names) + 1)),
        USUAL_DEPTH,
        format_func=words,
        key=DEPTH,
        bind="query-params",
        help="The heads share only what lies below them. Where nothing shared learns, their gradients cannot meet.",
    )
    return int(depth)


def _recipe(subject: Subject, depth: int, task: Task, weight: float, seed: int, augmentation: Augmentation) -> Recipe:
    names = [name for name in group_names(subject.backbone, neck=False) if name != HEADS]
    rate = OLD if subject.trained else NEW
    rates = dict.fromkeys(names[len(names) - depth :], rate) | {HEADS: NEW}
    phase = Phase("both heads", rates, UNBOUNDED)
    return Recipe(
        (phase,), second_task=task, second_weight=round(float(weight), 2), seed=seed, augmentation=augmentation
    )
