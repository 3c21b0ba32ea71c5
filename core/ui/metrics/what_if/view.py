"""Section "What if": the same classifier on other data, with costs, and on more or fewer samples."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import streamlit as st

from core.errors import UserError
from core.ui import framework as ui
from core.ui.metrics import editor, session
from core.ui.metrics.what_if.controls import KEY, PERSISTS, matrix_row

_PARTS = {"Prevalence": "prevalence", "Cost": "cost", "Sample size": "size"}


@dataclass(frozen=True)
class _Part:
    part: str = ui.segments(
        "What changes", tuple(_PARTS), "Prevalence",
        "How common the classes are; what an error costs; how many samples there are.",
        arguments={**PERSISTS, "label_visibility": "collapsed"},
    )  # fmt: skip


def section() -> None:
    """Draw the section."""
    with st.container(horizontal=True, vertical_alignment="center"):
        part = ui.draw(_Part, KEY).part
        with st.popover("Choose a matrix", icon=":material/grid_on:"):
            editor.menu()
            editor.buttons()
    if session.current().total == 0:
        editor.edit(f"{KEY}_table")
        return
    try:
        # statsmodels takes a second to import, and only one part needs it
        import_module(f"core.ui.metrics.what_if.{_PARTS[part]}").draw()
    except UserError as error:
        ui.problem(error)
        matrix_row()
