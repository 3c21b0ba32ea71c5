"""The four formulas against torchvision's `BoxCoder`, and against each other."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.models.detection._utils import BoxCoder

from core.detection.coding import (
    HEAD_WEIGHTS,
    LARGEST,
    RPN_WEIGHTS,
    centred,
    cornered,
    decode,
    encode,
    without_weights,
)
from core.errors import UserError
from tests.examples import examples

BOX = st.tuples(*[st.floats(-500, 500)] * 2, *[st.floats(1, 500)] * 2).map(
    lambda box: (box[0], box[1], box[0] + box[2], box[1] + box[3])
)


def boxes(count: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    corner = torch.rand(count, 2, generator=generator) * 300
    return torch.cat((corner, corner + 1 + torch.rand(count, 2, generator=generator) * 200), 1)


@pytest.mark.parametrize("weights", [RPN_WEIGHTS, HEAD_WEIGHTS])
def test_equal_to_torchvision(weights: tuple[float, float, float, float]) -> None:
    coder, p, g = BoxCoder(weights), boxes(200, 0), boxes(200, 1)
    said = coder.encode_single(g, p)
    assert torch.allclose(without_weights(said, weights), encode(p, g), atol=1e-5)
    said = torch.randn(200, 4, generator=torch.Generator().manual_seed(2)) * 8  # some beyond the bound
    expected = coder.decode_single(said, p)
    assert (without_weights(said, weights)[:, 2:] > LARGEST).any()
    assert torch.allclose(decode(p, without_weights(said, weights)), expected, rtol=1e-4, atol=1e-2)


def test_the_lecture_s_formulas_on_numbers() -> None:
    p = torch.tensor([[10.0, 20.0, 50.0, 100.0]])  # centre (30, 60), 40 x 80
    d = torch.tensor([[0.5, -0.25, math.log(2), math.log(0.5)]])
    assert centred(decode(p, d)).tolist()[0] == pytest.approx([0.5 * 40 + 30, -0.25 * 80 + 60, 80, 40], abs=1e-4)


@examples(100)
@given(p=BOX, g=BOX)
def test_what_is_encoded_is_decoded(p: tuple[float, ...], g: tuple[float, ...]) -> None:
    one, other = torch.tensor([p], dtype=torch.float64), torch.tensor([g], dtype=torch.float64)
    if float(encode(one, other)[:, 2:].max()) <= LARGEST:
        assert torch.allclose(decode(one, encode(one, other)), other, atol=1e-6)
    assert torch.allclose(cornered(centred(one)), one)


@pytest.mark.parametrize("flat", [(5, 5, 5, 9), (5, 5, 9, 5), (9, 9, 5, 5)])
def test_a_box_without_area(flat: tuple[float, ...]) -> None:
    good, bad = torch.tensor([[0.0, 0, 4, 4]]), torch.tensor([flat], dtype=torch.float32)
    for pair in ((good, bad), (bad, good)):
        with pytest.raises(UserError, match="without area"):
            encode(*pair)
