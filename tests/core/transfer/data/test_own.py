"""Classes built in the page: a draft that is filled, undone and made into a set."""

from __future__ import annotations

import pytest

from core.errors import UserError
from core.jobs import Cancelled
from core.transfer.data import own
from core.transfer.data.own import Draft, make_set, missing, read_shots, shot, with_class, with_shots, without_class
from tests.core.transfer.data.made import picture, silent


def draft(*counts: int) -> Draft:
    """Classes "a", "b" and so on, with so many pictures."""
    found = Draft()
    for label, count in enumerate(counts):
        name = chr(ord("a") + label)
        shots = [shot(f"{number}.png", picture(100 * label + number)) for number in range(count)]
        found = with_shots(with_class(found, name), name, shots)[0]
    return found


def test_a_draft_becomes_a_set() -> None:
    found = make_set(draft(5, 3), "mine")
    assert found.classes == ("a", "b")
    assert found.counts().tolist() == [[3, 1, 1], [1, 1, 1]]
    assert found.own
    assert found.names[:2] == ("0.png", "1.png")


def test_pictures_of_several_sizes_get_one() -> None:
    full = draft(3, 3)
    full, _ = with_shots(full, "a", [shot("large.png", picture(7, (90, 40)))])
    found = make_set(full, "mine")
    assert found.side == 40
    assert shot("huge.png", picture(8, (600, 300))).square.shape == (3, 256, 256)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [((), "two classes"), ((9,), "two classes"), ((3, 0), "“b” has no picture"), ((1, 3), "“a” has 1 picture:")],
)
def test_what_is_missing(counts: tuple[int, ...], sentence: str) -> None:
    assert sentence in missing(draft(*counts))
    with pytest.raises(UserError, match=sentence):
        make_set(draft(*counts), "mine")


def test_a_change_leaves_the_draft_before_as_it_was() -> None:
    before = draft(3, 3)
    after = without_class(before, "a")
    assert (after.classes, len(after)) == (("b",), 3)
    assert (before.classes, len(before)) == (("a", "b"), 6)
    assert without_class(before, "z") == before


def test_names_of_classes() -> None:
    found = with_class(Draft(), "  red\x00 \u202e panda ")
    assert found.classes == ("red panda",)
    assert len(with_class(found, "x" * 500).classes[1]) == 40
    with pytest.raises(UserError, match="already"):
        with_class(found, "Red Panda")
    for nothing in ("", "  ", "\x07"):
        with pytest.raises(UserError, match="Type a name"):
            with_class(found, nothing)
    for number in range(own.MOST_CLASSES - 1):
        found = with_class(found, f"class {number}")
    with pytest.raises(UserError, match="At most"):
        with_class(found, "one more")


def test_the_same_picture_counts_once() -> None:
    same = [shot("x.png", picture(1)), shot("y.png", picture(1))]
    found, notes = with_shots(draft(0, 0), "b", same)
    assert len(found) == 1
    assert notes == ("1 picture was there already and left out.",)
    again, notes = with_shots(found, "a", same)  # not in another class either: then one of the labels is wrong
    assert len(again) == 1
    assert notes


def test_there_is_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "MOST_PICTURES", 4)
    found, notes = with_shots(draft(3), "a", [shot("x.png", picture(50 + number)) for number in range(3)])
    assert len(found) == 4
    assert "2 left out: all classes together can have at most 4 pictures" in notes[0]
    with pytest.raises(UserError, match="4 pictures already"):
        with_shots(found, "a", [shot("z.png", picture(99))])


def test_a_class_that_is_gone() -> None:
    with pytest.raises(UserError, match="no class “z”"):
        with_shots(draft(1), "z", [])


def test_files_are_read_one_by_one() -> None:
    found, problems = read_shots([("a.png", picture(1)), ("b.txt", b"text"), ("", b"")], silent)
    assert [one.name for one in found] == ["a.png"]
    assert problems[0].startswith("b.txt: This file is not a picture")
    assert problems[1].startswith("picture: This file is empty")

    def stop(*_: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_shots([("a.png", picture(1))], stop)


def test_files_with_too_many_pixels_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "MOST_PIXELS", 200)
    found, problems = read_shots([(f"{number}.png", picture(number)) for number in range(4)], silent)
    assert len(found) == 2  # 120 pixels each
    assert len(problems) == 2
    assert "too many pixels" in problems[0]
