"""Work in the background as the page shows it: its place, its bar, its button, what it has drawn so far."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import Job, JobQueue, Report

LIMIT = 30.0


class Show:
    """What the script below shows; the test fills it."""

    queue: JobQueue | None = None
    job: Job | None = None
    drawn = 0
    runs = 0


def script() -> None:
    import streamlit as st

    from core.ui.framework.progress import show_progress
    from tests.core.ui.framework.test_progress import Show

    def draw() -> None:
        Show.drawn += 1
        st.caption(f"drawn {Show.drawn} times")

    Show.runs += 1
    job = Show.job
    assert job is not None
    if job.ended:
        st.text(job.state)
    else:
        show_progress(job, Show.queue, "Training", "test", stop="Stop training", stop_help="At once.", draw=draw)


@pytest.fixture
def go_on() -> Iterator[threading.Event]:
    event = threading.Event()
    Show.queue, Show.job, Show.drawn, Show.runs = JobQueue("test progress"), None, 0, 0
    yield event
    event.set()


def open_page() -> AppTest:
    at = AppTest.from_function(script, default_timeout=60).run()
    assert not at.exception
    return at


def bar(at: AppTest) -> tuple[int, str]:
    proto = at.get("progress")[0].proto
    return proto.value, proto.text


def test_it_tells_the_place_then_how_far_it_is_then_how_it_ended(go_on: threading.Event) -> None:
    queue, reported = JobQueue("test progress"), threading.Event()

    def work(report: Report) -> None:
        report(0.42, "step 21 of 50")
        reported.set()
        assert go_on.wait(LIMIT)

    hold = threading.Event()
    first = queue.submit(lambda _: hold.wait(LIMIT))
    second = queue.submit(lambda _: None)
    Show.queue, Show.job = queue, queue.submit(work)
    at = open_page()
    assert bar(at) == (0, "Training: queued, 2 before it")
    hold.set()
    first.wait(LIMIT)
    second.wait(LIMIT)
    assert reported.wait(LIMIT)
    at.run()
    assert bar(at) == (42, "Training: step 21 of 50")
    assert at.button(key="test_stop").label == "Stop training"
    assert at.button(key="test_stop").help == "At once."
    assert at.caption[-1].value == f"drawn {Show.drawn} times"
    go_on.set()
    Show.job.wait(LIMIT)
    at.run()
    assert at.text[0].value == "done"
    assert not at.get("progress")


def test_stop_stops_it_and_says_so_until_it_has(go_on: threading.Event) -> None:
    reported = threading.Event()

    def work(report: Report) -> None:
        report(0.5, "half")
        reported.set()
        assert go_on.wait(LIMIT)
        report(0.6, "more")

    Show.queue = None
    Show.job = Job(work)
    threading.Thread(target=Show.job.run, daemon=True).start()
    assert reported.wait(LIMIT)
    at = open_page()
    at.button(key="test_stop").click().run()
    assert Show.job.stopping
    assert not at.button
    assert "stops at its next step" in at.caption[0].value
    go_on.set()
    Show.job.wait(LIMIT)
    at.run()
    assert at.text[0].value == "cancelled"


def test_a_job_that_ends_between_the_page_s_look_and_its_own_runs_the_page_anew(go_on: threading.Event) -> None:
    go_on.set()

    class Ending(Job):
        """Has not ended when the page asks, and has when the view does."""

        asked = 0

        @property
        def ended(self) -> bool:
            self.asked += 1
            return self.asked > 1

    Show.job = Ending(lambda _: None)
    at = open_page()
    assert Show.runs == 2
    assert not at.get("progress")
    assert at.text
