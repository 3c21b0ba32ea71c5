"""Two ways to write a name are one name."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.names import match, same

VIETNAMESE = ["mèo", "chó", "xe đạp", "người", "Küche", "café", "가방"]


@pytest.mark.parametrize("name", VIETNAMESE)
def test_composed_and_decomposed_are_the_same(name: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)
    assert composed != decomposed
    assert same(composed) == same(decomposed) == same(f" {decomposed}\t")
    assert match(decomposed, VIETNAMESE) == name
    assert match(composed, [decomposed]) == decomposed, "as it is written there"


@pytest.mark.parametrize("sign", ["\u200b", "\u2060", "\ufeff", "\u00ad"])
def test_signs_that_nobody_sees_make_no_other_name(sign: str) -> None:
    assert same(f"mèo{sign}") == same(f"{sign}mèo ") == same(f"m{sign}èo") == "mèo"
    assert same(f" {sign} cat {sign} ") == "cat"


def test_other_names_are_others() -> None:
    assert len({same(name) for name in ["mèo", "meo", "Mèo", "méo"]}) == 4
    assert match("chien", VIETNAMESE) is None


@given(st.text())
def test_what_is_compared_compares_with_itself(name: str) -> None:
    assert same(same(name)) == same(name)
    assert same(unicodedata.normalize("NFD", name)) == same(name)
