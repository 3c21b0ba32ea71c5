"""Which convolutions of a network can see nothing new in a picture of some size, told without any training.

A convolution adds context: each of its cells joins what several cells of its input saw. Where the receptive field of
those is as large as the picture there is none to add, and the accuracy hardly gains by such layers (Richter, Schöning,
Wiedenroth, Krumnack: Should You Go Deeper? Optimizing Convolutional Neural Network Architectures without Training,
ICMLA 2021, https://arxiv.org/abs/2106.12307). Of a chain of layers the first of them is the paper's border layer.

Where ways of different fields meet (an Inception's branches, a ResNet's skips) there is a largest field and a smallest.
As in the paper's RFA-Toolbox a layer is unproductive for certain only where the smallest covers the picture too; where
the largest alone does it is critical: it may still see something new in what came the short way. So ResNet-50 has no
layer at 224 px that is unproductive for certain. And as there, squeeze-excite is left out: its gates tell every cell
something of the whole picture, but nothing of places in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from torch import nn

from core.models.cost import count
from core.models.fields.trace import Pair, fields_before
from core.models.walk import Shape


class Reason(StrEnum):
    """Why a convolution is unproductive. Only axes along which its kernel has several weights are looked at."""

    COVERED = "covered"
    """The field of its input is no smaller than the picture. By size alone: near one edge a cell may miss the other."""
    ONE_CELL = "one cell"
    """Its input is a single cell, so that all weights but one meet nothing but padding. If both hold, this is named."""


@dataclass(frozen=True)
class UnproductiveLayer:
    """One call of a convolution that can integrate no new context.

    Attributes:
        name: as `named_modules` has it.
        kernel: (height, width) in weights.
        cells: (H, W) of the map that goes in.
        field: receptive field (height, width) of one of those cells, in pixels of the picture, along the spatial path
            (`fields_before` without gates), the largest where ways meet; may be larger than the picture.
        smallest: the same by the shortest way.
        reason: why.
        certain: whether it is so by the smallest field too; else the layer is critical.
        params: its own weights and biases; 0 when it was called before, since they are the same ones.
        macs: its own multiply-adds for one picture.
    """

    name: str
    kernel: tuple[int, int]
    cells: tuple[int, int]
    field: Pair
    smallest: Pair
    reason: Reason
    certain: bool
    params: int
    macs: int


@dataclass(frozen=True)
class Unproductive:
    """The unproductive layers of a network at one picture size.

    Attributes:
        layers: those that are so for certain and those that are critical, in the order of execution.
        spatial: how many convolutions there are with a kernel larger than 1 x 1, productive or not.
        network_params: all parameters of the network.
        network_macs: all of its multiply-adds for one picture.
    """

    layers: tuple[UnproductiveLayer, ...]
    spatial: int
    network_params: int
    network_macs: int

    def certain(self) -> Unproductive:
        """Without the critical ones."""
        return replace(self, layers=tuple(layer for layer in self.layers if layer.certain))

    @property
    def params_share(self) -> float:
        """Which part of the network's parameters the unproductive layers hold, 0 to 1."""
        return sum(layer.params for layer in self.layers) / max(self.network_params, 1)

    @property
    def macs_share(self) -> float:
        """Which part of the network's multiply-adds they cost, 0 to 1."""
        return sum(layer.macs for layer in self.layers) / max(self.network_macs, 1)


def unproductive(module: nn.Module, input_shape: Shape = (3, 224, 224)) -> Unproductive:
    """Find the convolutions of a network that can integrate no new context from a picture of this size.

    A 1 x 1 convolution is never among them: it mixes channels and integrates no context at any size. Nor are transposed
    convolutions, which spread cells out, and linear layers, which see everything by design.

    Args:
        module: any network with a picture as input; it is neither run nor changed.
        input_shape: (C, H, W) of the picture.

    Raises:
        UserError: the network cannot take this input, or holds something that cannot be followed.
    """
    largest = fields_before(module, input_shape, gates=False)
    smallest = fields_before(module, input_shape, gates=False, smallest=True)
    cost = count(module, input_shape)
    picture = (input_shape[1], input_shape[2])
    layers, spatial = [], 0
    for most, least, layer in zip(largest, smallest, cost.layers, strict=True):
        convolution = module.get_submodule(layer.name)
        if not isinstance(convolution, nn.Conv2d) or max(convolution.kernel_size) == 1:
            continue
        spatial += 1
        kernel, cells = (convolution.kernel_size[0], convolution.kernel_size[1]), most.field.cells
        reason, by_least = (_reason(kernel, cells, row.field.size, picture) for row in (most, least))
        if reason:
            layers.append(
                UnproductiveLayer(
                    name=layer.name,
                    kernel=kernel,
                    cells=cells,
                    field=most.field.size,
                    smallest=least.field.size,
                    reason=reason,
                    certain=by_least is not None,
                    params=layer.params,
                    macs=layer.macs,
                )
            )
    return Unproductive(tuple(layers), spatial, cost.params, cost.macs)


def _reason(kernel: tuple[int, int], cells: tuple[int, int], field: Pair, picture: tuple[int, int]) -> Reason | None:
    """Why a convolution with this input is unproductive; None where it is not."""
    reaching = [axis for axis, weights in enumerate(kernel) if weights > 1]
    if all(cells[axis] == 1 for axis in reaching):
        return Reason.ONE_CELL
    if all(field[axis] >= picture[axis] for axis in reaching):
        return Reason.COVERED
    return None
