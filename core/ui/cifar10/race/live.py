"""One family trained live, in the background, beside its recorded curve."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial

import streamlit as st

from core.figures.cifar10 import live as figures
from core.jobs import TRAININGS, Report
from core.models.cifar10.members import League, member
from core.transfer.cifar10.recipe import ENTRIES, Entry
from core.transfer.cifar10.record import Record
from core.transfer.cifar10.record_file import to_json
from core.transfer.cifar10.run import run_entry
from core.transfer.data.image_set import ImageSet
from core.transfer.takeaway.weights import to_safetensors
from core.transfer.training.run import Point
from core.ui import framework as ui
from core.ui.cifar10 import chosen
from core.ui.cifar10.records import recorded
from core.ui.framework.unsaved import Kind, holds
from core.ui.transfer.sets import cifar_set

KEY = "cifar10_live"
HELP = "cifar10/race"
_JOB = "cifar10"
EVERY_S = 1.0


@dataclass(frozen=True)
class _Live:
    minutes: float = ui.slider(
        "Minutes",
        0.5,
        6.0,
        1.0,
        0.5,
        "Of training, by the recipe of the records; the one cycle of the learning rate takes exactly that long.",
    )
    seed: int = ui.whole("Seed", 0, 999, 1, "Of first weights, order and augmentation; the records have 0.")


DEFAULTS = chosen.DEFAULTS | ui.defaults(_Live, KEY)


@dataclass(eq=False)
class Training:
    """A live training, from the press of its button until the next.

    Attributes:
        entry: who.
        minutes: how long.
        points: its curve so far; the job adds to it.
        record: once it has ended.
        weights: likewise, as a file.
        error: why there is nothing; "" where there is no reason to give.
    """

    entry: Entry
    minutes: float
    points: list[Point] = field(default_factory=list)
    record: Record | None = None
    weights: bytes = b""
    error: str = ""


def trained(family: str) -> Record | None:
    """The record of the last live training, if it was of this family and has ended."""
    training: Training | None = ui.session().shown.get(_JOB)
    return None if training is None or training.entry.family != family else training.record


def draw() -> None:
    """Controls, progress, curve and result."""
    st.header("Run it live", anchor=False)
    images = cifar_set(ui.prose(HELP, "No pictures"))
    training = _take_in()
    left, right, _ = ui.panes()
    with left:
        family = chosen.choose_family()
        asked = ui.draw(_Live, KEY)
        entry = ENTRIES[member(family, League.LAPTOP).name]
        st.button(
            "Start training", icon=":material/play_arrow:", width="stretch", key=f"{KEY}_start",
            disabled=images is None or _JOB in ui.session().jobs,
            help="Trains in the background; the page stays usable, and a detection need not wait for it.",
            on_click=ui.session_callback(f"{KEY} start", partial(_start, entry, asked.minutes, asked.seed, images)),
        )  # fmt: skip
    with right:
        if training is None:
            st.markdown(ui.prose(HELP, "Live"))
            _curve(family, [])
        else:
            _watched(training)


def _start(entry: Entry, minutes: float, seed: int, images: ImageSet | None) -> None:
    """Callback of the button."""
    if images is None:
        return
    training = Training(entry, minutes)
    settings = replace(entry.settings, minutes=minutes, seed=seed)

    def work(report: Report) -> tuple[Record, bytes]:
        done = run_entry(entry, images, settings, report=report, watch=training.points.append)
        return done.record, to_safetensors(done.trained, half=True)

    ui.session().start(_JOB, TRAININGS, work)
    ui.session().shown[_JOB] = training


def _take_in() -> Training | None:
    """The newest training; where it has just ended, with its result."""
    training: Training | None = ui.session().shown.get(_JOB)
    job = ui.session().jobs.get(_JOB)
    if training is not None and job is not None and job.ended:
        result = job.wait()
        training.error = job.error
        if result is not None:
            training.record, training.weights = result
        del ui.session().jobs[_JOB]
    return training


def _watched(training: Training) -> None:
    job = ui.session().jobs.get(_JOB)
    if job is not None and job.ended:
        st.rerun()
    if job is not None:
        ui.show_progress(
            job, TRAININGS, f"Training {training.entry.title}", f"{KEY}_job", stop="Stop training",
            stop_help="It stops at its next step; nothing of it stays.", every=EVERY_S, draw=_draw_shown,
        )  # fmt: skip
        return
    if training.error:
        st.error(ui.escape_markdown(training.error), icon=":material/error:")
    elif training.record is None:
        st.info("It was stopped before its end.", icon=":material/stop_circle:")
    _curve(training.entry.family, training.points, training.minutes)
    if training.record is not None:
        _result(training, training.record)


def _draw_shown() -> None:
    """For the fragment, whose arguments outlive the tab: so the session is asked anew."""
    training: Training | None = ui.session().shown.get(_JOB)
    if training is not None:
        _curve(training.entry.family, training.points, training.minutes)


def _curve(family: str, points: list[Point], minutes: float | None = None) -> None:
    beside = None if ui.hides(KEY) else recorded(family)  # it would say who wins
    budget = None if minutes is None else 60 * minutes
    ui.show(figures.curve(family, tuple(points), beside, budget), key=f"{KEY}_curve")


def _result(training: Training, record: Record) -> None:
    st.markdown(figures.verdict(record, recorded(record.family)))
    with st.container(horizontal=True):
        ui.download(
            "Record (JSON)", partial(to_json, record),
            f"{record.key}.json", "Configuration, curve, predictions: what the section Hand in takes.",
        )  # fmt: skip
        ui.download(
            "Weights (safetensors)", lambda: training.weights, f"{record.key}.safetensors",
            "In half precision; Transfer learning reads them.",
        )  # fmt: skip


@holds(Kind.TRAININGS)
def _has_training() -> bool:
    training: Training | None = ui.session().shown.get(_JOB)
    return training is not None and (training.record is not None or _JOB in ui.session().jobs)
