"""One box and one object: there and back, the clamp, and what is no box."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.detection.overlap import compare
from core.detection.regression.targets import beside, regress
from core.errors import UserError

SIZE = (640, 480)


@st.composite
def boxes(draw: st.DrawFn) -> tuple[float, float, float, float]:
    x1, y1 = draw(st.integers(0, 600)), draw(st.integers(0, 440))
    return float(x1), float(y1), float(draw(st.integers(x1 + 20, 640))), float(draw(st.integers(y1 + 20, 480)))


@given(boxes(), boxes())
def test_with_all_of_t_the_box_is_the_object_s(p: tuple[float, ...], g: tuple[float, ...]) -> None:
    found = regress(p, g, SIZE)
    assert found.moved == pytest.approx(found.g, abs=1e-6)
    assert found.after == pytest.approx(1)
    assert found.before == pytest.approx(compare(p, g).iou)
    assert not found.cut


@given(boxes(), boxes())
def test_with_none_of_t_it_stays(p: tuple[float, ...], g: tuple[float, ...]) -> None:
    found = regress(p, g, SIZE, share=0)
    assert found.moved == pytest.approx(p, abs=1e-6)
    assert found.after == pytest.approx(found.before)


def test_the_lecture_s_formulas() -> None:
    found = regress((100, 100, 200, 300), (150, 120, 350, 220), SIZE)
    assert found.p_centred == (150, 200, 100, 200)
    assert found.g_centred == (250, 170, 200, 100)
    assert found.targets == pytest.approx((1.0, -0.15, math.log(2), -math.log(2)))
    own = regress((100, 100, 200, 300), (150, 120, 350, 220), SIZE, said=(0.5, -0.1, math.log(3), 0))
    assert own.moved_centred == pytest.approx((200, 180, 300, 200))
    assert own.moved == pytest.approx((50, 80, 350, 280))


def test_the_clamp_bites() -> None:
    found = regress((10, 10, 12, 20), (0, 0, 600, 20), SIZE)
    assert found.cut == ("w",)
    assert found.moved_centred[2] == pytest.approx(125)
    assert found.after < 1
    assert regress((10, 10, 30, 30), (5, 5, 40, 40), SIZE, said=(0, 0, 5, 4.2)).cut == ("w", "h")


@pytest.mark.parametrize(
    ("p", "words"),
    [
        ((5, 5, 5, 9), "Box P has no area"),
        ((-90, 5, -8, 9), "Box P lies outside the picture of 640 × 480 pixels"),
        ((700, 5, 800, 9), "outside"),
        ((math.nan, 5, 8, 9), "four numbers"),
    ],
)
def test_what_is_no_box_is_refused(p: tuple[float, ...], words: str) -> None:
    with pytest.raises(UserError, match=words):
        regress(p, (1, 1, 9, 9), SIZE)
    with pytest.raises(UserError, match=words.replace("Box P", "Box G")):
        regress((1, 1, 9, 9), p, SIZE)


def test_what_reaches_out_is_cut_and_said() -> None:
    found = regress((-10, 5, 50, 60), (90, 80, 20, 10), SIZE)
    assert found.p == (0, 5, 50, 60)
    assert found.g == (20, 10, 90, 80)
    assert len(found.notes) == 2


@given(boxes())
def test_a_start_lies_beside_the_object_within_the_picture(g: tuple[float, ...]) -> None:
    p, same = beside(g, SIZE)
    assert same == g
    found = regress(p, g, SIZE)
    assert not found.notes
    assert 0.3 < found.before < 1


@pytest.mark.parametrize("size", [(40, 40), (2, 40), (3, 2)])
def test_a_start_in_a_tiny_picture(size: tuple[int, int]) -> None:
    width, height = size
    p, g = beside((0.3 * width, 0.3 * height, 0.75 * width, 0.75 * height), size)
    assert not regress(p, g, size).notes
    p, g = beside((width - 0.4, height - 0.4, width, height), size)
    assert not regress(p, g, size).notes
