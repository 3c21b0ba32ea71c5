"""Menus whose labels are not what the link holds.

A widget that Streamlit binds to the address bar writes the label of an option there (seen in 1.67). Where the label is
another word than the option's code, the link is read and written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st


@contextmanager
def of_codes(key: str, first: str, codes: Sequence[str]) -> Iterator[None]:
    """Around the drawing of a menu: a new link chooses, and what is chosen stands in the link.

    A first value is left out of the link, and so is a code that the menu does not have.

    Args:
        key: of the menu and of its place in the link.
        first: code of the first value.
        codes: those of all options.
    """
    state, seen = st.session_state, f"{key}_link"
    link = st.query_params.get(key)
    if link is not None and link != state.get(seen) and link in codes:
        state[key] = link
    yield
    chosen = state.get(key, first)
    if chosen == first:
        st.query_params.pop(key, None)
    elif link != chosen:
        st.query_params[key] = chosen
    state[seen] = None if chosen == first else chosen
