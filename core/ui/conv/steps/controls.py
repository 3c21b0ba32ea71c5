"""Controls of the section "Step by step": the operation, and the matrices as menus and as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.conv.layers import Kind
from core.conv.steps.code import Result
from core.conv.steps.matrices import MOST_CHANNELS, MOST_FILTERS, MOST_KERNEL, MOST_ROWS
from core.conv.steps.operation import Matrices, run
from core.conv.steps.presets import INPUTS, KERNELS, LECTURE, VERTICAL, preset_of
from core.ui import framework as ui
from core.ui.conv.steps import state
from core.ui.conv.steps.state import KEY

OWN = "Your own"
TURNED = "True convolution (turned)"
KINDS = {
    "Convolution": Kind.CONV,
    TURNED: Kind.CONV,
    "Transposed convolution": Kind.TRANSPOSED,
    "Max pooling": Kind.MAXPOOL,
    "Average pooling": Kind.AVGPOOL,
}
_TEXTS = state.DEFAULT.texts()
_SEPARATORS = (
    "Values between blanks, tabs, commas or semicolons, fractions such as 1/9 too; rows on lines of their own, or on "
    "one line between “/”. Also as Python, MATLAB, R or LaTeX write it. An empty line begins the next channel"
)


def _kind(chosen: Mapping[str, Any]) -> Kind:
    return KINDS[chosen["kind"]]


def _convolves(chosen: Mapping[str, Any]) -> bool:
    return not _kind(chosen).pools


def _changes(callback: Any, *args: Any) -> dict[str, Any]:
    return {"on_change": callback, "args": args}


@dataclass(frozen=True)
class StepSettings:
    """What the controls beside the picture say; some allow what cannot be, so that the reason can be read."""

    kind: str = ui.choice(
        "Operation",
        tuple(KINDS),
        "Convolution",
        "What deep learning calls convolution is a correlation. True convolution, as in mathematics, turns the kernel "
        "by 180 degrees first.",
    )
    input: str = ui.choice(
        "Input",
        (OWN, *INPUTS),
        LECTURE,
        "Matrices to begin with. Click into any cell of the picture and type.",
        linked=False,
        arguments=_changes(state.choose_input),
    )
    kernel: str = ui.choice(
        "Kernel",
        (OWN, *KERNELS),
        VERTICAL,
        "For filter 1, the same in each channel. Kernels of other sizes can be given as text, below.",
        linked=False,
        arguments=_changes(state.choose_kernel),
        when=_convolves,
    )
    channels: int = ui.whole(
        "Channels", 1, MOST_CHANNELS, 1, "Depth of the input, D₁. A new channel mirrors the last one.",
        linked=False, arguments=_changes(state.resize), half=_convolves,
    )  # fmt: skip
    filters: int = ui.whole(
        "Filters", 1, MOST_FILTERS, 1, "K, the depth of the output. A new filter is the last one turned by 90 degrees.",
        linked=False, arguments=_changes(state.resize), half=True, when=_convolves,
    )  # fmt: skip
    s: int = ui.whole("Stride", 0, 6, 1, "Cells from one window to the next.", half=True)
    p: int = ui.whole(
        "Padding", 0, 6, 0, "Cells put around the input on each side.", half=True,
        follows=lambda chosen: (
            {"help": "Cells cut off the output on each side."} if _kind(chosen) is Kind.TRANSPOSED else {}
        ),
    )  # fmt: skip
    d: int = ui.whole(
        "Dilation", 1, 4, 1, "Cells from one weight to the next; 1 leaves no gaps.", half=True,
        when=lambda chosen: _kind(chosen) is not Kind.AVGPOOL,
    )  # fmt: skip
    f: int = ui.whole(
        "Window", 1, 6, 2, "Size of the window, F × F.", half=True, when=lambda chosen: _kind(chosen).pools
    )
    op: int = ui.whole(
        "Output padding", 0, 5, 0, "Cells added below and on the right; less than the stride.", half=True,
        when=lambda chosen: _kind(chosen) is Kind.TRANSPOSED,
    )  # fmt: skip
    ceil: bool = ui.tick(
        "ceil_mode", "Round the size up: a last window may hang over the edge.", when=lambda chosen: _kind(chosen).pools
    )
    count: bool = ui.tick(
        "count_include_pad", "The mean counts padding cells too, as zeros.", True,
        when=lambda chosen: _kind(chosen) is Kind.AVGPOOL,
    )  # fmt: skip

    def run(self, matrices: Matrices) -> Result:
        """Every step.

        Raises:
            UserError: settings and matrices do not go together.
        """
        return run(
            KINDS[self.kind], matrices, stride=self.s, padding=self.p, dilation=self.d, flip=self.kind == TURNED,
            output_padding=self.op, window=self.f, ceil_mode=self.ceil, count_include_pad=self.count,
        )  # fmt: skip


@dataclass(frozen=True)
class Texts:
    """The matrices as text, to type and paste."""

    x: str = ui.text(
        "Input", _TEXTS["x"], f"{_SEPARATORS}. At most {MOST_CHANNELS} channels of {MOST_ROWS} × {MOST_ROWS}.",
        half=True, arguments={"height": 220, **_changes(state.typed, "x")},
    )  # fmt: skip
    w: str = ui.text(
        "Kernels", _TEXTS["w"],
        f"{_SEPARATORS}, and after the last channel the next filter. At most {MOST_FILTERS} filters of {MOST_KERNEL} "
        f"× {MOST_KERNEL}.",
        half=True, arguments={"height": 220, **_changes(state.typed, "w")},
    )  # fmt: skip
    b: str = ui.text(
        "Biases", _TEXTS["b"], "One number for each filter.", arguments={"height": 68, **_changes(state.typed, "b")}
    )


DEFAULTS = ui.defaults(StepSettings, KEY) | ui.defaults(Texts, KEY)


def controls(matrices: Matrices) -> StepSettings:
    """Draw the controls; what those of the matrices show is read off them, on every run."""
    first = matrices.w[0, 0]
    alike = bool(np.all(matrices.w[0] == first))
    shown = {
        "input": preset_of(matrices.x[0], INPUTS) or OWN,
        "kernel": (preset_of(first, KERNELS) if alike else None) or OWN,
        "channels": matrices.w.shape[1],
        "filters": len(matrices.w),
    }
    st.session_state.update({f"{KEY}_{name}": value for name, value in shown.items()})
    return ui.draw(StepSettings, KEY)
