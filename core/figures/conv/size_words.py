"""The sentences and the table of "Size and cost"."""

from __future__ import annotations

import math

import pandas as pd

from core.conv.arithmetic import output_size, same_padding, torch_same_padding
from core.conv.fitting import Coverage
from core.conv.layers import Layer, groups_of, words
from core.conv.stack import Row
from core.errors import UserError
from core.figures.conv.size import Axis
from core.figures.words import counted


def bytes_text(count: int) -> str:
    """Three digits and a unit."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"


def remarks(cover: Coverage, where: str, ceil_mode: bool) -> list[str]:
    """What windows skip or hang over along an axis, a sentence each.

    Args:
        cover: of the axis.
        where: begins each sentence, "To the right".
        ceil_mode: the size is rounded up.
    """
    said = []
    if cover.skipped:
        said.append(f"{where}, {cover.skipped:,} pixels between the windows are covered by no weight.")
    if cover.overhang:
        said.append(f"{where}, rounding up lets the last window hang {cover.overhang} over the end.")
    if ceil_mode and cover.outputs < math.ceil(cover.quotient) + 1:
        said.append(f"{where}, the last window would begin in the padding after the input: torch leaves it out.")
    return said


def dropped(cover: Coverage, where: str) -> str:
    """What is lost where the stride does not divide, in Markdown."""
    lost = "1 pixel is" if cover.dropped == 1 else f"{cover.dropped} pixels are"
    own = f"{cover.dropped_input} of the input itself" if cover.dropped_input else "all padding"
    return f"**The stride does not divide.** {where}, {lost} dropped at the end ({own})."


def same_padding_of_both(layer: Layer, n: int) -> tuple[list[Axis], str]:
    """How TensorFlow and PyTorch pad to the "same" size along the width: the axes to draw, and what there is to say.

    Args:
        layer: a convolution.
        n: width of its input.
    """
    kernel, stride, dilation = layer.kernel[1], layer.stride[1], layer.dilation[1]
    before, after = same_padding(n, kernel, stride, dilation)
    outputs = -(-n // stride)
    said = [
        f"**TensorFlow** `SAME` always gives ⌈W₁/S⌉ = {outputs} windows and puts an odd pixel after: "
        f"{before} before, {after} after."
    ]
    axes = [
        Axis(n, kernel, stride, dilation, before, after, outputs, f"TensorFlow SAME: {before} before, {after} after")
    ]
    if stride == 1:
        left, right = torch_same_padding(kernel, dilation)
        axes.append(Axis(n, kernel, 1, dilation, left, right, n, f"PyTorch same: {left} before, {right} after"))
        said.append(f'**PyTorch** `padding="same"` gives {n} and also puts the odd pixel after: {left} and {right}.')
        return axes, " ".join(said)
    said.append('**PyTorch** refuses `padding="same"` with a stride above 1; you pad by hand, the same on both sides.')
    padding = dilation * (kernel - 1) // 2
    try:
        size = output_size(n, kernel, stride, padding, dilation)
    except UserError:
        return axes, " ".join(said)
    title = f"PyTorch padding={padding}: {padding} before, {padding} after"
    axes.append(Axis(n, kernel, stride, dilation, padding, padding, size, title))
    if size != outputs:
        said.append(f"With {padding} on each side it gives **{size}, not {outputs}**.")
    elif shift := padding - before:
        said.append(
            f"Both give {size}, on grids **shifted by {counted(shift, 'pixel')}**: weights moved from one to the "
            "other see a shifted picture."
        )
    return axes, " ".join(said)


def layer_table(row: Row) -> pd.DataFrame:
    """A layer's settings and numbers, one row."""
    layer = row.layer
    return pd.DataFrame(
        [
            {
                "layer": str(layer.kind), "input": words(row.inputs[0]), "output": words(row.shape),
                "kernel": words(layer.kernel), "stride": words(layer.stride), "padding": words(layer.padding),
                "dilation": words(layer.dilation), "groups": groups_of(layer, row.inputs[0][0]),
                "output_padding": words(layer.output_padding), "ceil_mode": layer.ceil_mode, "bias": layer.bias,
                "parameters": row.cost.params, "multiply_adds": row.cost.macs, "output_bytes": row.memory,
            }
        ]
    )  # fmt: skip
