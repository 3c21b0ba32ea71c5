"""What stands folded below "Step by step": the matrices as text, and how it works."""

from __future__ import annotations

import streamlit as st

from core.conv.steps.matrices import MOST_CHANNELS, MOST_FILTERS, MOST_KERNEL, MOST_ROWS
from core.ui.conv import step_state as state
from core.ui.conv.step_state import B, W, X

_SEPARATORS = (
    "Values between blanks, tabs, commas or semicolons, fractions such as 1/9 too; rows on lines of their own, or on "
    "one line between “/”. Also as Python, MATLAB, R or LaTeX have it."
)
_AREAS = (
    (
        X,
        "Input",
        f"{_SEPARATORS} An empty line begins the next channel. At most {MOST_CHANNELS} channels of "
        f"{MOST_ROWS} × {MOST_ROWS}.",
    ),
    (
        W,
        "Kernels",
        f"{_SEPARATORS} An empty line begins the next channel, and after the last channel the next filter. At most "
        f"{MOST_FILTERS} filters of {MOST_KERNEL} × {MOST_KERNEL}.",
    ),
    (B, "Biases", "One number for each filter."),
)


def text_areas() -> tuple[str, str, str]:
    """Input, kernels and biases as text, to type and paste."""
    texts = state.DEFAULT.texts()
    with st.expander("Matrices as text (paste from a spreadsheet, a program or a book)", icon=":material/grid_on:"):
        x, w, b = (
            column.text_area(
                label,
                texts[key],
                height=220,
                key=key,
                bind="query-params",
                on_change=state.typed,
                args=(key,),
                help=explanation,
            )
            or ""
            for column, (key, label, explanation) in zip(st.columns([2, 2, 1]), _AREAS, strict=True)
        )
    return x, w, b


def how() -> None:
    """What happens in a step, in words and formulas."""
    with st.expander("How this works", icon=":material/school:"):
        first, second = st.columns(2, gap="medium")
        first.markdown(
            "**Convolution.** The kernel lies on a window of the input. Each weight is multiplied by the cell under "
            "it, the products of all channels are added up, and the bias: one output cell. Then the window moves on "
            "by the *stride*. *Padding* puts zeros around the input, *dilation* spreads the weights out. Each filter "
            "has a kernel for every input channel and makes one output channel."
        )
        first.latex(r"y_{k,i,j} = b_k + \sum_{c,u,v} w_{k,c,u,v}\; x_{c,\;S i + d u - P,\;S j + d v - P}")
        first.markdown(
            "Mathematics turns the kernel by 180° first and calls only that a convolution. A network learns its "
            "weights, so the turn makes no difference there and is left out: it calculates a *correlation*."
        )
        second.markdown(
            "**As a matrix product.** Every window becomes a column (*im2col*), every filter a row: the whole "
            "convolution is one matrix product, which is what fast libraries calculate.\n\n"
            "**Transposed convolution** goes the other way. Each input cell stamps the kernel, times itself, into "
            "the output, the stride apart; where stamps overlap they are added up. If the stride does not divide the "
            "kernel's size, cells receive unequally many products: the cause of checkerboard patterns. *Padding* "
            "cuts cells off the border.\n\n"
            "**Pooling** has no weights: each window gives its maximum or its mean, channel by channel."
        )
