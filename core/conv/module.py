"""A stack as a torch module, and what torch itself says of a layer that it refuses."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from core.conv.layers import Kind, Layer, Shape, groups_of, out_channels
from core.conv.stack import Analysis

SMALL = 2_000_000
"""Numbers in input or weights up to which `torch_says` runs a layer for real."""

SMALL_OUTPUT = 1 << 24
"""The same for the output, 64 MB."""

Value = int | bool | float | tuple[int, int]


@dataclass(frozen=True)
class Constructor:
    """How torch builds a layer: `nn.<name>(*arguments, **options)`, options that are torch's defaults left out."""

    name: str
    arguments: tuple[Value, ...] = ()
    options: tuple[tuple[str, Value], ...] = ()

    def build(self) -> nn.Module:
        """The module; torch's own errors come through."""
        module: nn.Module = getattr(nn, self.name)(*self.arguments, **dict(self.options))
        return module

    def __str__(self) -> str:
        parts = [str(argument) for argument in self.arguments]
        parts += [f"{name}={value}" for name, value in self.options]
        return f"nn.{self.name}({', '.join(parts)})"


def constructor(layer: Layer, inputs: tuple[Shape, ...]) -> Constructor | None:
    """How torch builds a layer for inputs of these shapes; None for joins, which are functions there."""
    channels = inputs[0][0]
    if layer.kind.windowed:
        return _windowed(layer, channels)
    flat = len(inputs[0]) == 1
    match layer.kind:
        case Kind.GLOBAL:
            return Constructor("AdaptiveAvgPool2d", (1,))
        case Kind.ADAPTIVE:
            return Constructor("AdaptiveAvgPool2d", (_compact(layer.kernel),))
        case Kind.LINEAR:
            return Constructor("Linear", (channels, layer.out), () if layer.bias else (("bias", False),))
        case Kind.FLATTEN:
            return Constructor("Flatten")
        case Kind.RELU:
            return Constructor("ReLU")
        case Kind.BATCHNORM:
            return Constructor("BatchNorm1d" if flat else "BatchNorm2d", (channels,))
        case Kind.DROPOUT:
            return Constructor("Dropout")
    return None


def _windowed(layer: Layer, channels: int) -> Constructor:
    options: list[tuple[str, Value]] = []

    def say(name: str, value: Value, default: Value) -> None:
        if value != default:
            options.append((name, value))

    kernel = _compact(layer.kernel)
    if layer.kind.pools:
        say("stride", _compact(layer.stride), kernel)
        say("padding", _compact(layer.padding), 0)
        say("dilation", _compact(layer.dilation), 1)
        say("ceil_mode", layer.ceil_mode, False)
        return Constructor("MaxPool2d" if layer.kind is Kind.MAXPOOL else "AvgPool2d", (kernel,), tuple(options))
    options.append(("kernel_size", kernel))
    say("stride", _compact(layer.stride), 1)
    say("padding", _compact(layer.padding), 0)
    if layer.kind is Kind.TRANSPOSED:
        say("output_padding", _compact(layer.output_padding), 0)
    say("dilation", _compact(layer.dilation), 1)
    say("groups", groups_of(layer, channels), 1)
    say("bias", layer.bias, True)
    name = "ConvTranspose2d" if layer.kind is Kind.TRANSPOSED else "Conv2d"
    return Constructor(name, (channels, out_channels(layer, channels)), tuple(options))


def _compact(pair: tuple[int, int]) -> Value:
    return pair[0] if pair[0] == pair[1] else pair


class StackModule(nn.Module):
    """The layers of an analysed stack as torch runs them.

    Maps (N, C, H, W) to what the last layer gives. Layer i is `layers[i - 1]`; joins stand there as `nn.Identity`.
    """

    def __init__(self, analysis: Analysis) -> None:
        super().__init__()
        self._plan = tuple((row.layer.kind, row.sources) for row in analysis.rows)
        built = [constructor(row.layer, row.inputs) for row in analysis.rows]
        self.layers = nn.ModuleList([nn.Identity() if make is None else make.build() for make in built])

    def forward(self, x: Tensor) -> Tensor:
        """Run all layers."""
        values = [x]
        for (kind, sources), layer in zip(self._plan, self.layers, strict=True):
            inputs = [values[source] for source in sources]
            if kind is Kind.CONCAT:
                values.append(torch.cat(inputs, dim=1))
            elif kind is Kind.ADD:
                values.append(torch.stack(inputs).sum(0) if len(inputs) > 2 else inputs[0] + inputs[1])
            else:
                values.append(layer(inputs[0]))
        return values[-1]


def torch_says(layer: Layer, inputs: tuple[Shape, ...]) -> str | None:
    """Torch's own words about a layer that it refuses; None where it runs, or finds no words that say why.

    Small layers really run; large ones on the `meta` device, which allocates nothing but checks a little less.
    """
    if layer.out and 0 < layer.groups < layer.out and layer.out % layer.groups == 0:
        layer = replace(layer, out=layer.groups)  # as many filters as need be: how many there are is no reason
    weights = max(layer.out, 1) * math.prod(layer.kernel) * inputs[0][0]
    small = max(math.prod(inputs[0]), weights) <= SMALL and _most_outputs(layer, inputs[0]) <= SMALL_OUTPUT
    try:
        with torch.device("cpu" if small else "meta"), torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of tensors without elements, which is what we are after
            make = constructor(layer, inputs)
            if make is not None:
                make.build().eval()(torch.zeros(1, *inputs[0]))
    except (RuntimeError, ValueError, TypeError, OverflowError, ZeroDivisionError) as error:
        words = str(error).strip().splitlines()[0]
        return None if "primitive" in words else words  # of the library below torch, which names no argument
    return None


def _most_outputs(layer: Layer, shape: Shape) -> int:
    """A bound on the numbers in a layer's output, whether or not it runs."""
    if len(shape) == 1:
        return max(layer.out, shape[0])
    sides = 1
    for axis, n in enumerate(shape[1:]):
        stretched = n * max(layer.stride[axis], 1) if layer.kind is Kind.TRANSPOSED else n
        reach = max(layer.kernel[axis], 1) * max(layer.dilation[axis], 1) if layer.kind is Kind.TRANSPOSED else 0
        sides *= stretched + 2 * abs(layer.padding[axis]) + reach + layer.output_padding[axis]
    return sides * max(layer.out, shape[0])
