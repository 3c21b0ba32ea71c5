"""Section "Step by step": a convolution, transposed convolution or pooling, window by window."""

from __future__ import annotations

import streamlit as st

from core.conv.fitting import coverage_of
from core.conv.layers import words
from core.conv.steps import code as steps_code
from core.conv.steps.code import Result
from core.conv.steps.operation import layer_of, products, to_csv
from core.conv.steps.pooling import PoolSteps
from core.errors import UserError
from core.figures import formulas
from core.figures.conv.stepper import player
from core.ui import framework as ui
from core.ui.components.stepper import show_stepper
from core.ui.conv.steps import state
from core.ui.conv.steps.controls import DEFAULTS, StepSettings, Texts, controls
from core.ui.conv.steps.state import KEY, PLAYER

_GOOD = f"{KEY}_good"


def section() -> None:
    """Draw the section."""
    hidden = ui.hides(KEY)
    left, picture, _ = ui.panes()
    below, folded = st.container(), st.container()
    told, problems = state.take_problem(), []
    with (
        folded,
        st.expander("Matrices as text (paste from a spreadsheet, a program or a book)", icon=":material/grid_on:"),
    ):
        texts = ui.draw(Texts, KEY)
    try:
        state.read(texts.x, texts.w, texts.b)
    except UserError as error:
        problems.append(error)
    with left:
        settings = controls(state.last_read())
        ui.actions(KEY, DEFAULTS, "The lecture's input and kernel again.")
    if not problems:
        try:
            st.session_state[_GOOD] = settings.run(state.last_read()), state.last_read()
        except UserError as error:
            problems.append(error)
    result, shown = st.session_state.get(_GOOD) or (StepSettings().run(state.DEFAULT), state.DEFAULT)
    state.now_shown(shown)
    with picture:
        for problem in filter(None, (told, *problems)):
            ui.problem(problem)
        if problems:
            st.caption(ui.STILL)
        show_stepper(player(result, hidden=hidden), PLAYER, state.edited)
        _check(result)
    if not hidden:
        with below:
            _numbers(result)
    with folded:
        _take_away(result, hidden)
        ui.how("conv/steps")


def _check(result: Result) -> None:
    """Say whether torch has the same output."""
    function = f"torch.nn.functional.{steps_code.name(result)}"
    difference = steps_code.greatest_difference(result)
    if steps_code.agrees(result, difference):
        st.caption(f"Equal to {function}, greatest difference {difference:.2g}.")
    else:
        st.error(f"Not equal to {function}: greatest difference {difference:.3g}.", icon=":material/error:")


def _numbers(result: Result) -> None:
    """Output size and cost, in symbols and with the numbers on the screen."""
    layer, kernel, (_, height, width) = layer_of(result), result.layout.kernel, result.x.shape
    symbols, numbers = st.columns([2, 3], vertical_alignment="center")
    symbols.latex(formulas.size_formula(layer))
    for axis in (1,) if height == width and kernel[0] == kernel[1] else (1, 0):
        cover, outputs = coverage_of(layer, result.x.shape, axis), result.output.shape[axis + 1]
        numbers.latex(formulas.size_numbers("HW"[axis], layer, axis, (height, width)[axis], cover, outputs))
    with st.container(horizontal=True):
        st.metric("Output", words(result.output.shape), help="Channels × height × width.")
        positions = len(result.windows)
        st.metric("Steps", f"{positions * len(result.output):,}", help="Windows of all filters.")
        if isinstance(result, PoolSteps):
            return
        st.metric("Multiplications", f"{result.weight.size * positions:,}", help=products(result))
        st.metric("Parameters", f"{result.weight.size + result.bias.size:,}", help="Weights and biases.")


def _take_away(result: Result, hidden: bool) -> None:
    if hidden:
        st.caption("Downloads and code hold the answers: they are here once *Predict first* is off.")
        return
    code = steps_code.code(result)
    with st.container(horizontal=True):
        about = "One line a row of the output; its channels follow each other after an empty line."
        ui.download("Output as CSV", lambda: to_csv(result), "output.csv", "text/csv", about)
        about = "What is on the screen as code, which checks itself against the output shown here."
        ui.download("PyTorch code", lambda: code, "steps.py", "text/x-python", about)
    with st.expander("The same in PyTorch", icon=":material/code:"):
        st.code(code, language="python")
