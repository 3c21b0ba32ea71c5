"""Section "Step by step": a convolution, transposed convolution or pooling, window by window."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.conv.fitting import coverage_of
from core.conv.layers import words
from core.conv.steps import code as steps_code
from core.conv.steps.code import Result
from core.conv.steps.operation import Matrices, layer_of, products, to_csv
from core.conv.steps.pooling import PoolSteps
from core.errors import UserError
from core.figures import formulas
from core.figures.conv.stepper import player
from core.ui import framework as ui
from core.ui.components.stepper import show_stepper
from core.ui.conv.steps import state
from core.ui.conv.steps.controls import DEFAULTS, StepSettings, Texts, controls
from core.ui.conv.steps.state import KEY, PLAYER

Settings = tuple[StepSettings, Texts]
"""An operation, and the matrices it works on."""
Answer = tuple[Result, Matrices]


def _controls(place: DeltaGenerator) -> Settings:
    """The matrices as text, and the controls, which show what could be read of them."""
    with st.expander("Matrices as text (paste from a spreadsheet, a program or a book)", icon=":material/grid_on:"):
        texts = ui.draw(Texts, KEY)
    with suppress(UserError):  # the answer says what cannot be read
        state.read(texts.x, texts.w, texts.b)
    with place:
        return controls(state.last_read()), texts


def _answer(asked: Settings) -> Answer:
    settings, texts = asked
    matrices = Matrices.read(texts.x, texts.w, texts.b)
    return settings.run(matrices), matrices


def _player(_: Settings, answer: Answer, *, hidden: bool = False) -> None:
    if (problem := state.take_problem()) is not None:
        ui.problem(problem)
    result, matrices = answer
    state.now_shown(matrices)
    show_stepper(player(result, hidden=hidden), PLAYER, state.edited)
    _check(result)


def _check(result: Result) -> None:
    """Say whether torch has the same output."""
    function = f"torch.nn.functional.{steps_code.name(result)}"
    difference = steps_code.greatest_difference(result)
    if steps_code.agrees(result, difference):
        st.caption(f"Equal to {function}, greatest difference {difference:.2g}.")
    else:
        st.error(f"Not equal to {function}: greatest difference {difference:.3g}.", icon=":material/error:")


def _numbers(_: Settings, answer: Answer) -> None:
    """Output size and cost, in symbols and with the numbers on the screen."""
    result = answer[0]
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


def _take_away(_: Settings, answer: Answer) -> None:
    result = answer[0]
    code = steps_code.code(result)
    with st.container(horizontal=True):
        about = "One line a row of the output; its channels follow each other after an empty line."
        ui.download("Output as CSV", lambda: to_csv(result), "output.csv", about)
        about = "What is on the screen as code, which checks itself against the output shown here."
        ui.download("PyTorch code", lambda: code, "steps.py", about)
    with st.expander("The same in PyTorch", icon=":material/code:"):
        st.code(code, language="python")


section = ui.Section(
    key=KEY,
    controls=st.container,
    wide=_controls,
    defaults=DEFAULTS,
    back="The lecture's input and kernel again.",
    answer=_answer,
    first=(StepSettings(), Texts()),
    picture=_player,
    numbers=_numbers,
    below=_take_away,
    guesses=(
        ui.Guess("Width of the output", "W₂, cells", lambda answer: answer[0].output.shape[2]),
        ui.Guess(
            "First number of the output",
            "At the top left.",
            lambda answer: float(answer[0].output[0, 0, 0]),
            within=0.01,
        ),
    ),
    question=lambda asked, answer: _player(asked, answer, hidden=True),
    help="conv/steps",
)
