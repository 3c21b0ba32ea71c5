"""Section "Race": the lecture's three scenarios and "from scratch" on one split, with the same seconds each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from core.figures.transfer import curves
from core.figures.transfer import race as figures
from core.figures.transfer.training import on_what
from core.figures.words import duration
from core.jobs import Report
from core.transfer.data.image_set import majority
from core.transfer.subject import Subject
from core.transfer.training.pace import watched
from core.transfer.training.race import EPOCHS_FIXED, LiveCurves, best_seeds, race
from core.transfer.training.race_settings import RaceSettings, winner
from core.transfer.training.run import Run
from core.ui import framework as ui
from core.ui.transfer.experiment import Experiment
from core.ui.transfer.race.controls import DEFAULTS, KEY, controls
from core.ui.transfer.race.mistakes import mistakes
from core.ui.transfer.recorded import RECORDED_RACE
from core.ui.transfer.subject import weights_here
from core.ui.transfer.training import beside_probe, reference
from core.ui.transfer.training_section import TrainingSection

HELP = "transfer/race"
Runs = Mapping[tuple[str, int], Run]
Race = Experiment[RaceSettings, LiveCurves, Runs]
_number = st.column_config.NumberColumn
_COUNT = _number(format="localized")


def _before(subject: Subject, settings: RaceSettings) -> None:
    st.markdown(f"**Runners.** {ui.escape_markdown(on_what(subject, weights=False))}.")
    if not settings.runners:
        st.info("Choose at least one runner.", icon=":material/groups:")
        return
    st.dataframe(
        figures.runners(subject, settings),
        hide_index=True,
        key=f"{KEY}_before",
        alt="The runners: parameters trained and frozen, weights they begin with, seconds and least steps",
        column_config={"parameters trained": _COUNT, "frozen": _COUNT},
    )


def _words(_: Subject, settings: RaceSettings) -> None:
    if settings.runners:
        st.markdown(figures.purposes(settings))
        st.caption(ui.prose(HELP, "Total", time=duration(settings.seconds), least=settings.least_steps))


def _below(experiment: Race | None, subject: Subject, settings: RaceSettings) -> None:
    if experiment is not None:
        with st.expander("What is chosen now, before it starts", icon=":material/checklist:"):
            _before(subject, settings)
            _words(subject, settings)


def _work(subject: Subject, settings: RaceSettings, live: LiveCurves) -> Callable[[Report], Runs]:
    chosen = subject.selection
    weights = weights_here(subject.backbone)
    probe = reference(replace(subject, trained=weights), watched(subject.images, chosen.validation))
    run = partial(
        race,
        subject.images,
        chosen,
        subject.backbone,
        subject.size,
        settings.runners,
        budget_s=settings.budget_s,
        least_steps=settings.least_steps,
        seeds=settings.seeds,
        curves=live,
        augmentation=settings.augmentation,
    )

    def work(report: Report) -> Runs:
        live.probe = probe(report)  # before the start, so that no runner shares the device with it
        return run(report=report)

    return work


def _collect(runs: Runs) -> Runs:
    """Save of each runner the run that was best on the validation pictures; of the others all but their weights."""
    best = [runs[key] for key in best_seeds(runs).values()]
    for run in sorted(best, key=lambda run: run.validation_accuracy):  # where not all fit, the last one stays
        ui.session().keep(run)
    return {key: run.without_weights() for key, run in runs.items()}


def _curves(experiment: Race) -> None:
    settings, images = experiment.plan, experiment.subject.images
    lines = settings.named(experiment.live.snapshot())
    validation = experiment.subject.selection.validation
    shown = watched(images, validation)
    probe, chance = experiment.live.probe, majority(images.labels[shown])
    names = [runner.title for runner in settings.runners]
    note = ui.prose(HELP, "Curves", epochs=EPOCHS_FIXED)
    if len(shown) < len(validation):
        note += " " + ui.prose(HELP, "Part", part=len(shown), of=len(validation))
    chart = curves.race(lines, names, settings.budget_s, chance, None if probe is None else probe.looked_at)
    ui.show(chart, key=f"{KEY}_curves", note=note)


def _results(experiment: Race) -> None:
    settings, runs = experiment.plan, experiment.plan.named(experiment.result or {})
    table, lines = figures.table(runs), settings.named(experiment.live.snapshot())
    st.header("Results", anchor=False)
    ui.show(figures.seed_bars(runs, [runner.title for runner in settings.runners]), key=f"{KEY}_bars")
    count = len(settings.seeds)
    st.caption(ui.prose(HELP, "Seeds", count=count) if count > 1 else "One seed says nothing of chance: try three.")
    _table(table)
    st.caption(ui.prose(HELP, "Test"))
    beside_probe(figures.best_reached(experiment.result or {}, settings), experiment.live.probe, experiment.subject)
    with st.container(horizontal=True):
        ui.download("Table (CSV)", lambda: table.to_csv(index=False), "race.csv", "One line a run.")
        points = partial(figures.points_table, lines)
        says = "One line for each evaluation on the validation pictures."
        ui.download("Curves (CSV)", lambda: points().to_csv(index=False), "race_curves.csv", says)
    mistakes(experiment.subject, runs)


def _table(table: pd.DataFrame) -> None:
    empty = "Empty where it had that before its first step: then it has learned next to nothing."
    st.dataframe(
        table,
        hide_index=True,
        placeholder="–",
        key=f"{KEY}_table",
        alt="One row a run: accuracy, seconds to 90 % of its best, parameters trained and frozen",
        column_config={
            "runner": st.column_config.TextColumn(width=190),
            "seed": _number(width=45),
            "test accuracy": _number(format="percent", width=95),
            "best on validation": _number("validation", format="percent", width=80),
            f"s to {figures.SHARE:.0%} of its best": _number(format="%.1f", width=120, help=empty),
            "s of training": _number("s", format="%.1f", width=45, help="Of training."),
            "epochs": _number(format="%.1f", width=60),
            "parameters trained": _number("trained", format="localized", width=80, help="Parameters that learned."),
            "parameters frozen": _number("frozen", format="localized", width=80, help="Parameters that stayed."),
            "ended": st.column_config.TextColumn(width=85),
        },
    )


def _guesses(settings: RaceSettings) -> tuple[ui.Guess, ...]:
    if len(settings.runners) < 2:
        return ()
    says = "The runner with the highest test accuracy, the mean of its seeds."
    names = tuple(runner.title for runner in settings.runners)
    return (ui.Guess("Who wins?", says, lambda race: winner(race.plan.named(race.result)), options=names),)


section = TrainingSection[RaceSettings, LiveCurves, Runs](
    name="race",
    label="The race",
    button=("Start the race", ":material/flag:"),
    takes=lambda plan: f"Trains for about {duration(plan.seconds)} in the background; the page stays usable.",
    controls=controls,
    defaults=DEFAULTS,
    refuses=lambda plan: "" if plan.runners else "Choose at least one runner.",
    before=_before,
    words=_words,
    live=LiveCurves,
    work=_work,
    collect=_collect,
    curves=_curves,
    results=_results,
    below=_below,
    recorded=RECORDED_RACE,
    weights=False,
    guesses=_guesses,
    help=HELP,
)
