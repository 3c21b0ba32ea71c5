"""A job runs once for all who request it, goes on while one of them does, and its result is kept."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from core.errors import UserError
from core.jobs import Job, Report, State
from core.transfer.features.extract import Features
from core.ui.framework.sized_cache import ResultCache, bytes_of
from tests.core.ui.transfer.things import features

LIMIT = 30.0


class Who:
    """Somebody."""


class Pass:
    """A pass that goes no further than it is told."""

    def __init__(self) -> None:
        self.reported, self.go_on, self.runs = threading.Event(), threading.Event(), 0

    def __call__(self, report: Report) -> Features:
        self.runs += 1
        report(0.5, "half")
        self.reported.set()
        assert self.go_on.wait(LIMIT)
        report(0.9, "nearly")
        return features()


@pytest.fixture
def work() -> Iterator[Pass]:
    work = Pass()
    yield work
    work.go_on.set()


def ended(job: Job | None) -> Job:
    assert job is not None
    job.wait(LIMIT)
    assert job.ended
    return job


def test_two_who_want_the_same_share_a_pass_and_its_features(work: Pass) -> None:
    results, one, two, other = ResultCache[Features](1), Who(), Who(), Pass()
    first = results.request("key", one, work)
    assert results.request("key", two, other) is first
    assert results.job("key", one) is results.job("key", two) is first
    work.go_on.set()
    ended(first)
    assert (work.runs, other.runs) == (1, 0)
    assert results["key"].size == 32
    assert results.job("key", one) is None
    assert results.request("key", one, other) is None, "it is there"


def test_it_goes_on_until_the_last_one_leaves(work: Pass) -> None:
    results, one, two = ResultCache[Features](1), Who(), Who()
    job = results.request("key", one, work)
    results.request("key", two, work)
    assert job is not None
    assert work.reported.wait(LIMIT)
    results.release("key", one)
    results.release("key", one)
    assert not job.stopping
    results.release("key", two)
    assert job.stopping
    work.go_on.set()
    assert ended(job).state is State.CANCELLED
    assert "key" not in results


def test_who_comes_after_it_was_stopped_gets_a_new_one(work: Pass) -> None:
    results, one, two = ResultCache[Features](1), Who(), Who()
    first = results.request("key", one, work)
    assert first is not None
    assert work.reported.wait(LIMIT)
    first.cancel()
    assert results.request("key", one, work) is first, "who stopped it sees it stop"
    work.go_on.set()
    ended(first)
    assert results.job("key", one) is first, "it tells who stopped it how it ended"
    assert results.job("key", two) is None
    ended(results.request("key", two, work))
    assert "key" in results


def test_who_comes_while_it_stops_does_not_wait_in_vain(work: Pass) -> None:
    results, one, two = ResultCache[Features](1), Who(), Who()
    first = results.request("key", one, work)
    assert first is not None
    assert work.reported.wait(LIMIT)
    first.cancel()
    second = results.request("key", two, lambda _: features())
    assert second is not first
    work.go_on.set()
    ended(second)
    assert "key" in results


def test_a_failure_is_told_to_those_who_wanted_it_and_tried_again() -> None:
    def fail(_: Report) -> Features:
        raise UserError("The pictures are too small.")

    results, one = ResultCache[Features](1), Who()
    ended(results.request("key", one, fail))
    job = results.job("key", one)
    assert job is not None
    assert job.error == "The pictures are too small."
    ended(results.request("key", one, lambda _: features()))
    assert "key" in results


def test_the_cache_is_bounded_by_what_features_weigh() -> None:
    assert bytes_of(features(rows=10, columns=100)) == 10 * (400 + 8) + len("resnet18")
    results, one = ResultCache[Features](0.01), Who()
    for key in "abc":
        ended(results.request(key, one, lambda _: features(rows=10, columns=100)))
    assert list(results) == ["b", "c"]


def test_closing_stops_all_and_takes_nothing_more(work: Pass) -> None:
    results, one, late = ResultCache[Features](1), Who(), Pass()
    running, waiting = results.request("a", one, work), results.request("b", one, late)
    assert work.reported.wait(LIMIT)
    results["c"] = features()
    results.close()
    assert ended(waiting).state is State.CANCELLED
    assert late.runs == 0
    work.go_on.set()
    assert ended(running).state is State.CANCELLED
    assert not results


def test_a_pass_that_ends_after_the_close_leaves_nothing() -> None:
    results, one = ResultCache[Features](1), Who()
    closed = threading.Event()

    def last_batch(_: Report) -> Features:
        assert closed.wait(LIMIT)
        return features()

    job = results.request("key", one, last_batch)
    results.close()
    closed.set()
    ended(job)
    assert not results


def test_the_list_of_those_who_want_one_keeps_nobody_alive(work: Pass) -> None:
    results, one = ResultCache[Features](1), Who()
    results.request("key", one, work)
    held = weakref.ref(one)
    del one
    gc.collect()
    assert held() is None
