from __future__ import annotations

import sys

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.detection.ladder.selective import check_limit, in_order, search
from core.errors import UserError


def test_the_same_regions_in_the_same_order_every_time(photographs: dict[str, Image.Image]) -> None:
    image = photographs["cat"]
    first, again, few = search(image, 2_000), search(image, 2_000), search(image, 50)
    assert torch.equal(first.regions, again.regions)
    assert torch.equal(first.regions[:50], few.regions)
    assert (len(first.regions), first.found) == (304, 431)
    sides = first.regions[:, 2:] - first.regions[:, :2]
    assert sides.min() >= 20
    assert (first.regions >= 0).all()
    assert (first.regions[:, 2:] <= torch.tensor(image.size)).all()


def test_regions_are_in_pixels_of_the_picture(photographs: dict[str, Image.Image]) -> None:
    image = photographs["cat"]
    twice = search(image, 50, size=(image.width * 2, image.height * 2))
    assert torch.allclose(twice.regions, search(image, 50).regions * 2)


@given(st.lists(st.tuples(*[st.integers(0, 300)] * 2, *[st.integers(1, 300)] * 2), unique=True), st.randoms())
def test_the_order_does_not_depend_on_the_order_before(boxes: list[tuple[int, int, int, int]], chance) -> None:
    shuffled = list(boxes)
    chance.shuffle(shuffled)
    assert in_order(boxes) == in_order(shuffled)
    assert sorted(in_order(boxes)) == sorted(boxes)


def test_a_tiny_picture_is_one_region() -> None:
    assert search(Image.new("RGB", (40, 40), "red"), 200).regions.tolist() == [[0, 0, 40, 40]]


@pytest.mark.parametrize("limit", [0, -1, 2_001, 100_000])
def test_a_number_of_regions_out_of_bounds_is_refused(limit: int) -> None:
    with pytest.raises(UserError):
        check_limit(limit)
    with pytest.raises(UserError):
        search(Image.new("RGB", (40, 40)), limit)


def test_without_the_package_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(UserError, match="not installed"):
        search(Image.new("RGB", (40, 40)), 10)
