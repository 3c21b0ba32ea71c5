"""A stack of layers as a network that can be looked through, its weights drawn or all equal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from core.conv.effective.gradient import IMAGENET_MEAN, IMAGENET_STD, Place, Weights
from core.conv.effective.partial_forward import Cells, Kernels, macs, needed_cells, pruned, run
from core.conv.layers import Kind, Shape, groups_of
from core.conv.stack import Analysis, Row, region
from core.errors import UserError
from core.models.fields.axis import Interval

MOST_MACS = 2.0e10
"""Of one forward pass; VGG16 has 1.5e10. Beyond, only the theoretical field is shown."""

MOST_NUMBERS = 8e7
"""Activations of all layers together, and weights of all layers together."""

MOST_PIXELS = 640_000
"""Of the picture; its heat is kept in a cache."""


class StackNetwork:
    """A stack of layers with weights of our choice."""

    weights = (Weights.RANDOM, Weights.LINEAR, Weights.EQUAL)
    scale = (IMAGENET_MEAN, IMAGENET_STD)

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        channels, height, width = analysis.input_shape
        self.input_shape = (channels, height, width)
        self.places: Mapping[int, Place] = MappingProxyType(
            {row.number: Place(row.number, str(row.layer.kind), _volume(row), row.fields)
             for row in analysis.rows if len(row.shape) == 3}
        )  # fmt: skip

    def region(self, number: int, cell: tuple[int, int]) -> Cells:
        """See `Network`; walked back layer by layer."""
        return region(self._analysis, number, cell)

    def macs(self, number: int, cell: tuple[int, int] | None = None) -> int:
        """See `Network`."""
        part = pruned(self._analysis, number)
        return macs(part, needed_cells(part, _every(part) if cell is None else _one(cell)))

    def check(self, number: int) -> None:
        """See `Network`."""
        part = pruned(self._analysis, number)
        numbers = sum(row.activations for row in part.rows)
        pixels = math.prod(part.input_shape)
        if (
            part.macs > MOST_MACS
            or max(numbers, part.params, pixels) > MOST_NUMBERS
            or math.prod(part.input_shape[1:]) > MOST_PIXELS
        ):
            raise UserError(
                "This network is too large to run here, so only its theoretical field is shown: take a smaller picture "
                "or an earlier layer."
            )

    def feature_map(self, number: int, x: Tensor, weights: Weights, seed: int) -> Tensor:
        """See `Network`."""
        part = pruned(self._analysis, number)
        with torch.no_grad():
            kernels = draw(part, weights, seed, x.device)
            return run(part, _whole(part), kernels, x[None], weights.linear)[0]

    def gradient(self, number: int, cell: tuple[int, int], x: Tensor, weights: Weights, seed: int) -> Tensor:
        """See `Network`; only the cells between the picture and this one are computed."""
        part = pruned(self._analysis, number)
        needed = needed_cells(part, _one(cell))
        result = torch.zeros_like(x)
        if 0 not in needed:
            return result
        rows, columns = (slice(cells.low, cells.high + 1) for cells in needed[0])
        crop = x[None, :, rows, columns].clone().requires_grad_(True)
        output = run(part, needed, draw(part, weights, seed, x.device), crop, weights.linear)
        if output.requires_grad:
            result[:, rows, columns] = torch.autograd.grad(output.sum(), crop)[0][0]
        return result


def _volume(row: Row) -> tuple[int, int, int]:
    channels, height, width = row.shape
    return channels, height, width


def _one(cell: tuple[int, int]) -> Cells:
    return Interval(cell[0], cell[0]), Interval(cell[1], cell[1])


def _every(analysis: Analysis) -> Cells:
    _, height, width = analysis.rows[-1].shape
    return Interval(0, height - 1), Interval(0, width - 1)


def _whole(analysis: Analysis) -> dict[int, Cells]:
    """All cells of every layer, and of the picture: of no use to the last one, but what torch computes."""
    shapes: dict[int, Shape] = {0: analysis.input_shape} | {row.number: row.shape for row in analysis.rows}
    return {number: (Interval(0, shape[1] - 1), Interval(0, shape[2] - 1)) for number, shape in shapes.items()}


def draw(analysis: Analysis, weights: Weights, seed: int, on: torch.device | None = None) -> Kernels:
    """Weights for the convolutions of a stack, by number; the same for the same seed on every device."""
    generator = torch.Generator().manual_seed(seed)
    kernels = {}
    for row in analysis.rows:
        if not row.layer.kind.convolves:
            continue
        incoming, outgoing = row.inputs[0][0], row.shape[0]
        groups = groups_of(row.layer, incoming)
        fan = incoming // groups * math.prod(row.layer.kernel)
        shape = (outgoing, incoming // groups, *row.layer.kernel)
        if row.layer.kind is Kind.TRANSPOSED:  # each output cell gets only every s-th weight
            fan = max(1, fan // math.prod(row.layer.stride))
            shape = (incoming, outgoing // groups, *row.layer.kernel)
        kernels[row.number] = _kernel(shape, fan, weights, generator).to(on)
    return kernels


def _kernel(shape: tuple[int, ...], fan: int, weights: Weights, generator: torch.Generator) -> Tensor:
    if weights is Weights.EQUAL:
        return torch.full(shape, 1 / fan)
    return torch.randn(shape, generator=generator) * math.sqrt((1 if weights.linear else 2) / fan)
