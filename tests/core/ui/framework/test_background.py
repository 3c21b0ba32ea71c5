"""Results that take a while: made once, in the background, with their progress, and again where that was stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from core.errors import UserError
from core.jobs import Report
from core.ui.framework.sized_cache import ResultCache
from tests.pages.conftest import TEST_SESSION

LIMIT = 30.0
RESULTS: ResultCache[str] = ResultCache(1)
WORK: list[Callable[[Report], str]] = []


def script() -> None:
    import streamlit as st

    from core.ui import framework as ui
    from tests.core.ui.framework.test_background import RESULTS, WORK

    key = st.text_input("Key", "a", key="key")
    found = ui.computed(RESULTS, key, WORK[0], "slot", "Counting", failed="It cannot be counted.")
    st.markdown(f"found {found}")
    st.markdown(ui.made_once(RESULTS, ("quick", key), lambda: f"quick {key}", "Making"))


@pytest.fixture(autouse=True)
def nothing_made() -> Iterator[None]:
    clear_session_resource_cache(TEST_SESSION)
    RESULTS.clear()
    yield
    clear_session_resource_cache(TEST_SESSION)


def until(at: AppTest, says: Callable[[AppTest], bool]) -> AppTest:
    limit = time.monotonic() + LIMIT
    while not says(at.run()):
        assert not at.exception
        assert time.monotonic() < limit
        time.sleep(0.02)
    return at


def opened(work: Callable[[Report], str]) -> AppTest:
    WORK[:] = [work]
    at = AppTest.from_function(script, default_timeout=60).run()
    assert not at.exception
    return at


def told(at: AppTest) -> list[str]:
    return [box.value for box in at.markdown]


def test_it_is_made_once_and_then_there_at_once() -> None:
    made: list[str] = []

    def work(_: Report) -> str:
        made.append("result")
        return "result"

    at = until(opened(work), lambda at: told(at)[0] == "found result")
    at.run()
    assert told(at) == ["found result", "quick a"]
    assert made == ["result"]
    assert not at.get("progress")


def test_progress_is_shown_meanwhile_and_another_key_stops_the_work() -> None:
    hold, stopped = threading.Event(), threading.Event()

    def work(report: Report) -> str:
        try:
            report(0.5, "half")
            assert hold.wait(LIMIT)
            report(0.9, "nearly")
        except BaseException:
            stopped.set()
            raise
        return "late"

    at = until(opened(work), lambda at: bool(at.get("progress")) and "half" in at.get("progress")[0].proto.text)
    assert told(at)[0] == "found None"
    WORK[:] = [lambda _: "other"]
    at.text_input(key="key").set_value("b").run()
    hold.set()
    until(at, lambda at: told(at)[0] == "found other")
    assert stopped.wait(LIMIT)
    assert "a" not in RESULTS


def test_why_it_failed_is_said_and_it_can_be_started_again() -> None:
    def fail(_: Report) -> str:
        raise UserError("There are *none*.")

    at = until(opened(fail), lambda at: bool(at.error))
    assert at.error[0].value.replace("\\", "") == "It cannot be counted. There are *none*."
    WORK[:] = [lambda _: "now"]
    at.button(key="slot_again").click().run()
    until(at, lambda at: told(at)[0] == "found now")


def test_work_that_was_stopped_can_be_started_again() -> None:
    hold = threading.Event()

    def work(report: Report) -> str:
        assert hold.wait(LIMIT)
        report(0.5, "")
        return "made"

    at = until(opened(work), lambda at: bool(at.get("progress")))
    at.button(key="slot_stop").click().run()
    hold.set()
    until(at, lambda at: bool(at.info))
    assert at.info[0].value == "It was stopped before its end."
    at.button(key="slot_again").click().run()
    until(at, lambda at: told(at)[0] == "found made")
