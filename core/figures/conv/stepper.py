"""A convolution, transposed convolution or pooling as plain data for the player that moves through its steps."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.conv.steps.pooling import PoolSteps
from core.conv.steps.transposed import TransposedSteps
from core.conv.steps.windows import Array, Steps, Window

Nested = list[Any]
"""Nested lists of numbers; None is minus infinity, which JSON cannot say."""


@dataclass(frozen=True)
class Player:
    """Everything the player shows. Lists run in the order of the names' axes.

    Attributes:
        kind: "convolution", "transposed", "maximum" or "average".
        alt: what it shows, for those who cannot see it.
        inputs: (C, H, W) with padding.
        padding: (rows, columns) of the input that are padding on each side.
        weight: (K, C, kh, kw) as typed; empty for pooling.
        flip: whether it is turned by 180 degrees before use.
        bias: (K,); empty for pooling.
        rows: for each row of windows, the rows it touches: of the input, in a transposed convolution of the output.
        cols: likewise for columns.
        output: (K, Ho, Wo), of a transposed convolution with the border that is cut off; (C, Ho, Wo) for pooling.
        cut: (rows, columns) of the output that are cut off on each side.
        stamps: (K, steps, kh, kw) what each step adds; transposed convolution only.
        overlaps: (Ho, Wo) products each output cell receives; likewise.
        divisors: (Ho, Wo); average pooling only.
        hidden: results stay hidden until they are asked for.
        question: changes with the numbers; what was revealed is hidden again.
    """

    kind: str
    alt: str
    inputs: Nested
    padding: tuple[int, int]
    weight: Nested
    flip: bool
    bias: Nested
    rows: Nested
    cols: Nested
    output: Nested
    cut: tuple[int, int]
    stamps: Nested
    overlaps: Nested
    divisors: Nested
    hidden: bool
    question: int

    def as_data(self) -> dict[str, Any]:
        """The same as a plain dictionary, for the browser."""
        return dict(vars(self))


def _plain(array: Array) -> Nested:
    """Nested lists with None for minus infinity."""
    if np.isfinite(array).all():
        return array.tolist()  # type: ignore[no-any-return]
    cells = array.astype(object)
    cells[~np.isfinite(array)] = None
    return cells.tolist()  # type: ignore[no-any-return]


def _axes(windows: tuple[Window, ...], across: int) -> tuple[Nested, Nested]:
    """The touched rows of each row of windows and the touched columns of each column of windows."""
    return [list(at.rows) for at in windows[::across]], [list(at.cols) for at in windows[:across]]


def _shape(array: Array | NDArray[np.int64]) -> str:
    return " × ".join(str(size) for size in array.shape[-2:])


def player(result: Steps | TransposedSteps | PoolSteps, *, hidden: bool = False) -> Player:
    """What the player needs of a result.

    Args:
        result: with all its steps.
        hidden: predict first: results stay hidden until the visitor reveals them.
    """
    output, inputs, cut = result.output, result.x, (0, 0)
    weight: Nested = []
    bias: Nested = []
    stamps: Nested = []
    overlaps: Nested = []
    divisors: Nested = []
    flip = False
    if isinstance(result, PoolSteps):
        kind = "average" if result.average else "maximum"
        what = f"{kind.capitalize()} pooling of {len(result.x)} channels of {_shape(result.x)}"
        divisors = result.divisors.tolist() if result.average else []
    else:
        weight, bias, flip = result.weight.tolist(), result.bias.tolist(), result.flip
        what = f"{len(result.x)} input channels of {_shape(result.x)}, {len(weight)} filters of {_shape(result.weight)}"
    if isinstance(result, TransposedSteps):
        kind, output, cut = "transposed", result.canvas, result.layout.padding
        across = result.x.shape[2]
        stamps, overlaps = result.stamps.tolist(), result.overlaps.tolist()
    else:
        inputs, across = result.padded, result.output.shape[2]
        if isinstance(result, Steps):
            kind = "convolution"
    rows, cols = _axes(result.windows, across)
    return Player(
        kind=kind,
        alt=f"Step by step: {what}, output {_shape(result.output)}",
        inputs=_plain(inputs),
        padding=(0, 0) if isinstance(result, TransposedSteps) else result.layout.padding,
        weight=weight,
        flip=flip,
        bias=bias,
        rows=rows,
        cols=cols,
        output=output.tolist(),
        cut=cut,
        stamps=stamps,
        overlaps=overlaps,
        divisors=divisors,
        hidden=hidden,
        question=zlib.crc32(output.tobytes() + inputs.tobytes()),
    )
