"""The lecture's formulas in LaTeX, with the numbers on the screen filled in."""

from __future__ import annotations

import math

from core.conv.fitting import Coverage
from core.conv.layers import Kind, Layer

SIZE = r"W_2 = \left\lfloor\frac{W_1 - F + 2P}{S}\right\rfloor + 1"
SIZE_DILATED = r"W_2 = \left\lfloor\frac{W_1 - d\,(F - 1) - 1 + 2P}{S}\right\rfloor + 1"
SIZE_CEIL = r"W_2 = \left\lceil\frac{W_1 - F + 2P}{S}\right\rceil + 1"
SIZE_TRANSPOSED = r"W_2 = (W_1 - 1)\,S - 2P + d\,(F - 1) + P_{out} + 1"


def size_formula(layer: Layer) -> str:
    """The formula for the output's width, in symbols."""
    if layer.kind is Kind.LINEAR:
        return "y = W x + b"
    if layer.kind is Kind.TRANSPOSED:
        return SIZE_TRANSPOSED
    if layer.dilation != (1, 1):
        return SIZE_DILATED.replace("lfloor", "lceil").replace("rfloor", "rceil") if layer.ceil_mode else SIZE_DILATED
    return SIZE_CEIL if layer.ceil_mode else SIZE


def size_numbers(letter: str, layer: Layer, axis: int, n: int, cover: Coverage | None, outputs: int) -> str:
    """The same with numbers.

    Args:
        letter: W or H.
        layer: what slides.
        axis: 0 height, 1 width.
        n: input size.
        cover: of this axis; None for a transposed convolution.
        outputs: the result.
    """
    kernel, stride, padding, dilation = (
        pair[axis] for pair in (layer.kernel, layer.stride, layer.padding, layer.dilation)
    )
    if layer.kind is Kind.TRANSPOSED:
        extra = layer.output_padding[axis]
        terms = rf"({n} - 1) \cdot {stride} - 2 \cdot {padding} + {dilation}\,({kernel} - 1) + {extra} + 1"
        return rf"{letter}_2 = {terms} = \mathbf{{{outputs}}}"
    assert cover is not None
    reach = rf"{dilation} \cdot ({kernel} - 1) - 1" if dilation > 1 else f"{kernel}"
    left, right = (r"\lceil", r"\rceil") if layer.ceil_mode else (r"\lfloor", r"\rfloor")
    quotient = f"{cover.quotient:.0f}" if cover.exact else rf"{left} {_rounded(cover.quotient)} {right}"
    late = layer.ceil_mode and math.ceil(cover.quotient) + 1 - outputs  # a window that would begin in the padding
    return (
        rf"{letter}_2 = \left{left}\frac{{{n} - {reach} + 2 \cdot {padding}}}{{{stride}}}\right{right} + 1"
        rf" = {quotient} + 1{' - 1' if late else ''} = \mathbf{{{outputs}}}"
    )


def _rounded(value: float) -> str:
    """At most three decimals, and dots where more follow."""
    short = f"{math.trunc(value * 1000) / 1000:.3f}".rstrip("0")
    return short if float(short) == value else rf"{short}\ldots"


def weights_formula(channels: int, filters: int, kernel: tuple[int, int], groups: int, bias: bool) -> tuple[str, str]:
    """Weights of one filter and of all, in symbols and numbers: (one filter, all filters)."""
    height, width = kernel
    depth = f"{channels}" if groups == 1 else rf"\tfrac{{{channels}}}{{{groups}}}"
    symbol = "D_1" if groups == 1 else r"\tfrac{D_1}{g}"
    each = height * width * (channels // groups)
    one = rf"F \cdot F \cdot {symbol} = {height} \cdot {width} \cdot {depth} = {number(each)}"
    biases = rf" + {number(filters)}" if bias else ""
    word = r"\;(+\,K)" if bias else ""
    every = rf"(F \cdot F \cdot {symbol}) \cdot K{word} = {number(each)} \cdot {number(filters)}{biases}"
    total = each * filters + (filters if bias else 0)
    return one, rf"{every} = \mathbf{{{number(total)}}}"


def macs_formula(weights: int, height: int, width: int, transposed: bool) -> str:
    """Multiply-adds: every weight at each position of the output, or of the input where it is transposed."""
    letter = "1" if transposed else "2"
    symbols = rf"\text{{weights}} \cdot H_{letter} \cdot W_{letter}"
    numbers = rf"{number(weights)} \cdot {height} \cdot {width}"
    return rf"{symbols} = {numbers} = \mathbf{{{number(weights * height * width)}}}"


def separable_formula(filters: int, kernel: tuple[int, int]) -> tuple[str, str]:
    """Depthwise plus 1 × 1 against the standard convolution: 1/K + 1/F² (arXiv:1704.04861, section 3.1)."""
    area = kernel[0] * kernel[1]
    symbols = r"\frac{F^2 D_1 + D_1 K}{F^2 D_1 K} = \frac{1}{K} + \frac{1}{F^2}"
    return symbols, rf"\frac{{1}}{{{filters}}} + \frac{{1}}{{{area}}} = \mathbf{{{1 / filters + 1 / area:.3g}}}"


def linear(features: int, out: int) -> str:
    """A linear layer and the sizes of its vectors."""
    return rf"y = W x + b, \qquad x \in \mathbb{{R}}^{{{number(features)}}},\; y \in \mathbb{{R}}^{{{number(out)}}}"


def linear_costs(features: int, out: int, bias: bool) -> tuple[str, str]:
    """Weights and biases of a linear layer of N inputs and K outputs, and its multiply-adds."""
    total = features * out + (out if bias else 0)
    symbols = r"N \cdot K" + (r"\;(+\,K)" if bias else "")
    terms = rf"{number(features)} \cdot {number(out)}" + (rf" + {number(out)}" if bias else "")
    macs = rf"\text{{multiply-adds}} = N \cdot K = \mathbf{{{number(features * out)}}}"
    return rf"{symbols} = {terms} = \mathbf{{{number(total)}}}", macs


def aligned(lines: list[str]) -> str:
    """Equations below each other, their first equals signs in one column."""
    rows = r" \\[6pt] ".join(line.replace("=", "&=", 1) for line in lines)
    return rf"\begin{{aligned}}{rows}\end{{aligned}}\;"  # without the space the browser offers to scroll by a pixel


def number(value: int) -> str:
    """Thousands separated so that LaTeX sets no space after the comma."""
    return f"{value:,}".replace(",", "{,}")
