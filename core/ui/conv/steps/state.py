"""The matrices of "Step by step" as text in the session: the one truth, which callbacks change and links hold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.conv.steps.matrices import check_length
from core.conv.steps.operation import Matrices
from core.conv.steps.presets import INPUTS, KERNELS, LECTURE, VERTICAL
from core.errors import UserError
from core.ui.components.stepper import Edit, edits

KEY = "conv_step"
PLAYER = f"{KEY}_player"
DEFAULT = Matrices(INPUTS[LECTURE][None], KERNELS[VERTICAL][None, None], np.zeros(1))
NAMES = {"x": "The input", "w": "The kernels", "b": "The biases"}
_READ = f"{KEY}_read"  # the matrices that could last be read
_SHOWN = f"{KEY}_shown"  # those on the screen, which may be older
_PROBLEM = f"{KEY}_problem"  # one sentence for the next run


def read(x: str, w: str, b: str) -> Matrices:
    """Read the three texts.

    Raises:
        UserError: names the place.
    """
    matrices = Matrices.read(x, w, b)
    st.session_state[_READ] = matrices
    return matrices


def last_read() -> Matrices:
    """The matrices that could last be read."""
    matrices: Matrices = st.session_state.get(_READ, DEFAULT)
    return matrices


def now_shown(matrices: Matrices) -> None:
    """Remember what is on the screen: edits in place are about that."""
    st.session_state[_SHOWN] = matrices


def take_problem() -> UserError | None:
    """What the last change could not do, once."""
    problem: UserError | None = st.session_state.pop(_PROBLEM, None)
    return problem


def _write(parts: dict[str, str]) -> None:
    st.session_state.update({f"{KEY}_{part}": text for part, text in parts.items()})


def typed(part: str) -> None:
    """Callback of a text area: what can be read is written in short, and the other texts follow its size."""
    text, old = st.session_state[f"{KEY}_{part}"], last_read()
    try:
        check_length(text, NAMES[part])
    except UserError as error:  # put back what was there
        st.session_state[_PROBLEM] = error
        _write({part: old.texts()[part]})
        return
    try:
        new = old.with_text(part, text)
    except UserError:
        return  # the run that follows says so
    _write(
        {
            name: text
            for name, text in new.texts().items()
            if name == part or getattr(new, name).shape != getattr(old, name).shape
        }
    )


def edited() -> None:
    """Callback of the player: what was typed into its cells goes into the texts."""
    apply(edits(PLAYER))


def apply(changes: Sequence[Edit]) -> None:
    """Put changes of single cells into the texts; what is no number is said and left out."""
    shown: Matrices = st.session_state.get(_SHOWN, DEFAULT)
    new, problems = shown.with_cells((change.part, change.at, change.text) for change in changes)
    if problems:
        st.session_state[_PROBLEM] = problems[-1]
    touched = {change.part for change in changes}
    _write({part: text for part, text in new.texts().items() if part in touched})


def choose_input() -> None:
    """Callback of the menu of inputs."""
    if (chosen := INPUTS.get(st.session_state[f"{KEY}_input"])) is not None:
        _write(last_read().with_input(chosen).texts())


def choose_kernel() -> None:
    """Callback of the menu of kernels."""
    if (chosen := KERNELS.get(st.session_state[f"{KEY}_kernel"])) is not None:
        _write(last_read().with_kernel(chosen).texts())


def resize() -> None:
    """Callback of the numbers of channels and of filters."""
    state, old = st.session_state, last_read()
    channels, filters = state[f"{KEY}_channels"] or 1, state.get(f"{KEY}_filters", len(old.w)) or 1
    _write(old.resized(int(channels), int(filters)).texts())
