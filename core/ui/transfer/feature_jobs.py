"""Feature extraction as jobs, each run once for all visitors who request it; its results as long as they fit."""

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
class _FeatureJob:
    job: Job
    requested_by: WeakSet[object] = field(default_factory=WeakSet)  # this list is everybody's: it keeps no desk alive


class FeatureJobs:
    """Jobs that extract features, by key. One of them for everybody's embedded sets, one on each desk for a visitor's
    own.

    Attributes:
        done: results by key.
    """

    def __init__(self, megabytes: float) -> None:
        self.done: Shelf[Hashable, Features] = Shelf(megabytes, size_of)
        self._jobs: dict[Hashable, _FeatureJob] = {}
        self._lock = threading.Lock()
        self._closed = False

    def job(self, key: Hashable, who: object) -> Job | None:
        """The newest job that somebody requested, under way or ended without a result."""
        with self._lock:
            found = self._jobs.get(key)
            return found.job if found is not None and who in found.requested_by else None

    def request(self, key: Hashable, who: object, work: Work) -> Job | None:
        """Start a job, or join the one that somebody else requested; one that has ended is started anew.

        None if its result is on the shelf by now.
        """

        def work_and_keep(report: Report) -> None:
            features = work(report)
            with self._lock:
                if not self._closed:
                    self.done[key] = features
                    if self._jobs.get(key) is started:  # not one that was asked for after this was told to stop
                        del self._jobs[key]

        started: _FeatureJob | None = None
        with self._lock:
            if key in self.done:
                return None
            found = self._jobs.get(key)
            # whoever sees their own pass stop waits for its end; who comes meanwhile has asked nobody to stop it
            if found is None or found.job.ended or (found.job.stopping and who not in found.requested_by):
                waiting = found.requested_by if found is not None else WeakSet()
                found = started = self._jobs[key] = _FeatureJob(FEATURES.submit(work_and_keep), waiting)
            found.requested_by.add(who)
            return found.job

    def release(self, key: Hashable, who: object) -> None:
        """Release a request; a job that nobody requests any more stops."""
        with self._lock:
            found = self._jobs.get(key)
            if found is None:
                return
            found.requested_by.discard(who)
            if found.requested_by:
                return
            del self._jobs[key]
        found.job.cancel()

    def close(self) -> None:
        """Stop all jobs and let go of everything."""
        with self._lock:
            self._closed = True
            jobs = [found.job for found in self._jobs.values()]
            self._jobs.clear()
            self.done.clear()
        for job in jobs:
            job.cancel()


SHARED = FeatureJobs(500)
"""Of the sets that come with the app: what one visitor waits for is there for all."""
