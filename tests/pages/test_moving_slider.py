"""A slider whose ends follow another control: what a link, a reset and a fold make of its value."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.controls import give, run


def script() -> None:
    import streamlit as st

    from core.ui.framework.show import moving_slider, reset_button

    most = int(st.number_input("Most", 1, 100, 10, key="most", bind="query-params"))
    if st.toggle("Shown", True, key="shown"):
        moving_slider("Moving", 0, most, min(4, most), "moving", "Its end moves.")
    reset_button("reset", {"most": 10, "shown": True, "moving": None})


@pytest.fixture
def page() -> AppTest:
    return run(AppTest.from_function(script))


def moving(at: AppTest) -> tuple[int, object]:
    """Its value, and what the link says of it."""
    return at.slider(key="moving").value, at.query_params.get("moving")


def test_the_link_s_value_goes_along_with_the_end(page: AppTest) -> None:
    give(page, {"moving": 8})
    give(page, {"most": 20})
    assert moving(page) == (8, "8")


def test_reset_wins_over_the_link_where_the_end_moves_too(page: AppTest) -> None:
    give(page, {"most": 20})
    give(page, {"moving": 8})
    page.button(key="reset").click()
    assert moving(run(page)) == (4, None)
    assert moving(run(page)) == (4, None)


def test_a_value_folded_away_that_is_beyond_the_end_begins_anew(page: AppTest) -> None:
    give(page, {"moving": 8})
    give(page, {"shown": False})
    give(page, {"shown": True})
    assert moving(page) == (8, "8")
    give(page, {"most": 3})
    assert moving(page) == (3, None)
