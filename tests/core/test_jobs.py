"""Long work in the background: what the thread that started it can see and do, alone and in a queue."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from core import jobs
from core.errors import UserError
from core.jobs import FEATURES, TRAININGS, Cancelled, Discarded, Job, JobQueue, Report, State

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


def started(work: Callable[[Report], object]) -> Job:
    """A job that runs on a thread of its own."""
    job = Job(work)
    threading.Thread(target=job.run, daemon=True).start()
    return job


def ended(job: Job) -> Job:
    job.wait(LIMIT)
    assert job.ended, "the job hangs"
    return job


def failing_with(error: BaseException) -> Callable[[Report], None]:
    def work(_: Report) -> None:
        raise error

    return work


def test_progress_is_seen_from_outside_while_the_work_goes_on(work: Work) -> None:
    job = started(work)
    assert work.reported.wait(LIMIT)
    assert (job.state, job.running) == (State.RUNNING, True)
    assert (job.fraction, job.text, job.error) == (0.25, "a quarter", "")
    assert job.wait(0) is None  # it may be asked, it does not hold up whoever asks
    work.go_on.set()
    assert job.wait(LIMIT) == "all of it"
    assert (job.state, job.running) == (State.DONE, False)
    assert (job.fraction, job.error) == (1.0, "")


def test_the_work_runs_on_a_thread_that_does_not_keep_the_server_alive(key: str) -> None:
    thread = ended(jobs.start(key, lambda _: threading.current_thread())).wait()
    assert thread is not threading.current_thread()
    assert thread.daemon


def test_a_job_without_a_single_report_is_full_at_the_end() -> None:
    job = ended(started(lambda _: 7))
    assert (job.wait(), job.fraction, job.state) == (7, 1.0, State.DONE)


@pytest.mark.parametrize(("said", "shown"), [(-0.1, 0.0), (0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (2.6, 1.0)])
def test_a_fraction_stays_between_zero_and_one(said: float, shown: float) -> None:
    def work(report: Report) -> None:
        report(said, "")
        raise UserError("enough")  # a job that is done would show 1 whatever was said

    assert ended(started(work)).fraction == shown


def test_cancel_stops_the_work_at_its_next_report(work: Work) -> None:
    job = started(work)
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

    job = started(work)
    assert reported.wait(LIMIT)
    job.cancel()
    go_on.set()
    assert ended(job).state is State.DONE
    job.cancel()  # of an ended job: nothing happens
    assert (job.state, job.wait()) == (State.DONE, "result")


def test_what_the_visitor_can_put_right_fails_with_its_own_sentence() -> None:
    job = ended(started(failing_with(UserError("There is no network. Use the bundled model."))))
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
    job = ended(started(failing_with(error)))
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


def test_a_started_job_runs_for_whoever_looks_next(work: Work, key: str) -> None:
    job = jobs.start(key, work)
    assert (job.state, job.running, job.ended) == (State.RUNNING, True, False)
    job.cancel()
    work.go_on.set()
    assert ended(job).state is State.CANCELLED


def test_a_job_runs_once(work: Work) -> None:
    work.go_on.set()
    job = Job(work)
    job.run()
    job.run()
    assert (work.runs, job.state, job.wait()) == (1, State.DONE, "all of it")


def test_a_job_that_is_cancelled_before_it_began_never_does(work: Work) -> None:
    job = Job(work)
    assert (job.state, job.running, job.ended) == (State.QUEUED, False, False)
    job.cancel()
    assert (job.state, job.running, job.ended, job.wait(0)) == (State.CANCELLED, False, True, None)
    job.run()
    assert (work.runs, job.state) == (0, State.CANCELLED)


@pytest.fixture
def queue() -> JobQueue:
    return JobQueue("test queue")


def waits_for(reached: Callable[[], bool]) -> None:
    """Look again until it is so."""
    limit = threading.Event()
    for _ in range(int(LIMIT / 0.005)):
        if reached():
            return
        limit.wait(0.005)
    raise AssertionError("it never came")


def test_a_queue_does_one_after_the_other_in_the_order_they_came(queue: JobQueue, work: Work) -> None:
    order: list[str] = []
    alone = threading.Lock()

    def noted(name: str) -> Callable[[Report], str]:
        def note(_: Report) -> str:
            assert alone.acquire(blocking=False), "two at once"
            order.append(name)
            alone.release()
            return name

        return note

    first = queue.submit(work)
    rest = [queue.submit(noted(name)) for name in "abc"]
    assert work.reported.wait(LIMIT)
    assert [job.state for job in (first, *rest)] == [State.RUNNING, *[State.QUEUED] * 3]
    assert [queue.position(job) for job in (first, *rest)] == [0, 1, 2, 3]
    work.go_on.set()
    assert [ended(job).wait() for job in rest] == order == ["a", "b", "c"]
    assert [queue.position(job) for job in (first, *rest)] == [0, 0, 0, 0]


def test_who_is_cancelled_while_waiting_leaves_the_queue_at_once(queue: JobQueue, work: Work) -> None:
    pictures = Work()  # stands for what a closure holds
    held = weakref.ref(pictures)
    running = queue.submit(work)
    leaving, last = queue.submit(pictures), queue.submit(lambda _: "last")
    del pictures
    assert work.reported.wait(LIMIT)
    leaving.cancel()
    assert (leaving.state, leaving.ended, leaving.wait(0)) == (State.CANCELLED, True, None)
    assert running.running, "though another still runs"
    gc.collect()
    assert held() is None, "nothing of it is kept"
    assert (queue.position(leaving), queue.position(last)) == (0, 1)
    work.go_on.set()
    assert ended(last).wait() == "last"


def test_who_is_cancelled_while_running_lets_the_next_one_go(queue: JobQueue, work: Work) -> None:
    running, following = queue.submit(work), queue.submit(lambda _: "next")
    assert work.reported.wait(LIMIT)
    running.cancel()
    assert (running.state, running.stopping, queue.position(following)) == (State.RUNNING, True, 1)
    work.go_on.set()
    assert ended(following).wait() == "next"
    assert running.state is State.CANCELLED


@pytest.mark.parametrize("error", [UserError("no"), ZeroDivisionError(), SystemExit(2)], ids=lambda e: type(e).__name__)
def test_one_that_fails_does_not_stop_the_queue(queue: JobQueue, work: Work, error: BaseException) -> None:
    queue.submit(work)
    failing, following = queue.submit(failing_with(error)), queue.submit(lambda _: "next")
    work.go_on.set()
    assert ended(following).wait() == "next"
    assert failing.state is State.FAILED
    assert failing.error


def test_a_queue_that_ran_dry_starts_again(queue: JobQueue) -> None:
    assert [ended(queue.submit(lambda _, n=n: n)).wait() for n in range(50)] == list(range(50))
    waits_for(lambda: not any(thread.name == "test queue" for thread in threading.enumerate()))
    assert ended(queue.submit(lambda _: "again")).wait() == "again"


def test_many_submit_and_cancel_at_once_and_none_is_lost(queue: JobQueue) -> None:
    """Each job ends, done or cancelled, and each that is done did its work once."""
    done: list[int] = []
    kept: list[Job] = []
    together = threading.Barrier(6)

    def visitor(number: int) -> None:
        together.wait(LIMIT)
        for i in range(100):
            job = queue.submit(lambda _, n=number * 100 + i: done.append(n))
            if i % 3 == number % 3:
                job.cancel()
            kept.append(job)

    visitors = [threading.Thread(target=visitor, args=(number,)) for number in range(6)]
    for thread in visitors:
        thread.start()
    for thread in visitors:
        thread.join(LIMIT)
    states = [ended(job).state for job in kept]
    assert len(states) == 600
    assert set(states) <= {State.DONE, State.CANCELLED}
    assert states.count(State.DONE) == len(done) == len(set(done))
    assert states.count(State.DONE) >= 400, "a job goes on that nobody cancelled"


def test_a_queue_keeps_no_result(queue: JobQueue) -> None:
    class Result:
        pass

    job = ended(queue.submit(lambda _: Result()))
    result = weakref.ref(job.wait())
    assert result() is not None
    del job
    waits_for(lambda: gc.collect() >= 0 and result() is None)


def test_what_the_work_held_is_free_when_the_job_has_ended() -> None:
    """A visitor's pictures go when the training ends, not when the visitor goes."""
    pictures = Work()
    pictures.go_on.set()
    held = weakref.ref(pictures)
    job = started(pictures)
    del pictures
    ended(job)
    gc.collect()
    assert held() is None
    assert job.wait() == "all of it"


def test_features_do_not_wait_for_a_training(work: Work) -> None:
    training = TRAININGS.submit(work)
    assert work.reported.wait(LIMIT)
    features = FEATURES.submit(lambda _: "features")
    assert FEATURES.position(features) == 0
    assert ended(features).wait() == "features"
    assert training.running
    training.cancel()
    work.go_on.set()
    ended(training)


@pytest.mark.parametrize(("discard", "raised"), [(False, Cancelled), (True, Discarded)])
def test_the_work_is_told_whether_anybody_wants_what_it_has(work: Work, discard: bool, raised: type) -> None:
    job = jobs.start("told", work)
    assert work.reported.wait(LIMIT)
    job.cancel(discard=discard)
    work.go_on.set()
    assert ended(job).state is State.CANCELLED
    assert type(work.stopped_by) is raised


def test_the_clock_reports_for_what_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "TICK_S", 0.005)
    told: list[tuple[float, str]] = []
    enough = threading.Event()

    def report(fraction: float, text: str) -> None:
        told.append((fraction, text))
        if len(told) >= 5:
            enough.set()

    with jobs.by_the_clock(report, "translating", 0.2, 0.6, 1e-3):
        assert enough.wait(LIMIT)
    assert told[-1] == (0.6, "translating")
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert 0.2 <= fractions[0] < 0.6
    assert max(fractions[:-1]) < 0.6, "only what has ended is done"
    assert told[0][1] == "translating, 0 of about 0 s"
    count = len(told)
    threading.Event().wait(0.05)
    assert len(told) == count, "the clock has stopped"


def test_who_is_stopped_while_the_clock_runs_stops_after_it() -> None:
    inside, go_on, after = threading.Event(), threading.Event(), threading.Event()

    def work(report: Report) -> None:
        with jobs.by_the_clock(report, "long", 0.0, 1.0, 60):
            inside.set()
            assert go_on.wait(LIMIT)
        after.set()

    job = started(work)
    assert inside.wait(LIMIT)
    job.cancel()
    go_on.set()
    assert ended(job).state is State.CANCELLED
    assert not after.is_set()


def test_what_fails_under_the_clock_says_so_and_stops_it() -> None:
    def work(report: Report) -> None:
        with jobs.by_the_clock(report, "long", 0.0, 1.0, 60):
            raise UserError("It cannot be done.")

    assert ended(started(work)).error == "It cannot be done."
    assert not [thread for thread in threading.enumerate() if thread.name == "classroom-clock"]
