"""Names by strangers: short, printable, distinct, in an order that people expect."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.transfer.data.names import LONGEST, clean, distinct, in_order
from tests.examples import examples

quick = examples(30, fixed=False)


@quick
@given(st.text(max_size=300))
def test_a_clean_name_is_short_printable_and_stays_itself(text: str) -> None:
    name = clean(text, "nameless")
    assert 1 <= len(name) <= LONGEST
    assert name.isprintable()
    assert name == name.strip()
    assert clean(name, "nameless") == name


def test_what_goes_and_what_stays() -> None:
    assert clean("  Käfer\t\n grün ", "x") == "Käfer grün"
    assert clean("Ka\u0308fer", "x") == "Käfer"
    assert clean("a\u202eb\x00\u200bc\x1b[1m", "x") == "a b c [1m"
    assert clean("\x00\x01", "x") == clean("", "x") == "x"
    assert clean("w" * 41, "x") == "w" * 39 + "…"
    assert len(clean("w" * 10_000_000, "x")) == LONGEST


@quick
@given(st.lists(st.text(max_size=60), max_size=20))
def test_distinct_names_are_as_many_as_came(texts: list[str]) -> None:
    names = distinct(texts)
    assert len(names) == len(set(names)) == len(texts)
    assert all(len(name) <= LONGEST and name.isprintable() for name in names)


def test_names_that_would_be_alike_get_numbers() -> None:
    assert distinct(["cat", "cat ", "dog", "cat"]) == ("cat", "cat (2)", "dog", "cat (3)")
    assert distinct(["x" * 50, "x" * 60])[1] == "x" * 36 + " (2)"


def test_the_order_of_people() -> None:
    assert in_order(["10", "9", "a2", "a10", "B", "A1"]) == ["9", "10", "A1", "a2", "a10", "B"]


@quick
@given(st.lists(st.text(max_size=20), max_size=10))
def test_any_names_can_be_ordered(texts: list[str]) -> None:
    assert sorted(in_order(texts)) == sorted(texts)
    assert in_order(reversed(texts)) == in_order(texts)
