"""Which picture a name means: never another one, and the same from both sides."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.detection.scoring.pairing import Names, clashes, pair, refuse_unclear
from core.errors import UserError

TWO = ["cam1/0001.jpg", "cam2/0001.jpg"]


@pytest.mark.parametrize(
    ("name", "names", "place", "guess"),
    [
        ("cam2/0001.jpg", TWO, 1, False),
        ("./cam2/0001.jpg", TWO, 1, False),
        ("cam2\\0001.jpg", TWO, 1, False),
        (".\\CAM2\\0001.JPG", TWO, 1, False),
        ("cam2//0001.jpg", TWO, 1, False),
        ("cam2/0001", TWO, 1, True),
        ("cam2/0001.png", TWO, 1, True),
        ("data/cam2/0001.jpg", TWO, 1, True),
        ("C:\\data\\cam1\\0001.jpg", TWO, 0, True),
        ("0001.jpg", ["images/0001.jpg", "images/0002.jpg"], 0, True),
        ("0001", ["images/0001.jpg", "images/0002.jpg"], 0, True),
        ("other/0001.jpg", ["0001.jpg"], 0, True),
        ("0001.jpg", ["0001.png", "0001.jpg"], 1, False),
        ("b%20c.jpg", ["a.jpg", "b c.jpg"], 1, True),
        ("dir/b%20c.jpg", ["a.jpg", "b c.jpg"], 1, True),
        ("b c.jpg", ["a.jpg", "b%20c.jpg"], 1, True),
        ("K%C3%BCche.jpg", ["a.jpg", "Küche.jpg"], 1, True),
        ("b%20c.jpg", ["b c.jpg", "b%20c.jpg"], 1, False),
        ("a/cat.0", ["cat.0.jpg", "cat.1.jpg"], 0, True),
        ("cat.1", ["cat.0.jpg", "cat.1.jpg"], 1, True),
        (unicodedata.normalize("NFD", "Küche.jpg"), ["b.jpg", "Küche.jpg"], 1, False),
        (unicodedata.normalize("NFC", "mèo/ảnh 1.jpg"), [unicodedata.normalize("NFD", "mèo/ảnh 1.jpg")], 0, False),
    ],
)
def test_a_name_means_one_picture(name: str, names: list[str], place: int, guess: bool) -> None:
    found = Names(names).find(name)
    assert (found.place, found.guess) == (place, guess)


@pytest.mark.parametrize(
    ("name", "names", "places"),
    [
        ("0001.jpg", TWO, (0, 1)),
        ("0001", TWO, (0, 1)),
        ("cam3/0001.jpg", TWO, (0, 1)),
        ("0001", ["0001.png", "0001.jpg"], (0, 1)),
        ("A.JPG", ["a.jpg", "A.jpg"], (0, 1)),
        ("0002.jpg", TWO, ()),
        ("", TWO, ()),
    ],
)
def test_what_may_be_several_or_none_is_not_decided(name: str, names: list[str], places: tuple[int, ...]) -> None:
    found = Names(names).find(name)
    assert found.places == places
    assert found.place is None


def test_two_names_for_one_picture_are_refused() -> None:
    matches = pair(TWO, ["0001.jpg"])
    assert clashes(matches) == {0: tuple(TWO)}
    with pytest.raises(UserError, match=r'"cam1/0001.jpg" and for "cam2/0001.jpg".*only "0001.jpg" for both'):
        refuse_unclear("f.json", matches, ["0001.jpg"])
    with pytest.raises(UserError, match=r'"0001.jpg", which may be "cam1/0001.jpg", "cam2/0001.jpg": write its folder'):
        refuse_unclear("f.json", pair(["0001.jpg"], TWO), TWO)
    refuse_unclear("f.json", pair(["cam1/0001.jpg", "0001", "0001.jpg"], ["0001.jpg"]), ["0001.jpg"])


def test_a_choice_goes_before_names() -> None:
    chosen = pair(["0001.jpg", "x.jpg"], TWO, {"0001.jpg": 1, "x.jpg": None})
    assert [(match.place, match.guess) for match in chosen] == [(1, False), (None, False)]


_PATHS = st.lists(st.sampled_from(["a", "B", "cam1", "é", "0001"]), min_size=1, max_size=3).map("/".join)


@given(st.lists(_PATHS.map(lambda name: f"{name}.jpg"), min_size=1, max_size=6, unique_by=str.casefold))
def test_every_picture_finds_itself(names: list[str]) -> None:
    for disguise in (str, str.upper, lambda name: "./" + name, lambda name: name.replace("/", "\\")):
        assert [match.place for match in pair([disguise(name) for name in names], names)] == list(range(len(names)))
