"""Long work in the background: one thread a job, with progress, a result and a way to stop it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from core.errors import UserError

_LOG = logging.getLogger(__name__)

Report = Callable[[float, str], None]
"""What a job calls now and then: (fraction done in [0, 1], one line of text). Raises `Cancelled` once asked to stop."""


class Cancelled(Exception):
    """Raised inside a job by its own progress report after somebody pressed cancel."""


class State(StrEnum):
    """Where a job stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job:
    """One piece of long work on a thread of its own.

    The work is a function of one argument, the report. It stops at its next report after `cancel()`.
    All attributes may be read from any thread; only the job writes them.

    Attributes:
        state: running, done, failed or cancelled.
        fraction: how much is done, in [0, 1].
        text: what it is doing, in one line.
        error: the sentence to show when the state is failed, else "".
    """

    def __init__(self, work: Callable[[Report], Any]) -> None:
        self.state = State.RUNNING
        self.fraction = 0.0
        self.text = ""
        self.error = ""
        self._work = work
        self._result: Any = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="classroom-job")
        self._thread.start()

    def _report(self, fraction: float, text: str) -> None:
        if self._stop.is_set():
            raise Cancelled
        self.fraction, self.text = min(max(fraction, 0.0), 1.0), text

    def _run(self) -> None:
        try:
            self._result = self._work(self._report)
            self.fraction, self.state = 1.0, State.DONE
        except Cancelled:
            self.state = State.CANCELLED
        except UserError as error:
            self.error, self.state = str(error), State.FAILED
        except BaseException as error:  # a thread has no caller: unheld, it would leave the job running for ever
            _LOG.error("a job failed", exc_info=error)
            self.error, self.state = "This failed unexpectedly; the server's log says more.", State.FAILED

    @property
    def running(self) -> bool:
        """Whether the work goes on."""
        return self.state is State.RUNNING

    @property
    def stopping(self) -> bool:
        """Whether somebody asked it to stop: it may still run until its next report."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask the job to stop at its next report."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> Any:
        """Wait for the end (at most `seconds`) and return the work's result, None unless the state is done."""
        self._thread.join(seconds)
        return self._result


_jobs: dict[str, Job] = {}
_lock = threading.Lock()


def start(key: str, work: Callable[[Report], Any]) -> Job:
    """Start a job, or join the one that already runs under this key (two visitors, one download)."""
    with _lock:
        job = _jobs.get(key)
        if job is None or not job.running or job.stopping:
            job = _jobs[key] = Job(work)
        return job


def find(key: str) -> Job | None:
    """The newest job under this key, running or ended, if there was one."""
    return _jobs.get(key)


def forget(key: str) -> None:
    """Drop an ended job, so that its message is not shown for ever. A running one stays."""
    with _lock:
        job = _jobs.get(key)
        if job is not None and not job.running:
            del _jobs[key]
