"""A network of the registry as a network that can be looked through, with its trained weights among others."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import torch
from torch import Tensor, nn

from core import device
from core.conv.effective.gradient import RGB, Place, Weights
from core.conv.effective.partial_forward import Cells
from core.models import cost
from core.models.fields.axis import Field, Interval
from core.models.fields.trace import LayerField, NetworkField, fields
from core.models.zoo import ZOO, on_meta, pretrained

TRAINED = "tf_efficientnet_lite0"
"""Its weights come with the app, and without squeeze-excite its field is finite."""


class ZooNetwork:
    """A network whose stages run one after the other, each a place to look through."""

    weights = (Weights.TRAINED, Weights.RANDOM, Weights.LINEAR, Weights.EQUAL)

    def __init__(self, name: str = TRAINED) -> None:
        self.name = name
        self._architecture = ZOO[name]
        side = self._architecture.input_size
        self.input_shape = (3, side, side)
        self.scale: tuple[RGB, RGB] = (self._architecture.mean, self._architecture.std)
        self.layers = _layers(name)
        self._macs: dict[int, int] = {}
        self.places: Mapping[int, Place] = MappingProxyType(self._find_places())

    def _find_places(self) -> dict[int, Place]:
        model = on_meta(self.name)
        counted = cost.count(model, self.input_shape).layers
        x = torch.empty(1, *self.input_shape, device="meta")
        places = {}
        for number, stage in enumerate(self._architecture.stages, 1):
            for module in stage.modules:
                x = model.get_submodule(module)(x)
            ends = [place for place, layer in enumerate(self.layers) if _within(layer.name, stage.modules[-1])]
            shape = (x.shape[1], x.shape[2], x.shape[3])
            places[number] = Place(number, stage.name, shape, _axes(self.layers[ends[-1]].field))
            self._macs[number] = sum(layer.macs for layer in counted[: ends[-1] + 1])
        return places

    def path(self, number: int) -> tuple[LayerField, ...]:
        """The convolutions and poolings up to the end of a stage."""
        last = self._architecture.stages[number - 1].modules[-1]
        end = max(place for place, layer in enumerate(self.layers) if _within(layer.name, last))
        return tuple(layer for layer in self.layers[: end + 1] if layer.kind.startswith(("Conv", "MaxPool", "AvgPool")))

    def modules(self, number: int) -> tuple[str, ...]:
        """Names of what runs up to the end of a stage, in order."""
        return tuple(module for stage in self._architecture.stages[:number] for module in stage.modules)

    def region(self, number: int, cell: tuple[int, int]) -> Cells:
        """See `Network`; every cell's field has one size here, so its middle is enough."""
        found = []
        for field, place in zip(self.places[number].fields, cell, strict=True):
            low = round(field.start + place * field.jump - (field.size - 1) / 2)
            found.append(Interval(low, low + round(field.size) - 1))
        return found[0], found[1]

    def macs(self, number: int, cell: tuple[int, int] | None = None) -> int:  # noqa: ARG002, all cells run
        """See `Network`."""
        return self._macs[number]

    def check(self, number: int) -> None:
        """See `Network`; what the app comes with is never too large."""

    def _module(self, number: int, weights: Weights, seed: int) -> nn.Sequential:
        """All stages up to one; a copy where it is not only read."""
        shared = _model(self.name)
        network = nn.Sequential(*(shared.get_submodule(module) for module in self.modules(number)))
        if weights is not Weights.TRAINED:
            network = copy.deepcopy(network)
            _fill(network, weights, seed)
        return network

    def feature_map(self, number: int, x: Tensor, weights: Weights, seed: int) -> Tensor:
        """See `Network`."""
        with torch.no_grad():
            result: Tensor = self._module(number, weights, seed)(x[None])[0]
        return result

    def gradient(self, number: int, cell: tuple[int, int], x: Tensor, weights: Weights, seed: int) -> Tensor:
        """See `Network`."""
        x = x.clone().requires_grad_(True)
        output = self._module(number, weights, seed)(x[None])[0, :, cell[0], cell[1]]
        return torch.autograd.grad(output.sum(), x)[0]


@lru_cache(maxsize=2)
def _layers(name: str) -> tuple[LayerField, ...]:
    architecture = ZOO[name]
    return fields(on_meta(name), (3, architecture.input_size, architecture.input_size))


@lru_cache(maxsize=1)
def _model(name: str) -> nn.Module:
    """With its trained weights, shared and only read."""
    return pretrained(name).to(device.best())


def _within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def _axes(field: NetworkField) -> tuple[Field, Field]:
    height, width = (
        Field(size, start, jump, field.is_global)
        for size, start, jump in zip(field.size, field.start, field.jump, strict=True)
    )
    return height, width


@torch.no_grad()
def _fill(network: nn.Module, weights: Weights, seed: int) -> None:
    """Other weights; normalisation as it is born, biases zero."""
    generator = torch.Generator().manual_seed(seed)
    for name, module in list(network.named_modules()):
        if isinstance(module, nn.Conv2d):
            fan = module.weight[0].numel()
            if weights is Weights.EQUAL:
                module.weight.fill_(1 / fan)
            else:
                gain = 1 if weights.linear else 2
                module.weight.copy_(torch.randn(module.weight.shape, generator=generator) * math.sqrt(gain / fan))
        elif isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            module.weight.fill_(1)
            module.bias.zero_()
        elif weights.linear and isinstance(module, nn.ReLU | nn.ReLU6):
            network.set_submodule(name, nn.Identity())
