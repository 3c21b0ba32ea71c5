"""An operation with its matrices: what is read, edited and chosen, run as one of the kinds of steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from core.conv.layers import Kind, Layer
from core.conv.steps.code import Result
from core.conv.steps.matrices import (
    format_matrices,
    format_values,
    number,
    parse_biases,
    parse_input,
    parse_kernels,
    with_channels,
    with_filters,
)
from core.conv.steps.pooling import PoolSteps, pool_steps
from core.conv.steps.transposed import TransposedSteps, transposed_steps
from core.conv.steps.windows import Array, Steps, steps
from core.errors import UserError

Change = tuple[str, tuple[int, ...], str]
"""A cell that was typed into: the part ("x", "w" or "b"), its indices from 0, the text."""
_AXES = {
    "x": ("Input", ("channel", "row", "column")),
    "w": ("Kernel", ("filter", "channel", "row", "column")),
    "b": ("Bias", ("filter",)),
}


@dataclass(frozen=True)
class Matrices:
    """What a visitor may type.

    Attributes:
        x: (C, H, W) input.
        w: (K, C, kh, kw) kernels.
        b: (K,) biases.
    """

    x: Array
    w: Array
    b: Array

    @classmethod
    def read(cls, x: str, w: str, b: str) -> Matrices:
        """Read three texts.

        Raises:
            UserError: names the place.
        """
        inputs = parse_input(x)
        kernels = parse_kernels(w, len(inputs))
        return cls(inputs, kernels, parse_biases(b, len(kernels)))

    def texts(self) -> dict[str, str]:
        """Each part as text, in short."""
        return {"x": format_matrices(self.x), "w": format_matrices(self.w), "b": format_values(self.b)}

    def with_text(self, part: str, text: str) -> Matrices:
        """One part from a text; the others follow its number of channels and filters.

        Raises:
            UserError: it cannot be read.
        """
        if part == "x":
            x = parse_input(text)
            return replace(self, x=x, w=with_channels(self.x, self.w, len(x))[1])
        if part == "w":
            w = parse_kernels(text, len(self.x))
            return replace(self, w=w, b=with_filters(self.w[:, :, :1, :1], self.b, len(w))[1])
        return replace(self, b=parse_biases(text, len(self.w)))

    def with_cells(self, changes: Iterable[Change]) -> tuple[Matrices, list[UserError]]:
        """Single cells changed; those that are no numbers stay as they were and are told, those outside are ignored."""
        parts = {"x": self.x.copy(), "w": self.w.copy(), "b": self.b.copy()}
        problems = []
        for name, at, text in changes:
            part = parts.get(name)
            if part is None or len(at) != part.ndim or not all(0 <= i < n for i, n in zip(at, part.shape, strict=True)):
                continue
            called, axes = _AXES[name]
            spot = [
                f"{axis} {i + 1}"
                for axis, i, n in zip(axes, at, part.shape, strict=True)
                if n > 1 or axis in ("row", "column")
            ]
            try:
                part[at] = number(text, ", ".join([called, *spot]))
            except UserError as error:
                problems.append(error)
        return Matrices(**parts), problems

    def with_input(self, matrix: Array) -> Matrices:
        """Channel 1 is the matrix, further channels mirror it."""
        return replace(self, x=with_channels(matrix[None], self.w[:, :1], len(self.x))[0])

    def with_kernel(self, matrix: Array) -> Matrices:
        """Filter 1 has it in each channel; other filters stay, or are it turned if sizes differ."""
        first = np.repeat(matrix[None, None], self.w.shape[1], axis=1)  # (1, C, kh, kw)
        if self.w.shape[2:] == matrix.shape:
            return replace(self, w=np.concatenate([first, self.w[1:]]))
        return replace(self, w=with_filters(first, self.b[:1], len(self.w))[0])

    def resized(self, channels: int, filters: int) -> Matrices:
        """So many channels and filters."""
        x, w = with_channels(self.x, self.w, channels)
        return Matrices(x, *with_filters(w, self.b, filters))


def run(
    kind: Kind,
    matrices: Matrices,
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    flip: bool = False,
    output_padding: int = 0,
    window: int = 2,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Result:
    """Every step; what a kind does not have is left aside.

    Raises:
        UserError: settings and matrices do not go together.
    """
    x, w, b = matrices.x, matrices.w, matrices.b
    if kind is Kind.CONV:
        return steps(x, w, b, stride=stride, padding=padding, dilation=dilation, flip=flip)
    if kind is Kind.TRANSPOSED:
        return transposed_steps(
            x, w, b, stride=stride, padding=padding, output_padding=output_padding, dilation=dilation, flip=flip
        )
    return pool_steps(
        x, window, average=kind is Kind.AVGPOOL, stride=stride, padding=padding, dilation=dilation,
        ceil_mode=ceil_mode, count_include_pad=count_include_pad,
    )  # fmt: skip


def layer_of(result: Result) -> Layer:
    """The same as a layer, which the formulas know."""
    at = result.layout
    if isinstance(result, PoolSteps):
        kind = Kind.AVGPOOL if result.average else Kind.MAXPOOL
        return Layer(kind, 0, at.kernel, at.stride, at.padding, at.dilation, 1, at.output_padding, result.ceil_mode)
    kind = Kind.CONV if isinstance(result, Steps) else Kind.TRANSPOSED
    return Layer(
        kind, len(result.output), at.kernel, at.stride, at.padding, at.dilation, 1, at.output_padding
    )  # fmt: skip


def products(result: Steps | TransposedSteps) -> str:
    """How the number of multiplications comes about, in words."""
    filters, channels, height, width = result.weight.shape
    place = "input position" if isinstance(result, TransposedSteps) else "window"
    return (
        f"Every weight once for each {place}: {filters} filters × {channels} channels × {height} × {width} weights "
        f"× {len(result.windows)} {place}s. Products with padding count."
    )


def to_csv(result: Result) -> str:
    """The output, one line a row; channels follow each other after an empty line."""
    channels = ("\n".join(",".join(f"{v:.12g}" for v in row) for row in np.atleast_2d(c)) for c in result.output)
    return "\n\n".join(channels) + "\n"
