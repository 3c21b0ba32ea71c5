"""A visitor's session: how much it holds, and that nothing of it is left when the tab is closed."""

from __future__ import annotations

import gc
import json
import threading
import time
import weakref
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from core.jobs import Job, JobQueue, Report, State
from core.transfer.data.image_set import ImageSet, Selection
from core.transfer.data.own import Draft, Shot
from core.transfer.features.extract import Features
from core.transfer.model.classifier import ModelSpec, Trained
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions, Run
from core.transfer.training.schedule import Recipe
from core.ui.framework import unsaved
from core.ui.framework.session import Session
from core.ui.framework.sized_cache import ResultCache, SizedCache
from core.ui.framework.unsaved import Kind, at_stake
from core.ui.transfer import session as module
from core.ui.transfer.experiment import Experiment
from core.ui.transfer.session import add_set, change_draft, forget
from tests.bench.server import Visitor, serve
from tests.core.ui.transfer.things import features, image_set

LIMIT = 60.0


def trained(title: str, weights: int = 10) -> Trained:
    return Trained(title, ModelSpec("resnet18", 32, (2,)), ("a", "b"), {"w": torch.zeros(weights)}, "digest")


def run(title: str, weights: int = 10) -> Run:
    scored = LabelledPredictions(np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros((1, 2), np.float32))
    return Run(trained(title, weights), Recipe(()), (), 0, (), scored, 10, 10, 1.0)


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    own = Session()
    monkeypatch.setattr(module, "session", lambda: own)
    yield own
    own.close()


def test_own_pictures_have_a_bound_that_is_said(own: Session) -> None:
    third = round((own.sets.megabytes * 1e6 / 3 / 3) ** 0.5)  # a picture that takes a third of the room
    for number in range(5):
        own.sets[f"set {number}"] = image_set(side=third - 10, pictures=1)
    assert list(own.sets) == ["set 2", "set 3", "set 4"]
    assert own.sets.evicted == ("set 1",)
    assert own.sets.bytes <= own.sets.megabytes * 1e6


def test_a_dozen_trainings_are_kept_and_one_of_the_same_title_goes(own: Session) -> None:
    for number in range(15):
        own.keep(run(f"run {number}"))
    assert list(own.runs) == [f"run {number}" for number in range(3, 15)]
    again = run("run 5")
    own.keep(again)
    assert len(own.runs) == 12
    assert list(own.runs)[-1] == "run 5"
    assert own.runs["run 5"] is again


def test_large_networks_leave_room_for_fewer_of_them(own: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own.runs, "megabytes", 0.01)
    for number in range(4):
        own.keep(run(f"run {number}", weights=1_000))
    assert list(own.runs) == ["run 2", "run 3"]


class Work:
    """Work that waits for `go_on` between two reports."""

    def __init__(self) -> None:
        self.reported, self.go_on = threading.Event(), threading.Event()

    def __call__(self, report: Report) -> Features:
        report(0.1, "")
        self.reported.set()
        assert self.go_on.wait(LIMIT)
        report(0.9, "")
        return features()


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.go_on.set()


def shown(images: ImageSet) -> Experiment[None, None, None]:
    """A race on a set."""
    everything = np.arange(len(images.labels))
    return Experiment(
        Subject(images, Selection(everything, everything, everything, None), "resnet18", False, 32), None, None
    )


def test_a_set_that_makes_room_takes_what_is_shown_of_it_along(own: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own.sets, "most", 2)
    first, second, third = (image_set(name) for name in ("first", "second", "third"))
    public = replace(image_set("public"), own=False)
    for images in (first, second):
        add_set(images.name, images)
        own.features[images.digest, 20] = features()
    own.shown |= {"race": shown(first), "schedule": shown(second), "heads": shown(public), "probes": ("not", "a race")}
    own.callbacks["button"] = partial(id, first)
    pixels = weakref.ref(first.images)
    del first
    add_set("third", third)
    assert set(own.shown) == {"schedule", "heads", "probes"}
    assert list(own.features) == [(second.digest, 20)]
    gc.collect()
    assert pixels() is None


def test_what_is_being_trained_on_a_set_that_made_room_goes_on(
    own: Session, monkeypatch: pytest.MonkeyPatch, work: Work
) -> None:
    monkeypatch.setattr(own.sets, "most", 1)
    add_set("first", image_set("first"))
    own.shown["race"] = shown(own.sets["first"])
    job = own.start("race", JobQueue("test"), work)
    add_set("second", image_set("second"))
    assert "race" in own.shown
    assert not job.stopping


def test_forgetting_a_set_stops_what_is_trained_on_it(own: Session, work: Work) -> None:
    one, other = image_set("one"), image_set("other")
    queue = JobQueue("test")
    for images in (one, other):
        add_set(images.name, images)
        own.features[images.digest, 20] = features()
    own.shown |= {"race": shown(one), "schedule": shown(other)}
    race, schedule = own.start("race", queue, work), own.start("schedule", queue, work)
    forget(one.digest)
    assert list(own.sets) == ["other"]
    assert set(own.shown) == {"schedule"}
    assert set(own.jobs) == {"schedule"}
    assert list(own.features) == [(other.digest, 20)]
    assert race.stopping
    assert not schedule.stopping


def test_what_is_started_again_under_a_name_stops_what_was(own: Session, work: Work) -> None:
    queue = JobQueue("test")
    first = own.start("race", queue, work)
    assert work.reported.wait(LIMIT)
    second = own.start("race", queue, lambda _: "second")
    assert own.jobs["race"] is second
    assert first.stopping
    work.go_on.set()
    assert second.wait(LIMIT) == "second"


def test_another_pass_for_the_same_place_leaves_the_one_before(own: Session, work: Work) -> None:
    results, late = ResultCache[Features](1), Work()
    first = own.request(results, "96 px", work, "features")
    assert work.reported.wait(LIMIT)
    assert own.request(results, "96 px", work, "features") is first
    own.request(results, "128 px", late, "features")
    assert first is not None
    assert first.stopping
    late.go_on.set()
    work.go_on.set()
    job = own.request(results, "128 px", late, "features")
    assert job is None or job.wait(LIMIT) is None
    assert list(results) == ["128 px"]


def test_two_places_have_a_pass_each(own: Session, work: Work) -> None:
    results, other = ResultCache[Features](1), Work()
    first, second = own.request(results, "a", work, "left"), own.request(results, "b", other, "right")
    assert first is not None
    assert second is not None
    assert not first.stopping
    work.go_on.set()
    other.go_on.set()
    second.wait(LIMIT)
    assert set(results) == {"a", "b"}


def test_closing_stops_the_work_and_empties_every_cache(work: Work) -> None:
    own, everybody, queue = Session(), ResultCache[Features](1), JobQueue("test")
    own.sets["mine"] = image_set()
    own.features["key"] = features()
    own.keep(run("run"))
    own.probes["probe"] = trained("probe")
    running, waiting = own.start("race", queue, work), own.start("schedule", queue, work)
    shared = own.request(everybody, "key", Work(), "features")
    assert work.reported.wait(LIMIT)
    own.close()
    assert waiting.state is State.CANCELLED
    assert running.stopping
    assert shared is not None
    assert shared.stopping
    assert not any((own.sets, own.features, own.runs, own.probes, own.jobs))
    work.go_on.set()
    running.wait(LIMIT)
    assert running.state is State.CANCELLED


def test_a_page_that_still_runs_when_its_tab_is_closed_starts_nothing(own: Session) -> None:
    results, queue = ResultCache[Features](1), JobQueue("test")
    own.close()
    job = own.start("race", queue, Work())
    job.wait(LIMIT)
    assert job.state is State.CANCELLED
    passed = own.request(results, "key", Work(), "features")
    assert passed is not None
    passed.wait(LIMIT)
    assert passed.state is State.CANCELLED


APP = """
import gc, json, threading, weakref
from pathlib import Path
import streamlit as st
from core.jobs import TRAININGS
from core.ui.framework.session import EVERYBODY, session
from core.ui.framework.progress import show_progress
from tests.core.ui.transfer.things import features, image_set
import closing_ledger as ledger

own = session()
if not ledger.held:
    images, found = image_set(), features()
    own.sets["mine"], own.features["key"] = images, found
    def train(report, images=images):  # held by the work itself: below, the page lets go of the name
        while True:
            report(0.5, f"{len(images)} pictures")
            ledger.steps += 1
            threading.Event().wait(0.01)
    def look(report, pause=threading.Event()):
        while True:
            report(0.5, "")
            pause.wait(0.01)
    jobs = [own.start("race", TRAININGS, train), own.start("schedule", TRAININGS, train)]
    jobs += [own.request(own.features, "other", look, "own")]
    jobs += [own.request(EVERYBODY.features, "embedded", look, "embedded")]
    things = {"set": images, "pixels": images.images, "features": found, "session": own}
    things |= {f"job {number}": job for number, job in enumerate(jobs)}
    ledger.held.update({name: weakref.ref(thing) for name, thing in things.items()})
    del images, found, jobs, things, train, look
if "race" in own.jobs:
    show_progress(own.jobs["race"], TRAININGS, "Training", "race")
del own
gc.collect()
alive = sorted(name for name, held in ledger.held.items() if held() is not None)
Path("{report}").write_text(json.dumps({"alive": alive, "steps": ledger.steps}))
"""


def test_closing_the_tab_stops_the_work_and_leaves_nothing_in_memory(tmp_path: Path) -> None:
    """A real server and two real visitors: one keeps things and goes, the other looks what is left."""
    report = tmp_path / "report.json"
    (tmp_path / "closing_ledger.py").write_text("held = {}\nsteps = 0\n")
    app = tmp_path / "app.py"
    app.write_text(APP.replace("{report}", str(report)))

    def told() -> dict[str, object]:
        found: dict[str, object] = json.loads(report.read_text())
        return found

    with serve(app) as server, Visitor(server) as witness:
        with Visitor(server) as visitor:
            visitor.open()
            visitor.open()
            assert told()["alive"] == ["features", *(f"job {n}" for n in range(4)), "pixels", "session", "set"]
        witness.open()
        until = time.monotonic() + LIMIT
        while told()["alive"] and time.monotonic() < until:
            time.sleep(0.2)
            witness.open()
        assert told()["alive"] == []
        steps = told()["steps"]
        time.sleep(0.3)
        witness.open()
        assert told()["steps"] == steps, "the training goes on"


def test_closing_empties_all_there_is_whatever_is_added_later() -> None:
    own = Session()
    for thing in vars(own).values():
        if isinstance(thing, SizedCache):
            thing["something"] = "anything"
        elif isinstance(thing, dict):
            thing["something"] = Job(lambda _: None) if thing is own.jobs else (ResultCache[Features](1), "key")
    assert isinstance(own.shown, dict)
    own.close()
    assert not [name for name, thing in vars(own).items() if isinstance(thing, dict | SizedCache) and thing]


def test_a_training_is_at_stake_until_it_is_taken_away_and_again_when_it_is_another() -> None:
    own = Session()
    own.keep(run("Race"))
    own.keep(run("Schedule"))
    assert own.untaken == ["Race", "Schedule"]
    own.take("Race")
    own.take("nobody")
    assert own.untaken == ["Schedule"]
    own.keep(run("Race"))  # trained anew under the same title
    assert sorted(own.untaken) == ["Race", "Schedule"]
    own.close()
    assert own.untaken == []


def test_sets_classes_and_trainings_are_what_there_is_to_lose(own: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    here = {key: check for key, check in unsaved._CHECKS.items() if check.__module__ == module.__name__}
    monkeypatch.setattr(unsaved, "_CHECKS", here)
    assert not {Kind.SETS, Kind.CLASSES, Kind.TRAININGS} & set(at_stake())
    own.sets["mine"] = image_set()
    assert Kind.SETS in at_stake()
    change_draft(Draft(("a",)))
    assert Kind.CLASSES not in at_stake(), "a name alone is soon typed again"
    change_draft(Draft(("a",), ((Shot("b.png", torch.zeros(3, 8, 8, dtype=torch.uint8), b""),),)))
    assert Kind.CLASSES in at_stake()
    own.keep(run("Race"))
    assert Kind.TRAININGS in at_stake()
    own.take("Race")
    assert Kind.TRAININGS not in at_stake()
