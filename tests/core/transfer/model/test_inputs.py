"""Squares of pixels -> what a network sees."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.transforms import v2

from core.models.zoo import ZOO
from core.transfer.model.inputs import to_input


@pytest.mark.parametrize("name", ["resnet18", "tf_efficientnet_lite0", "inception_v3"])
@pytest.mark.parametrize(("side", "size"), [(64, 32), (32, 64), (48, 48)])
def test_as_torchvisions_transforms_do_it(name: str, side: int, size: int) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    architecture = ZOO[name]
    usual = v2.Compose(
        [
            v2.PILToTensor(),
            v2.Resize((size, size), antialias=True),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(architecture.mean, architecture.std),
        ]
    )(Image.fromarray(pixels))
    ours = to_input(torch.from_numpy(pixels).permute(2, 0, 1)[None], architecture, size)
    assert ours.shape == (1, 3, size, size)
    assert ours.is_contiguous(memory_format=torch.channels_last)
    level = 1.01 / 255 / min(architecture.std)  # torchvision rounds to whole levels on the way
    torch.testing.assert_close(ours[0], usual, atol=level, rtol=0)


def test_black_and_white_are_what_the_weights_expect() -> None:
    lite = ZOO["tf_efficientnet_lite0"]
    shades = torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1, 1).expand(2, 3, 8, 8)
    low, high = to_input(shades, lite, 8)[:, 0, 0, 0].tolist()
    assert low == pytest.approx(-127 / 128)
    assert high == pytest.approx(1.0)
