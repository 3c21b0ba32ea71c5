"""What stands below the picture of "Size and cost": costs, groups, "same" padding, and files to take away."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.conv.arithmetic import output_size, same_padding, torch_same_padding
from core.conv.code import pytorch
from core.conv.grouping import SEPARABLE, groupings
from core.conv.layers import Kind, Layer, Shape, groups_of, words
from core.conv.stack import Analysis, Row
from core.errors import UserError
from core.figures import formulas
from core.figures.conv import size as figures
from core.figures.conv.size import Axis
from core.ui.components.drawing import show_drawing
from core.ui.framework.show import download, show

KEY = "conv_size"


def bytes_text(count: int) -> str:
    """Three digits and a unit."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"


def below(layer: Layer, shape: Shape, analysis: Analysis) -> None:
    """Draw all of it.

    Args:
        layer: what the controls ask for.
        shape: (C, H, W) it gets.
        analysis: of the two.
    """
    row = analysis.rows[-1]
    if layer.kind is Kind.LINEAR:
        st.header("What it costs", anchor=False)
        for line in formulas.linear_costs(row.inputs[0][0], layer.out, layer.bias):
            st.latex(line)
    if layer.kind in (Kind.CONV, Kind.DEPTHWISE):
        st.header("From standard to depthwise and 1 × 1", anchor=False)
        _groupings(layer, shape[0], row)
        st.header("“Same” padding: PyTorch against TensorFlow", anchor=False)
        _same(layer, shape[2])
    _take_away(analysis)


def costs(layer: Layer, shape: Shape, row: Row) -> None:
    """How weights and multiply-adds of a convolution come about; beside its picture."""
    groups = groups_of(layer, shape[0])
    one, every = formulas.weights_formula(shape[0], row.shape[0], layer.kernel, groups, layer.bias)
    st.markdown("Weights of one filter, then of all *K*:")
    st.latex(one)
    st.latex(every)
    weights = row.cost.params - (row.shape[0] if layer.bias else 0)
    transposed = layer.kind is Kind.TRANSPOSED
    side = shape if transposed else row.shape
    st.markdown(f"Each weight is used once at every position of the {'input' if transposed else 'output'}:")
    st.latex(formulas.macs_formula(weights, side[1], side[2], transposed))


def _groupings(layer: Layer, channels: int, row: Row) -> None:
    steps = groupings(channels, row.shape[0], layer.kernel, (row.shape[1], row.shape[2]), bias=layer.bias)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        names = [step.name for step in steps]
        name = st.select_slider(
            "How the channels are connected",
            names,
            SEPARABLE,
            key=f"{KEY}_grouping",
            bind="query-params",
            help="Left: every filter sees every channel. Right: each channel by itself, then a 1 × 1 convolution.",
        )
        chosen = steps[names.index(name)]
        st.markdown(
            f"**{chosen.macs:,}** multiply-adds and **{chosen.params:,}** parameters: "
            f"**{chosen.macs / steps[0].macs:.3g} times** the standard convolution."
        )
        if name == SEPARABLE:
            for line in formulas.separable_formula(row.shape[0], layer.kernel):
                st.latex(line)
        elif chosen.groups > 1:
            st.latex(rf"\frac{{1}}{{g}} = \frac{{1}}{{{chosen.groups}}}")
        if len(steps) == 2:
            st.caption(
                f"{channels} channels and {row.shape[0]} filters have no common divisor but 1: no groups between."
            )
    with right:
        show(figures.grouping_bars([(step.name, step.macs, step.params) for step in steps], name), f"{KEY}_bars")


def _same(layer: Layer, n: int) -> None:
    kernel, stride, dilation = layer.kernel[1], layer.stride[1], layer.dilation[1]
    before, after = same_padding(n, kernel, stride, dilation)
    outputs = -(-n // stride)
    axes = [
        Axis(n, kernel, stride, dilation, before, after, outputs, f"TensorFlow SAME: {before} before, {after} after")
    ]
    left, right = torch_same_padding(kernel, dilation)
    lines = [
        f"**TensorFlow** `SAME` always gives ⌈W₁/S⌉ = {outputs} windows and puts an odd pixel after: "
        f"{before} before, {after} after."
    ]
    if stride == 1:
        axes.append(Axis(n, kernel, 1, dilation, left, right, n, f"PyTorch same: {left} before, {right} after"))
        lines.append(f'**PyTorch** `padding="same"` gives {n} and also puts the odd pixel after: {left} and {right}.')
    else:
        lines.append(
            '**PyTorch** refuses `padding="same"` with a stride above 1; one pads by hand, alike on both sides.'
        )
        padding = dilation * (kernel - 1) // 2
        try:
            size = output_size(n, kernel, stride, padding, dilation)
        except UserError:
            size = 0
        if size:
            title = f"PyTorch padding={padding}: {padding} before, {padding} after"
            axes.append(Axis(n, kernel, stride, dilation, padding, padding, size, title))
            shift = padding - before
            if shift and size == outputs:
                lines.append(
                    f"Both give {size}, on grids **shifted by {shift} {'pixel' if shift == 1 else 'pixels'}**: weights "
                    "carried from one to the other see another picture."
                )
            elif size != outputs:
                lines.append(f"With {padding} on each side it gives **{size}, not {outputs}**.")
    st.markdown(" ".join(lines))
    alt = "; ".join(axis.title for axis in axes)
    show_drawing(figures.windows(axes, alt), key=f"{KEY}_same")


def _take_away(analysis: Analysis) -> None:
    code = pytorch(analysis)
    row = analysis.rows[-1]
    with st.container(horizontal=True):
        download("PyTorch code", lambda: code, "layer.py", "text/x-python", "A script whose assertions hold.")
        download("CSV", lambda: _table(row).to_csv(index=False), "layer.csv", "text/csv", "The numbers above.")
    with st.expander("PyTorch code of this layer", icon=":material/code:"):
        st.code(code, language="python")


def _table(row: Row) -> pd.DataFrame:
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
