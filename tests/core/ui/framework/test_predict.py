"""Predict first: what is asked, when it is shown, and what a guess is compared with."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.framework.predict import Guess

WHOLE = Guess("Width", "pixels", lambda found: found)
NEAR = Guess("IoU", "from 0 to 1", lambda found: found, within=0.05)
WORD = Guess("Winner", "which runner", lambda found: found, options=("fixed", "all"))


@pytest.mark.parametrize(
    ("guess", "given", "found", "told"),
    [
        (WHOLE, 55, 55, ":green[:material/check:] Width: **55**, as guessed"),
        (WHOLE, 54, 1055, ":red[:material/close:] Width: **1,055**, guessed 54"),
        (WHOLE, None, 55, "Width: **55**"),
        (NEAR, 0.45, 0.5, ":green[:material/check:] IoU: **0.500**, as guessed"),
        (NEAR, 0.44, 0.5, ":red[:material/close:] IoU: **0.500**, guessed 0.440"),
        (WORD, "all", "all", ":green[:material/check:] Winner: **all**, as guessed"),
        (WORD, "fixed", "all", ":red[:material/close:] Winner: **all**, guessed fixed"),
    ],
)
def test_a_guess_is_compared(guess: Guess, given: float | str | None, found: float | str, told: str) -> None:
    assert guess.judge(given, found) == told


def script() -> None:
    import streamlit as st

    from core.ui import framework as ui
    from core.ui.framework import predict

    predict.switch("toy")
    number = st.number_input("Number", 0, 99, 5, key="toy_number")
    guesses = (ui.Guess("Double", "twice the number", lambda found: found),)
    if not ui.revealed("toy_part", number):
        ui.ask("toy_part", number, guesses)
    else:
        st.markdown(f"It is {2 * number}.")
        ui.judge("toy_part", 2 * number, guesses)


def words(at: AppTest) -> list[str]:
    assert not at.exception
    return [one.value for one in at.markdown]


def test_answers_wait_until_asked_for_and_hide_when_the_question_is_another() -> None:
    at = AppTest.from_function(script).run()
    assert words(at) == ["It is 10."]
    at.toggle(key="toy_hide").set_value(True).run()
    assert "It is 10." not in words(at)
    at.number_input(key="toy_part_guess_Double").set_value(9)
    next(one for one in at.button if one.label == "Show the answers").click().run()
    assert words(at) == ["It is 10.", ":red[:material/close:] Double: **10**, guessed 9"]
    at.number_input(key="toy_number").set_value(6).run()
    assert "It is 12." not in words(at)
    at.number_input(key="toy_number").set_value(5).run()
    assert words(at)[0] == "It is 10."  # that one was shown
    next(one for one in at.button if one.label == "Ask again").click().run()
    assert "It is 10." not in words(at)
    at.toggle(key="toy_hide").set_value(False).run()
    assert words(at) == ["It is 10."]


def test_a_link_hides() -> None:
    at = AppTest.from_function(script)
    at.query_params["toy_hide"] = "true"
    assert not [word for word in words(at.run()) if word.startswith("It is")]
