"""What one visitor has on their desk: own pictures, features of these, trained networks, work under way.

It lives as long as the visitor's tab: closing the tab stops the work and frees the rest. Everything on it has a
bound, together about 1.5 GB: that of a visitor who fills all shelves.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.jobs import Job, JobQueue, Report
from core.transfer.data.drafts import History
from core.transfer.data.image_set import ImageSet
from core.transfer.features.extract import Features
from core.transfer.model.classifier import Trained
from core.transfer.training.run import Run
from core.ui.transfer.experiment import Experiment
from core.ui.transfer.feature_jobs import FeatureJobs
from core.ui.transfer.shelf import Shelf

SETS_MB = 400
"""Own pictures, all sets together."""
FEATURES_MB = 200
"""Features of own pictures."""
WEIGHTS_MB = 400
"""Of trained networks; once for trainings, once for probes."""
RUNS = 12
"""Trainings kept at once; the oldest goes when another comes."""


def _pictures(images: ImageSet) -> int:
    return int(images.images.nbytes)


def _weights(trained: Trained) -> int:
    return sum(tensor.nbytes for tensor in trained.state.values())


def _of_run(run: Run) -> int:
    return _weights(run.trained) + run.test.probabilities.nbytes


def _pictures_of(thing: object) -> str | None:
    """The digest of the own pictures that something shown is about; None where it is about no such."""
    if isinstance(thing, Experiment) and thing.subject.images.own:
        return thing.subject.images.digest
    return None


@dataclass(eq=False)
class Desk:
    """One visitor's things.

    Attributes:
        sets: own pictures, by the name that menus show.
        drafts: classes of own pictures that are being made; it bounds itself.
        feature_jobs: features of own pictures, and the jobs under way that extract them.
        runs: trainings that ended, by title, the newest last.
        probes: networks made of a probe and its backbone, by title.
        jobs: work under way or ended, by what it is for ("race").
        held: what buttons and downloads do, by name; see `core.ui.transfer.held`.
        shown: what a section shows of its last training, by the same names, see `core.ui.transfer.training`; other
            things that a section shows, by names of its own.
    """

    sets: Shelf[str, ImageSet] = field(default_factory=lambda: Shelf(SETS_MB, _pictures))
    drafts: History = field(default_factory=History)
    feature_jobs: FeatureJobs = field(default_factory=lambda: FeatureJobs(FEATURES_MB))
    runs: Shelf[str, Run] = field(default_factory=lambda: Shelf(WEIGHTS_MB, _of_run, RUNS))
    probes: Shelf[str, Trained] = field(default_factory=lambda: Shelf(WEIGHTS_MB, _weights, RUNS))
    jobs: dict[str, Job] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    held: dict[str, Callable[..., Any]] = field(default_factory=dict)
    _requested: dict[str, tuple[FeatureJobs, Hashable]] = field(default_factory=dict)
    _closed: bool = False

    @property
    def features(self) -> Shelf[Hashable, Features]:
        """Features of own pictures, by `Subject.key`."""
        return self.feature_jobs.done

    def lay(self, name: str, images: ImageSet) -> None:
        """Lay own pictures down under a name; what is shown of sets that make room for them goes as well."""
        self.sets[name] = images
        if self.sets.let_go:
            self._clear_away()

    def forget(self, digest: str) -> None:
        """Take own pictures away, stop what is trained on them, and let go of what is shown of them."""
        for name in [name for name, images in self.sets.items() if images.digest == digest]:
            del self.sets[name]
        for section in [name for name, thing in self.shown.items() if _pictures_of(thing) == digest]:
            if section in self.jobs:
                self.jobs.pop(section).cancel(discard=True)
        self._clear_away()

    def _clear_away(self) -> None:
        """Let go of whatever is about sets that are here no more; trainings under way go on."""
        here = {images.digest for images in self.sets.values()}
        for section, thing in list(self.shown.items()):
            of = _pictures_of(thing)
            if of is not None and of not in here and section not in self.jobs:
                del self.shown[section]
        for key in self.features:
            if isinstance(key, tuple) and key[0] not in here:
                del self.features[key]
        self.held.clear()  # buttons may be about them; the page is about to be drawn, and these with it

    def keep(self, run: Run) -> None:
        """Keep a training under its title; one of the same title goes."""
        self.runs[run.trained.title] = run

    def start(self, name: str, queue: JobQueue, work: Callable[[Report], Any]) -> Job:
        """Submit work to a queue, to be found under `jobs[name]`; what was under way by that name is stopped."""
        if name in self.jobs:
            self.jobs[name].cancel(discard=True)
        job = self.jobs[name] = queue.submit(work)
        if self._closed:  # the tab was closed while its page still ran
            job.cancel(discard=True)
        return job

    def request(
        self, feature_jobs: FeatureJobs, key: Hashable, work: Callable[[Report], Features], slot: str
    ) -> Job | None:
        """Request features; the request before, for the same place on a page, is released."""
        before = self._requested.get(slot)
        if before is not None and before != (feature_jobs, key):
            before[0].release(before[1], self)
        self._requested[slot] = feature_jobs, key
        job = feature_jobs.request(key, self, work)
        if self._closed:
            feature_jobs.release(key, self)
        return job

    def close(self) -> None:
        """Stop all work and let go of everything."""
        self._closed = True
        for job in list(self.jobs.values()):  # copies: the page may still run and add to them
            job.cancel(discard=True)
        for feature_jobs, key in list(self._requested.values()):
            feature_jobs.release(key, self)
        self.feature_jobs.close()
        self.drafts = History()
        for shelf in (self.sets, self.runs, self.probes, self.jobs, self.shown, self.held, self._requested):
            shelf.clear()


# scope: Streamlit clears it, and calls `close`, as soon as the tab is closed or its connection breaks
@st.cache_resource(scope="session", on_release=Desk.close, show_spinner=False)
def desk() -> Desk:
    """The visitor's desk, laid at first use."""
    return Desk()
