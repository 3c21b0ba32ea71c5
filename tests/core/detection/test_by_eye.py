"""What a person sees and a network says, by names."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.detection.by_eye import Surplus, compare

LABELS = st.lists(st.sampled_from(["cat", "dog", "cup", "clock"]))


def test_names_that_are_not_there_and_objects_found_twice() -> None:
    seen = compare(["cup", "clock", "cup", "cat", "dog", "clock"], ["cup", "cat", "cat", "dog"])
    assert seen.wrong == ("clock",)
    assert seen.surplus == (Surplus("cup", 2, 1),)


def test_nothing_to_say() -> None:
    assert compare([], ["cat"]) == compare(["cat"], ["cat"]) == compare([], [])
    assert not compare(["cat"], ["cat", "cat"]).surplus, "one that was missed is another matter"


@given(LABELS, LABELS)
def test_every_box_is_right_surplus_or_wrong(found: list[str], seen: list[str]) -> None:
    told = compare(found, seen)
    wrong = sum(found.count(label) for label in told.wrong)
    surplus = sum(more.boxes - more.objects for more in told.surplus)
    right = sum(min(found.count(label), seen.count(label)) for label in set(found))
    assert wrong + surplus + right == len(found)
    assert not set(told.wrong) & set(seen)
