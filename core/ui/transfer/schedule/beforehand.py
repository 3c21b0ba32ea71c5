"""What a schedule will take, said before it starts."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.figures.transfer import schedule as figures
from core.jobs import FEATURES, Report
from core.transfer.data.image_set import ImageSet, Selection
from core.transfer.model.classifier import ModelSpec
from core.transfer.subject import Subject
from core.transfer.training.estimate import predicted_seconds
from core.transfer.training.schedule import Phase, Recipe
from core.ui.framework.layout import beside
from core.ui.framework.progress import show_progress
from core.ui.framework.show import escape_markdown
from core.ui.transfer.desk import desk
from core.ui.transfer.held import held
from core.ui.transfer.race.controls import minutes
from core.ui.transfer.schedule.controls import Settings
from core.ui.transfer.schedule.state import KEY
from core.ui.transfer.training import parameters_of

JOB = "schedule seconds"
KEPT = 16
"""Estimates of one visitor; a few numbers each."""


def beforehand(subject: Subject, settings: Settings, phases: tuple[Phase, ...]) -> None:
    """Draw the table of what learns, with the seconds where they are known, and the button that finds them out."""
    st.header("Beforehand", anchor=False)
    key = repr((subject.key, settings, phases))
    known: dict[str, tuple[float, ...]] = desk().shown.setdefault(JOB, {})
    _take_in(known)
    seconds = known.get(key)
    table = figures.beforehand(phases, dict(parameters_of(settings.spec)), seconds)
    numbers, side = beside([3, 1], 800, of_page=True)
    with numbers:
        st.dataframe(
            table,
            hide_index=True,
            key=f"{KEY}_beforehand",
            alt="For each phase how many parameters learn and how many are frozen, and how long it takes",
            column_config={
                "#": st.column_config.NumberColumn(width=40),
                "phase": st.column_config.TextColumn(width=130),
                "parameters that learn": st.column_config.NumberColumn(format="localized", width=145),
                "frozen": st.column_config.NumberColumn(format="localized", width=80),
                "share that learns": st.column_config.ProgressColumn(
                    format="percent", min_value=0, max_value=1, width=125
                ),
                "seconds, about": st.column_config.NumberColumn(format="%.1f", width=105)
                if seconds is not None
                else None,
            },
        )
    with side:
        if seconds is not None:
            st.metric(
                "Seconds in all, about",
                minutes(sum(seconds)),
                help="Steps of each phase were made on this machine and multiplied. Looking at the validation pictures "
                "comes on top, a third of it at the most.",
            )
            return
        _ask(subject, settings, phases, key)


def _ask(subject: Subject, settings: Settings, phases: tuple[Phase, ...], key: str) -> None:
    job = desk().jobs.get(JOB)
    if job is not None and not job.ended:
        show_progress(job, FEATURES, "Measuring", f"{KEY}_seconds", stop_help="The schedule stays as it is.")
        return
    if job is not None and job.error:
        st.error(escape_markdown(job.error), icon=":material/error:")
    st.button(
        "How long will it take?",
        icon=":material/timer:",
        key=f"{KEY}_measure",
        on_click=held("measure a schedule", partial(_measure, subject, settings, phases, key)),
        disabled=not len(subject.selection.train),
        help="Makes a few steps of each phase on this machine and multiplies; some seconds of work.",
    )


def _measure(subject: Subject, settings: Settings, phases: tuple[Phase, ...], key: str) -> None:
    """Callback of the button."""
    recipe = settings.recipe(phases)
    desk().start(JOB, FEATURES, partial(_work, key, settings.spec, subject.images, subject.selection, recipe))


def _work(
    key: str, spec: ModelSpec, images: ImageSet, selection: Selection, recipe: Recipe, report: Report
) -> tuple[str, tuple[float, ...]]:
    report(0.0, "a few steps of each phase")
    return key, predicted_seconds(spec, images, selection, recipe, report)


def _take_in(known: dict[str, tuple[float, ...]]) -> None:
    """Keep what a job has found out."""
    job = desk().jobs.get(JOB)
    if job is None or not job.ended or job.error:
        return
    found: tuple[str, tuple[float, ...]] | None = job.wait()
    if found is not None:
        known[found[0]] = found[1]
        while len(known) > KEPT:
            del known[next(iter(known))]
    del desk().jobs[JOB]
