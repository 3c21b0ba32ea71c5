"""The controls of "Step by step" and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.conv.layers import Kind
from core.conv.steps.code import Result
from core.conv.steps.matrices import MOST_CHANNELS, MOST_FILTERS
from core.conv.steps.pooling import pool_steps
from core.conv.steps.presets import INPUTS, KERNELS, preset_of
from core.conv.steps.transposed import transposed_steps
from core.conv.steps.windows import steps
from core.ui.conv import step_state as state
from core.ui.conv.step_state import KEY, Matrices
from core.ui.framework.show import reset_button, whole_number

OWN = "Your own"
TURNED = "True convolution (turned)"
KINDS = {
    "Convolution": Kind.CONV,
    TURNED: Kind.CONV,
    "Transposed convolution": Kind.TRANSPOSED,
    "Max pooling": Kind.MAXPOOL,
    "Average pooling": Kind.AVGPOOL,
}
DEFAULTS: dict[str, str | int | bool] = {
    f"{KEY}_kind": "Convolution",
    f"{KEY}_s": 1,
    f"{KEY}_p": 0,
    f"{KEY}_d": 1,
    f"{KEY}_op": 0,
    f"{KEY}_f": 2,
    f"{KEY}_ceil": False,
    f"{KEY}_count": True,
    **state.DEFAULT.texts(),
}


@dataclass(frozen=True)
class Settings:
    """What the controls beside the matrices say."""

    kind: Kind
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    output_padding: int = 0
    kernel: int = 2  # of a pooling
    flip: bool = False
    ceil_mode: bool = False
    count_include_pad: bool = True

    def run(self, matrices: Matrices) -> Result:
        """Every step.

        Raises:
            UserError: settings and matrices do not go together.
        """
        x, w, b = matrices.x, matrices.w, matrices.b
        if self.kind is Kind.CONV:
            return steps(x, w, b, stride=self.stride, padding=self.padding, dilation=self.dilation, flip=self.flip)
        if self.kind is Kind.TRANSPOSED:
            return transposed_steps(
                x,
                w,
                b,
                stride=self.stride,
                padding=self.padding,
                output_padding=self.output_padding,
                dilation=self.dilation,
                flip=self.flip,
            )
        return pool_steps(
            x,
            self.kernel,
            average=self.kind is Kind.AVGPOOL,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            ceil_mode=self.ceil_mode,
            count_include_pad=self.count_include_pad,
        )


def _whole(label: str, name: str, least: int, most: int, explanation: str) -> int:
    """A number input; some allow what cannot be, so that the reason can be read."""
    key = f"{KEY}_{name}"
    return whole_number(label, least, most, int(DEFAULTS[key]), key, explanation)


def _flag(label: str, name: str, explanation: str) -> bool:
    key = f"{KEY}_{name}"
    return bool(st.checkbox(label, bool(DEFAULTS[key]), key=key, bind="query-params", help=explanation))


def controls_of(matrices: Matrices) -> Settings:
    """Draw the controls, those of the matrices showing these."""
    operation = st.selectbox(
        "Operation",
        list(KINDS),
        key=f"{KEY}_kind",
        bind="query-params",
        help="What deep learning calls convolution is a correlation. True convolution, as mathematics has it, turns "
        "the kernel by 180 degrees first.",
    )
    kind = KINDS[operation]
    _matrix_controls(matrices, kind.pools)
    dilation, extra, size, ceil_mode, counted = 1, 0, 2, False, True
    first, second = st.columns(2)
    with first:
        stride = _whole("Stride", "s", 0, 6, "Cells from one window to the next.")
    with second:
        cuts = kind is Kind.TRANSPOSED
        what = "Cells cut off the output on each side." if cuts else "Cells put around the input on each side."
        padding = _whole("Padding", "p", 0, 6, what)
    first, second = st.columns(2, vertical_alignment="bottom")
    if kind is not Kind.AVGPOOL:
        with first:
            dilation = _whole("Dilation", "d", 1, 4, "Cells from one weight to the next; 1 leaves no gaps.")
    with second:
        if kind.pools:
            size = _whole("Window", "f", 1, 6, "Size of the window, F × F.")
        if kind is Kind.TRANSPOSED:
            extra = _whole("Output padding", "op", 0, 5, "Cells added below and on the right; less than the stride.")
    if kind.pools:
        ceil_mode = _flag("ceil_mode", "ceil", "Round the size up: a last window may hang over the edge.")
    if kind is Kind.AVGPOOL:
        counted = _flag("count_include_pad", "count", "The mean counts padding cells too, as zeros.")
    reset_button(f"{KEY}_reset", DEFAULTS, "The lecture's input and kernel again.")
    return Settings(kind, stride, padding, dilation, extra, size, operation == TURNED, ceil_mode, counted)


def _matrix_controls(matrices: Matrices, pools: bool) -> None:
    """Menus and numbers that write into the texts; what they show is read off the matrices, on every run."""
    channels, filters, first = matrices.w.shape[1], matrices.w.shape[0], matrices.w[0, 0]
    shown = {
        f"{KEY}_input": preset_of(matrices.x[0], INPUTS) or OWN,
        f"{KEY}_kernel": (preset_of(first, KERNELS) if np.all(matrices.w[0] == first) else None) or OWN,
        f"{KEY}_channels": channels,
        f"{KEY}_filters": filters,
    }
    st.session_state.update(shown)
    st.selectbox(
        "Input",
        [OWN, *INPUTS],
        key=f"{KEY}_input",
        on_change=state.choose_input,
        help="Matrices to begin with. Click into any cell of the picture and type.",
    )
    if not pools:
        st.selectbox(
            "Kernel",
            [OWN, *KERNELS],
            key=f"{KEY}_kernel",
            on_change=state.choose_kernel,
            help="For filter 1, the same in each channel. Kernels of other sizes can be given as text, below.",
        )
    left, right = st.columns(2)
    left.number_input(
        "Channels",
        1,
        MOST_CHANNELS,
        key=f"{KEY}_channels",
        on_change=state.count,
        help="Depth of the input, D₁. A new channel mirrors the last one.",
    )
    if not pools:
        right.number_input(
            "Filters",
            1,
            MOST_FILTERS,
            key=f"{KEY}_filters",
            on_change=state.count,
            help="K, the depth of the output. A new filter is the last one turned by 90 degrees.",
        )
