"""Section "Schedule": a training as a table of phases, carried out, and the proof of what stayed frozen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.figures.transfer import curves_by_epoch as curves
from core.transfer.subject import Subject
from core.transfer.training.loop import train
from core.transfer.training.run import Point, Run
from core.transfer.training.schedule import Phase
from core.ui.framework.layout import WHOLE, beside, panes
from core.ui.framework.show import show
from core.ui.transfer.desk import desk
from core.ui.transfer.experiment import Experiment
from core.ui.transfer.held import held
from core.ui.transfer.schedule.beforehand import beforehand
from core.ui.transfer.schedule.controls import NAME, Settings, controls
from core.ui.transfer.schedule.details import details, how
from core.ui.transfer.schedule.editor import draw, edit, what_groups_mean
from core.ui.transfer.schedule.inspector import inspector
from core.ui.transfer.schedule.state import KEY
from core.ui.transfer.training import (
    begin,
    caption,
    current,
    free_title,
    too_few,
    under_way,
    watch,
)


@dataclass(frozen=True)
class Plan:
    """What a training was started with."""

    title: str
    settings: Settings
    phases: tuple[Phase, ...]


Training = Experiment[Plan, list[Point], Run]


def section() -> None:
    """Draw the section."""
    experiment: Training | None = current(NAME, _collect)
    left, right, _ = panes()
    with left:
        button = st.container()
        subject, settings = controls()
    with right:
        complaints, picture = st.container(), st.container()
        phases, good = edit(settings, complaints)
        what_groups_mean(settings)
    with button:
        _button(subject, settings, phases, good)
    with picture:
        if experiment is None:
            draw(phases, settings, small=False)
        else:
            rows, curve = beside(2, WHOLE)
            with rows:
                draw(phases, settings, small=True)
            with curve:
                watch(NAME, "Training", _curve)
                caption(experiment, subject)
    beforehand(subject, settings, phases)
    if experiment is not None and experiment.result is not None:
        details(experiment.plan.phases, experiment.result)
    inspector(None if experiment is None or experiment.result is None else experiment.plan.title)
    how()


def _button(subject: Subject, settings: Settings, phases: tuple[Phase, ...], good: bool) -> None:
    problem = too_few(subject) or ("" if good else "Mend the table first: the sentence above it says what is wrong.")
    st.button(
        "Start training",
        icon=":material/play_arrow:",
        width="stretch",
        key=f"{KEY}_start",
        disabled=bool(problem) or under_way(NAME),
        on_click=held(f"{NAME} start", partial(_start, subject, settings, phases)),
        help="Carries the schedule out in the background; the page stays usable.",
    )
    if problem:
        st.caption(f":material/info: {problem}")


def _start(subject: Subject, settings: Settings, phases: tuple[Phase, ...]) -> None:
    """Callback of the button."""
    title = free_title(settings.preset)
    points: list[Point] = []
    work = partial(
        train, title, settings.spec, subject.images, subject.selection, settings.recipe(phases), watch=points.append
    )
    begin(NAME, Training(subject, Plan(title, settings, phases), points), lambda report: work(report=report))


def _collect(run: Run) -> Run:
    desk().keep(run)
    return run.without_weights()


def _curve(experiment: Training) -> None:
    points = tuple(experiment.live)  # the job adds to it meanwhile
    show(curves.by_epoch(points, experiment.plan.phases), key=f"{KEY}_curve")
