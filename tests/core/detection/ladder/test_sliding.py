from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.detection import StagedDetector
from core.detection.ladder import sliding
from core.detection.ladder.crops import read, warp
from core.detection.ladder.result import FLOOR, MOST, Method
from core.detection.ladder.sliding import Windows, count, layout, places, read_scales, read_sizes
from core.errors import UserError
from core.jobs import Cancelled, silent


@pytest.mark.parametrize(
    ("text", "sizes"),
    [("128", ((128, 128),)), ("96x192, 64 × 32", ((96, 192), (64, 32))), ("8;8", ((8, 8),)), (" 5X7 ,", ((5, 7),))],
)
def test_sizes_are_read(text: str, sizes: tuple[tuple[int, int], ...]) -> None:
    assert read_sizes(text) == sizes


@pytest.mark.parametrize(
    "text", ["", " , ", "0", "12x0", "abc", "-5", "12.5", "1e9", "5x5x5", "1,2,3,4,5,6,7", "９９９９９９"]
)
def test_other_sizes_are_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UserError):
        read_sizes(text)


@pytest.mark.parametrize("text", ["", "0", "0.5", "-1", "two", "1e3", "nan", "1,1.5,2,2.5,3,3.5,4"])
def test_scales_below_one_and_words_are_refused(text: str) -> None:
    with pytest.raises(UserError):
        read_scales(text)


def test_scales_are_read_once_each() -> None:
    assert read_scales("1, 1.5,1") == (1.0, 1.5)


def test_the_count_of_the_coffee_by_hand() -> None:
    # 480 x 320: (12 x 7) at scale 1, (7 x 3) at 1.5, (4 x 2) at 2
    assert layout((600, 400), 320) == (480, 320)
    assert count((600, 400), 320, Windows()) == 84 + 21 + 8


@given(
    st.tuples(st.integers(40, 3000), st.integers(40, 3000)),
    st.lists(st.tuples(st.integers(20, 400), st.integers(20, 400)), min_size=1, max_size=3),
    st.integers(16, 200),
    st.lists(st.sampled_from([1.0, 1.5, 2.0, 3.25]), min_size=1, max_size=3, unique=True),
)
def test_as_many_places_as_counted_and_all_inside(
    size: tuple[int, int], sizes: list[tuple[int, int]], stride: int, scales: list[float]
) -> None:
    windows = Windows(tuple(sizes), stride, tuple(scales))
    try:
        total = count(size, 320, windows)
    except UserError:
        return
    found = places(size, 320, windows)
    assert found.shape == (total, 4)
    assert found.min() >= 0
    assert (found[:, 2] <= size[0] * (1 + 1e-5)).all()
    assert (found[:, 3] <= size[1] * (1 + 1e-5)).all()


@pytest.mark.parametrize(
    ("windows", "says"),
    [
        (Windows(stride=0), "never moves on"),
        (Windows(stride=1), f"{MOST:,} is the most"),
        (Windows(sizes=((99_999, 99_999),)), "No window fits"),
        (Windows(sizes=((10, 10),), stride=1, scales=(1.0,) * 6), "is the most"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(windows: Windows, says: str) -> None:
    with pytest.raises(UserError, match=says):
        count((600, 400), 320, windows)


def test_a_window_is_scored_as_it_is_and_keeps_its_box(
    detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    image, windows = photographs["cat"], Windows(((256, 256),), 64, (1.0,))
    rung = sliding.run(detector, image, windows, 128, silent, short_side=320)
    assert rung.method is Method.SLIDING
    assert rung.passes == len(rung.regions) == count(image.size, 320, windows)
    assert torch.equal(rung.candidates.boxes, rung.regions[rung.candidates.sources])
    first = tuple(rung.regions[0].tolist())
    crop = warp(image, (first[0], first[1], first[2], first[3]), 128, context=0)
    logits, _ = read(detector.model, crop)
    over = logits.softmax(-1)[0, 1:]
    mine = rung.candidates.scores[rung.candidates.sources == 0]
    assert torch.equal(mine, over[over > FLOOR])


def test_it_stops_between_two_windows(detector: StagedDetector, photographs: dict[str, Image.Image]) -> None:
    calls = []

    def report(fraction: float, text: str) -> None:
        calls.append((fraction, text))
        if len(calls) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        sliding.run(detector, photographs["cat"], Windows(), 128, report, short_side=320)
    assert [text for _, text in calls] == ["0 of 113 windows", "1 of 113 windows", "2 of 113 windows"]
