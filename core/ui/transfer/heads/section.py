"""Section "Two heads": two tasks on one backbone, and whether they help each other."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.figures.transfer import heads as figures
from core.transfer.data.image_set import majority
from core.transfer.subject import Subject
from core.transfer.training.loop import train
from core.transfer.training.run import Point, Run
from core.transfer.training.tasks import ROTATIONS
from core.ui.framework.layout import WHOLE, beside, panes
from core.ui.framework.show import show
from core.ui.transfer.desk import desk
from core.ui.transfer.experiment import Experiment
from core.ui.transfer.heads.controls import KEY, NAME, Plan, controls
from core.ui.transfer.heads.details import before, comparison, how
from core.ui.transfer.training import begin, caption, current, free_title, watch

Training = Experiment[Plan, list[Point], Run]


def section() -> None:
    """Draw the section."""
    experiment: Training | None = current(NAME, _collect)
    left, right, _ = panes()
    with left:
        subject, plan = controls(_start)
    with right:
        if experiment is None:
            before(subject, plan)
        else:
            watch(NAME, "Training both heads", _curves)
            caption(experiment, subject)
    comparison(experiment, subject, plan)
    how()


def _start(subject: Subject, plan: Plan) -> None:
    """Callback of the button."""
    points: list[Point] = []
    work = partial(
        train,
        free_title(plan.title),
        plan.spec,
        subject.images,
        subject.selection,
        plan.recipe,
        watch=points.append,
        budget_s=plan.budget_s,
    )
    begin(NAME, Training(subject, plan, points), lambda report: work(report=report))


def _collect(run: Run) -> Run:
    desk().keep(run)
    return run.without_weights()


def _chances(subject: Subject, plan: Plan) -> tuple[float, float]:
    """Accuracy on the validation pictures of always giving the most frequent answer, of each task."""
    images, validation = subject.images, subject.selection.validation
    second = 1 / len(ROTATIONS)
    if plan.task == "label" and images.second is not None:
        second = majority(images.second.labels[validation])
    return majority(images.labels[validation]), second


def _curves(experiment: Training) -> None:
    plan, points = experiment.plan, tuple(experiment.live)  # the job adds to it meanwhile
    chances = _chances(experiment.subject, plan)
    charts = [(figures.accuracies(points, plan.names, plan.budget_s, chances), "accuracies")]
    if plan.depth:
        charts.append((figures.cosines(points, plan.budget_s), "cosines"))
    for column, (figure, name) in zip(beside(len(charts), WHOLE), charts, strict=True):
        with column:
            show(figure, key=f"{KEY}_{name}")
    st.markdown(figures.agreement(points))
