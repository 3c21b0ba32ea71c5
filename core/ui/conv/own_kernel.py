"""A kernel that a visitor types."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.conv import kernels
from core.conv.kernels import LARGEST_SIDE, Array, Kernel
from core.errors import UserError
from core.ui.show import problem

Check = Callable[[Array], None]


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
        help=f"One row a line, with blanks between the numbers; at most {LARGEST_SIDE} rows and columns.",
    )
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
    return kernel
