"""What the server keeps for one visitor while their tab is open, and what it keeps for all: every bound stands here.

In each cache the oldest entry goes first. A `Session` ends with its tab, whatever is in it: work is stopped, the rest
is let go of. `EVERYBODY` holds results about the sets that come with the app, and of the detectors, under the digest
of the picture; they stay until the server stops, or until others want their room.

What a visitor gave, and could not get again, lies in Streamlit's session state instead, which outlives a broken
connection for some minutes: own pictures of the conv calculator, the detector and CIFAR-10, 8 each
(`core.ui.pictures`); the matrix with 50 steps to undo (`core.ui.metrics.session`); files of boxes and of predictions as
they were read, each up to the server's limit of an upload; the last three predictions that another page handed over;
what was handed in on CIFAR-10, 20,000 rows at most (`core.ui.cifar10.hand.uploads`); and the boxes drawn on 16
pictures, 200 on each, with 50 steps to undo (`core.ui.detector.truth.boxes`).
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from weakref import WeakSet

import streamlit as st

from core.jobs import FEATURES, Job, JobQueue, Report
from core.ui.framework.sized_cache import ResultCache, SizedCache

if TYPE_CHECKING:  # at run time these would bring torch to pages that do without
    from core.detection.inside import Inside
    from core.detection.ladder.result import Rung
    from core.detection.results import StagedCandidates
    from core.transfer.data.image_set import ImageSet
    from core.transfer.features.extract import Features
    from core.transfer.model.classifier import Trained
    from core.transfer.training.run import Run

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(eq=False)
class Shared:
    """Results that one visitor waits for and that are then there for all.

    Attributes:
        features: by `Subject.key`.
        probe_results: fitted probes and what is computed of them.
        neighbour_results: neighbours, clusters and maps.
    """

    features: ResultCache[Features] = field(default_factory=partial(ResultCache, 500))
    probe_results: ResultCache[Any] = field(default_factory=partial(ResultCache, 80))
    neighbour_results: ResultCache[Any] = field(default_factory=partial(ResultCache, 60))


@dataclass(eq=False)
class Session(Shared):
    """One visitor's things: about 1.8 GB if they fill every cache. What `Shared` has is here about own pictures.

    Attributes:
        features: by `Subject.key`.
        sets: own pictures, by the name that menus show.
        runs: trainings that ended, by title.
        files: that took a while to make, for downloads; keys hold nothing alive.
        probes: networks made of a probe and its backbone, by title.
        explanations: heat maps and predictions of *Where it looks*: some 300 views.
        heads: candidates that the second stage of a detector made of other proposals, 0.2 MB each.
        ladder: what methods of *2013 to 2016* came to, under 1 MB each.
        jobs: work under way or ended, by what it is for ("race").
        shown: what a section shows of its last training, by the same names; other things that a section shows, by
            names of its own. Each name holds one thing, which bounds itself.
        callbacks: what buttons and downloads do, by name; see `session_callback`.
    """

    features: ResultCache[Features] = field(default_factory=partial(ResultCache, 200))
    sets: SizedCache[str, ImageSet] = field(default_factory=partial(SizedCache, 400))
    runs: SizedCache[str, Run] = field(default_factory=partial(SizedCache, 400, most=12))
    probes: SizedCache[str, Trained] = field(default_factory=partial(SizedCache, 400, most=12))
    files: ResultCache[bytes | str] = field(default_factory=partial(ResultCache, 150))
    explanations: ResultCache[Any] = field(default_factory=partial(ResultCache, 32))
    heads: ResultCache[StagedCandidates] = field(default_factory=partial(ResultCache, 8))
    ladder: ResultCache[Rung] = field(default_factory=partial(ResultCache, 20))
    jobs: dict[str, Job] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    callbacks: dict[str, Callable[..., Any]] = field(default_factory=dict)
    _taken: WeakSet[Run] = field(default_factory=WeakSet)
    _requested: dict[str, tuple[ResultCache[Any], Hashable]] = field(default_factory=dict)
    _closed: bool = False

    def start(self, name: str, queue: JobQueue, work: Callable[[Report], Any]) -> Job:
        """Submit work to a queue, to be found under `jobs[name]`; what was under way by that name is stopped."""
        if name in self.jobs:
            self.jobs[name].cancel(discard=True)
        job = self.jobs[name] = queue.submit(work)
        if self._closed:  # the tab was closed while its page still ran
            job.cancel(discard=True)
        return job

    def keep(self, run: Run) -> None:
        """Keep a training under its title; one of the same title goes."""
        self.runs[run.trained.title] = run

    def take(self, title: str) -> None:
        """The visitor has taken a training away as a file."""
        if title in self.runs:
            self._taken.add(self.runs[title])

    @property
    def untaken(self) -> list[str]:
        """Titles of trainings that are nowhere but here."""
        return [title for title, run in self.runs.items() if run not in self._taken]

    def request(
        self,
        results: ResultCache[T],
        key: Hashable,
        work: Callable[[Report], T],
        slot: str,
        queue: JobQueue = FEATURES,
    ) -> Job | None:
        """Request a result; the request before, for the same place on a page, is released."""
        before = self._requested.get(slot)
        if before is not None and before != (results, key):
            before[0].release(before[1], self)
        self._requested[slot] = results, key
        job = results.request(key, self, work, queue)
        if self._closed:
            results.release(key, self)
        return job

    def close(self) -> None:
        """Stop all work and let go of everything."""
        self._closed = True
        for job in list(self.jobs.values()):  # copies: the page may still run and add to them
            job.cancel(discard=True)
        for results, key in list(self._requested.values()):
            results.release(key, self)
        for things in vars(self).values():
            if isinstance(things, ResultCache):
                things.close()
            elif isinstance(things, SizedCache | dict):
                things.clear()


@dataclass(eq=False)
class Everybody(Shared):
    """What is kept for all visitors. What `Shared` has is here about the sets that come with the app.

    Attributes:
        inside: what a Faster R-CNN computed on its way, by `core.ui.detector.subject.Subject.key`; 12 MB each at most.
        pyramids: of the section Scale, a few kilobytes each.
        regressors: boxes around objects with their features, and what box regressors are fitted on, some 10 MB each.
    """

    inside: SizedCache[Hashable, Inside] = field(default_factory=partial(SizedCache, 250))
    pyramids: ResultCache[Any] = field(default_factory=partial(ResultCache, 4))
    regressors: SizedCache[Hashable, Any] = field(default_factory=partial(SizedCache, 80))


EVERYBODY = Everybody()


# scope: Streamlit clears it, and calls `close`, as soon as the tab is closed or its connection breaks
@st.cache_resource(scope="session", on_release=Session.close, show_spinner=False)
def session() -> Session:
    """The visitor's session, from its first use on."""
    return Session()


def session_callback(name: str, work: Callable[P, T]) -> Callable[P, T | None]:
    """The same callable, to be given to Streamlit: after the visit it holds nothing of the visitor's, and does nothing.

    Streamlit keeps the arguments of buttons, and what makes a download, for minutes after the tab is closed. So they
    are kept in the session, which is let go of at once, and Streamlit gets a name to find them by.

    Args:
        name: unlike that of any other on the page; what was there by this name goes.
        work: what a button does, with all of the visitor's that it needs bound to it.
    """
    mine = session()
    mine.callbacks[name] = work
    return partial(_call, weakref.ref(mine), name)


def _call(where: weakref.ref[Session], name: str, *args: Any, **rest: Any) -> Any:
    mine = where()
    work = None if mine is None else mine.callbacks.get(name)
    return None if work is None else work(*args, **rest)
