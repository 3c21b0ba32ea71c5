"""One object at four sizes: each half of the one before, inside the row, whatever was cut out."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.detection.scale.row import ASPECTS, COPIES, LARGEST, row_of
from core.errors import UserError

PICTURE = Image.effect_noise((60, 40), 90).convert("RGB")


@given(
    st.tuples(st.floats(0, 500), st.floats(0, 300), st.floats(20, 100), st.floats(20, 100)),
    st.sampled_from([224, 320, 800]),
)
def test_copies_halve_and_stay_apart(box: tuple[float, float, float, float], short_side: int) -> None:
    x, y, wide, high = box
    row = row_of(PICTURE, (600, 400), (x, y, x + wide, y + high), short_side)
    width, height = (row.boxes[:, 2:] - row.boxes[:, :2]).T
    assert torch.allclose(width * 2 ** torch.arange(COPIES), width[0], atol=0.25 * 2**COPIES)
    assert float(torch.maximum(width, height)[0]) == pytest.approx(LARGEST * short_side, abs=0.5)
    assert (row.boxes[1:, 0] > row.boxes[:-1, 2]).all()
    assert (row.boxes >= 0).all()
    assert (row.boxes <= torch.tensor([row.size[1], row.size[0]] * 2)).all()
    assert row.aspect in ASPECTS
    assert row.sides[0] == pytest.approx(float((width[0] * height[0]).sqrt()))
    assert [side * 2**copy for copy, side in enumerate(row.sides)] == pytest.approx([row.sides[0]] * COPIES)


@pytest.mark.parametrize("box", [(0, 0, 600, 400), (-50, -50, 900, 900)], ids=("the whole picture", "beyond it"))
def test_an_object_that_fills_the_picture(box: tuple[float, float, float, float]) -> None:
    row = row_of(PICTURE, (600, 400), box, 320)
    wide, high = (row.boxes[0, 2:] - row.boxes[0, :2]).tolist()
    assert wide / high == pytest.approx(1.5, abs=0.02)
    assert wide == pytest.approx(LARGEST * 320, abs=0.5)


def test_the_copy_is_the_object() -> None:
    """A red object on blue: all of the copy is red, around it is grey."""
    picture = Image.new("RGB", (100, 100), "blue")
    picture.paste((255, 0, 0), (20, 30, 60, 70))
    row = row_of(picture, (100, 100), (20, 30, 60, 70), 320)
    level = row.at(1.0)
    for x1, y1, x2, y2 in row.boxes.tolist():
        assert level.getpixel((round((x1 + x2) / 2), round((y1 + y2) / 2))) == (255, 0, 0)
    assert level.size == (512, 320)
    assert level.getpixel((2, 2)) == (124, 116, 104)


@pytest.mark.parametrize("box", [(10, 10, 10, 30), (700, 10, 800, 30), (10, 20, 15, 20)])
def test_next_to_nothing_is_a_sentence(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(UserError, match="less than a pixel"):
        row_of(PICTURE, (600, 400), box, 320)


def test_thin_objects_stay_pictures() -> None:
    row = row_of(PICTURE, (60, 40), (0, 0, 60, 1), 224)
    assert ((row.boxes[:, 2:] - row.boxes[:, :2]) > 0).all()
    assert row.aspect == 2
