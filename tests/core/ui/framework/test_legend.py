"""A section's legend: under its controls, and not there while its answers are being guessed."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

SCRIPT = """
import streamlit as st

from core.ui import framework as ui

ui.Section(
    key="x_part",
    controls=lambda: st.slider("Side", 1, 9, 3, key="x_part_side"),
    defaults={"x_part_side": 3},
    answer=lambda side: side**2,
    picture=lambda _, area: st.write(f"area {area}"),
    legend=lambda side, _: st.write(f"legend of {side}"),
    guesses=(ui.Guess("Area", "cells", lambda area: area),),
)()
"""


def words(at: AppTest) -> list[str]:
    assert not at.exception
    return [box.value for box in at.markdown]


def test_the_legend_stands_under_the_controls() -> None:
    at = AppTest.from_string(SCRIPT).run()
    assert "legend of 3" in words(at)
    kinds = [getattr(node, "value", node.type) for node in at.main]
    assert kinds.index(3) < kinds.index("legend of 3") < kinds.index("area 9")


def test_it_waits_with_the_answers() -> None:
    at = AppTest.from_string("import streamlit as st; st.session_state.x_hide = True" + SCRIPT).run()
    assert "legend of 3" not in words(at)
