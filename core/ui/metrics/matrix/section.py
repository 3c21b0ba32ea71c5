"""Section "Matrix": change one cell, watch every score move."""

from __future__ import annotations

import streamlit as st

from core.figures.metrics.matrix import is_narrow
from core.ui.framework.layout import WHOLE, beside, has_room, panes
from core.ui.metrics import state
from core.ui.metrics.matrix import scores


def section() -> None:
    """Draw the section."""
    controls, result, numbers = panes()
    with result:
        narrow = is_narrow(state.current())
        table, headline = beside([6, 7]) if narrow else (st.container(), st.container())
    with controls:
        state.menu(scores.DEFAULTS)
        options = scores.options(state.current())
    with table:
        matrix = state.edit("metrics_matrix_table")
        known = state.preset()
        if known is not None:
            st.caption(known.note)
    baseline = state.baseline()
    if baseline != matrix:
        with table:
            st.caption(f"“was” is of {state.in_words(baseline)}. Pin takes the present matrix instead.")
    with table if has_room(WHOLE) else numbers:
        scores.f1_formula(matrix, options)
    with headline:
        scores.headline(matrix, baseline, options)
    scores.details(matrix, baseline, options)
    scores.take_away(matrix, options)
    scores.how()
