"""A page as data: what the navigation, home and the page itself say of it, and its sections, drawn one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import UserError
from core.ui.framework import links, predict
from core.ui.framework.sections import is_loaded, load
from core.ui.framework.show import problem

MOST_BESIDE = 8
"""Sections that have room in the row of the title."""
FIRST_VISIT = "This part opens for the first time since the app was started: loading what it needs, some seconds…"


@dataclass(frozen=True)
class Entry:
    """A section as its page lists it.

    Attributes:
        title: in the menu, and in links.
        module: full name of the one that draws it: its `section`, called without arguments.
        icon: on home.
        predicts: whether it has answers that the class can predict first.
    """

    title: str
    module: str
    icon: str = ""
    predicts: bool = False


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes:
        file: below the project's root.
        title: in the navigation and above the page.
        icon: in the navigation.
        help: in the navigation, a sentence.
        question: on home, Markdown.
        key: first word of the keys of all of its controls.
        entries: its sections, the first being that of a first visit.
    """

    file: str
    title: str
    icon: str
    help: str
    question: str = ""
    key: str = ""
    entries: tuple[Entry, ...] = ()

    @cached_property
    def modules(self) -> Mapping[str, str]:
        """Title of a section -> its module."""
        return MappingProxyType({entry.title: entry.module for entry in self.entries})

    @property
    def name(self) -> str:
        """What links call it."""
        return Path(self.file).stem

    def draw(self) -> None:
        """The page: its title, the choice of a section beside it or, of many, below it, and the section chosen."""
        links.note_arrival(self.key)
        row = head(self.title)
        with row if len(self.entries) <= MOST_BESIDE else st.container():
            entry = self._choose() if len(self.entries) > 1 else self.entries[0]
        if entry.predicts:
            with row:
                predict.switch(self.key)
        draw_section(entry.module)

    def _choose(self) -> Entry:
        titles = [entry.title for entry in self.entries]
        chosen = st.segmented_control(
            "Section",
            titles,
            default=titles[0],
            required=True,
            key=f"{self.key}_section",
            bind="query-params",
            label_visibility="collapsed",
            help="What to look at.",
            wrap=True,
        )
        return self.entries[titles.index(chosen)]

    def links(self) -> None:
        """A link to each section, for home."""
        with st.container(horizontal=True):
            for entry in self.entries:
                query = {f"{self.key}_section": entry.title}
                st.page_link(self.file, label=entry.title, icon=entry.icon, query_params=query)


def head(title: str) -> DeltaGenerator:
    """Draw the title of a page; returns the rest of its row."""
    row = st.container(horizontal=True, vertical_alignment="center")
    row.title(title, anchor=False, width="content")
    return row


def draw_section(module: str) -> None:
    """Draw a section, which is imported only now: with torch that takes seconds, and the page's head is there before.

    A `UserError` that the section leaves, a damaged weight file for example, is its sentence in the section's place.
    """
    if not is_loaded(module):
        with st.spinner(FIRST_VISIT):
            load(module)
    try:
        load(module).section()
    except UserError as error:  # what it can go on without it says itself; here the section ends, not the page
        problem(error)
