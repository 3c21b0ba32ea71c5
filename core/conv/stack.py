"""A network as a list of layers, branches and skips included, and what each layer makes of a picture."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from core.conv.layers import Cost, Layer, Shape, cells_before, cost, field_after, output_shape
from core.errors import UserError
from core.models.fields.axis import Field, Interval

BYTES = 4
"""Of one activation, a float32."""

LONGEST = 500
"""Layers beyond which a stack is a slip of the pen."""

WIDEST = 1e12
"""Input pixels beyond which a receptive field is a slip of the pen."""


@dataclass(frozen=True)
class Stack:
    """Layers in the order they run. Layer number 1 is `layers[0]`; number 0 is the picture."""

    layers: tuple[Layer, ...]

    def sources(self, number: int) -> tuple[int, ...]:
        """The numbers of the layers that a layer reads."""
        return self.layers[number - 1].inputs or (number - 1,)


@dataclass(frozen=True)
class Row:
    """What one layer does with a picture.

    Attributes:
        number: 1 for the first layer.
        layer: the layer.
        sources: numbers of the layers it reads, 0 the picture.
        inputs: their shapes.
        shape: what it gives, (C, H, W) or (features,).
        cost: parameters and multiply-adds.
        fields: receptive field of a cell along (height, width), in input pixels.
    """

    number: int
    layer: Layer
    sources: tuple[int, ...]
    inputs: tuple[Shape, ...]
    shape: Shape
    cost: Cost
    fields: tuple[Field, Field]

    @property
    def activations(self) -> int:
        """Numbers in its output."""
        return math.prod(self.shape)

    @property
    def memory(self) -> int:
        """Bytes of its output as float32."""
        return self.activations * BYTES


@dataclass(frozen=True)
class Analysis:
    """What a stack does with a picture of one shape.

    Attributes:
        input_shape: (C, H, W).
        rows: one a layer, in order.
    """

    input_shape: Shape
    rows: tuple[Row, ...]

    @property
    def params(self) -> int:
        """Weights and biases of all layers."""
        return sum(row.cost.params for row in self.rows)

    @property
    def macs(self) -> int:
        """Multiply-adds of convolutions and linear layers; biases, normalisation and pooling not counted."""
        return sum(row.cost.macs for row in self.rows)

    @property
    def memory(self) -> int:
        """Bytes of all outputs together, as training keeps them; float32."""
        return sum(row.memory for row in self.rows)

    @property
    def last_field(self) -> tuple[float, float]:
        """(size, jump) of the receptive field of the last map whose cells do not see the whole picture."""
        for row in reversed(self.rows):
            field = max(row.fields, key=lambda axis: axis.size)
            if not field.whole:
                return field.size, field.jump
        return float(max(self.input_shape[1:])), 1.0

    def shape(self, number: int) -> Shape:
        """What layer `number` gives; 0 is the picture."""
        return self.rows[number - 1].shape if number else self.input_shape


def analyse(stack: Stack, input_shape: tuple[int, int, int]) -> Analysis:
    """Shapes, costs and receptive fields of every layer, from arithmetic alone: nothing is allocated.

    Args:
        stack: the layers.
        input_shape: (C, H, W) of the picture.

    Raises:
        UserError: a layer cannot take what it gets; the sentence names the layer and the reason.
    """
    rows, trouble = analyse_until_error(stack, input_shape)
    if trouble is not None:
        raise trouble
    return rows


def analyse_until_error(stack: Stack, input_shape: tuple[int, int, int]) -> tuple[Analysis, UserError | None]:
    """As `analyse`, but what comes before the layer that fails is handed over with the error."""
    if not stack.layers:
        return Analysis(input_shape, ()), UserError("There is no layer yet: add one, or start from a known network.")
    if len(stack.layers) > LONGEST:
        return Analysis(input_shape, ()), UserError(f"A stack may have at most {LONGEST} layers.")
    if not 1 <= min(input_shape) <= max(input_shape) <= 1 << 16:
        return Analysis(input_shape, ()), UserError("The picture needs 1 to 65,536 channels, rows and columns.")
    rows: list[Row] = []
    for number, layer in enumerate(stack.layers, start=1):
        try:
            rows.append(_row(stack, number, layer, input_shape, rows))
        except UserError as error:
            return Analysis(input_shape, tuple(rows)), UserError(f"Layer {number} ({layer.kind}): {error}")
    return Analysis(input_shape, tuple(rows)), None


def _row(stack: Stack, number: int, layer: Layer, input_shape: Shape, rows: list[Row]) -> Row:
    sources = stack.sources(number)
    for source in sources:
        if not 0 <= source < number:
            raise UserError(f"It cannot read row {source}: only 0 (the picture) to {number - 1} come before it.")
    if len(sources) > 1 and not layer.kind.joins:
        raise UserError("Only add and concat read several rows.")
    inputs = tuple(rows[source - 1].shape if source else input_shape for source in sources)
    fields = [rows[source - 1].fields if source else (Field(), Field()) for source in sources]
    shape = output_shape(layer, inputs)
    vertical, horizontal = (
        field_after(layer, tuple(pair[axis] for pair in fields), _sizes(inputs[0], shape, axis), axis)
        for axis in (0, 1)
    )
    for field in (vertical, horizontal):
        if max(field.size, abs(field.start), field.jump, 1 / field.jump) > WIDEST:
            raise UserError("Strides and kernels multiply to more pixels than any picture has: take smaller ones.")
    return Row(number, layer, sources, inputs, shape, cost(layer, inputs, shape), (vertical, horizontal))


def _sizes(before: Shape, after: Shape, axis: int) -> tuple[int, int]:
    """(input size, output size) of a layer along an axis; a vector has size 1."""
    return (before[axis + 1] if len(before) == 3 else 1), (after[axis + 1] if len(after) == 3 else 1)


def region(analysis: Analysis, number: int, cell: tuple[int, int]) -> tuple[Interval, Interval]:
    """The pixels of the picture behind one cell of a layer's output, walked back layer by layer.

    Args:
        analysis: of the stack.
        number: the layer.
        cell: (row, column) of its output.

    Returns:
        (rows, columns) of the picture. Beyond its edges lie the zeros of the padding.
    """
    found: list[Interval] = []
    for axis in (0, 1):
        behind: dict[int, Interval] = {number: Interval(cell[axis], cell[axis])}
        for row in reversed(analysis.rows[:number]):
            cells = behind.pop(row.number, None)
            if cells is None:
                continue
            for source, shape in zip(row.sources, row.inputs, strict=True):
                before = cells_before(row.layer, cells, _sizes(shape, row.shape, axis), axis)
                behind[source] = behind[source].join(before) if source in behind else before
        found.append(behind.get(0, Interval(0, 0)))
    return found[0], found[1]


def chain(*parts: Layer | tuple[Layer, ...]) -> Stack:
    """A stack of layers and groups of layers, each reading the one before unless it says otherwise.

    Within a group the numbers in `inputs` count from the group: 0 is what the group gets.
    """
    flat: list[Layer] = []
    for part in parts:
        group = part if isinstance(part, tuple) else (part,)
        offset = len(flat)
        for layer in group:
            inputs = tuple(offset + number for number in layer.inputs)
            flat.append(replace(layer, inputs=() if inputs == (len(flat),) else inputs))
    return Stack(tuple(flat))
