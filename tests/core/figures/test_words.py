"""One is singular."""

from __future__ import annotations

import pytest

from core.figures.words import counted, duration


@pytest.mark.parametrize(("number", "expected"), [(0, "0 boxes"), (1, "1 box"), (2, "2 boxes"), (1234, "1,234 boxes")])
def test_numbers_and_their_words(number: int, expected: str) -> None:
    assert counted(number, "box", "boxes") == expected


def test_usually_an_s_is_added() -> None:
    assert (counted(1, "row"), counted(3, "row")) == ("1 row", "3 rows")


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min"), (120, "2 min"), (160, "2 min 40 s")]
)
def test_a_time_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
