"""Square crops of pictures of any shape, and how large these may be."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.errors import UserError
from core.transfer.data.square_crop import LARGEST, MAX_SET_BYTES, square_side, to_square
from tests.examples import examples

quick = examples(30, fixed=False)


@quick
@given(st.integers(0, 65_104), st.integers(1, 5_000))
def test_a_set_never_takes_more_memory_than_it_may(count: int, largest: int) -> None:
    side = square_side(count, largest)
    assert 1 <= side <= min(LARGEST, largest)
    assert 3 * side * side * count <= MAX_SET_BYTES
    larger = side + 1  # and no more is given away than has to be
    assert larger > min(LARGEST, largest) or 3 * larger * larger * max(count, 1) > MAX_SET_BYTES


def test_too_many_pictures_are_refused_unless_they_are_tiny() -> None:
    with pytest.raises(UserError, match="65,105 pictures are too many: at most 65,104 fit"):
        square_side(65_105, 300)
    assert square_side(70_000, 28) == 28


@quick
@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 40))
def test_every_shape_becomes_a_square(width: int, height: int, side: int) -> None:
    found = to_square(Image.new("RGB", (width, height), (10, 200, 30)), side)
    assert found.shape == (3, side, side)
    assert found.dtype == torch.uint8
    assert found.flatten(1).unique(dim=1).tolist() == [[10], [200], [30]]


@pytest.mark.parametrize("turned", [False, True])
def test_it_is_the_middle(turned: bool) -> None:
    pixels = np.zeros((20, 60, 3), np.uint8)
    pixels[:, 20:40] = 255
    image = Image.fromarray(pixels)
    assert int(to_square(image.transpose(Image.Transpose.ROTATE_90) if turned else image, 20).min()) == 255


def test_proportions_stay() -> None:
    """A disc in an oblong is a disc in the square."""
    grid = np.indices((60, 120)) - np.array([30, 60]).reshape(2, 1, 1)
    disc = ((grid**2).sum(0) < 20**2).astype(np.uint8) * 255
    found = to_square(Image.fromarray(np.stack([disc] * 3, -1)), 30)[0] > 127
    assert int(found.any(0).sum()) == int(found.any(1).sum()) == 20


def test_a_square_of_the_wanted_side_is_untouched_and_small_ones_are_enlarged() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    assert np.array_equal(to_square(Image.fromarray(pixels), 9).permute(1, 2, 0).numpy(), pixels)
    assert to_square(Image.fromarray(pixels[:1, :1]), 5).flatten(1).unique(dim=1).T.tolist() == [pixels[0, 0].tolist()]
