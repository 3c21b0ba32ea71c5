"""Long work in the background: what the thread that started it can see and do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from core import jobs
from core.errors import UserError
from core.jobs import Cancelled, Job, Report, State

LIMIT = 30.0  # seconds: how long anything may hang before the test gives up; nothing here waits that long if it works


@dataclass
class Work:
    """Work that goes no further than it is told: it reports, then waits for `go_on`, then reports again."""

    reported: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    runs: int = 0
    stopped_by: BaseException | None = None

    def __call__(self, report: Report) -> str:
        self.runs += 1
        try:
            report(0.25, "a quarter")
            self.reported.set()
            assert self.go_on.wait(LIMIT)
            report(0.75, "three quarters")
        except BaseException as error:
            self.stopped_by = error
            raise
        return "all of it"


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.go_on.set()  # no thread outlives a test that failed half way


def ended(job: Job) -> Job:
    job.wait(LIMIT)
    assert not job.running, "the job hangs"
    return job


def failing_with(error: BaseException) -> Callable[[Report], None]:
    def work(_: Report) -> None:
        raise error

    return work


def test_progress_is_seen_from_outside_while_the_work_goes_on(work: Work) -> None:
    job = Job(work)
    assert work.reported.wait(LIMIT)
    assert (job.state, job.running) == (State.RUNNING, True)
    assert (job.fraction, job.text, job.error) == (0.25, "a quarter", "")
    assert job.wait(0) is None  # it may be asked, it does not hold up whoever asks
    work.go_on.set()
    assert job.wait(LIMIT) == "all of it"
    assert (job.state, job.running) == (State.DONE, False)
    assert (job.fraction, job.error) == (1.0, "")


def test_the_work_runs_on_a_thread_that_does_not_keep_the_server_alive() -> None:
    thread = ended(Job(lambda _: threading.current_thread())).wait()
    assert thread is not threading.current_thread()
    assert thread.daemon


def test_a_job_without_a_single_report_is_full_at_the_end() -> None:
    job = ended(Job(lambda _: 7))
    assert (job.wait(), job.fraction, job.state) == (7, 1.0, State.DONE)


@pytest.mark.parametrize(("said", "shown"), [(-0.1, 0.0), (0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (2.6, 1.0)])
def test_a_fraction_stays_between_zero_and_one(said: float, shown: float) -> None:
    def work(report: Report) -> None:
        report(said, "")
        raise UserError("enough")  # a job that is done would show 1 whatever was said

    assert ended(Job(work)).fraction == shown


def test_cancel_stops_the_work_at_its_next_report(work: Work) -> None:
    job = Job(work)
    assert work.reported.wait(LIMIT)
    job.cancel()
    assert job.running  # asked, not killed: the work is between two reports
    work.go_on.set()
    ended(job)
    assert isinstance(work.stopped_by, Cancelled)
    assert (job.state, job.error, job.wait()) == (State.CANCELLED, "", None)
    assert (job.fraction, job.text) == (0.25, "a quarter")  # the report that was refused did not count


def test_a_start_after_cancel_does_not_join_the_job_that_is_about_to_stop(work: Work, key: str) -> None:
    first = jobs.start(key, work)
    assert work.reported.wait(LIMIT)
    first.cancel()
    second = jobs.start(key, lambda report: "fresh")  # noqa: ARG005
    assert second is not first
    assert second.wait(LIMIT) == "fresh"


def test_cancel_after_the_last_report_comes_too_late() -> None:
    reported, go_on = threading.Event(), threading.Event()

    def work(report: Report) -> str:
        report(1.0, "as good as done")
        reported.set()
        assert go_on.wait(LIMIT)
        return "result"

    job = Job(work)
    assert reported.wait(LIMIT)
    job.cancel()
    go_on.set()
    assert ended(job).state is State.DONE
    job.cancel()  # of an ended job: nothing happens
    assert (job.state, job.wait()) == (State.DONE, "result")


def test_what_the_visitor_can_put_right_fails_with_its_own_sentence() -> None:
    job = ended(Job(failing_with(UserError("There is no network. Use the bundled model."))))
    assert (job.state, job.error) == (State.FAILED, "There is no network. Use the bundled model.")
    assert job.wait() is None


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError("division by zero"),
        MemoryError(),
        SystemExit(2),  # not an Exception: a library that calls sys.exit, or Streamlit's own stop and rerun
        KeyboardInterrupt(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_else_goes_wrong_ends_the_job_with_a_sentence(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    job = ended(Job(failing_with(error)))
    assert job.state is State.FAILED
    assert job.error.startswith("This failed unexpectedly")
    assert not str(error) or str(error) not in job.error, "what is in it may be the server's own business"
    assert caplog.records[-1].exc_info is not None, "the log has all of it"


@pytest.fixture
def key(request: pytest.FixtureRequest) -> Iterator[str]:
    """A key nobody else uses."""
    yield request.node.nodeid
    job = jobs.find(request.node.nodeid)
    if job is not None:
        job.cancel()
        ended(job)
        jobs.forget(request.node.nodeid)


def test_two_who_start_the_same_share_one_job(work: Work, key: str) -> None:
    other = Work()
    first = jobs.start(key, work)
    assert work.reported.wait(LIMIT)
    assert jobs.start(key, other) is first
    assert jobs.find(key) is first
    work.go_on.set()
    assert first.wait(LIMIT) == "all of it"
    assert (work.runs, other.runs) == (1, 0)


def test_many_who_start_at_the_same_moment_share_one_job(work: Work, key: str) -> None:
    together = threading.Barrier(8)
    got: list[Job] = []

    def visitor() -> None:
        together.wait(LIMIT)
        got.append(jobs.start(key, work))

    visitors = [threading.Thread(target=visitor) for _ in range(8)]
    for thread in visitors:
        thread.start()
    for thread in visitors:
        thread.join(LIMIT)
    work.go_on.set()
    assert len(got) == 8
    assert len(set(map(id, got))) == 1
    ended(got[0])
    assert work.runs == 1


def test_another_key_is_another_job(work: Work, key: str) -> None:
    first = jobs.start(key, work)
    assert work.reported.wait(LIMIT)
    second = jobs.start(f"{key}/2", lambda _: "other")
    assert second is not first
    assert ended(second).wait() == "other"  # though the first still runs
    assert first.running
    work.go_on.set()
    jobs.forget(f"{key}/2")


@pytest.mark.parametrize("end", ["done", "failed", "cancelled"])
def test_after_an_ended_job_a_start_starts_anew(end: str, work: Work, key: str) -> None:
    first = jobs.start(key, failing_with(UserError("no")) if end == "failed" else work)
    if end != "failed":
        assert work.reported.wait(LIMIT)
    if end == "cancelled":
        first.cancel()
    work.go_on.set()
    assert ended(first).state == end
    second = jobs.start(key, lambda _: "second time")
    assert second is not first
    assert ended(second).wait() == "second time"
    assert jobs.find(key) is second
    assert first.state == end  # whoever still holds the first sees how that one ended


def test_nothing_is_found_under_a_key_nobody_started(key: str) -> None:
    assert jobs.find(key) is None
    jobs.forget(key)  # and forgetting it is no error


def test_forget_drops_an_ended_job_and_leaves_a_running_one(work: Work, key: str) -> None:
    job = jobs.start(key, work)
    assert work.reported.wait(LIMIT)
    jobs.forget(key)
    assert jobs.find(key) is job
    work.go_on.set()
    ended(job)
    assert jobs.find(key) is job  # kept until somebody has read how it ended
    jobs.forget(key)
    assert jobs.find(key) is None
    assert job.wait() == "all of it"
