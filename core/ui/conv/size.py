"""Section "Size and cost": one layer, its output, its weights, its multiply-adds, and what does not fit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.conv.fitting import Coverage, Fit, coverage, fits
from core.conv.grouping import SEPARABLE
from core.conv.layers import Kind, Layer, Shape, words
from core.conv.module import torch_says
from core.conv.stack import Analysis, Row, Stack, analyse
from core.errors import UserError
from core.figures import formulas
from core.figures.conv import size as figures
from core.figures.conv.size import Axis
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.conv.size_details import below, bytes_text, costs
from core.ui.framework.layout import WHOLE, beside
from core.ui.framework.show import whole_number

KEY = "conv_size"
MOST = 255  # of kernel, stride and padding
Covers = tuple[Coverage | None, Coverage | None]
KINDS = {
    "Convolution": Kind.CONV,
    "Depthwise convolution": Kind.DEPTHWISE,
    "Transposed convolution": Kind.TRANSPOSED,
    "Max pooling": Kind.MAXPOOL,
    "Average pooling": Kind.AVGPOOL,
    "Linear": Kind.LINEAR,
}
# None: a height that is not typed is as the width, also in a link
DEFAULTS: dict[str, str | int | bool | None] = {
    f"{KEY}_kind": "Convolution",
    f"{KEY}_w": 224,
    f"{KEY}_h": None,
    f"{KEY}_apart": False,
    f"{KEY}_channels": 3,
    f"{KEY}_filters": 64,
    f"{KEY}_f": 11,
    f"{KEY}_fh": None,
    f"{KEY}_s": 4,
    f"{KEY}_sh": None,
    f"{KEY}_p": 2,
    f"{KEY}_ph": None,
    f"{KEY}_d": 1,
    f"{KEY}_g": 1,
    f"{KEY}_op": 0,
    f"{KEY}_ceil": False,
    f"{KEY}_bias": True,
    f"{KEY}_grouping": SEPARABLE,
}


@dataclass(frozen=True)
class Question:
    """What the controls ask for: a layer and the volume it gets."""

    layer: Layer
    shape: tuple[int, int, int]

    @property
    def stack(self) -> Stack:
        """The layer as a network, a linear one behind the flatten it needs."""
        flatten = (Layer(Kind.FLATTEN),) if self.layer.kind is Kind.LINEAR else ()
        return Stack((*flatten, self.layer))


FIRST = Question(Layer(Kind.CONV, 64, (11, 11), (4, 4), (2, 2)), (3, 224, 224))
"""What the defaults ask for."""


def _whole(label: str, name: str, least: int, most: int, explanation: str) -> int:
    """A number input; some allow what a layer refuses, so that the refusal can be read."""
    key = f"{KEY}_{name}"
    return whole_number(label, least, most, int(DEFAULTS[key] or 0), key, explanation)


def _height(label: str, name: str, least: int, most: int, explanation: str, width: int) -> int:
    """A number input that is as the width until something is typed."""
    value = st.number_input(
        label, least, most, None, key=f"{KEY}_{name}", bind="query-params", help=explanation, placeholder=str(width)
    )
    return int(width if value is None else value)


def _flag(label: str, name: str, explanation: str) -> bool:
    key = f"{KEY}_{name}"
    return bool(st.checkbox(label, bool(DEFAULTS[key]), key=key, bind="query-params", help=explanation))


def _fit(names: tuple[str, ...], value: int) -> None:
    """Callback: take over a proposal."""
    st.session_state.update({f"{KEY}_{name}": value for name in names})


def _two_by_two() -> Iterator[DeltaGenerator]:
    """Places for small inputs, two in a row; a row appears when its first place is asked for."""
    while True:
        yield from st.columns(2)


def _controls() -> Question:
    kind = KINDS[
        st.selectbox(
            "Layer",
            list(KINDS),
            key=f"{KEY}_kind",
            bind="query-params",
            help="Grouped and dilated convolutions are convolutions with other groups and dilation, below.",
        )
    ]
    apart = st.checkbox(
        "Height and width apart",
        key=f"{KEY}_apart",
        bind="query-params",
        help="For pictures and kernels that are not square. A height left empty is as the width.",
    )
    filters_wanted = kind not in (Kind.MAXPOOL, Kind.AVGPOOL, Kind.DEPTHWISE)
    places = _two_by_two()

    def ask_for(label: str, name: str, least: int, most: int, explanation: str) -> int:
        with next(places):
            return _whole(label, name, least, most, explanation)

    width = ask_for("W₁ (width)" if apart else "W₁", "w", 1, 10_000, "Width of the input, pixels.")
    height = width
    if apart:
        with next(places):
            height = _height("H₁ (height)", "h", 1, 10_000, "Height of the input, pixels.", width)
    channels = ask_for("D₁", "channels", 1, 65_536, "Depth of the input: its channels, 3 for a colour picture.")
    filters = channels
    if filters_wanted:
        what = "Number of features." if kind is Kind.LINEAR else "Number of filters: the depth of the output."
        filters = ask_for("K", "filters", 0, 65_536, what)
    elif apart:
        next(places)
    shape = (channels, height, width)
    if kind is Kind.LINEAR:
        return Question(Layer(kind, filters, bias=_flag("Biases", "bias", "One for each feature.")), shape)
    sides = []
    for letter, name, least, what in (
        ("F", "f", 0, "Size of the kernel"),
        ("S", "s", 0, "Stride: pixels from one window to the next"),
        ("P", "p", -8, "Padding: zeros on each side"),
    ):
        across = ask_for(f"{letter} (width)" if apart else letter, name, least, MOST, f"{what}.")
        down = across
        if apart:
            with next(places):
                down = _height(f"{letter} (height)", f"{name}h", least, MOST, f"{what}, downwards.", across)
        sides.append((down, across))
    dilation, groups, extra, ceil_mode, bias = 1, 1, 0, False, False
    convolves = kind in (Kind.CONV, Kind.DEPTHWISE, Kind.TRANSPOSED)
    with st.expander("Dilation, groups, biases" if convolves else "Dilation, rounding", icon=":material/tune:"):
        if kind is not Kind.AVGPOOL:
            dilation = _whole("Dilation", "d", 0, 64, "Pixels from one weight to the next; 1 leaves no gaps.")
        if kind in (Kind.CONV, Kind.TRANSPOSED):
            groups = _whole("Groups", "g", 0, 65_536, "The channels are split into groups that do not see each other.")
        if kind is Kind.TRANSPOSED:
            extra = _whole("Output padding", "op", 0, 64, "Rows added on one side; smaller than stride or dilation.")
        if kind.pools:
            ceil_mode = _flag("ceil_mode", "ceil", "Round up: a last window may hang over the edge.")
        if convolves:
            bias = _flag("Biases", "bias", "One for each filter.")
    kernel, stride, padding = sides
    out = 0 if kind.pools or kind is Kind.DEPTHWISE else filters
    layer = Layer(kind, out, kernel, stride, padding, (dilation, dilation), groups, (extra, extra), ceil_mode, bias)
    return Question(layer, shape)


def _answer(question: Question) -> Analysis:
    """The layer on its input; where it cannot be, in one sentence why, and what torch says of it."""
    try:
        return analyse(question.stack, question.shape)
    except UserError as error:
        sentence = str(error).partition(": ")[2]  # there is one layer, it needs no name
        inputs = (math.prod(question.shape),) if question.layer.kind is Kind.LINEAR else question.shape
        refusal = torch_says(question.layer, (inputs,))
        detail = f"In torch's words: “{refusal}”" if refusal else ""
        raise UserError(f"{sentence[:1].upper()}{sentence[1:]}", detail) from error


def _cover(layer: Layer, shape: Shape, axis: int) -> Coverage | None:
    if layer.kind is Kind.TRANSPOSED:
        return None
    return coverage(
        shape[axis + 1], layer.kernel[axis], layer.stride[axis], layer.padding[axis], layer.dilation[axis],
        layer.ceil_mode,
    )  # fmt: skip


def _picture(question: Question, analysis: Analysis) -> None:
    row, layer = analysis.rows[-1], question.layer
    if layer.kind is Kind.LINEAR:
        st.latex(formulas.linear(math.prod(question.shape), layer.out))
        _metrics(row)
        return
    covers = (_cover(layer, question.shape, 0), _cover(layer, question.shape, 1))
    _formulas(question, row, covers)
    drop = (covers[0].dropped if covers[0] else 0, covers[1].dropped if covers[1] else 0)
    if layer.kind is not Kind.TRANSPOSED:
        axes = [
            Axis.of_layer(layer, question.shape, row.shape, axis, title)
            for axis, title in ((1, "Along the width: each bar is one window"), (0, "Along the height"))
            if axis == 1 or _sides_differ(question)
        ]
        alt = f"{row.shape[2]} windows of {layer.kernel[1]} along {axes[0].padded} pixels; {drop[1]} reached by none"
        show_drawing(figures.windows(axes, alt), key=f"{KEY}_windows")
        _what_floor_drops(question, covers)
    left, right = beside(2, WHOLE)
    with left:
        show_drawing(figures.plane(layer, row.inputs[0], row.shape, drop), key=f"{KEY}_plane")
    with right:
        _metrics(row)
        if layer.kind.convolves:
            costs(layer, question.shape, row)


def _formulas(question: Question, row: Row, covers: Covers) -> None:
    layer, shape = question.layer, question.shape
    lines = [formulas.size_formula(layer), formulas.size_numbers("W", layer, 1, shape[2], covers[1], row.shape[2])]
    if _sides_differ(question):
        lines.append(formulas.size_numbers("H", layer, 0, shape[1], covers[0], row.shape[1]))
    st.latex(formulas.aligned(lines))


def _sides_differ(question: Question) -> bool:
    layer = question.layer
    pairs = (layer.kernel, layer.stride, layer.padding, question.shape[1:])
    return any(pair[0] != pair[1] for pair in pairs)


def _metrics(row: Row) -> None:
    with st.container(horizontal=True):
        st.metric("Output volume", words(row.shape), help="Channels × height × width.")
        st.metric("Parameters", f"{row.cost.params:,}", help="Weights and biases.")
        st.metric("Multiply-adds", f"{row.cost.macs:,}", help="MACs for one picture, biases not counted.")
        st.metric("Output memory", bytes_text(row.memory), help="The output in float32, 4 bytes a number.")


def _what_floor_drops(question: Question, covers: Covers) -> None:
    """Where the stride does not divide: what is lost, and buttons for what would fit."""
    both = not _sides_differ(question)
    for axis in (1,) if both else (1, 0):
        cover = covers[axis]
        if cover is None:
            continue
        where = "Each way" if both else ("Downwards", "To the right")[axis]
        if cover.skipped:
            st.caption(f"{where}, {cover.skipped:,} pixels between the windows are touched by no weight.")
        if cover.overhang:
            st.caption(f"{where}, rounding up lets the last window hang {cover.overhang} over the end.")
        if question.layer.ceil_mode and cover.outputs < math.ceil(cover.quotient) + 1:
            st.caption(f"{where}, the last window would begin in the padding after the input: torch leaves it out.")
        if cover.dropped and not cover.exact:
            _offer_fits(question, axis, cover, where)


def _offer_fits(question: Question, axis: int, cover: Coverage, where: str) -> None:
    layer = question.layer
    lost = "1 pixel is" if cover.dropped == 1 else f"{cover.dropped} pixels are"
    own = f"{cover.dropped_input} of the input itself" if cover.dropped_input else "all padding"
    numbers = (layer.kernel[axis], layer.stride[axis], layer.padding[axis], layer.dilation[axis])
    axes = (axis,) if _sides_differ(question) else (1, 0)
    offers = [fit for fit in fits(question.shape[axis + 1], *numbers) if _runs(question, fit, axes)]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**The stride does not divide.** {where}, {lost} dropped at the end ({own})."
            + (" What fits:" if offers else "")
        )
        for fit in offers:
            letter = {"kernel": "f", "padding": "p", "stride": "s"}[fit.what]
            targets = tuple(letter if axis == 1 else f"{letter}h" for axis in axes)
            st.button(
                f"{letter.upper()} = {fit.value}",
                key=f"{KEY}_fit_{targets[0]}",
                on_click=_fit,
                args=(targets, fit.value),
                help=f"Take {fit.what} {fit.value}: the output is {fit.outputs} and nothing is dropped.",
            )


def _runs(question: Question, fit: Fit, axes: tuple[int, ...]) -> bool:
    """Whether a proposal, taken along these axes, gives a layer that runs: a pooling is choosy about its padding."""
    pair = [fit.value if axis in axes else now for axis, now in enumerate(getattr(question.layer, fit.what))]
    change: dict[str, Any] = {fit.what: (pair[0], pair[1])}
    try:
        analyse(Stack((replace(question.layer, **change),)), question.shape)
    except UserError:
        return False
    return fit.value <= MOST


def _width(analysis: Analysis) -> int:
    shape = analysis.rows[-1].shape
    return shape[2] if len(shape) == 3 else 1


section = ui.Section(
    key=KEY,
    controls=_controls,
    defaults=DEFAULTS,
    back="AlexNet's first layer again.",
    answer=_answer,
    first=FIRST,
    picture=_picture,
    below=lambda question, analysis: below(question.layer, question.shape, analysis),
    guesses=(
        ui.Guess(
            "Width of the output",
            "W₂, pixels",
            _width,
        ),
        ui.Guess("Depth of the output", "channels", lambda found: found.rows[-1].shape[0]),
        ui.Guess("Parameters", "weights and biases together", lambda found: found.rows[-1].cost.params),
    ),
    question=lambda question, _: st.latex(formulas.size_formula(question.layer)),
    help="conv/size",
)
