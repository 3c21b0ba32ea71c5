"""The shares of the classes that "What if" supposes: those of the data, equal ones, or chosen with sliders."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import streamlit as st

from core.figures.metrics.whatif import percent
from core.metrics.confusion import ConfusionMatrix
from core.metrics.notation import MOST
from core.metrics.scores import Array
from core.metrics.whatif.prevalence import own_shares
from core.ui.framework.show import escape_markdown, reset_button
from core.ui.metrics.what_if.common import BACK, CLASS, KEY

OWN, EQUAL, CHOSEN = "data", "equal", "chosen"
STEPS = (
    0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25,
    0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999,
)  # fmt: skip
"""Prevalences of two classes that the slider knows."""
_NAMES = {percent(step): step for step in STEPS}
_FIRST = "1%"
_USUAL = (80, 10)  # weight of the first class and of each other: 0.8, 0.1, 0.1 for three
_BESIDE = 4  # more sliders than these scroll
_TOLD = 5  # shares that are listed, the largest


def choose_shares(matrix: ConfusionMatrix, label: str) -> Array:
    """Draw the controls; (C,) shares with sum 1.

    Args:
        matrix: with samples.
        label: of two classes the positive one, whose prevalence the slider says.
    """
    how = st.segmented_control(
        "Shares of the classes",
        [OWN, EQUAL, CHOSEN],
        default=CHOSEN,
        required=True,
        key=f"{KEY}_shares",
        bind="query-params",
        persist_state="page",
        help="Those of the data, all equal, or chosen. Equal shares make accuracy the balanced accuracy.",
    )
    there = matrix.support > 0
    shares = own_shares(matrix)
    if how == EQUAL:
        shares = there / there.sum()
    elif how == CHOSEN:
        shares = _one_slider(matrix, label) if len(matrix) == 2 else _sliders(matrix, there)
    values: dict[str, object] = {CLASS: matrix.labels[0], f"{KEY}_shares": CHOSEN, f"{KEY}_prevalence": _FIRST}
    values |= {f"{KEY}_share_{c}": _USUAL[c > 0] for c in range(MOST)}
    missing = [escape_markdown(matrix.labels[c]) for c in np.flatnonzero(~there)]
    if missing and how != CHOSEN:
        st.caption(f"Without samples, so without a recall, and left out: {', '.join(missing)}.")
    reset_button(f"{KEY}_prevalence_reset", values, BACK)
    return shares


def _one_slider(matrix: ConfusionMatrix, label: str) -> Array:
    chosen = st.select_slider(
        f"Prevalence of “{escape_markdown(label)}”",
        list(_NAMES),
        _FIRST,
        key=f"{KEY}_prevalence",
        bind="query-params",
        persist_state="page",
        help="How many of all are of this class; in finer steps where it is rare.",
    )
    shares = np.full(2, 1 - _NAMES[chosen])
    shares[matrix.index(label)] = _NAMES[chosen]
    own = float(own_shares(matrix)[matrix.index(label)])
    st.caption(f"In the data it is {percent(own)}.")
    return shares


def _sliders(matrix: ConfusionMatrix, there: npt.NDArray[np.bool_]) -> Array:
    weights = np.zeros(len(matrix))
    with st.container(height=300 if len(matrix) > _BESIDE else "content", border=False):
        for c, name in enumerate(matrix.labels):
            weights[c] = st.slider(
                escape_markdown(name),
                0,
                100,
                _USUAL[c > 0],
                key=f"{KEY}_share_{c}",
                bind="query-params",
                persist_state="page",
                disabled=not there[c],
                help="Weight of this class; all weights are divided by their sum."
                if there[c]
                else "No sample is of this class, so its recall is unknown and it is left out.",
            )
    weights = np.where(there, weights, 0.0)
    if not weights.any():
        st.caption("All weights are 0: the shares of the data are shown.")
        return own_shares(matrix)
    shares: Array = weights / weights.sum()
    named = sorted(zip(shares.tolist(), map(escape_markdown, matrix.labels), strict=True), key=lambda pair: -pair[0])
    told = ", ".join(f"{name} {percent(share)}" for share, name in named[:_TOLD])
    more = f", {len(named) - _TOLD} others {percent(sum(share for share, _ in named[_TOLD:]))}" * (len(named) > _TOLD)
    st.caption(f"Shares, with sum 1: {told}{more}.")
    return shares
