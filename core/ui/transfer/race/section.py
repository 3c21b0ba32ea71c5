"""Section "Race": the lecture's three scenarios and "from scratch" on one split, with the same seconds each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from core.figures.transfer import curves
from core.jobs import Report
from core.transfer.data.image_set import majority
from core.transfer.subject import Subject
from core.transfer.training.race import EPOCHS_FIXED, LiveCurves, best_seeds, race
from core.transfer.training.run import Point, Run
from core.ui.framework.layout import panes
from core.ui.framework.show import show
from core.ui.transfer.desk import desk
from core.ui.transfer.experiment import Experiment
from core.ui.transfer.race.answers import answers
from core.ui.transfer.race.controls import KEY, NAME, Plan, controls
from core.ui.transfer.race.details import before, details, how
from core.ui.transfer.training import begin, caption, current, watch

Runs = Mapping[tuple[str, int], Run]
Race = Experiment[Plan, LiveCurves, Runs]


def section() -> None:
    """Draw the section."""
    experiment: Race | None = current(NAME, _collect)
    left, right, numbers = panes()
    with left:
        subject, plan = controls(_start)
    with right:
        if experiment is None:
            before(subject, plan, numbers)
        else:
            watch(NAME, "The race", _curves)
            caption(experiment, subject, weights=False)
    if experiment is not None:
        if experiment.result:
            plan_of_it, runs = experiment.plan, experiment.result
            runs = {key: runs[key] for key in plan_of_it.keys if key in runs}
            details(plan_of_it, runs, _named(plan_of_it, experiment.live.snapshot()))
            answers(experiment.subject, plan_of_it, runs)
        with st.expander("What is chosen now, before it starts", icon=":material/checklist:"):
            before(subject, plan, st.container())
    how()


def _start(subject: Subject, plan: Plan) -> None:
    """Callback of the button."""
    curves = LiveCurves()
    work = partial(
        _work,
        race=partial(
            race,
            subject.images,
            subject.selection,
            subject.backbone,
            subject.size,
            plan.runners,
            budget_s=plan.budget_s,
            seeds=plan.seeds,
            curves=curves,
            augmentation=plan.augmentation,
        ),
    )
    begin(NAME, Race(subject, plan, curves), work)


def _work(report: Report, race: partial[dict[tuple[str, int], Run]]) -> Runs:
    return race(report=report)


def _collect(runs: Runs) -> Runs:
    """Keep of each runner the run that was best on the validation pictures; of the others all but their weights."""
    best = [runs[key] for key in best_seeds(runs).values()]
    for run in sorted(best, key=lambda run: run.validation_accuracy):  # where not all fit, the last put in stays
        desk().keep(run)
    return {key: run.without_weights() for key, run in runs.items()}


def _curves(experiment: Race) -> None:
    plan, subject = experiment.plan, experiment.subject
    lines = _named(plan, experiment.live.snapshot())
    chance = majority(subject.images.labels[subject.selection.validation])
    names = [runner.title for runner in plan.runners]
    note = (
        "Each point is a look at the validation pictures. The fixed feature extractor ends when it has had "
        f"{EPOCHS_FIXED} epochs, the others with their seconds. Dashed: always the most frequent class."
    )
    show(curves.race(lines, names, plan.budget_s, chance), key=f"{KEY}_curves", note=note)


def _named(plan: Plan, points: Mapping[tuple[str, int], Sequence[Point]]) -> dict[tuple[str, int], Sequence[Point]]:
    """The points by the runners' titles."""
    titles = {runner.key: runner.title for runner in plan.runners}
    return {(titles[key], seed): found for (key, seed), found in points.items()}
