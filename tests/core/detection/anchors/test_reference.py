"""Reference boxes by size and ratio: the lecture's nine, torchvision's inverse ratio, and what people type."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.models.detection.anchor_utils import AnchorGenerator

from core.detection.anchors.reference import RATIOS, SIZES, Pattern, code_of_boxes, named, read
from core.errors import UserError

NINE = [
    (45.25, 90.51), (90.51, 181.02), (181.02, 362.04),
    (64, 64), (128, 128), (256, 256),
    (78.38, 52.26), (156.77, 104.51), (313.53, 209.02),
]  # fmt: skip
"""Width and height of the lecture's nine, by hand."""


def generator(code: str) -> AnchorGenerator:
    names: dict[str, object] = {"AnchorGenerator": AnchorGenerator}
    exec(code if "\n" in code else f"generator = {code}", names)
    made = names["generator"]
    assert isinstance(made, AnchorGenerator)
    return made


def test_the_lectures_nine() -> None:
    found = read(SIZES, RATIOS).references()
    assert [(round(one.width, 2), round(one.height, 2)) for one in found] == NINE
    assert [one.group for one in found] == [0, 1, 2] * 3
    assert found[0].name == "64 px, ratio 0.5"


@given(
    st.lists(st.integers(1, 2000), min_size=1, max_size=6, unique=True),
    st.lists(st.sampled_from([0.05, 0.25, 0.5, 1, 1.5, 2, 7, 20]), min_size=1, max_size=6, unique=True),
)
def test_the_area_is_the_size_squared_and_torchvision_rounds_half_the_sides(
    sizes: list[int], ratios: list[float]
) -> None:
    pattern = read(", ".join(map(str, sizes)), ", ".join(map(str, ratios)))
    for one in pattern.references():
        assert math.isclose(one.width * one.height, sizes[one.group] ** 2, rel_tol=1e-9)
    theirs = AnchorGenerator((tuple(sizes),), (tuple(1 / ratio for ratio in ratios),)).cell_anchors[0]
    assert (pattern.cell() - theirs).abs().max() <= 0.5 + 1e-3
    assert generator(pattern.code()).num_anchors_per_location() == [len(pattern.references())]


def test_the_code_has_the_inverse_ratios() -> None:
    code = read(SIZES, RATIOS).code()
    assert code == "AnchorGenerator(sizes=((64, 128, 256),), aspect_ratios=((2, 1, 0.6667),))"
    made = generator(code).cell_anchors[0]
    assert torch.equal(made, read(SIZES, RATIOS).cell().round())


def test_boxes_by_themselves_are_not_crossed() -> None:
    pattern = read("30x40, 64 12.5 × 90", "1, 2")
    assert pattern == Pattern((64.0,), (1.0, 2.0), ((30.0, 40.0), (12.5, 90.0)))
    sides = [(round(one.width, 2), round(one.height, 2)) for one in pattern.references()]
    assert sides == [(64, 64), (90.51, 45.25), (30, 40), (12.5, 90)]
    assert [one.group for one in pattern.references()] == [0, 0, 1, 2]
    assert read("30x40", "").references()[0].name == "30 × 40 px", "it needs no ratio"


def test_boxes_reach_torchvision_as_they_are() -> None:
    made = generator(code_of_boxes([(58.9, 14.8), (102.3, 21.4)]))
    assert made.num_anchors_per_location() == [2]
    sides = made.cell_anchors[0][:, 2:] - made.cell_anchors[0][:, :2]
    assert (sides - torch.tensor([(58.9, 14.8), (102.3, 21.4)])).abs().max() <= 1


@pytest.mark.parametrize(
    ("sizes", "ratios", "says"),
    [
        ("", "1", "no size yet"),
        ("   ,;", "1", "no size yet"),
        ("64", "", "no ratio yet"),
        ("0", "1", "between 1 and 2,000"),
        ("1e9", "1", "between 1 and 2,000"),
        ("9" * 400, "1", "between 1 and 2,000"),
        ("0x40", "1", "between 1 and 2,000"),
        ("-64", "1", '"-64" is no size'),
        ("nan", "1", '"nan" is no size'),
        ("big", "1", '"big" is no size'),
        ("<b>64</b>", "1", "is no size"),
        ("64x", "1", '"64x" is no size'),
        ("64", "0", "between 0.05 and 20"),
        ("64", "1e9", "between 0.05 and 20"),
        ("64", "1:2", '"1:2" is no ratio'),
        (" ".join(str(10 + n) for n in range(100)), "1", "100 sizes are too many"),
        ("64", " ".join(str(1 + n / 10) for n in range(13)), "13 ratios are too many"),
        ("1 2 3 4 5 6 7 8 9 10", "1 2 3 4", "40 boxes at a place"),
    ],
)
def test_what_is_no_size_gets_a_sentence(sizes: str, ratios: str, says: str) -> None:
    with pytest.raises(UserError, match=r'^[A-Z0-9"].*[.]$') as caught:
        read(sizes, ratios)
    assert says in str(caught.value)


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_text_is_read_or_refused(sizes: str, ratios: str) -> None:
    try:
        found = read(sizes, ratios)
    except UserError:
        return
    assert torch.isfinite(found.cell()).all()


def test_the_models_own_are_named_by_what_they_measure() -> None:
    cell = AnchorGenerator(((32, 64),), ((0.5, 1.0, 2.0),)).cell_anchors[0]
    found = named(cell)
    assert [one.group for one in found] == [0, 1] * 3
    assert found[0].name == "46 × 22 px"
