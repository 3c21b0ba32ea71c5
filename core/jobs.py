"""Long work in the background: with progress, a result and a way to stop it; on a thread of its own, or in a queue.

Downloads run each on a thread of its own (`start`). What wants the device for minutes is submitted to one
queue (`JobQueue`), so that two trainings never share it, and each waiting job knows its position.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from core.errors import UserError

_LOG = logging.getLogger(__name__)

TICK_S = 0.25
Report = Callable[[float, str], None]
"""What a job calls now and then: (fraction done in [0, 1], one line of text).

Raises `Cancelled`, or `Discarded`, once asked to stop.
"""


class Cancelled(Exception):
    """Raised inside a job by its own progress report after somebody pressed cancel."""


class Discarded(Exception):
    """Raised instead where nobody wants what was done so far: who puts things in order after `Cancelled` need not."""


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job:
    """One piece of long work.

    The work is a function of one argument, the report. It stops at its next report after `cancel()`.
    All attributes may be read from any thread; only the job writes them.

    Attributes:
        state: queued, running, done, failed or cancelled.
        fraction: how much is done, in [0, 1].
        text: what it is doing, in one line.
        error: the sentence to show when the state is failed, else "".
    """

    def __init__(self, work: Callable[[Report], Any], leave: Callable[[Job], None] | None = None) -> None:
        """Queued until somebody calls `run`; `leave` is told when it is cancelled before that."""
        self.state = State.QUEUED
        self.fraction = 0.0
        self.text = ""
        self.error = ""
        self._work: Callable[[Report], Any] | None = work
        self._leave = leave
        self._result: Any = None
        self._begin = threading.Lock()  # either `run` takes the work or `cancel` drops it
        self._stop = threading.Event()
        self._discarded = False
        self._ended = threading.Event()

    def _report(self, fraction: float, text: str) -> None:
        if self._stop.is_set():
            raise Discarded if self._discarded else Cancelled
        self.fraction, self.text = min(max(fraction, 0.0), 1.0), text

    def run(self) -> None:
        """Do the work on the calling thread, once; nothing it raises comes out. A cancelled job does nothing."""
        with self._begin:
            work, self._work = self._work, None  # a job that has ended keeps its result and not what its work held
            if work is None:
                return
            self.state = State.RUNNING
        try:
            if self._stop.is_set():
                raise Cancelled
            self._result = work(self._report)
            self.fraction, self.state = 1.0, State.DONE
        except (Cancelled, Discarded):
            self.state = State.CANCELLED
        except UserError as error:
            self.error, self.state = str(error), State.FAILED
        except BaseException as error:  # a thread has no caller: unheld, it would leave the job running for ever
            _LOG.error("a job failed", exc_info=error)
            self.error, self.state = "This failed unexpectedly; the server's log says more.", State.FAILED
        finally:
            del work  # before anybody hears of the end: what it held can be freed by then
            self._ended.set()

    @property
    def running(self) -> bool:
        """Whether the work goes on."""
        return self.state is State.RUNNING

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it: done, failed or cancelled."""
        return self.state not in (State.QUEUED, State.RUNNING)

    @property
    def stopping(self) -> bool:
        """Whether somebody asked it to stop: it may still run until its next report."""
        return self._stop.is_set()

    def cancel(self, *, discard: bool = False) -> None:
        """Ask the job to stop at its next report; one that has not begun leaves its queue at once.

        Args:
            discard: nobody wants what it has done so far, so it need not be put in order.
        """
        self._discarded = self._discarded or discard
        self._stop.set()
        with self._begin:
            waiting = self.state is State.QUEUED
            if waiting:
                self._work, self.state = None, State.CANCELLED
        if waiting:
            self._ended.set()
            if self._leave is not None:
                self._leave(self)

    def wait(self, seconds: float | None = None) -> Any:
        """Wait for the end (at most `seconds`) and return the work's result, None unless the state is done."""
        self._ended.wait(seconds)
        return self._result


class JobQueue:
    """One thread that does jobs one after the other, in the order they came. It ends when there are none left.

    Not a `ThreadPoolExecutor`: there a job that was cancelled holds its place, and what its work holds, until its turn.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None
        self._changed = threading.Lock()

    def submit(self, work: Callable[[Report], Any]) -> Job:
        """Put work at the end of the queue."""
        job = Job(work, self._drop)
        with self._changed:
            if self._current is not None:
                self._waiting.append(job)
            else:
                threading.Thread(target=self._serve, daemon=True, name=self._name).start()
                self._current = job
        return job

    def position(self, job: Job) -> int:
        """How many jobs of the queue come before this one: 0 for the one that runs or has ended, 1 for the next."""
        with self._changed:
            return self._waiting.index(job) + 1 if job in self._waiting else 0

    def _drop(self, job: Job) -> None:
        with self._changed:
            if job in self._waiting:  # else its turn had come: it is passed over
                self._waiting.remove(job)

    def _serve(self) -> None:
        with self._changed:
            job = self._current
        while job is not None:
            job.run()
            with self._changed:
                job = self._current = self._waiting.popleft() if self._waiting else None


FEATURES = JobQueue("classroom-features")
"""Feature passes and other work of seconds. It holds the device a batch at a time."""

FILES = JobQueue("classroom-files")
"""Files that take a while to make: one at a time, since what makes them holds the processor or global state."""

TRAININGS = JobQueue("classroom-trainings")
"""Work of minutes. It holds the device a step at a time (`core.device.PriorityLock.step`); no features wait for it."""


def silent(fraction: float, text: str) -> None:
    """A report that nobody reads."""


@contextmanager
def by_the_clock(report: Report, text: str, begin: float, end: float, seconds: float) -> Iterator[None]:
    """While something runs that cannot report itself, report for it: as far as it should be by now.

    It never says that it is done. Who is to stop hears of it when it has ended.

    Args:
        report: of the job.
        text: what is done.
        begin, end: fractions of the whole job before and after it.
        seconds: that it should take.
    """
    over, started = threading.Event(), time.monotonic()

    def tick() -> None:
        while True:
            passed = time.monotonic() - started
            done = begin + (end - begin) * min(passed / seconds, 0.97)
            try:
                report(done, f"{text}, {passed:.0f} of about {seconds:.0f} s")
            except (Cancelled, Discarded):
                return
            if over.wait(TICK_S):
                return

    clock = threading.Thread(target=tick, daemon=True, name="classroom-clock")
    clock.start()
    try:
        yield
    finally:
        over.set()
        clock.join()
    report(end, text)


_jobs: dict[str, Job] = {}
_lock = threading.Lock()


def start(key: str, work: Callable[[Report], Any]) -> Job:
    """Start a job on a thread of its own, or join the one that runs under this key (two visitors, one download)."""
    with _lock:
        job = _jobs.get(key)
        if job is None or job.ended or job.stopping:
            job = _jobs[key] = Job(work)
            job.state = State.RUNNING  # nothing waits: whoever looks next shall see it run
            threading.Thread(target=job.run, daemon=True, name="classroom-job").start()
        return job


def find(key: str) -> Job | None:
    """The newest job under this key, running or ended, if there was one."""
    return _jobs.get(key)


def forget(key: str) -> None:
    """Drop an ended job, so that its message is not shown for ever. A running one stays."""
    with _lock:
        job = _jobs.get(key)
        if job is not None and job.ended:
            del _jobs[key]
