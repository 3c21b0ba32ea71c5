"""Forward pass through only those cells of a network that one cell of its output depends on.

A cell far back sees a window of the layer before, that window a larger one before it, and so on to the picture.
Each layer is run on its window alone. Where the window reaches over the edge, what torch would have put there is put
there by hand, so the numbers are those of the whole network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional

from core.conv.layers import Kind, Shape, cells_before, groups_of
from core.conv.stack import Analysis, Row
from core.models.fields.axis import Interval, adaptive_window

Cells = tuple[Interval, Interval]
"""(rows, columns) of a feature map."""

NeededCells = Mapping[int, Cells]
"""The cells needed of each layer, 0 the picture; a layer that is missing is not needed."""

Kernels = Mapping[int, Tensor]
"""Weights of each convolution by its number, as torch shapes them. Biases are zero, as at the start of training."""

_BATCHNORM = (1 + 1e-5) ** -0.5  # in eval mode with the statistics it is born with: mean 0, variance 1, eps 1e-5


def pruned(analysis: Analysis, number: int) -> Analysis:
    """Only the layers that one layer comes from, in order and numbered anew; that layer is the last.

    Args:
        analysis: of the whole stack.
        number: the layer, 1 the first.
    """
    wanted = {number}
    for row in reversed(analysis.rows[:number]):
        if row.number in wanted:
            wanted.update(row.sources)
    kept = [row for row in analysis.rows[:number] if row.number in wanted]
    new = {0: 0} | {row.number: place for place, row in enumerate(kept, 1)}
    rows = tuple(
        replace(
            row,
            number=new[row.number],
            sources=tuple(new[source] for source in row.sources),
            layer=replace(row.layer, inputs=tuple(new[source] for source in row.layer.inputs)),
        )
        for row in kept
    )
    return Analysis(analysis.input_shape, rows)


def needed_cells(analysis: Analysis, cells: Cells) -> dict[int, Cells]:
    """What is needed of each layer, and of the picture, for some cells of the last layer.

    Args:
        analysis: of layers whose last is a volume.
        cells: (rows, columns) of its output, inside it.
    """
    needed: dict[int, Cells] = {len(analysis.rows): cells}
    for row in reversed(analysis.rows):
        if row.number not in needed:
            continue
        for source, shape in zip(row.sources, row.inputs, strict=True):
            seen = tuple(
                _inside(before, size) for before, size in zip(_before(row, needed[row.number]), shape[1:], strict=True)
            )
            if seen[0] is None or seen[1] is None:
                continue  # nothing but padding
            rows, columns = needed.get(source, (seen[0], seen[1]))
            needed[source] = rows.join(seen[0]), columns.join(seen[1])
    return needed


def macs(analysis: Analysis, needed: NeededCells) -> int:
    """Multiply-adds of a forward pass through the needed cells, to within the padding."""
    total = 0.0
    for row in analysis.rows:
        if row.number in needed:
            rows, columns = needed[row.number]
            total += row.cost.macs * rows.size * columns.size / (row.shape[1] * row.shape[2])
    return round(total)


def run(analysis: Analysis, needed: NeededCells, kernels: Kernels, picture: Tensor, linear: bool = False) -> Tensor:
    """Forward pass through the needed cells.

    Args:
        analysis: of layers whose last is a volume.
        needed: what to compute of each, as `needed_cells` gives it.
        kernels: weights of the convolutions.
        picture: (N, C, h, w), the needed cells of the picture only.
        linear: leave the ReLUs out and take means for maxima; output and gradient then grow with the weights alone.

    Returns:
        (N, C, h, w), the needed cells of the last layer.
    """
    values = {0: picture}
    last_use = {source: row.number for row in analysis.rows for source in row.sources}
    for row in analysis.rows:
        if row.number not in needed:
            continue
        inputs = [_Part(values.get(source), needed.get(source), picture, shape) for source, shape in _sources(row)]
        values[row.number] = _layer(row, needed[row.number], inputs, kernels.get(row.number), linear)
        for source in row.sources:
            if last_use[source] <= row.number:
                values.pop(source, None)
    return values[len(analysis.rows)]


def _sources(row: Row) -> list[tuple[int, Shape]]:
    return list(zip(row.sources, row.inputs, strict=True))


def _inside(cells: Interval, size: int) -> Interval | None:
    """The cells that are no padding, None where all are."""
    low, high = max(cells.low, 0), min(cells.high, size - 1)
    return Interval(low, high) if low <= high else None


def _before(row: Row, cells: Cells) -> Cells:
    """The cells that a layer's windows lie on, padding included."""
    shape = row.inputs[0]
    rows, columns = (
        cells_before(row.layer, cells[axis], (shape[axis + 1], row.shape[axis + 1]), axis) for axis in (0, 1)
    )
    return rows, columns


class _Part:
    """A rectangle of a feature map that has been computed, as part of the whole map with its padding."""

    def __init__(self, tensor: Tensor | None, have: Cells | None, like: Tensor, shape: Shape) -> None:
        self._tensor, self._have, self._like, self._channels = tensor, have, like, shape[0]

    def window(self, want: Cells, fill: float = 0.0) -> Tensor:
        """(N, C, h, w) of any rectangle; what is not part of the map is `fill`."""
        high, wide = want[0].size, want[1].size
        if self._tensor is not None and self._have is not None:
            inner = [
                (max(w.low, h.low), min(w.high, h.high) + 1) for w, h in zip(want, self._have, strict=True)
            ]  # [low, high) of what is there
            if all(low < high for low, high in inner):
                (top, bottom), (left, right) = inner
                up, across = self._have[0].low, self._have[1].low
                cut = self._tensor[..., top - up : bottom - up, left - across : right - across]
                margins = (
                    left - want[1].low, want[1].high + 1 - right, top - want[0].low, want[0].high + 1 - bottom,
                )  # fmt: skip
                return functional.pad(cut, margins, value=fill) if any(margins) else cut
        return self._like.new_full((len(self._like), self._channels, high, wide), fill)


def _layer(row: Row, cells: Cells, inputs: list[_Part], kernel: Tensor | None, linear: bool) -> Tensor:
    layer, part = row.layer, inputs[0]
    before = _before(row, cells)
    match layer.kind:
        case Kind.CONV | Kind.DEPTHWISE:
            assert kernel is not None
            groups = groups_of(layer, row.inputs[0][0])
            return functional.conv2d(
                part.window(before), kernel, stride=layer.stride, dilation=layer.dilation, groups=groups
            )
        case Kind.TRANSPOSED:
            assert kernel is not None
            return _transposed(row, cells, part, kernel)
        case Kind.MAXPOOL if not linear:
            window = part.window(before, -torch.inf)
            return functional.max_pool2d(window, layer.kernel, layer.stride, dilation=layer.dilation)
        case Kind.MAXPOOL | Kind.AVGPOOL:
            return _means(row, cells, part.window(before))
        case Kind.ADAPTIVE | Kind.GLOBAL:
            return _adaptive(row, cells, before, part)
        case Kind.ADD:
            return torch.stack([part.window(cells) for part in inputs]).sum(0)
        case Kind.CONCAT:
            return torch.cat([part.window(cells) for part in inputs], dim=1)
        case Kind.RELU if not linear:
            return functional.relu(part.window(cells))
        case Kind.BATCHNORM:
            return part.window(cells) * _BATCHNORM
    return part.window(cells)


def _transposed(row: Row, cells: Cells, part: _Part, kernel: Tensor) -> Tensor:
    layer = row.layer
    rows, columns = _before(row, cells)
    low, across = max(rows.low, 0), max(columns.low, 0)
    high, wide = min(rows.high, row.inputs[0][1] - 1), min(columns.high, row.inputs[0][2] - 1)
    if low > high or across > wide:  # between two stamps, or in the output padding
        return part.window((Interval(-1, -1), Interval(-1, -1)))[:, :1].expand(
            -1, row.shape[0], cells[0].size, cells[1].size
        )
    stamped = functional.conv_transpose2d(
        part.window((Interval(low, high), Interval(across, wide))),
        kernel, stride=layer.stride, dilation=layer.dilation, groups=layer.groups,
    )  # fmt: skip
    top, left = low * layer.stride[0] - layer.padding[0], across * layer.stride[1] - layer.padding[1]
    have = (Interval(top, top + stamped.shape[2] - 1), Interval(left, left + stamped.shape[3] - 1))
    return _Part(stamped, have, stamped, row.shape).window(cells)


def _means(row: Row, cells: Cells, window: Tensor) -> Tensor:
    """Means over windows; one that `ceil_mode` lets hang over the padding's end is divided by what it covers."""
    layer, channels = row.layer, window.shape[1]
    ones = window.new_ones(channels, 1, *layer.kernel)
    sums = functional.conv2d(window, ones, stride=layer.stride, dilation=layer.dilation, groups=channels)
    counts = []
    for axis in (0, 1):
        k, s, p = layer.kernel[axis], layer.stride[axis], layer.padding[axis]
        end = row.inputs[0][axis + 1] + p
        hung = layer.kind is Kind.AVGPOOL
        starts = [index * s - p for index in range(cells[axis].low, cells[axis].high + 1)]
        counts.append(window.new_tensor([min(start + k, end) - start if hung else k for start in starts]))
    return sums / torch.outer(counts[0], counts[1])


def _adaptive(row: Row, cells: Cells, before: Cells, part: _Part) -> Tensor:
    """Means over the windows of an adaptive pooling, as a product with a matrix along either axis."""
    window = part.window(before)
    means = []
    for axis in (0, 1):
        size, outputs = row.inputs[0][axis + 1], row.shape[axis + 1]
        matrix = window.new_zeros(cells[axis].size, before[axis].size)  # (outputs, inputs)
        for place in range(cells[axis].size):
            begin, end = adaptive_window(cells[axis].low + place, size, outputs)
            matrix[place, begin - before[axis].low : end - before[axis].low] = 1 / (end - begin)
        means.append(matrix)
    return means[0] @ window @ means[1].T
