"""What would be lost with the tab: who says so, what the browser is told, and the line after a reload."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.components import unsaved as component
from core.ui.framework import unsaved
from core.ui.framework.unsaved import Kind, at_stake, holds


@pytest.fixture(autouse=True)
def nobody_else() -> Iterator[None]:
    """Only the checks of a test."""
    with patch.object(unsaved, "_CHECKS", {}):
        yield


def test_what_is_at_stake_is_said_once_a_kind_and_in_one_order() -> None:
    held = {"first": False, "second": True, "costs": True}

    @holds(Kind.COSTS)
    def costs() -> bool:
        return held["costs"]

    @holds(Kind.FILES)
    def first() -> bool:
        return held["first"]

    @holds(Kind.FILES)
    def second() -> bool:
        return held["second"]

    assert at_stake() == [Kind.FILES, Kind.COSTS]
    held["first"] = True
    assert at_stake() == [Kind.FILES, Kind.COSTS]
    held.update(first=False, second=False)
    assert at_stake() == [Kind.COSTS]
    assert first() is False, "what is registered stays the function that it was"


def test_a_module_that_is_loaded_anew_counts_once() -> None:
    def make() -> None:
        @holds(Kind.SETS)
        def check() -> bool:
            return True

    make()
    make()
    assert len(unsaved._CHECKS) == 1


def script() -> None:
    import streamlit as st

    from core.ui.framework import unsaved

    unsaved.say_what_is_gone()
    st.markdown("the page")
    unsaved.watch_unsaved()


def sent(at: AppTest) -> dict[str, Any]:
    (one,) = at.get("bidi_component")
    found: dict[str, Any] = json.loads(one.proto.json)
    return found


def test_the_browser_is_told_what_is_at_stake_by_a_name_of_the_session() -> None:
    things: list[bool] = []

    @holds(Kind.SETS)
    def check() -> bool:
        return bool(things)

    at = AppTest.from_function(script).run()
    assert not at.exception
    first = sent(at)
    assert first["things"] == []
    things.append(True)
    at.run()
    assert sent(at) == {"visit": first["visit"], "things": ["SETS"]}
    assert sent(AppTest.from_function(script).run())["visit"] != first["visit"]


def test_the_line_says_what_is_gone_until_it_is_closed() -> None:
    at = AppTest.from_function(script).run()
    assert not at.info
    at.session_state[unsaved._GONE] = [Kind.PICTURES, Kind.TRAININGS]
    at.run()
    assert "your own pictures, trainings you did not download" in at.info[0].value
    assert "Copy link" in at.info[0].value
    assert "{{" not in at.info[0].value
    at.run()
    assert len(at.info) == 1
    at.button[0].click().run()
    assert not at.info
    assert not at.button


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (["SETS", "PICTURES"], [Kind.PICTURES, Kind.SETS]),
        (["PICTURES", "<b>no kind</b>", 7, None, ["SETS"]], [Kind.PICTURES]),
        ([], []),
    ],
)
def test_what_a_browser_sends_is_known_or_nothing(told: list[Any], expected: list[Kind]) -> None:
    with patch.object(unsaved.st, "session_state", {}) as state:
        unsaved._lost(told)
        assert state[unsaved._GONE] == expected


@pytest.mark.parametrize("told", [None, "PICTURES", 3, {"a": 1}])
def test_a_message_that_is_no_list_is_nobody_s(told: object) -> None:
    heard: list[object] = []
    mounted: dict[str, Any] = {}
    state: dict[str, Any] = {}
    with (
        patch.object(component, "_MOUNT", lambda **given: mounted.update(given)),
        patch.object(component.st, "session_state", state),
    ):
        component.ask_before_leaving(["SETS"], heard.append)
        state["unsaved"] = SimpleNamespace(lost=told)
        mounted["on_lost_change"]()
        assert heard == []
        state["unsaved"] = SimpleNamespace(lost=["SETS"])
        mounted["on_lost_change"]()
    assert heard == [["SETS"]]
