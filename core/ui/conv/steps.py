"""Section "Step by step": a convolution, transposed convolution or pooling, window by window."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.conv.fitting import coverage
from core.conv.layers import Kind, Layer, words
from core.conv.steps import code as steps_code
from core.conv.steps.code import Result
from core.conv.steps.pooling import PoolSteps
from core.conv.steps.transposed import TransposedSteps
from core.conv.steps.windows import Steps
from core.errors import UserError
from core.figures import formulas
from core.figures.conv.stepper import player
from core.ui.components.stepper import show_stepper
from core.ui.conv import step_state as state
from core.ui.conv.step_controls import Settings, controls_of
from core.ui.conv.step_details import how, text_areas
from core.ui.conv.step_state import KEY, PLAYER, Matrices
from core.ui.framework.layout import panes
from core.ui.framework.predict import hides
from core.ui.framework.show import download, escape_markdown

_GOOD = f"{KEY}_good"


def section() -> None:
    """Draw the section."""
    hidden = hides(KEY)
    controls, picture, _ = panes()
    below, folded = st.container(), st.container()
    problems = [state.take_problem()]
    with folded:
        typed = text_areas()
    matrices: Matrices | None = None
    try:
        matrices = state.read(*typed)
    except UserError as error:
        problems.append(str(error))
    with controls:
        settings = controls_of(state.last_read())
    if matrices is not None:
        try:
            st.session_state[_GOOD] = settings.run(matrices), matrices
        except UserError as error:
            problems.append(str(error))
    result, shown = st.session_state.get(_GOOD) or (Settings(Kind.CONV).run(state.DEFAULT), state.DEFAULT)
    state.now_shown(shown)
    with picture:
        for problem in filter(None, problems):
            st.error(escape_markdown(problem), icon=":material/error:")
        if len(problems) > 1:
            st.caption("Below is still the last one that worked.")
        show_stepper(player(result, hidden=hidden), PLAYER, state.edited)
        _check(result)
    if not hidden:
        with below:
            _numbers(result)
    with folded:
        _take_away(result, hidden)
        how()


def _check(result: Result) -> None:
    """Say whether torch has the same output."""
    function = f"torch.nn.functional.{steps_code.name(result)}"
    difference = steps_code.greatest_difference(result)
    if steps_code.agrees(result, difference):
        st.caption(f"Equal to {function}, greatest difference {difference:.2g}.")
    else:
        st.error(f"Not equal to {function}: greatest difference {difference:.3g}.", icon=":material/error:")


def _layer(result: Result) -> Layer:
    """The same as a layer, which the formulas know."""
    at = result.layout
    if isinstance(result, PoolSteps):
        kind, bias = Kind.AVGPOOL if result.average else Kind.MAXPOOL, False
    else:
        kind, bias = Kind.CONV if isinstance(result, Steps) else Kind.TRANSPOSED, True
    return Layer(
        kind, 0 if kind.pools else len(result.output), at.kernel, at.stride, at.padding, at.dilation, 1,
        at.output_padding, isinstance(result, PoolSteps) and result.ceil_mode, bias,
    )  # fmt: skip


def _numbers(result: Result) -> None:
    """Output size and cost, in symbols and with the numbers on the screen."""
    layer, at = _layer(result), result.layout
    symbols, numbers = st.columns([2, 3], vertical_alignment="center")
    symbols.latex(formulas.size_formula(layer))
    axes = [1] if result.x.shape[1] == result.x.shape[2] and at.kernel[0] == at.kernel[1] else [1, 0]
    for axis in axes:
        n = result.x.shape[axis + 1]
        cover = (
            None
            if layer.kind is Kind.TRANSPOSED
            else coverage(n, at.kernel[axis], at.stride[axis], at.padding[axis], at.dilation[axis], layer.ceil_mode)
        )
        letter = "HW"[axis]
        numbers.latex(formulas.size_numbers(letter, layer, axis, n, cover, result.output.shape[axis + 1]))
    with st.container(horizontal=True):
        st.metric("Output", words(result.output.shape), help="Channels × height × width.")
        positions = len(result.windows)
        st.metric("Steps", f"{positions * len(result.output):,}", help="Windows of all filters.")
        if isinstance(result, PoolSteps):
            return
        st.metric("Multiplications", f"{result.weight.size * positions:,}", help=_products(result))
        st.metric("Parameters", f"{result.weight.size + result.bias.size:,}", help="Weights and biases.")


def _products(result: Steps | TransposedSteps) -> str:
    filters, channels, height, width = result.weight.shape
    place = "input position" if isinstance(result, TransposedSteps) else "window"
    return (
        f"Every weight once for each {place}: {filters} filters × {channels} channels × {height} × {width} weights "
        f"× {len(result.windows)} {place}s. Products with padding count."
    )


def _take_away(result: Result, hidden: bool) -> None:
    if hidden:
        st.caption("Downloads and code hold the answers: they are here once *Predict first* is off.")
        return
    code = steps_code.code(result)
    with st.container(horizontal=True):
        download(
            "Output as CSV",
            lambda: _csv(result),
            "output.csv",
            "text/csv",
            "One line a row of the output; its channels follow each other after an empty line.",
        )
        download(
            "PyTorch code",
            lambda: code,
            "steps.py",
            "text/x-python",
            "What is on the screen as code, which checks itself against the output shown here.",
        )
    with st.expander("The same in PyTorch", icon=":material/code:"):
        st.code(code, language="python")


def _csv(result: Result) -> str:
    channels = ("\n".join(",".join(f"{v:.12g}" for v in row) for row in np.atleast_2d(c)) for c in result.output)
    return "\n\n".join(channels) + "\n"
