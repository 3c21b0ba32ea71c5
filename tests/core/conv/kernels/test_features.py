"""The network's layers are timm's own, computed once and in its order."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from core.conv.kernels import features
from core.conv.kernels.features import SIDE, SMALLEST, Features, Layer
from core.errors import UserError
from core.models.zoo import ZOO, pretrained

NAME = "tf_efficientnet_lite0"


@pytest.fixture(scope="module")
def model() -> nn.Module:
    return pretrained(NAME).eval()


def pixels(image: Image.Image) -> torch.Tensor:
    return features.to_input(image, ZOO[NAME].mean, ZOO[NAME].std)


@pytest.fixture(scope="module")
def cat(model: nn.Module, photographs: dict[str, Image.Image]) -> Features:
    return features.forward(model, pixels(photographs["cat"]))


def test_shapes(cat: Features) -> None:
    height, width = cat.size
    assert max(cat.size) == SIDE
    shapes = {layer.name: layer.values.shape for layer in cat.layers}
    channels = [32, 16, 24, 40, 80, 112, 192, 320, 1280]
    strides = [2, 2, 4, 8, 16, 16, 32, 32, 32]
    names = ["stem", *(f"stage {number}" for number in range(1, 8)), "head"]
    assert shapes == {
        name: (count, -(-height // stride), -(-width // stride))
        for name, count, stride in zip(names, channels, strides, strict=True)
    }


def test_equals_timm(model: nn.Module, photographs: dict[str, Image.Image], cat: Features) -> None:
    x = pixels(photographs["cat"])
    with torch.inference_mode():
        head = model.forward_features(x)[0]  # type: ignore[operator]
        logits = model(x)
        again = model.forward_head(torch.from_numpy(cat.layer("head").values)[None].float())  # type: ignore[operator]
    torch.testing.assert_close(torch.from_numpy(cat.layer("head").values), head.half())
    assert torch.equal(logits.topk(3).indices, again.topk(3).indices)


def test_stem_and_stages_equal_timm_s_intermediates(
    model: nn.Module, photographs: dict[str, Image.Image], cat: Features
) -> None:
    with torch.inference_mode():
        theirs = model.forward_intermediates(  # type: ignore[operator]
            pixels(photographs["cat"]), indices=8, extra_blocks=True, intermediates_only=True
        )
    assert len(theirs) == 8
    for layer, values in zip(cat.layers, theirs, strict=False):
        torch.testing.assert_close(torch.from_numpy(layer.values), values[0].half(), msg=layer.name)


def test_only_the_rectified_layers_have_nothing_below_zero(cat: Features) -> None:
    for layer in cat.layers:
        assert (float(layer.values.min()) >= 0) == layer.rectified, layer.name


def test_the_network_runs_once_and_is_not_written_to(model: nn.Module, photographs: dict[str, Image.Image]) -> None:
    runs: list[int] = []
    handles = [part.register_forward_hook(lambda *_: runs.append(1)) for part in (model.conv_stem, model.conv_head)]  # type: ignore[operator, union-attr]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    features.forward(model, pixels(photographs["coffee"]))
    for handle in handles:
        handle.remove()
    assert len(runs) == 2
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_the_stem_is_the_kernels_of_the_first_layer(model: nn.Module) -> None:
    weights = features.filters(model)
    assert weights.shape == (32, 3, 3, 3)
    weights[:] = 0  # a copy
    assert np.abs(features.filters(model)).max() > 0


def test_strongest_first() -> None:
    values = np.zeros((4, 2, 2), np.float16)
    values[1], values[2], values[3] = 1, -3, 2
    assert Layer("x", values, rectified=False).strongest(3) == [2, 3, 1]


@pytest.mark.parametrize("size", [(SMALLEST - 1, 400), (1, 1)])
def test_too_small_a_picture_says_so(size: tuple[int, int]) -> None:
    with pytest.raises(UserError, match=f"{size[0]} x {size[1]} pixels, too few"):
        pixels(Image.new("RGB", size))
