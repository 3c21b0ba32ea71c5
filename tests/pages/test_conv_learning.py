"""Section "Learning a kernel" as a script: what it says of a run, what it computes again, and what it hides."""

from __future__ import annotations

import io
from unittest.mock import patch

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.conv.learning.descent import train
from core.conv.learning.settings import COMPARED
from core.ui.conv.learning import view
from core.ui.conv.learning.controls import KEY, OWN, TARGETS, hidden_target
from tests.pages.conv import press

GUESS = f"{KEY}_guess_Target kernel"


def script(hidden: bool) -> None:
    import streamlit as st

    from core.ui.conv.learning.view import section

    st.session_state.conv_hide = hidden
    section()


def open_section(*, hidden: bool = False) -> AppTest:
    at = AppTest.from_function(script, default_timeout=120, kwargs={"hidden": hidden}).run()
    assert not at.exception
    return at


@pytest.fixture
def page() -> AppTest:
    return open_section()


def says(at: AppTest) -> str:
    return " ".join(box.value for box in (*at.markdown, *at.caption))


def outcome(at: AppTest) -> str:
    """What became of the run."""
    return next(box.value for box in at.markdown if "ecovered**" in box.value)


def test_first_visit_recovers_the_kernel(page: AppTest) -> None:
    assert "**Recovered** after **277 steps**" in says(page)
    table = page.dataframe[0].value
    assert table.loc["steps of SGD"].tolist() == ["over 1,000", "224"]
    assert table.loc["steps of Adam"].tolist() == ["277", "248"]
    assert table.loc["condition number"].tolist() == ["1,566", "255"]
    assert not page.error


def test_sgd_on_the_raw_picture_does_not_and_on_the_centred_one_does(page: AppTest) -> None:
    page.selectbox(key=f"{KEY}_optimiser").set_value("SGD").run()
    page.select_slider(key=f"{KEY}_rate").set_value(0.05).run()
    assert "**Not recovered** in 1,000 steps" in says(page)
    assert "up to 0.515 is stable" in says(page)
    page.select_slider(key=f"{KEY}_rate").set_value(1.0).run()
    assert "**Diverged**" in says(page)
    assert "The learning rate 1 is above the limit 0.515" in says(page)
    page.toggle(key=f"{KEY}_centred").set_value(True).run()
    assert "**Recovered** after **641 steps**" in says(page)


def test_noise_is_said_to_limit_it(page: AppTest) -> None:
    page.select_slider(key=f"{KEY}_noise").set_value(0.5).run()
    assert "Noise limits what can be found" in says(page)


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_opens(page: AppTest, target: str) -> None:
    page.selectbox(key=f"{KEY}_target").set_value(target).run()
    assert not page.exception
    assert not page.error
    if "5 × 5" in target:
        assert "The target is 5 × 5, so that is what learns." in says(page)


def test_every_other_control_opens(page: AppTest) -> None:
    page.segmented_control(key=f"{KEY}_size").set_value(7).run()
    page.segmented_control(key=f"{KEY}_start").set_value("random").run()
    page.number_input(key=f"{KEY}_seed").set_value(3).run()
    page.number_input(key=f"{KEY}_steps").set_value(10).run()
    page.selectbox(key=f"{KEY}_optimiser").set_value("SGD with momentum").run()
    assert not page.exception
    assert "in 10 steps" in says(page)
    page.button(key=f"{KEY}_reset").click().run()
    assert "277 steps" in says(page)


def test_a_target_of_one_s_own_and_one_that_cannot_be(page: AppTest) -> None:
    page.selectbox(key=f"{KEY}_target").set_value(OWN).run()
    page.text_area(key=f"{KEY}_kernel").set_value("0 0 0\n0 2 0\n0 0 0").run()
    good = outcome(page)
    assert not page.error
    for bad in ("1 2\n3 4", "1 2 3", "1 x 3", "1 1 1 1 1 1 1 1 1\n" * 9):
        page.text_area(key=f"{KEY}_kernel").set_value(bad).run()
        assert not page.exception
        assert len(page.error) == 1, bad
        assert outcome(page) == good


def test_a_learning_rate_costs_one_run_and_a_known_one_none(page: AppTest) -> None:
    with patch("core.ui.conv.learning.view.train", side_effect=train) as runs:
        view._run.clear()
        page.select_slider(key=f"{KEY}_rate").set_value(0.02).run()
        first = runs.call_count
        page.select_slider(key=f"{KEY}_rate").set_value(0.1).run()
        assert runs.call_count == first + 1
        page.select_slider(key=f"{KEY}_rate").set_value(0.02).run()
        assert runs.call_count == first + 1
    assert first == 5  # four to compare, and the visitor's


def test_a_hidden_kernel_is_not_shown_until_asked() -> None:
    at = open_section(hidden=True)
    assert f"{KEY}_target" not in {box.key for box in at.selectbox}
    answer = hidden_target(1)
    assert answer not in says(at)
    assert not at.code
    at.selectbox(key=GUESS).set_value(answer)
    press(at, "Show the answers")
    assert f"Target kernel: **{answer}**, as guessed" in says(at)
    assert at.code
    at.number_input(key=f"{KEY}_riddle").set_value(2).run()
    assert not at.exception
    assert "as guessed" not in says(at)


def test_a_hidden_kernel_can_be_asked_for_again() -> None:
    at = open_section(hidden=True)
    press(at, "Show the answers")
    assert hidden_target(1) in says(at)
    press(at, "Ask again")
    assert not at.exception
    assert hidden_target(1) not in says(at)
    assert at.selectbox(key=GUESS)


def test_another_way_of_training_leaves_what_was_shown() -> None:
    at = open_section(hidden=True)
    press(at, "Show the answers")
    at.select_slider(key=f"{KEY}_rate").set_value(0.1).run()
    assert hidden_target(1) in says(at)


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("shade", [0, 128, 255])
def test_one_even_colour_teaches_nothing_and_breaks_nothing(page: AppTest, shade: int, centred: bool) -> None:
    blank = io.BytesIO()
    Image.new("RGB", (8, 8), (shade,) * 3).save(blank, "PNG")
    page.file_uploader(key="conv_picture_files").upload("blank.png", blank.getvalue()).run()
    assert not page.exception
    page.toggle(key=f"{KEY}_centred").set_value(centred).run()
    for optimiser in ("SGD", "SGD with momentum", "Adam"):
        page.selectbox(key=f"{KEY}_optimiser").set_value(optimiser).run()
        assert not page.exception
        assert not page.error
        assert "One even colour teaches nothing" in says(page)
        assert "up to ∞" not in says(page)
        assert outcome(page) or shade
    assert page.dataframe[0].value.loc["steps of SGD"].tolist()[1] == "–"


def test_the_compared_runs_are_short_however_long_the_visitor_s_is(page: AppTest) -> None:
    page.selectbox(key=f"{KEY}_optimiser").set_value("SGD").run()
    with patch("core.ui.conv.learning.view.train", side_effect=train) as runs:
        view._run.clear()
        page.number_input(key=f"{KEY}_steps").set_value(5_000).run()
        steps = sorted(call.kwargs["steps"] for call in runs.call_args_list)
    assert steps == [COMPARED] * 4 + [5_000]
    assert f"The compared runs stop at {COMPARED:,} steps" in says(page)


def test_a_seed_that_changes_nothing_costs_nothing(page: AppTest) -> None:
    with patch("core.ui.conv.learning.view.train", side_effect=train) as runs:
        page.number_input(key=f"{KEY}_seed").set_value(17).run()
        assert runs.call_count == 0
        page.segmented_control(key=f"{KEY}_start").set_value("random").run()
        assert runs.call_count == 4  # one of those that are compared is the visitor's


def test_a_text_too_long_for_a_link_is_put_back(page: AppTest) -> None:
    page.selectbox(key=f"{KEY}_target").set_value(OWN).run()
    good = "0 0 0\n0 2 0\n0 0 0"
    page.text_area(key=f"{KEY}_kernel").set_value(good).run()
    page.text_area(key=f"{KEY}_kernel").set_value("1 " * 6_500).run()
    assert not page.exception
    assert "13,000 characters" in page.error[0].value
    assert page.text_area(key=f"{KEY}_kernel").value == good


def test_hidden_kernels_differ() -> None:
    assert {hidden_target(number) for number in range(1, 100)} == set(TARGETS)
