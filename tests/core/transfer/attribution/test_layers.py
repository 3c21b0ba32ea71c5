"""Layers with a map: in order, before the pooling that ends a stage, and a sentence where the picture is too small."""

from __future__ import annotations

import pytest

from core.errors import UserError
from core.transfer.attribution.layers import layers
from core.transfer.model.classifier import ModelSpec, build
from tests.core.transfer.attribution.networks import NETWORKS, frozen


@pytest.mark.parametrize("backbone", NETWORKS)
def test_from_fine_to_coarse_and_none_of_one_cell(backbone: str) -> None:
    model = frozen(backbone)
    found = layers(model)
    sides = [layer.cells[0] for layer in found]
    assert sides == sorted(sides, reverse=True)
    assert sides[-1] > 1
    names = [stage.name for stage in model.spec.architecture.stages]
    assert [layer.name for layer in found] == names[: len(found)]
    assert found[0].group == "stem"
    assert not any(module._forward_hooks for module in model.modules())


def test_it_is_read_before_the_pooling_that_ends_a_stage() -> None:
    last = layers(frozen("vgg16"))[-1]
    assert (last.name, last.group, last.module, last.cells) == ("block 5", "group 4", "features.29", (2, 2))


def test_the_last_convolution_is_the_last_layer_where_the_picture_is_large_enough() -> None:
    last = layers(frozen("tf_efficientnet_lite0", 64))[-1]
    assert (last.name, last.module, last.channels, last.cells) == ("last conv", "bn2", 1280, (2, 2))


@pytest.mark.parametrize(("backbone", "size"), [("inception_v3", 32), ("alexnet", 32)])
def test_a_picture_too_small_for_the_network_is_a_sentence(backbone: str, size: int) -> None:
    model = frozen(backbone, size)
    with pytest.raises(UserError, match="choose a larger size"):
        layers(model)
    assert not any(module._forward_hooks for module in model.modules())


def test_one_pixel_leaves_no_map() -> None:
    with pytest.raises(UserError, match="leave no map in ResNet-18"):
        layers(build(ModelSpec("resnet18", 1, (2,), trained=False)))
