"""Links that Streamlit does not read and write by itself: whether one was followed, and menus with labels of their own.

A widget that Streamlit binds to the address bar writes the label of an option there (seen in 1.67). Where the label is
another word than the option's code, the link is read and written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st


@contextmanager
def of_codes(key: str, first: str | None, codes: Sequence[str]) -> Iterator[None]:
    """Around the drawing of a menu: a new link chooses, and what is chosen stands in the link.

    A first value is left out of the link, and so is a code that the menu does not have. While another section is open
    Streamlit forgets a menu; when it is drawn again, the link still knows what was chosen.

    Args:
        key: of the menu and of its place in the link.
        first: code of the first value; None: every value stands in the link.
        codes: those of all options.
    """
    state, seen = st.session_state, f"{key}_link"
    link = st.query_params.get(key)
    if link in codes and (link != state.get(seen) or key not in state):
        state[key] = link
    yield
    chosen = state.get(key, first)
    if chosen == first:
        st.query_params.pop(key, None)
    elif link != chosen:
        st.query_params[key] = chosen
    state[seen] = None if chosen == first else chosen


def note_arrival(page: str) -> None:
    """For a page, before it draws anything that writes into the link: how its visitor came.

    Args:
        page: first word of the keys of its controls.
    """
    st.session_state.setdefault(f"{page}_came_with_settings", _settings(page))


def came_with_settings(key: str) -> bool:
    """Whether the visitor came by a link that says more than which section is meant.

    Args:
        key: of a control of the page.
    """
    page = key.partition("_")[0]
    return bool(st.session_state.get(f"{page}_came_with_settings", _settings(page)))


def _settings(page: str) -> bool:
    return any(name.startswith(f"{page}_") and name != f"{page}_section" for name in st.query_params)
