"""The text box for a kernel that a visitor types."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.conv.kernels.classic import LARGEST_SIDE
from core.conv.steps.matrices import check_length
from core.errors import UserError
from core.ui import framework as ui

_HELP = (
    "One row a line, with blanks between the numbers, fractions such as 1/9 too, or as a program prints it; at most "
    f"{LARGEST_SIDE} rows and columns."
)


def kernel_text(section: str, default: str, **more: Any) -> Any:
    """Declare it, as the field `kernel` of a form; a text that would not fit into a link is put back.

    Args:
        section: key of the section.
        default: its first text, which is a kernel.
        more: of the control.
    """
    return ui.text("Its numbers", default, _HELP, arguments={"on_change": _typed, "args": (section, default)}, **more)


def _typed(section: str, default: str) -> None:
    state, key = st.session_state, f"{section}_kernel"
    try:
        check_length(state[key] or "", "The kernel")
    except UserError as error:
        state[f"{section}_refused"] = error
        _, then = state.get(f"{section}_last", (None, {}))
        state[key] = then.get(key) or default


def show_refused(section: str) -> None:
    """Say once that a text was put back."""
    refused: UserError | None = st.session_state.pop(f"{section}_refused", None)
    if refused is not None:
        ui.problem(refused)
