"""The matrices of "Step by step" as text in the session: the one truth, which callbacks change and links hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from core.conv.steps.matrices import (
    MOST_TEXT,
    format_matrices,
    format_values,
    number,
    parse_biases,
    parse_input,
    parse_kernels,
    with_channels,
    with_filters,
)
from core.conv.steps.presets import INPUTS, KERNELS, LECTURE, VERTICAL
from core.conv.steps.windows import Array
from core.errors import UserError
from core.ui.components.stepper import Edit, edits

KEY = "conv_step"
X, W, B = f"{KEY}_x", f"{KEY}_w", f"{KEY}_b"
PLAYER = f"{KEY}_player"
_READ = f"{KEY}_read"  # the matrices that could last be read
_SHOWN = f"{KEY}_shown"  # those on the screen, which may be older
_PROBLEM = f"{KEY}_problem"  # one sentence for the next run
NAMES = {X: "The input", W: "The kernels", B: "The biases"}


@dataclass(frozen=True)
class Matrices:
    """What a visitor may type.

    Attributes:
        x: (C, H, W) input.
        w: (K, C, kh, kw) kernels.
        b: (K,) biases.
    """

    x: Array
    w: Array
    b: Array

    def texts(self) -> dict[str, str]:
        """Key of each text area -> its text."""
        return {X: format_matrices(self.x), W: format_matrices(self.w), B: format_values(self.b)}


DEFAULT = Matrices(INPUTS[LECTURE][None], KERNELS[VERTICAL][None, None], np.zeros(1))


def read(x: str, w: str, b: str) -> Matrices:
    """Read the three texts.

    Raises:
        UserError: names the place.
    """
    inputs = parse_input(x)
    kernels = parse_kernels(w, len(inputs))
    matrices = Matrices(inputs, kernels, parse_biases(b, len(kernels)))
    st.session_state[_READ] = matrices
    return matrices


def last_read() -> Matrices:
    """The matrices that could last be read."""
    matrices: Matrices = st.session_state.get(_READ, DEFAULT)
    return matrices


def now_shown(matrices: Matrices) -> None:
    """Remember what is on the screen: edits in place are about that."""
    st.session_state[_SHOWN] = matrices


def take_problem() -> str | None:
    """What the last change could not do, once."""
    problem: str | None = st.session_state.pop(_PROBLEM, None)
    return problem


def _write(matrices: Matrices) -> None:
    st.session_state.update(matrices.texts())


def typed(key: str) -> None:
    """Callback of a text area: what can be read is written in short, and the other texts follow its size."""
    text = st.session_state[key]
    if len(text) > MOST_TEXT:  # it would not fit into a link: put back what was there
        st.session_state[_PROBLEM] = (
            f"{NAMES[key]}: a text of {len(text):,} characters in {len(text.splitlines()):,} lines was not taken; "
            f"at most {MOST_TEXT:,} characters can be read."
        )
        st.session_state[key] = last_read().texts()[key]
        return
    old = last_read()
    try:
        if key == X:
            x = parse_input(text)
            st.session_state[X] = format_matrices(x)
            _, w = with_channels(old.x, old.w, len(x))
            if w.shape != old.w.shape:
                st.session_state[W] = format_matrices(w)
        elif key == W:
            w = parse_kernels(text, len(old.x))
            st.session_state[W] = format_matrices(w)
            _, b = with_filters(old.w[:, :, :1, :1], old.b, len(w))
            if b.shape != old.b.shape:
                st.session_state[B] = format_values(b)
        else:
            st.session_state[B] = format_values(parse_biases(text, len(old.w)))
    except UserError:
        return  # the run that follows says so


def edited() -> None:
    """Callback of the player: what was typed into its cells goes into the texts."""
    apply(edits(PLAYER))


def apply(changes: Sequence[Edit]) -> None:
    """Put changes of single cells into the texts; what is no number is said and left out."""
    shown: Matrices = st.session_state.get(_SHOWN, DEFAULT)
    parts = {"x": shown.x.copy(), "w": shown.w.copy(), "b": shown.b.copy()}
    keys = {"x": X, "w": W, "b": B}
    names = {
        "x": ("channel", "row", "column"),
        "w": ("filter", "channel", "row", "column"),
        "b": ("filter",),
    }
    called = {"x": "Input", "w": "Kernel", "b": "Bias"}
    for change in changes:
        part = parts.get(change.part)
        inside = part is not None and len(change.at) == part.ndim
        if part is None or not inside or not all(0 <= i < n for i, n in zip(change.at, part.shape, strict=True)):
            continue  # of a picture that is no longer shown
        spot = ", ".join(
            f"{name} {i + 1}"
            for name, i, n in zip(names[change.part], change.at, part.shape, strict=True)
            if n > 1 or name in ("row", "column")
        )
        try:
            part[change.at] = number(change.text, f"{called[change.part]}{', ' * bool(spot)}{spot}")
        except UserError as error:
            st.session_state[_PROBLEM] = str(error)
    new = Matrices(parts["x"], parts["w"], parts["b"]).texts()
    for name in {change.part for change in changes} & keys.keys():
        st.session_state[keys[name]] = new[keys[name]]


def choose_input() -> None:
    """Callback of the menu of inputs: channel 1 is the preset, further channels mirror it."""
    chosen = INPUTS.get(st.session_state[f"{KEY}_input"])
    if chosen is not None:
        old = last_read()
        x, _ = with_channels(chosen[None], old.w[:, :1], len(old.x))
        _write(replace(old, x=x))


def choose_kernel() -> None:
    """Callback of the menu of kernels: filter 1 has it in each channel; others stay, or turn it if sizes differ."""
    chosen = KERNELS.get(st.session_state[f"{KEY}_kernel"])
    if chosen is None:
        return
    old = last_read()
    first = np.repeat(chosen[None, None], old.w.shape[1], axis=1)  # (1, C, kh, kw)
    if old.w.shape[2:] == chosen.shape:
        w = np.concatenate([first, old.w[1:]])
    else:
        w, _ = with_filters(first, old.b[:1], len(old.w))
    _write(replace(old, w=w))


def count() -> None:
    """Callback of the numbers of channels and of filters."""
    old = last_read()
    x, w = with_channels(old.x, old.w, int(st.session_state[f"{KEY}_channels"] or 1))
    w, b = with_filters(w, old.b, int(st.session_state[f"{KEY}_filters"] or 1))
    _write(Matrices(x, w, b))
