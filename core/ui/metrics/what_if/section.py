"""Section "What if": the same classifier on other data, with costs, and on more or fewer samples."""

from __future__ import annotations

from importlib import import_module

import streamlit as st

from core.errors import UserError
from core.ui.framework.show import problem
from core.ui.metrics import editor, session
from core.ui.metrics.what_if.common import KEY, matrix_row

_PARTS = {"Prevalence": "prevalence", "Cost": "cost", "Sample size": "size"}


def section() -> None:
    """Draw the section."""
    with st.container(horizontal=True, vertical_alignment="center"):
        part = st.segmented_control(
            "What changes",
            list(_PARTS),
            default="Prevalence",
            required=True,
            key=f"{KEY}_part",
            bind="query-params",
            persist_state="page",
            label_visibility="collapsed",
            help="How common the classes are; what an error costs; how many samples there are.",
        )
        with st.popover("Choose a matrix", icon=":material/grid_on:"):
            editor.menu()
    if session.current().total == 0:
        editor.edit(f"{KEY}_table")
        return
    try:
        # statsmodels takes a second to import, and only one part needs it
        import_module(f"core.ui.metrics.what_if.{_PARTS[part]}").draw()
    except UserError as error:
        problem(error)
        matrix_row()
