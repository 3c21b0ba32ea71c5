"""The layers a stack is built from: what each needs, what shape it gives, what it costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from core.conv.arithmetic import LARGEST, conv_cost, output_size, transposed_size
from core.errors import UserError
from core.models.fields.axis import Field, Interval, adaptive_window

Pair = tuple[int, int]
"""(height, width)."""

Shape = tuple[int, ...]
"""One picture's feature volume (channels, height, width), or a vector (features,)."""

MOST_CHANNELS = 100_000
MOST_ACTIVATIONS = 1 << 34
"""Numbers in one volume beyond which it is a slip of the pen: 64 GB."""

MOST_MACS = 1 << 53
"""Multiply-adds of one layer; beyond, neither a table's integers nor a browser's hold the sum."""


class Kind(StrEnum):
    """What a layer does; the value is its word in the table and in links."""

    CONV = "conv"
    DEPTHWISE = "depthwise"
    TRANSPOSED = "transposed"
    MAXPOOL = "maxpool"
    AVGPOOL = "avgpool"
    GLOBAL = "globalpool"
    ADAPTIVE = "adaptive"
    LINEAR = "linear"
    FLATTEN = "flatten"
    RELU = "relu"
    BATCHNORM = "batchnorm"
    DROPOUT = "dropout"
    ADD = "add"
    CONCAT = "concat"

    @property
    def windowed(self) -> bool:
        """Slides a window over its input."""
        return self in (Kind.CONV, Kind.DEPTHWISE, Kind.TRANSPOSED, Kind.MAXPOOL, Kind.AVGPOOL)

    @property
    def convolves(self) -> bool:
        """Has a kernel of weights."""
        return self in (Kind.CONV, Kind.DEPTHWISE, Kind.TRANSPOSED)

    @property
    def pools(self) -> bool:
        """Has a window without weights."""
        return self in (Kind.MAXPOOL, Kind.AVGPOOL)

    @property
    def joins(self) -> bool:
        """Takes several inputs."""
        return self in (Kind.ADD, Kind.CONCAT)


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        kind: what it does.
        out: filters or features; 0 where the kind decides (depthwise: as many as come in).
        kernel, stride, padding, dilation, output_padding: (height, width) each. For `adaptive` the kernel is
            the output's size.
        groups: of a convolution.
        ceil_mode: of a pooling: round the size up.
        bias: of a convolution or linear layer.
        inputs: rows this one reads, 1 the first layer and 0 the picture; () the row before.
    """

    kind: Kind
    out: int = 0
    kernel: Pair = (1, 1)
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1
    output_padding: Pair = (0, 0)
    ceil_mode: bool = False
    bias: bool = True
    inputs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Cost:
    """Weights and biases, and multiply-adds (of weights only) for one picture."""

    params: int = 0
    macs: int = 0


def output_shape(layer: Layer, shapes: tuple[Shape, ...]) -> Shape:
    """The shape a layer gives.

    Args:
        layer: what to run.
        shapes: of its inputs, in order; one, but for joins.

    Raises:
        UserError: the layer cannot take these, in a sentence that does not name the layer.
    """
    if layer.kind.joins:
        size = _joined(layer, shapes)
    else:
        size = _vector(layer, shapes[0]) if len(shapes[0]) == 1 else _volume(layer, shapes[0])
    if math.prod(size) > MOST_ACTIVATIONS:
        raise UserError(f"The output of {words(size)} numbers fits no machine.")
    return size


def words(shape: Shape) -> str:
    """A shape as it is read: 64 × 55 × 55."""
    return " × ".join(f"{number:,}" for number in shape)


def out_channels(layer: Layer, channels: int) -> int:
    """How many channels come out where so many go in."""
    if layer.kind is Kind.DEPTHWISE:
        return layer.out or channels
    return layer.out if layer.kind in (Kind.CONV, Kind.TRANSPOSED, Kind.LINEAR) else channels


def groups_of(layer: Layer, channels: int) -> int:
    """The groups of a convolution; a depthwise one has as many as channels."""
    return channels if layer.kind is Kind.DEPTHWISE else layer.groups


def cost(layer: Layer, shapes: tuple[Shape, ...], out: Shape) -> Cost:
    """What a layer costs, its input and output shapes given (`output_shape` has checked them).

    Raises:
        UserError: more multiply-adds than can be counted.
    """
    channels = shapes[0][0]
    if layer.kind.convolves:
        counted = conv_cost(
            channels,
            out[0],
            layer.kernel,
            (out[1], out[2]),
            groups=groups_of(layer, channels),
            bias=layer.bias,
            transposed_input=(shapes[0][1], shapes[0][2]) if layer.kind is Kind.TRANSPOSED else None,
        )
        if counted.macs > MOST_MACS:
            raise UserError(f"{counted.macs:.1e} multiply-adds are too many: take fewer filters or a smaller kernel.")
        return Cost(counted.params, counted.macs)
    if layer.kind is Kind.LINEAR:
        return Cost(channels * out[0] + (out[0] if layer.bias else 0), channels * out[0])
    if layer.kind is Kind.BATCHNORM:
        return Cost(2 * channels, 0)
    return Cost()


def field_after(layer: Layer, fields: tuple[Field, ...], size: Pair, axis: int) -> Field:
    """The receptive field along an axis behind a layer, its inputs' given.

    Args:
        layer: the layer.
        fields: of its inputs.
        size: (input size, output size) along this axis.
        axis: 0 height, 1 width.
    """
    field = fields[0]
    for other in fields[1:]:
        field = field.join(other)
    window = (layer.kernel[axis], layer.stride[axis], layer.padding[axis], layer.dilation[axis])
    if layer.kind is Kind.TRANSPOSED:
        return field.transposed(*window)
    if layer.kind.windowed:
        return field.through(*window)
    if layer.kind in (Kind.GLOBAL, Kind.LINEAR, Kind.FLATTEN):
        return Field(field.size, field.start, field.jump, whole=True)
    if layer.kind is Kind.ADAPTIVE:
        return field.adaptive(*size)
    return field


def cells_before(layer: Layer, cells: Interval, size: Pair, axis: int) -> Interval:
    """Which input cells of a layer are behind some output cells, along an axis.

    Args:
        layer: the layer.
        cells: of its output.
        size: (input size, output size) along this axis.
        axis: 0 height, 1 width.
    """
    window = (layer.kernel[axis], layer.stride[axis], layer.padding[axis], layer.dilation[axis])
    if layer.kind is Kind.TRANSPOSED:
        return cells.before_transposed(*window)
    if layer.kind.windowed:
        return cells.before(*window)
    if layer.kind in (Kind.GLOBAL, Kind.LINEAR, Kind.FLATTEN):
        return Interval(0, size[0] - 1)
    if layer.kind is Kind.ADAPTIVE:
        return Interval(adaptive_window(cells.low, *size)[0], adaptive_window(cells.high, *size)[1] - 1)
    return cells


def _windows(layer: Layer, n: int, axis: int) -> int:
    kernel, padding, dilation = layer.kernel[axis], layer.padding[axis], layer.dilation[axis]
    stride = layer.stride[axis]
    if layer.kind is Kind.TRANSPOSED:
        return transposed_size(n, kernel, stride, padding, layer.output_padding[axis], dilation)
    return output_size(n, kernel, stride, padding, dilation, layer.ceil_mode and layer.kind.pools)


def _check_filters(layer: Layer, channels: int) -> None:
    filters = out_channels(layer, channels)
    if filters < 1:
        raise UserError("A convolution needs at least one filter.")
    if filters > MOST_CHANNELS:
        raise UserError(f"{filters:,} filters are too many: take at most {MOST_CHANNELS:,}.")
    if layer.kind is Kind.DEPTHWISE and filters % channels:
        raise UserError(
            f"A depthwise convolution has a multiple of its {channels} input channels as filters, not {filters}."
        )
    conv_cost(channels, filters, layer.kernel, (1, 1), groups=groups_of(layer, channels))


def _check_pool(layer: Layer) -> None:
    for axis in (0, 1):
        output_size(LARGEST, layer.kernel[axis], layer.stride[axis], layer.padding[axis], layer.dilation[axis])
        if layer.kind is Kind.AVGPOOL and layer.dilation[axis] != 1:
            raise UserError("Average pooling has no dilation in torch.")
        half = layer.kernel[axis] // 2
        if layer.padding[axis] > half:
            raise UserError(
                f"A pooling's padding may be at most half its kernel: {layer.padding[axis]} is more than {half}."
            )


def _vector(layer: Layer, shape: Shape) -> Shape:
    if layer.kind is Kind.LINEAR:
        if not 1 <= layer.out <= MOST_CHANNELS:
            raise UserError(f"A linear layer has 1 to {MOST_CHANNELS:,} features, not {layer.out:,}.")
        return (layer.out,)
    if layer.kind.windowed or layer.kind in (Kind.GLOBAL, Kind.ADAPTIVE):
        raise UserError(f"It needs a volume, and gets a vector of {shape[0]:,}: put it before flatten.")
    return shape


def _volume(layer: Layer, shape: Shape) -> Shape:
    channels, height, width = shape
    if layer.kind.convolves:
        _check_filters(layer, channels)
    if layer.kind.pools:
        _check_pool(layer)
    if layer.kind.windowed:
        return (out_channels(layer, channels), _windows(layer, height, 0), _windows(layer, width, 1))
    if layer.kind is Kind.GLOBAL:
        return (channels, 1, 1)
    if layer.kind is Kind.ADAPTIVE:
        if not 1 <= min(layer.kernel) <= max(layer.kernel) <= LARGEST:
            raise UserError("An adaptive pooling needs an output size of 1 or more.")
        return (channels, *layer.kernel)
    if layer.kind is Kind.FLATTEN:
        return (channels * height * width,)
    if layer.kind is Kind.LINEAR:
        raise UserError(f"A linear layer takes a vector, and gets {words(shape)}: put flatten before it.")
    return shape


def _joined(layer: Layer, shapes: tuple[Shape, ...]) -> Shape:
    if len(shapes) < 2:
        raise UserError("It joins at least two inputs: name their rows, for example 3, 5.")
    shown = " and ".join(words(shape) for shape in shapes)
    if layer.kind is Kind.ADD:
        if len(set(shapes)) > 1:
            raise UserError(f"Only equal shapes can be added, not {shown}.")
        return shapes[0]
    if len({shape[1:] for shape in shapes}) > 1:
        raise UserError(f"Only volumes of one height and width can be put on top of each other, not {shown}.")
    return (sum(shape[0] for shape in shapes), *shapes[0][1:])
