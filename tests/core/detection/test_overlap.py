"""Two boxes against each other: torchvision's measures, counted pixels, laws, and what is no box."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.ops import box_iou, complete_box_iou, distance_box_iou, generalized_box_iou

from core.detection.box_pairs import FIELD, FIRST, PRESETS, by_name, compare_inside, guess, preset_of, python_code
from core.detection.overlap import Corners, check, compare, is_hit, shifted, slide, tidy
from core.errors import UserError
from core.samples import SAMPLES, ground_truth
from tests.examples import examples

SIDE = 24
Box = tuple[int, int, int, int]


def ordered(values: tuple[int, int, int, int]) -> Box:
    x1, x2, y1, y2 = values
    return min(x1, x2), min(y1, y2), max(x1, x2) + 1, max(y1, y2) + 1


boxes = st.tuples(*[st.integers(0, SIDE - 1)] * 4).map(ordered)
wide_boxes = st.tuples(*[st.integers(-1000, 1000)] * 4).map(ordered)


def pixels(box: Box) -> np.ndarray:
    grid = np.zeros((SIDE, SIDE), bool)
    grid[box[1] : box[3], box[0] : box[2]] = True
    return grid


def rows(box: tuple[float, ...]) -> torch.Tensor:
    return torch.tensor([box], dtype=torch.float64)


@examples(200)
@given(a=boxes, b=boxes)
def test_areas_are_counted_pixels(a: Box, b: Box) -> None:
    pair = compare(a, b)
    first, second = pixels(a), pixels(b)
    assert pair.first == first.sum()
    assert pair.second == second.sum()
    assert pair.intersection == (first & second).sum()
    assert pair.union == (first | second).sum()
    ys, xs = np.nonzero(first | second)
    assert pair.enclosing == (np.ptp(ys) + 1) * (np.ptp(xs) + 1)
    assert pair.iou == pytest.approx((first & second).sum() / (first | second).sum())
    # Dice is F1 of the pixels, A target and B predicted
    tp, fp, fn = (first & second).sum(), (second & ~first).sum(), (first & ~second).sum()
    assert pair.dice == pytest.approx(2 * tp / (2 * tp + fp + fn))


@examples(200)
@given(a=wide_boxes, b=wide_boxes)
def test_measures_are_torchvisions(a: Box, b: Box) -> None:
    pair = compare(a, b)
    assert pair.iou == pytest.approx(box_iou(rows(a), rows(b)).item())
    assert pair.giou == pytest.approx(generalized_box_iou(rows(a), rows(b)).item())
    assert pair.diou == pytest.approx(distance_box_iou(rows(a), rows(b)).item())


@examples(200)
@given(a=wide_boxes, b=wide_boxes)
def test_formulas_and_laws(a: Box, b: Box) -> None:
    pair, turned = compare(a, b), compare(b, a)
    assert pair.iou == pytest.approx(pair.intersection / pair.union)
    assert pair.dice == pytest.approx(2 * pair.iou / (1 + pair.iou))
    assert pair.giou == pytest.approx(pair.iou - (pair.enclosing - pair.union) / pair.enclosing)
    assert pair.diou == pytest.approx(pair.iou - (pair.distance / pair.diagonal) ** 2)
    assert 0 <= pair.iou <= pair.dice <= 1
    assert -1 <= pair.giou <= pair.iou
    assert complete_box_iou(rows(a), rows(b)).item() <= pair.diou + 1e-6 <= pair.iou + 1e-6
    for name in ("iou", "giou", "diou", "dice", "intersection", "union", "enclosing"):
        assert getattr(pair, name) == pytest.approx(getattr(turned, name))


@examples(100)
@given(a=boxes, b=boxes, right=st.integers(-500, 500), down=st.integers(-500, 500), scale=st.integers(1, 50))
def test_neither_place_nor_scale_matters(a: Box, b: Box, right: int, down: int, scale: int) -> None:
    move = (right, down, right, down)
    there = [tuple(scale * value + step for value, step in zip(box, move, strict=True)) for box in (a, b)]
    pair, moved = compare(a, b), compare(*there)
    assert (moved.iou, moved.dice, moved.giou) == pytest.approx((pair.iou, pair.dice, pair.giou))


@pytest.mark.parametrize(
    ("title", "iou", "giou"),
    [
        ("Shifted by a third", 1 / 2, 1 / 2),
        ("Shifted by half", 1 / 3, 1 / 3),
        ("Half both ways", 1 / 7, 1 / 7 - 2 / 9),
        ("Nested", 1 / 4, 1 / 4),
        ("Tall and wide", 3600 / 26400, 3600 / 26400 - (250 * 250 - 26400) / (250 * 250)),
        ("Touching", 0, 0),
        ("Apart", 0, -(380 * 180 - 2 * 130 * 110) / (380 * 180)),
        ("Identical", 1, 1),
    ],
)
def test_presets_are_what_they_are_called(title: str, iou: float, giou: float) -> None:
    preset = PRESETS[title]
    pair = compare(preset.first, preset.second)
    assert (pair.iou, pair.giou) == pytest.approx((iou, giou))
    if title == FIRST:
        assert pair.dice == pytest.approx(2 / 3)
        assert pair.intersection == pytest.approx(2 / 3 * pair.first)


def test_every_preset_is_tested_and_fits_every_picture() -> None:
    assert len(PRESETS) == 8
    for width, height in ((480, 320), (741, 500), (512, 512), (451, 300), (600, 400)):
        assert FIELD[0] <= width
        assert FIELD[1] <= height
        for preset in PRESETS.values():
            both = preset.centred(width, height)
            for box in both:
                assert tidy(box, width, height, "Box A") == (box, "")
            assert preset_of(*both, width, height) is preset
            (x1, y1, x2, y2), second = both
            assert preset_of((x1 + 1, y1, x2, y2), second, width, height) is None


@examples(60)
@given(a=wide_boxes, b=wide_boxes, places=st.integers(2, 60))
def test_sliding_is_comparing_at_every_place(a: Box, b: Box, places: int) -> None:
    path = slide(a, b, places)
    now = (b[0] + b[2] - a[0] - a[2]) / 2
    assert now in path.offsets
    assert 0 in path.offsets
    assert list(path.offsets) == sorted(path.offsets)
    for index in range(0, len(path.offsets), 7):
        step = path.offsets[index] - now
        pair = compare(a, (b[0] + step, b[1], b[2] + step, b[3]))
        found = path.iou[index], path.dice[index], path.giou[index]
        assert found == pytest.approx((pair.iou, pair.dice, pair.giou), abs=1e-9)
    here = path.offsets.index(now)
    assert path.iou[here] == pytest.approx(compare(a, b).iou)
    assert path.iou[0] == path.iou[-1] == 0 or abs(now) <= 1.4 * (a[2] - a[0] + b[2] - b[0])
    assert max(path.iou) == pytest.approx(path.iou[path.offsets.index(0)])


def test_the_ends_of_a_slide_are_apart() -> None:
    path = slide((0, 0, 10, 10), (0, 0, 10, 10))
    assert path.iou[0] == path.iou[-1] == 0
    assert path.giou[0] < 0


@examples(100)
@given(width=st.integers(1, 1000), shift=st.integers(1, 50))
def test_a_shift_costs_a_small_box_more(width: int, shift: int) -> None:
    small, large = shifted([width, 2 * width], shift)
    assert small == pytest.approx(max(width - shift, 0) / (width + shift if shift < width else 1))
    assert small <= large


def test_golden_shift() -> None:
    assert shifted([20, 200], 5) == pytest.approx((15 / 25, 195 / 205))


def test_a_hit_begins_at_the_threshold() -> None:
    half = compare(*PRESETS[FIRST].centred(480, 320))
    assert is_hit(half, 0.5)
    assert not is_hit(half, 0.55)
    assert not is_hit(compare((0, 0, 1, 1), (5, 5, 6, 6)), 0.05)


@pytest.mark.parametrize(
    ("box", "sentence"),
    [
        ((5, 0, 5, 9), "Box A has no area because x1 and x2 are both 5: move one of them."),
        ((0, 7, 5, 7), "Box A has no area because y1 and y2 are both 7: move one of them."),
        ((5, 0, 1, 9), "corners of box A are swapped: x1 is 5 and x2 1, but x2 is the one further right."),
        ((0, 9, 1, 0), "corners of box A are swapped: y1 is 9 and y2 0, but y2 is the one further down."),
        ((math.nan, 0, 1, 9), "Box A needs four numbers"),
        ((0, 0, math.inf, 9), "Box A needs four numbers"),
        ((0, 0, 1e300, 9), "Box A needs four numbers"),
        ((0, 0, 1), "Box A needs four numbers"),
    ],
)
def test_what_is_no_box_is_refused_in_a_sentence(box: tuple[float, ...], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence.split("(", maxsplit=1)[0]):
        check(box, "Box A")
    with pytest.raises(UserError):
        compare(box, (0, 0, 1, 1))
    with pytest.raises(UserError):
        slide((0, 0, 1, 1), box)


@pytest.mark.parametrize(
    ("box", "tidied", "words"),
    [
        ((10, 20, 30, 40), (10, 20, 30, 40), ""),
        ((0, 0, 100, 50), (0, 0, 100, 50), ""),
        ((30, 20, 10, 40), (10, 20, 30, 40), "Box B: its corners were swapped and are now in order."),
        ((30, 40, 10, 20), (10, 20, 30, 40), "Box B: its corners were swapped and are now in order."),
        (
            (-5, 20, 30, 400),
            (0, 20, 30, 50),
            "Box B: it was cut off at the edge of the picture, 100 × 50 pixels.",
        ),
        (
            (300, 20, 10, 40),
            (10, 20, 100, 40),
            "Box B: its corners were swapped and are now in order, and it was cut off at the edge of the picture, "
            "100 × 50 pixels.",
        ),
    ],
)
def test_tidying_says_what_it_did(box: Corners, tidied: Corners, words: str) -> None:
    assert tidy(box, 100, 50, "Box B") == (tidied, words)


@pytest.mark.parametrize(
    ("box", "sentence"),
    [
        ((5, 5, 5, 9), "Box B has no area: type other corners."),
        ((5, 9, 8, 9), "Box B has no area: type other corners."),
        ((200, 5, 300, 9), "Box B lies outside the picture of 100 × 50 pixels: type other corners."),
        ((5, -9, 8, 0), "Box B lies outside the picture of 100 × 50 pixels: type other corners."),
        ((math.nan, 5, 8, 9), "Box B needs four numbers: x1, y1, x2 and y2."),
        ((0, 5), "Box B needs four numbers: x1, y1, x2 and y2."),
    ],
)
def test_what_cannot_be_tidied_is_refused(box: Corners, sentence: str) -> None:
    with pytest.raises(UserError) as raised:
        tidy(box, 100, 50, "Box B")
    assert str(raised.value) == sentence


@examples(200)
@given(
    box=st.tuples(*[st.integers(-9999, 9999)] * 4), width=st.integers(1, 900), height=st.integers(1, 900)
)  # fmt: skip
def test_what_is_tidied_can_always_be_compared(box: Box, width: int, height: int) -> None:
    try:
        tidied, words = tidy(box, width, height, "Box A")
    except UserError:
        return
    assert compare(tidied, tidied).iou == 1
    assert 0 <= tidied[0] < tidied[2] <= width
    assert 0 <= tidied[1] < tidied[3] <= height
    assert (words == "") == (tidied == box)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_guess_beside_every_target_box(name: str) -> None:
    sizes = {"motorcycle": (741, 500), "astronaut": (512, 512), "cat": (451, 300), "coffee": (600, 400)}
    width, height = sizes[name]
    for box in ground_truth(SAMPLES[name]):
        target, off = guess(box.xyxy, width, height)
        assert max(abs(a - b) for a, b in zip(target, box.xyxy, strict=True)) <= 0.5
        for one in (target, off):
            assert all(value == round(value) for value in one)
            assert tidy(one, width, height, "Box A")[1] == ""
        assert 0.3 < compare(target, off).iou < 1


@pytest.mark.parametrize("title", PRESETS)
def test_the_code_runs_and_its_assertions_are_not_empty(title: str) -> None:
    first, second = PRESETS[title].centred(480, 320)
    code = python_code(first, second)
    names: dict[str, object] = {}
    exec(compile(code, "two_boxes.py", "exec"), names)
    assert names["iou"] == pytest.approx(compare(first, second).iou)
    assert code.count("assert ") == 4
    other = python_code((0, 0, 7, 9), (2, 1, 11, 10))
    wrong = other.replace("[2, 1, 11, 10]", "[3, 1, 11, 10]")
    assert wrong != other
    with pytest.raises(AssertionError):
        exec(compile(wrong, "two_boxes.py", "exec"), {})


TARGET, FOUND = (278, 299, 302, 326), (286.5757, 301.9515, 300.103, 326.7515)


def test_the_two_conventions_of_corners() -> None:
    assert compare(TARGET, FOUND).iou == pytest.approx(0.49427, abs=5e-6)
    assert compare(TARGET, FOUND, inclusive=True).iou == pytest.approx(0.51186, abs=5e-6)


@given(boxes, boxes)
def test_inclusive_corners_count_pixels(a: Box, b: Box) -> None:
    pair = compare(a, b, inclusive=True)
    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = a, b
    assert pair.first == (ax2 - ax1 + 1) * (ay2 - ay1 + 1)
    shared = max(0, min(ax2, bx2) - max(ax1, bx1) + 1) * max(0, min(ay2, by2) - max(ay1, by1) + 1)
    assert pair.intersection == shared
    assert pair.distance == compare(a, b).distance, "both centres move alike"
    exec(python_code(a, b, inclusive=True), {})


def test_objects_of_one_class_have_names_of_their_own() -> None:
    for sample in SAMPLES.values():
        named = by_name(ground_truth(sample))
        assert list(named.values()) == [box.xyxy for box in ground_truth(sample)]
    assert list(by_name([replace(box, label="cup") for box in ground_truth(SAMPLES["coffee"])][:3])) == [
        "cup", "cup 2", "cup 3",
    ]  # fmt: skip


def test_boxes_as_typed_are_compared_inside_their_picture() -> None:
    found = compare_inside(((300, 80, 120, 240), (180, -50, 9000, 240)), 480, 320)
    assert found.boxes == ((120, 80, 300, 240), (180, 0, 480, 240))
    assert found.pair == compare(*found.boxes)
    assert [note.partition(":")[0] for note in found.notes] == ["Box A", "Box B"]
    assert compare_inside(found.boxes, 480, 320, inclusive=True).pair == compare(*found.boxes, inclusive=True)
    with pytest.raises(UserError, match="Box B has no area"):
        compare_inside((found.boxes[0], (5, 5, 5, 9)), 480, 320)
