"""The head of a page: its title and, in the same row, which of its sections is open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import UserError
from core.ui.sections import is_loaded, load
from core.ui.show import problem

FIRST_VISIT = "This part opens for the first time since the app was started: loading what it needs, some seconds…"


def head(title: str) -> DeltaGenerator:
    """Draw the title of a page.

    Returns:
        the rest of its row, for the choice of a section: `with head("…"):`.
    """
    row = st.container(horizontal=True, vertical_alignment="center")
    row.title(title, anchor=False, width="content")
    return row


def section_menu(titles: Iterable[str], key: str) -> str:
    """The choice of a section, part of the link; a first visit sees the first one."""
    choices = list(titles)
    name: str = st.segmented_control(
        "Section",
        choices,
        default=choices[0],
        required=True,
        key=key,
        bind="query-params",
        label_visibility="collapsed",
        help="What to look at.",
        wrap=True,
    )
    return name


def draw_section(module: str, *arguments: Any) -> None:
    """Draw a section, which is imported only now: with torch that takes seconds, and the page's head is there before.

    Args:
        module: its full name; the section is its function `section`.
        arguments: what that takes.

    A `UserError` that the section leaves, a damaged weight file for example, is its sentence in the section's place.
    """
    if not is_loaded(module):
        with st.spinner(FIRST_VISIT):
            load(module)
    try:
        load(module).section(*arguments)
    except UserError as error:  # what it can go on without it says itself; here the section ends, not the page
        problem(error)
