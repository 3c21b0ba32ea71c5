"""Section "Challenges" as a script: conditions, solutions, progress, links."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.metrics.challenges.catalogue import CHALLENGES, named
from core.metrics.challenges.challenge import Challenge
from core.metrics.confusion import ConfusionMatrix
from core.metrics.notation import write
from core.ui.metrics import session
from tests.pages.conv import press

SCRIPT = "from core.ui.metrics.challenges.view import section\nsection()"
OPEN = "metrics_challenges_open"
every = pytest.mark.parametrize("challenge", CHALLENGES, ids=lambda challenge: challenge.title)


def visit(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    for name, value in link.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def text(at: AppTest) -> str:
    return "\n".join(box.value for box in at.markdown).replace("\\", "")


def progress(at: AppTest) -> str:
    return str(at.get("progress")[0].proto.text).strip("*")


def open_(at: AppTest, challenge: Challenge) -> AppTest:
    at.radio(key=OPEN).set_value(challenge.title).run()
    assert not at.exception
    return at


def own(challenge: Challenge) -> str:
    """A solution that the page does not show."""
    return write(ConfusionMatrix(challenge.solution.counts * 3, challenge.solution.labels))


def type_in(at: AppTest, challenge: Challenge) -> AppTest:
    """Type a solution as text, as somebody who found it would."""
    at.text_area(key=session.TEXT).set_value(own(challenge)).run()
    assert not at.exception
    return at


def test_first_visit_has_a_challenge_its_conditions_and_numbers() -> None:
    at = visit()
    assert progress(at) == "0 of 12 solved"
    assert at.radio(key=OPEN).options == [challenge.title for challenge in CHALLENGES]
    assert CHALLENGES[0].task in text(at)
    assert "**Conditions:** 1 of 3 met" in text(at)
    assert ":red[:material/close:] Accuracy above 0.95: **0.767**" in text(at)
    assert ":green[:material/check:] Number of classes equal to 2: **2**" in text(at)
    assert not at.success


@every
def test_a_solution_that_is_typed_counts(challenge: Challenge) -> None:
    at = open_(visit(), challenge)
    press(at, "Start from its matrix")
    assert not at.success
    assert progress(at) == "0 of 12 solved"
    type_in(at, challenge)
    assert [box.value for box in at.success] == ["**Solved.**"]
    assert challenge.why in text(at)
    assert ":red[" not in text(at)
    assert progress(at) == "1 of 12 solved"
    press(at, "Start from its matrix")
    assert progress(at) == "1 of 12 solved", "what was solved stays solved"
    assert not at.success


@every
def test_a_solution_that_is_shown_does_not_count(challenge: Challenge) -> None:
    at = open_(visit(), challenge)
    press(at, "Show a solution")
    assert not at.exception
    assert at.success[0].value.startswith("**This is a solution**")
    assert challenge.why in text(at)
    assert progress(at) == "0 of 12 solved"


def test_another_solution_counts_after_one_was_shown() -> None:
    at = visit()
    press(at, "Show a solution")
    at.text_area(key=session.TEXT).set_value("0 3\n0 97").run()
    assert [box.value for box in at.success] == ["**Solved.**"]
    assert progress(at) == "1 of 12 solved"


def test_begin_again_forgets_what_was_solved_and_keeps_the_matrix() -> None:
    at = open_(visit(), CHALLENGES[1])
    type_in(at, CHALLENGES[1])
    open_(at, CHALLENGES[2])
    assert progress(at) == "1 of 12 solved"
    press(at, "Begin again")
    assert progress(at) == "0 of 12 solved"
    assert at.text_area(key=session.TEXT).value == own(CHALLENGES[1])


def test_the_hint_is_there_until_it_is_solved() -> None:
    at = visit()
    assert CHALLENGES[0].hint in text(at)
    type_in(at, CHALLENGES[0])
    assert CHALLENGES[0].hint not in text(at)
    assert CHALLENGES[0].why in text(at)


def test_the_wrong_number_of_classes_is_a_condition_that_is_not_met() -> None:
    at = visit(**{OPEN: "The rare disease"})
    at.text_area(key=session.TEXT).set_value("95 5 0\n500 9400 0\n0 0 1").run()
    assert ":red[:material/close:] Number of classes equal to 2: **3**" in text(at)
    assert not at.success


def test_undefined_says_why_and_is_not_met() -> None:
    at = visit(**{OPEN: "Never wrong, rarely there"})
    at.text_area(key=session.TEXT).set_value("0 50\n0 50").run()
    assert ":red[:material/close:] Precision equal to 1: **undefined** (never predicted: 0/0)" in text(at)
    at.text_area(key=session.TEXT).set_value("0 0\n0 0").run()
    assert not at.exception
    assert not at.success


def test_a_convention_is_told() -> None:
    at = visit(**{OPEN: "Always yes beats the model"})
    type_in(at, CHALLENGES[2])
    assert "MCC equal to 0: **0.000** (all predictions are one class: 0/0; scikit-learn's convention says 0)" in text(
        at
    )


def test_a_link_holds_the_challenge_and_the_matrix() -> None:
    challenge = CHALLENGES[4]
    at = visit(**{OPEN: challenge.title, session.TEXT: "96 4\n500 9400"})
    assert at.radio(key=OPEN).value == challenge.title
    assert challenge.task in text(at)
    assert at.success[0].value.startswith("**This matrix already solves it.**"), "nobody has found it here"
    assert progress(at) == "0 of 12 solved"
    at.text_area(key=session.TEXT).set_value("97 3\n500 9400").run()
    assert [box.value for box in at.success] == ["**Solved.**"]
    assert progress(at) == "1 of 12 solved"


def test_a_shown_solution_counts_in_no_session_by_no_way() -> None:
    challenge = named("Below both")
    given = write(challenge.solution)
    at = open_(visit(**{session.NAMES: "x, y"}), challenge)
    at.text_area(key=session.TEXT).set_value(given).run()
    assert at.success[0].value.startswith("**This is a solution**")
    at.toggle(key=session.TURNED).set_value(True).run()
    assert not at.exception
    assert progress(at) == "0 of 12 solved"


def test_a_known_matrix_and_an_undo_are_not_found_by_the_visitor() -> None:
    at = open_(visit(), named("Below both"))
    at.selectbox(key=session.MENU).set_value("Lecture: three classes").run()
    assert at.success[0].value.startswith("**This matrix already solves it.**")
    assert progress(at) == "0 of 12 solved"
    at.text_area(key=session.TEXT).set_value("30 50 20\n20 60 20\n10 10 81").run()
    assert progress(at) == "1 of 12 solved"
    press(at, "Begin again")
    at.text_area(key=session.TEXT).set_value("9 0\n0 9").run()
    press(at, "Undo")
    assert at.success
    assert progress(at) == "0 of 12 solved"


def test_opening_a_challenge_that_is_solved_already_does_not_count() -> None:
    first, second = named("Below both"), named("Two macro-F1s")
    at = open_(visit(), first)
    type_in(at, first)
    assert progress(at) == "1 of 12 solved"
    open_(at, second)
    assert at.success[0].value.startswith("**This matrix already solves it.**")
    assert progress(at) == "1 of 12 solved"
    at.text_area(key=session.TEXT).set_value("9 0\n0 9").run()
    at.text_area(key=session.TEXT).set_value(own(first)).run()
    assert progress(at) == "1 of 12 solved", "the matrix it was opened with"
    at.text_area(key=session.TEXT).set_value("11 40\n0 50").run()
    assert progress(at) == "2 of 12 solved"


@pytest.mark.parametrize(
    "link",
    [
        {OPEN: "<script>"},
        {OPEN: "12"},
        {session.TEXT: "a b\nc"},
        {session.TEXT: "-1 5\n3 4"},
        {session.TEXT: "0 0\n0 0"},
        {session.TEXT: "1e12 1\n1 1e12"},
        {session.NAMES: "x"},
    ],
)
def test_a_link_that_was_tampered_with_does_no_harm(link: dict[str, str]) -> None:
    at = visit(**link)
    assert "**Conditions:**" in text(at)
    assert progress(at) == "0 of 12 solved"


def test_a_matrix_that_cannot_be_read_leaves_the_last_one() -> None:
    at = visit()
    at.text_area(key=session.TEXT).set_value("80 x\n10 35").run()
    assert not at.exception
    assert len(at.error) == 1
    assert "Accuracy above 0.95: **0.767**" in text(at)
