"""Choosing the pictures: the sets that come with the app, CIFAR-10 where it can be had, and the visitor's own."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.names import match
from core.transfer.data.cifar10 import NAME as CIFAR
from core.transfer.data.embedded import EMBEDDED
from core.transfer.data.image_set import ImageSet
from core.ui.framework.session import session
from core.ui.framework.show import code
from core.ui.transfer.cifar import cifar
from core.ui.transfer.session import add_set

KEY = "transfer_data"
DEFAULT = next(iter(EMBEDDED))
PUBLIC = (*EMBEDDED, CIFAR)
"""Names that may stand in a link."""


@st.cache_resource(max_entries=4, show_spinner="Preparing the pictures…")
def _embedded(name: str) -> ImageSet:
    return EMBEDDED[name]()


def choose_set() -> ImageSet:
    """The menu; there is always a set."""
    own = session().sets
    names = [*reversed([name for name in own if name not in PUBLIC]), *PUBLIC]
    _follow_link(names)
    name: str = st.selectbox(
        "Pictures",
        names,
        key=KEY,
        help="Three sets come with the app, CIFAR-10 is downloaded once; your own, made in the section Data, appear "
        "here, the newest first.",
    )
    _write_link(name)
    for gone in own.evicted:
        st.caption(f"{code(gone)} made room: {own.megabytes:.0f} MB of pictures of your own are held at once.")
    if name not in PUBLIC:
        return own[name]
    return (cifar() if name == CIFAR else _embedded(name)) or _embedded(DEFAULT)


def add_own(images: ImageSet) -> str:
    """Lay a visitor's set on the desk, under a name that no other set has, and choose it; returns that name."""
    own, name, number = session().sets, images.name, 2
    while match(name, (*PUBLIC, *own)) is not None:
        name, number = f"{images.name} ({number})", number + 1
    add_set(name, replace(images, name=name))
    choose(name)
    return name


def choose(name: str) -> None:
    """Make the menu show a set the next time it is drawn, one of the visitor's own for instance."""
    st.session_state[f"{KEY}_last"] = name
    st.session_state.pop(KEY, None)


def _follow_link(names: list[str]) -> None:
    """Choose what a link names, when it is new; else what was chosen last, also in another section or page.

    Not bound to the menu: the name of a visitor's own set must never stand in a link.
    """
    state, link = st.session_state, st.query_params.get(KEY)
    if link in PUBLIC and link != state.get(f"{KEY}_link"):
        state[KEY] = link
    elif state.get(KEY) not in names:
        last = state.get(f"{KEY}_last")
        state[KEY] = last if last in names else DEFAULT


def _write_link(name: str) -> None:
    link = name if name in PUBLIC and name != DEFAULT else None
    if link is None:
        st.query_params.pop(KEY, None)
    elif st.query_params.get(KEY) != link:
        st.query_params[KEY] = link
    st.session_state[f"{KEY}_link"], st.session_state[f"{KEY}_last"] = link, name
