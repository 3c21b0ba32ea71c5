"""The arithmetic of one bin in LaTeX, with its numbers: the largest of its cells, the mean of its points."""

from __future__ import annotations

from core.detection.pooling.comparison import Pooling
from core.detection.pooling.quantised import Cell
from core.figures.detection.pooling import written
from core.figures.formulas import aligned

_LIST = r",\, "
_WHOLE, _DECIMALS = 9, 4
"""Numbers that are written out, whole ones and others, so that a line fits half a laptop's picture."""


def _most(texts: list[str]) -> int:
    return _DECIMALS if any("." in text for text in texts) else _WHOLE


def _tex(value: float) -> str:
    return written(value).replace("−", "-")


def _signed(value: float) -> str:
    text = _tex(value)
    return f"({text})" if text.startswith("-") else text


def largest(pooling: Pooling, chosen: Cell) -> str:
    """RoI pooling: the largest of the cells of a bin."""
    cells = pooling.quantised.cells(*chosen)
    if not cells:
        return r"\text{no cell of the map in this bin: } \mathbf{0}"
    values = [float(pooling.values[cell]) for cell in cells]
    texts = [_tex(value) for value in values]
    if len(cells) > (most := _most(texts)):  # the winner is among those that are written
        texts = [*(_tex(value) for value in sorted(values, reverse=True)[: most - 1]), r"\ldots"]
    return rf"\max({_LIST.join(texts)}) = \mathbf{{{_tex(float(pooling.quantised.values[chosen]))}}}"


def mean(pooling: Pooling, chosen: Cell) -> str:
    """RoIAlign: the mean of the sampling points of a bin."""
    points = pooling.sampled.points(*chosen)
    texts = [_signed(point.value) for point in points]
    if len(texts) > (most := _most(texts)):
        texts = [*texts[: most - 1], r"\cdots"]
    inner = " + ".join(texts)
    result = _tex(float(pooling.sampled.values[chosen]))
    return rf"\tfrac{{1}}{{{len(points)}}}\,({inner}) = \mathbf{{{result}}}"


def first_point(pooling: Pooling, chosen: Cell) -> str:
    """RoIAlign: the bilinear sum of the first sampling point of a bin."""
    point = pooling.sampled.points(*chosen)[0]
    if not any(point.weights):
        return rf"f({point.y:.3f},\, {point.x:.3f}) = \mathbf{{0}}, \text{{ beyond the map}}"
    parts = [f"{weight:.3f} \\cdot {_signed(part)}" for weight, part in zip(point.weights, point.parts, strict=True)]
    where, result = rf"f({point.y:.3f},\, {point.x:.3f})", _tex(point.value)
    lines = rf"{where} &= {parts[0]} + {parts[1]} \\[6pt] &+ {parts[2]} + {parts[3]} = \mathbf{{{result}}}"
    return rf"\begin{{aligned}}{lines}\end{{aligned}}\;"


def quantised_columns(pooling: Pooling, chosen: Cell) -> str:
    """RoI pooling along the width: rounding, then the cells of a bin."""
    x1, _, x2, _ = pooling.moved
    columns, out, stride, j = pooling.quantised.columns, pooling.out, pooling.stride, chosen[1]
    count = columns.cells
    begin, end = columns.whole[j]
    return aligned(
        [
            rf"c_1 = \mathrm{{round}}({x1:g} / {stride}) = \mathbf{{{columns.first}}}",
            rf"c_2 = \mathrm{{round}}({x2:g} / {stride}) = \mathbf{{{columns.last}}}",
            rf"c = c_2 - c_1 + 1 = {count}",
            rf"\mathrm{{begin}}_{{{j}}} = c_1 + \lfloor {j} \cdot {count} / {out} \rfloor = {begin}",
            rf"\mathrm{{end}}_{{{j}}} = c_1 + \lceil {j + 1} \cdot {count} / {out} \rceil = {end}",
        ]
    )


def aligned_columns(pooling: Pooling, chosen: Cell) -> str:
    """RoIAlign along the width: the start of the box, the length of a bin, the points of a bin."""
    x1, _, x2, _ = pooling.moved
    columns, stride, j = pooling.sampled.columns, pooling.stride, chosen[1]
    start, bin, ratio = f"{columns.start:.3f}", f"{columns.bin:.3f}", columns.ratio
    shift = r" - \tfrac{1}{2}" if pooling.aligned else ""
    extent = f"{(x2 - x1) / stride:.3f}"
    extent = extent if pooling.aligned else rf"\max({extent},\, 1)"
    points = _LIST.join([f"{float(x):.3f}" for x in columns.points[j][:4]] + ([r"\ldots"] if ratio > 4 else []))
    return aligned(
        [
            rf"\mathrm{{start}} = {x1:g} / {stride}{shift} = \mathbf{{{start}}}",
            rf"\mathrm{{bin}} = {extent} / {pooling.out} = \mathbf{{{bin}}}",
            rf"x_k = {start} + {j} \cdot {bin} + (k + \tfrac{{1}}{{2}}) \cdot {bin} / {ratio}",
            rf"x_{{0 \ldots {ratio - 1}}} = {points}" if ratio > 1 else rf"x_0 = {points}",
        ]
    )
