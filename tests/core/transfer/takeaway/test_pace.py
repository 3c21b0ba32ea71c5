"""How long files will take to make, learned from those that were made."""

from __future__ import annotations

import pytest

from core.transfer.takeaway.pace import Pace, about


def test_a_measurement_corrects_what_is_expected_of_all_sizes() -> None:
    pace = Pace(2.0, 0.5)
    assert pace.seconds(16) == 10
    pace.measured(20, 16)  # twice as long
    assert pace.seconds(16) == pytest.approx(20)
    assert pace.seconds(4) == pytest.approx(8)
    pace.measured(10, 16)  # the machine has less to do now
    assert 10 < pace.seconds(16) < 20


def test_what_failed_says_nothing_and_what_was_made_does() -> None:
    pace = Pace(100.0)
    with pytest.raises(RuntimeError, match="no"), pace.measuring():
        raise RuntimeError("no")
    assert pace.seconds() == 100
    with pace.measuring():
        pass
    assert 0 < pace.seconds() < 10


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "about 1 s"), (8.4, "about 8 s"), (23.1, "about 25 s"), (61, "about 60 s"), (130, "about 2 min")],
)
def test_the_words_are_no_more_exact_than_the_guess(seconds: float, words: str) -> None:
    assert about(seconds) == words
