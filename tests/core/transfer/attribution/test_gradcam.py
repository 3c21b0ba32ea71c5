"""Grad-CAM: the paper's equations on every family, with everything frozen, and nothing of the network touched."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.errors import UserError
from core.transfer.attribution.answer import probabilities
from core.transfer.attribution.gradcam import TERMS, grad_cam
from core.transfer.attribution.heat import Method
from core.transfer.attribution.layers import layers
from core.transfer.model.classifier import ModelSpec, build
from core.transfer.model.inputs import to_input
from tests.core.transfer.attribution.networks import CLASSES, NETWORKS, frozen, picture


@pytest.mark.parametrize("backbone", NETWORKS)
def test_every_family_works_with_all_of_it_frozen(backbone: str) -> None:
    model = frozen(backbone)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    layer = layers(model)[-1]
    heat = grad_cam(model, picture(), 1, layer)
    assert heat.values.shape == layer.cells
    assert heat.channels == layer.channels
    assert np.isfinite(heat.values).all()
    assert (heat.values >= 0).all()
    assert (heat.method, heat.target, heat.layer, heat.size) == (Method.GRAD_CAM, 1, layer.name, model.spec.size)
    assert heat.probability == pytest.approx(float(probabilities(model, picture())[1]), abs=1e-5)
    assert not any(parameter.requires_grad or parameter.grad is not None for parameter in model.parameters())
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert not any(module._forward_hooks for module in model.modules())


def test_a_map_of_some_class_is_not_empty_at_any_layer() -> None:
    model = frozen("resnet18", 64)
    for layer in layers(model):
        assert not all(grad_cam(model, picture(64), target, layer).empty for target in range(CLASSES)), layer.name


@pytest.mark.parametrize("place", range(5))
def test_it_is_what_the_equations_say(place: int) -> None:
    model = frozen("resnet18", 64)
    layer = layers(model)[place]
    maps: list[Tensor] = []

    def keep(_module: nn.Module, _inputs: object, output: Tensor) -> Tensor:
        maps.append(output)
        return output.clone()  # what comes behind may write into it

    hook = model.backbone.get_submodule(layer.module).register_forward_hook(keep)
    logits = model(to_input(picture(64)[None], model.spec.architecture, 64).requires_grad_())
    hook.remove()
    slopes = torch.autograd.grad(logits[0, 2], maps[0])[0]
    alpha = slopes.mean(dim=(2, 3), keepdim=True)
    parts = (alpha * maps[0]).detach()[0].numpy()
    heat = grad_cam(model, picture(64), 2, layer)
    np.testing.assert_allclose(heat.values, np.maximum(parts.sum(0), 0), rtol=1e-4, atol=1e-6)
    assert heat.logit == pytest.approx(float(logits[0, 2].detach()), abs=1e-4)
    there = parts[(slice(None), *heat.peak)]
    assert heat.total == pytest.approx(float(there.sum()), abs=1e-5)
    assert len(heat.largest) == TERMS
    assert [term.contribution for term in heat.largest] == pytest.approx(
        sorted(there.tolist(), key=abs, reverse=True)[:TERMS], abs=1e-6
    )


def test_behind_a_mean_and_a_linear_layer_it_is_the_class_activation_map() -> None:
    """https://arxiv.org/abs/1610.02391, section 3.1: there alpha_k is the head's weight over the number of cells."""
    model = frozen("resnet18", 64)
    layer = layers(model)[-1]
    assert layer.module == "layer4"
    maps: list[Tensor] = []
    hook = model.backbone.get_submodule("layer4").register_forward_hook(lambda _m, _i, out: maps.append(out.clone()))
    with torch.no_grad():
        model(to_input(picture(64)[None], model.spec.architecture, 64))
    hook.remove()
    for target in range(CLASSES):
        weights = model.heads[0].weight[target]
        cam = torch.einsum("k,khw->hw", weights, maps[0][0]) / (layer.cells[0] * layer.cells[1])
        heat = grad_cam(model, picture(64), target, layer)
        np.testing.assert_allclose(heat.values, cam.clamp(min=0).numpy(), rtol=1e-4, atol=1e-6)


def test_frozen_or_not_it_is_the_same_map_and_leaves_no_gradients() -> None:
    spec = ModelSpec("resnet18", 64, (CLASSES,), trained=False, neck=(8,), dropout=0.5)
    model = build(spec, seed=3)
    free = [grad_cam(model, picture(), target).values for target in range(CLASSES)]
    assert all(parameter.grad is None for parameter in model.parameters())
    still = copy.deepcopy(model).requires_grad_(False)
    for target, values in enumerate(free):
        np.testing.assert_array_equal(grad_cam(still, picture(), target).values, values)


def test_it_works_where_gradients_are_switched_off() -> None:
    with torch.no_grad():
        values = grad_cam(frozen("resnet18", 64), picture(64), 0).values
    np.testing.assert_array_equal(values, grad_cam(frozen("resnet18", 64), picture(64), 0).values)


@pytest.mark.parametrize("target", [-1, CLASSES, 1_000])
def test_a_class_that_is_not_there_is_refused(target: int) -> None:
    with pytest.raises(UserError, match="3 classes"):
        grad_cam(frozen(), picture(), target)
