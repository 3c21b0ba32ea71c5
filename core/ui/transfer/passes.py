"""Passes of pictures through a network, each made once for all who want it, and their results as long as they fit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from weakref import WeakSet

from core.jobs import FEATURES, Job, Report
from core.transfer.features.extract import Features
from core.ui.transfer.shelf import Shelf

Work = Callable[[Report], Features]


def size_of(features: Features) -> int:
    """Bytes of them."""
    return features.values.nbytes + features.indices.nbytes + sum(values.nbytes for _, values in features.stages)


@dataclass(eq=False)
class _Pass:
    job: Job
    wanted_by: WeakSet[object] = field(default_factory=WeakSet)  # this list is everybody's: it keeps no desk alive


class Passes:
    """Where passes are asked for. One shelf for everybody's embedded sets, one on each desk for a visitor's own.

    Attributes:
        done: results by key.
    """

    def __init__(self, megabytes: float) -> None:
        self.done: Shelf[Hashable, Features] = Shelf(megabytes, size_of)
        self._passes: dict[Hashable, _Pass] = {}
        self._lock = threading.Lock()
        self._closed = False

    def job(self, key: Hashable, who: object) -> Job | None:
        """The newest job of a pass that somebody wants, under way or ended without a result."""
        with self._lock:
            found = self._passes.get(key)
            return found.job if found is not None and who in found.wanted_by else None

    def want(self, key: Hashable, who: object, work: Work) -> Job | None:
        """Start a pass, or join the one that somebody else wants; one that has ended is started anew.

        None if its result is on the shelf by now.
        """

        def work_and_keep(report: Report) -> None:
            features = work(report)
            with self._lock:
                if not self._closed:
                    self.done[key] = features
                    if self._passes.get(key) is started:  # not one that was asked for after this was told to stop
                        del self._passes[key]

        started: _Pass | None = None
        with self._lock:
            if key in self.done:
                return None
            found = self._passes.get(key)
            # whoever sees their own pass stop waits for its end; who comes meanwhile has asked nobody to stop it
            if found is None or found.job.ended or (found.job.stopping and who not in found.wanted_by):
                waiting = found.wanted_by if found is not None else WeakSet()
                found = started = self._passes[key] = _Pass(FEATURES.submit(work_and_keep), waiting)
            found.wanted_by.add(who)
            return found.job

    def leave(self, key: Hashable, who: object) -> None:
        """Somebody wants it no more; when nobody does it stops."""
        with self._lock:
            found = self._passes.get(key)
            if found is None:
                return
            found.wanted_by.discard(who)
            if found.wanted_by:
                return
            del self._passes[key]
        found.job.cancel()

    def close(self) -> None:
        """Stop all passes and let go of everything."""
        with self._lock:
            self._closed = True
            jobs = [found.job for found in self._passes.values()]
            self._passes.clear()
            self.done.clear()
        for job in jobs:
            job.cancel()


SHARED = Passes(500)
"""Of the sets that come with the app: what one visitor waits for is there for all."""
