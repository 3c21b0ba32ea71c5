"""Section "Matrix": change one cell, watch every score move."""

from __future__ import annotations

import streamlit as st

from core.ui.metrics import state
from core.ui.metrics.matrix import scores

BESIDE = 3
"""Classes up to which the headline numbers find room beside the matrix; of larger ones they stand below."""


def section() -> None:
    """Draw the section."""
    large = len(state.current()) > BESIDE
    controls, result = st.columns([1, 3], gap="medium")
    with result:
        table, headline = (st.container(), st.container()) if large else st.columns(2, gap="medium")
    with controls:
        state.menu(scores.DEFAULTS)
        options = scores.options(state.current())
    with table:
        matrix = state.edit("metrics_matrix_table")
        known = state.preset()
        if known is not None:
            st.caption(known.note)
    baseline = state.baseline()
    with headline:
        scores.headline(matrix, baseline, options)
    scores.details(matrix, baseline, options)
    scores.take_away(matrix, options)
    scores.how()
