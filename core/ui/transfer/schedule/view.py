"""Section "Schedule": a training as a table of phases, carried out, and the proof of what stayed frozen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from core.figures.transfer import curves_by_epoch as curves
from core.figures.transfer import schedule as figures
from core.figures.transfer.against_probe import reached
from core.figures.transfer.race import points_table
from core.figures.words import duration
from core.jobs import FEATURES, Report
from core.transfer.subject import Subject
from core.transfer.training.estimate import parameters, predicted_seconds
from core.transfer.training.freezing import backbone_rests
from core.transfer.training.reference import ProbeReference
from core.transfer.training.run import Point, Run
from core.transfer.training.schedule_plan import SchedulePlan
from core.ui import framework as ui
from core.ui.transfer.experiment import Experiment
from core.ui.transfer.recorded import RECORDED_SCHEDULE
from core.ui.transfer.schedule.controls import DEFAULTS, controls
from core.ui.transfer.schedule.editor import edit
from core.ui.transfer.schedule.inspector import inspector
from core.ui.transfer.schedule.state import KEY
from core.ui.transfer.training import beside_probe, reference, save, training
from core.ui.transfer.training_section import TrainingSection

HELP = "transfer/schedule"
JOB = "schedule seconds"
MOST = 16
"""Estimates of one visitor; a few numbers each."""
Seconds = tuple[float, ...]


@dataclass(eq=False)
class Live:
    """What the job writes and the page reads meanwhile.

    Attributes:
        points: so far.
        probe: what a logistic probe reaches on the same pictures, if that is known.
    """

    points: list[Point] = field(default_factory=list)
    probe: ProbeReference | None = None


Training = Experiment[SchedulePlan, Live, Run]


def _picture(plan: SchedulePlan, *, small: bool) -> None:
    figure = figures.picture(plan.phases, plan.groups, numbers_only=small)
    ui.show(figure, key=f"{KEY}_picture_{'small' if small else 'large'}")


def _curve(experiment: Training) -> None:
    points, probe = tuple(experiment.live.points), experiment.live.probe  # the job adds to them meanwhile
    level = None if probe is None else probe.validation
    ui.show(curves.by_epoch(points, experiment.plan.phases, level), key=f"{KEY}_curve")


def _work(subject: Subject, plan: SchedulePlan, live: Live) -> Callable[[Report], Run]:
    probe, train = reference(subject), training(plan.preset, plan.spec, subject, plan.recipe, live.points)

    def work(report: Report) -> Run:
        live.probe = probe(report)
        return train(report)

    return work


def _below(experiment: Training | None, subject: Subject, plan: SchedulePlan) -> None:
    _beforehand(subject, plan)
    run = None if experiment is None else experiment.result
    if experiment is not None and run is not None:
        _results(experiment, run)
    inspector(None if run is None else run.trained.title)


def _beforehand(subject: Subject, plan: SchedulePlan) -> None:
    """The table of what learns, with the seconds where they are known, and the button that estimates them."""
    st.header("Before the start", anchor=False)
    key = repr((subject.key, plan.preset, plan.spec, plan.recipe))
    known: dict[str, Seconds] = ui.session().shown.setdefault(JOB, {})
    _take_in(known)
    seconds, number = known.get(key), st.column_config.NumberColumn
    numbers, side = ui.beside([3, 1], 800, of_page=True)
    with numbers:
        st.dataframe(
            figures.beforehand(plan.phases, parameters(plan.spec), seconds),
            hide_index=True,
            key=f"{KEY}_beforehand",
            alt="For each phase how many parameters learn and how many are frozen, and how long it takes",
            column_config={
                "#": number(width=40),
                "phase": st.column_config.TextColumn(width=130),
                "parameters that learn": number(format="localized", width=145),
                "frozen": number(format="localized", width=80),
                "share that learns": st.column_config.ProgressColumn(
                    format="percent", min_value=0, max_value=1, width=125
                ),
                "seconds, about": None if seconds is None else number(format="%.1f", width=105),
            },
        )
    with side:
        if seconds is None:
            _estimate(subject, plan, key)
        else:
            st.metric("Seconds in all, about", duration(sum(seconds)), help=ui.prose(HELP, "Seconds"))


def _estimate(subject: Subject, plan: SchedulePlan, key: str) -> None:
    job = ui.session().jobs.get(JOB)
    if job is not None and not job.ended:
        ui.show_progress(job, FEATURES, "Measuring", f"{KEY}_seconds", stop_help="The schedule stays as it is.")
        return
    if job is not None and not job.error:  # it ended since the table above was drawn
        st.rerun()
    if job is not None:
        st.error(ui.escape_markdown(job.error), icon=":material/error:")
    st.button(
        "How long will it take?",
        icon=":material/timer:",
        key=f"{KEY}_measure",
        on_click=ui.session_callback("measure a schedule", partial(_measure, subject, plan, key)),
        disabled=not len(subject.selection.train) or bool(subject.absent),
        help="Makes a few steps of each phase on this machine and multiplies; some seconds of work.",
    )


def _measure(subject: Subject, plan: SchedulePlan, key: str) -> None:
    """Callback of the button."""
    estimate = partial(predicted_seconds, plan.spec, subject.images, subject.selection, plan.recipe)

    def work(report: Report) -> tuple[str, Seconds]:
        report(0.0, "a few steps of each phase")
        return key, estimate(report)

    ui.session().start(JOB, FEATURES, work)


def _take_in(known: dict[str, Seconds]) -> None:
    """Note what a job has estimated."""
    job = ui.session().jobs.get(JOB)
    if job is None or not job.ended or job.error:
        return
    found: tuple[str, Seconds] | None = job.wait()
    if found is not None:
        known[found[0]] = found[1]
        while len(known) > MOST:
            del known[next(iter(known))]
    del ui.session().jobs[JOB]


def _results(experiment: Training, run: Run) -> None:
    plan = experiment.plan
    st.header("Results", anchor=False)
    best, title = run.points[run.best], run.trained.title
    numbers, chart = st.columns([1, 3], gap="medium")
    with numbers:
        shown = {
            "Test accuracy": f"{run.test.accuracy:.1%}",
            "Best on validation": f"{best.accuracy:.1%}",
            "Training": duration(run.seconds),
        }
        ui.metrics(HELP, shown, phase=best.phase + 1, epoch=best.epoch)
        ended = "It was stopped." if run.stopped else ""
        if run.diverged:
            ended = "It diverged: the loss was no number any more. Lower the rates."
        names = {"called": ui.escape_markdown(plan.phases[best.phase].name), "title": ui.escape_markdown(title)}
        st.caption(f"{ended} {ui.prose(HELP, 'Saved', phase=best.phase + 1, **names)}")
        table = points_table({(title, run.recipe.seed): run.points})
        says = "One line for each evaluation on the validation pictures."
        ui.download("Curve (CSV)", lambda: table.to_csv(index=False), "schedule.csv", says)
    with chart:
        ui.show(curves.losses(run.points, plan.phases), key=f"{KEY}_losses")
    fixed = not plan.spec.neck and all(backbone_rests(phase) for phase in plan.phases if phase.epochs > 0)
    beside_probe([reached(run.trained.title, run, fixed=fixed)], experiment.live.probe, experiment.subject)


section = TrainingSection[SchedulePlan, Live, Run](
    name="schedule",
    label="Training",
    takes=lambda _: "Carries the schedule out in the background; the page stays usable.",
    controls=controls,
    defaults=DEFAULTS,
    editor=edit,
    refuses=lambda plan: plan.problem,
    before=lambda _, plan: _picture(plan, small=False),
    beside=lambda plan: _picture(plan, small=True),
    live=Live,
    work=_work,
    collect=save,
    curves=_curve,
    below=_below,
    recorded=RECORDED_SCHEDULE,
    help=HELP,
)
