"""A kernel that a visitor types."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.conv.kernels import classic as kernels
from core.conv.kernels.classic import LARGEST_SIDE, Array, Kernel
from core.conv.steps.matrices import MOST_TEXT
from core.errors import UserError
from core.ui.framework.show import problem

Check = Callable[[Array], None]


def _typed(key: str, default: str) -> None:
    """Callback: a text that would not fit into a link goes, and the last good one is put back."""
    text = st.session_state[key] or ""
    if len(text) > MOST_TEXT:
        st.session_state[f"{key}_refused"] = (
            f"The kernel: a text of {len(text):,} characters in {len(text.splitlines()):,} lines was not taken; "
            f"at most {MOST_TEXT:,} characters can be read."
        )
        st.session_state[key] = st.session_state.get(f"{key}_text", default)


def own_kernel(key: str, default: str, *, divide: bool = False, check: Check | None = None) -> Kernel:
    """A text box for a kernel; while its text is no kernel, the last that was one.

    Args:
        key: of the text box, in the link too.
        default: its text on a first visit, which is a kernel.
        divide: whether the entries are divided by their sum.
        check: raises a `UserError` for kernels that are of no use here.
    """
    text = st.text_area(
        "Its numbers",
        default,
        key=key,
        bind="query-params",
        on_change=_typed,
        args=(key, default),
        help=f"One row a line, with blanks between the numbers, fractions such as 1/9 too, or as a program prints it; "
        f"at most {LARGEST_SIDE} rows and columns.",
    )
    refused: str | None = st.session_state.pop(f"{key}_refused", None)
    if refused is not None:
        problem(UserError(refused))
    memory = f"{key}_good"
    try:
        kernel = kernels.own(text or "", divide=divide)
        if check is not None:
            check(kernel.values)
    except UserError as error:
        problem(error)
        last: Kernel | None = st.session_state.get(memory)
        return last or kernels.own(default)
    st.session_state[memory] = kernel
    st.session_state[f"{key}_text"] = text
    return kernel
