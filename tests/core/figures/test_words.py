"""One is singular."""

from __future__ import annotations

import pytest

from core.figures.words import counted


@pytest.mark.parametrize(("number", "expected"), [(0, "0 boxes"), (1, "1 box"), (2, "2 boxes"), (1234, "1,234 boxes")])
def test_numbers_and_their_words(number: int, expected: str) -> None:
    assert counted(number, "box", "boxes") == expected


def test_usually_an_s_is_added() -> None:
    assert (counted(1, "row"), counted(3, "row")) == ("1 row", "3 rows")
