"""Section "Size and cost": one layer, its output, its weights, its multiply-adds, and what does not fit."""

from __future__ import annotations

import math

import streamlit as st

from core.conv.code import pytorch
from core.conv.fitting import Coverage, coverage_of, fits_of
from core.conv.grouping import SEPARABLE, groupings
from core.conv.layers import Kind, groups_of, words
from core.conv.module import torch_says
from core.conv.stack import Analysis, Row, analyse
from core.errors import UserError
from core.figures import formulas
from core.figures.conv import size as figures
from core.figures.conv.size import Axis
from core.figures.conv.size_words import bytes_text, dropped, layer_table, remarks, same_padding_of_both
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.conv.size.controls import DEFAULTS, KEY, MOST, Grouping, LayerSettings


def _answer(settings: LayerSettings) -> Analysis:
    """The layer on its input; where it cannot be, in one sentence why, and what torch says of it."""
    try:
        return analyse(settings.stack, settings.shape)
    except UserError as error:
        sentence = str(error).partition(": ")[2]  # there is one layer, it needs no name
        inputs = (math.prod(settings.shape),) if settings.layer.kind is Kind.LINEAR else settings.shape
        refusal = torch_says(settings.layer, (inputs,))
        detail = f"In torch's words: “{refusal}”" if refusal else ""
        raise UserError(f"{sentence[:1].upper()}{sentence[1:]}", detail) from error


def _picture(settings: LayerSettings, analysis: Analysis) -> None:
    row, layer, shape = analysis.rows[-1], settings.layer, settings.shape
    if layer.kind is Kind.LINEAR:
        st.latex(formulas.linear(math.prod(shape), layer.out))
        _metrics(row)
        return
    covers = [coverage_of(layer, shape, axis) for axis in (0, 1)]
    lines = [formulas.size_formula(layer)]
    for axis, *_ in settings.axes:
        lines.append(formulas.size_numbers("HW"[axis], layer, axis, shape[axis + 1], covers[axis], row.shape[axis + 1]))
    st.latex(formulas.aligned(lines))
    drop = (covers[0].dropped if covers[0] else 0, covers[1].dropped if covers[1] else 0)
    if layer.kind is not Kind.TRANSPOSED:
        titles = ("Along the height", "Along the width: each bar is one window")
        axes = [Axis.of_layer(layer, shape, row.shape, axis, titles[axis]) for axis, *_ in settings.axes]
        alt = f"{row.shape[2]} windows of {layer.kernel[1]} along {axes[0].padded} pixels; {drop[1]} reached by none"
        show_drawing(figures.windows(axes, alt), key=f"{KEY}_windows")
        for same in settings.axes:
            _what_floor_drops(settings, same, covers[same[0]])
    left, right = ui.beside(2, ui.WHOLE)
    with left:
        show_drawing(figures.plane(layer, row.inputs[0], row.shape, drop), key=f"{KEY}_plane")
    with right:
        _metrics(row)
        if layer.kind.convolves:
            _costs(settings, row)


def _metrics(row: Row) -> None:
    with st.container(horizontal=True):
        st.metric("Output volume", words(row.shape), help="Channels × height × width.")
        st.metric("Parameters", f"{row.cost.params:,}", help="Weights and biases.")
        st.metric("Multiply-adds", f"{row.cost.macs:,}", help="MACs for one picture, biases not counted.")
        st.metric("Output memory", bytes_text(row.memory), help="The output in float32, 4 bytes a number.")


def _costs(settings: LayerSettings, row: Row) -> None:
    layer, shape = settings.layer, settings.shape
    one, every = formulas.weights_formula(shape[0], row.shape[0], layer.kernel, groups_of(layer, shape[0]), layer.bias)
    st.markdown("Weights of one filter, then of all *K*:")
    st.latex(one)
    st.latex(every)
    weights = row.cost.params - (row.shape[0] if layer.bias else 0)
    transposed = layer.kind is Kind.TRANSPOSED
    side = shape if transposed else row.shape
    st.markdown(f"Each weight is used once at every position of the {'input' if transposed else 'output'}:")
    st.latex(formulas.macs_formula(weights, side[1], side[2], transposed))


def _what_floor_drops(settings: LayerSettings, axes: tuple[int, ...], cover: Coverage | None) -> None:
    """Where the stride does not divide: what is lost, and buttons for what would fit."""
    if cover is None:
        return
    where = "Each way" if len(axes) == 2 else ("Downwards", "To the right")[axes[0]]
    for remark in remarks(cover, where, settings.layer.ceil_mode):
        st.caption(remark)
    if not cover.dropped or cover.exact:
        return
    offers = fits_of(settings.layer, settings.shape, axes, MOST)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(dropped(cover, where) + (" What fits:" if offers else ""))
        for fit in offers:
            letter = {"kernel": "f", "padding": "p", "stride": "s"}[fit.what]
            targets = [letter if axis == 1 else f"{letter}h" for axis in axes]
            st.button(
                f"{letter.upper()} = {fit.value}",
                key=f"{KEY}_fit_{targets[0]}",
                on_click=ui.reset,
                args=({f"{KEY}_{name}": fit.value for name in targets},),
                help=f"Take {fit.what} {fit.value}: the output is {fit.outputs} and nothing is dropped.",
            )


def _below(settings: LayerSettings, analysis: Analysis) -> None:
    row, layer = analysis.rows[-1], settings.layer
    if layer.kind is Kind.LINEAR:
        st.header("What it costs", anchor=False)
        for line in formulas.linear_costs(row.inputs[0][0], layer.out, layer.bias):
            st.latex(line)
    if layer.kind in (Kind.CONV, Kind.DEPTHWISE):
        st.header("From standard to depthwise and 1 × 1", anchor=False)
        _groupings(settings, row)
        st.header("“Same” padding: PyTorch against TensorFlow", anchor=False)
        axes, said = same_padding_of_both(layer, settings.shape[2])
        st.markdown(said)
        show_drawing(figures.windows(axes, "; ".join(axis.title for axis in axes)), key=f"{KEY}_same")
    code = pytorch(analysis)
    with st.container(horizontal=True):
        ui.download("PyTorch code", lambda: code, "layer.py", "A script whose assertions hold.")
        ui.download("CSV", lambda: layer_table(row).to_csv(index=False), "layer.csv", "The numbers above.")
    with st.expander("PyTorch code of this layer", icon=":material/code:"):
        st.code(code, language="python")


def _groupings(settings: LayerSettings, row: Row) -> None:
    channels, kernel = settings.shape[0], settings.layer.kernel
    steps = groupings(channels, row.shape[0], kernel, (row.shape[1], row.shape[2]), bias=settings.layer.bias)
    names = [step.name for step in steps]
    left, right = st.columns([2, 3], gap="medium")
    with left:
        name = ui.draw(Grouping, KEY, grouping={"options": names}).grouping
        chosen = steps[names.index(name)]
        st.markdown(
            f"**{chosen.macs:,}** multiply-adds and **{chosen.params:,}** parameters: "
            f"**{chosen.macs / steps[0].macs:.3g} times** the standard convolution."
        )
        if name == SEPARABLE:
            for line in formulas.separable_formula(row.shape[0], kernel):
                st.latex(line)
        elif chosen.groups > 1:
            st.latex(rf"\frac{{1}}{{g}} = \frac{{1}}{{{chosen.groups}}}")
        if len(steps) == 2:
            st.caption(
                f"{channels} channels and {row.shape[0]} filters have no common divisor but 1: no groups between."
            )
    with right:
        ui.show(figures.grouping_bars([(step.name, step.macs, step.params) for step in steps], name), f"{KEY}_bars")


def _width(analysis: Analysis) -> int:
    shape = analysis.rows[-1].shape
    return shape[2] if len(shape) == 3 else 1


section = ui.Section(
    key=KEY,
    controls=lambda: ui.draw(LayerSettings, KEY),
    defaults=DEFAULTS,
    back="AlexNet's first layer again.",
    answer=_answer,
    first=LayerSettings(),
    picture=_picture,
    below=_below,
    guesses=(
        ui.Guess("Width of the output", "W₂, pixels", _width),
        ui.Guess("Depth of the output", "channels", lambda found: found.rows[-1].shape[0]),
        ui.Guess("Parameters", "weights and biases together", lambda found: found.rows[-1].cost.params),
    ),
    question=lambda settings, _: st.latex(formulas.size_formula(settings.layer)),
    signature=lambda settings: (settings.layer, settings.shape),
    help="conv/size",
)
