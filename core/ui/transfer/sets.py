"""Choosing the pictures: the sets that come with the app, CIFAR-10 where it can be had, and the visitor's own."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core import jobs
from core.errors import UserError
from core.jobs import State
from core.names import match
from core.transfer.data import cifar10
from core.transfer.data.cifar10 import MEGABYTES
from core.transfer.data.cifar10 import NAME as CIFAR
from core.transfer.data.embedded import EMBEDDED
from core.transfer.data.image_set import ImageSet
from core.ui import framework as ui
from core.ui.framework.download_prompt import download_prompt
from core.ui.framework.links import came_with_settings
from core.ui.transfer.session import add_set

KEY = "transfer_data"
OPENING = "Textures"
"""What Data, Probes and Neighbours begin with without a link: there the features of a network are worth most."""
DEFAULT = "Handwritten digits"
"""What a link with other settings means that names no set, as links did before."""
LABELS = {DEFAULT: f"{DEFAULT}: when it fails"}
"""Name -> what the menu shows, where that is another word."""
PUBLIC = (*EMBEDDED, CIFAR)
"""Names that may stand in a link."""


@st.cache_resource(max_entries=4, show_spinner="Preparing the pictures…")
def _embedded(name: str) -> ImageSet:
    return EMBEDDED[name]()


def choose_set(opening: str = DEFAULT) -> ImageSet:
    """The menu; there is always a set, if not the one that is chosen: see `absent`.

    Args:
        opening: the set for visitors who come without a link.
    """
    own = ui.session().sets
    names = [*reversed([name for name in own if name not in PUBLIC]), *PUBLIC]
    _follow_link(names, opening)
    name: str = st.selectbox(
        "Pictures",
        names,
        key=KEY,
        format_func=lambda name: LABELS.get(name, name),
        help="Three sets come with the app, CIFAR-10 is downloaded once. Your own sets, made in the section Data, are "
        "listed first, the newest on top.",
    )
    _write_link(name)
    if name == DEFAULT and opening != DEFAULT:  # where features are looked at; a training may do well on digits
        st.caption(ui.prose("transfer/data", "When it fails"))
    for gone in own.evicted:
        most = f"{own.megabytes:.0f} MB"
        st.caption(f"{ui.code(gone)} was removed: at most {most} of your own pictures are kept at once.")
    if name not in PUBLIC:
        return own[name]
    instead = f"Until then {DEFAULT.lower()} are shown."
    return (cifar_set(instead) if name == CIFAR else _embedded(name)) or _embedded(DEFAULT)


def absent(images: ImageSet) -> str:
    """The set that is chosen where it is not here yet, so that another is shown; else "".

    Args:
        images: the set that is shown.
    """
    return CIFAR if st.session_state.get(KEY) == CIFAR and images.name != CIFAR else ""


def cifar_read() -> ImageSet | None:
    """CIFAR-10 if somebody has had it read already."""
    job = jobs.find(CIFAR)
    return job.wait() if job is not None and job.state is State.DONE else None


def cifar_set(meanwhile: str) -> ImageSet | None:
    """CIFAR-10 for all visitors, once its job has read it; else None, and it says how far that is, or why it failed.

    The job keeps it, 184 MB, as long as the server runs.

    Args:
        meanwhile: what can be done until it is downloaded, a sentence.
    """
    if (found := cifar_read()) is not None:
        return found
    job = jobs.find(CIFAR)
    if not cifar10.is_here():
        sentence = f"{CIFAR} has to be downloaded once, {MEGABYTES:.0f} MB. {meanwhile}"
        download_prompt(CIFAR, CIFAR, MEGABYTES, sentence, cifar10.read_cifar10)
        return None
    if job is None:
        job = jobs.start(CIFAR, cifar10.read_cifar10)
    if not job.ended:
        ui.show_progress(job, None, f"Reading {CIFAR}", "transfer_cifar", stop_help="It stops for everybody.")
        return None
    ui.problem(UserError(job.error or f"{CIFAR} was not read to its end."))
    if st.button("Read it again", key="transfer_cifar_again", icon=":material/refresh:"):
        jobs.start(CIFAR, cifar10.read_cifar10)
        st.rerun()
    return None


def add_own(images: ImageSet) -> str:
    """Keep a visitor's set under a name that no other set has, and choose it; returns that name."""
    own, name, number = ui.session().sets, images.name, 2
    while match(name, (*PUBLIC, *own)) is not None:
        name, number = f"{images.name} ({number})", number + 1
    add_set(name, replace(images, name=name))
    choose(name)
    return name


def choose(name: str) -> None:
    """Make the menu show a set the next time it is drawn, one of the visitor's own for instance."""
    st.session_state[f"{KEY}_last"] = name
    st.session_state.pop(KEY, None)


def _follow_link(names: list[str], opening: str) -> None:
    """Choose what a link names, when it is new; else what was chosen last, also in another section or page.

    Without either it is the set to open with; but where the link holds other settings of the page, the one that it
    meant before links named the first set, too.
    Not bound to the menu: the name of a visitor's own set must never stand in a link.
    """
    state, link = st.session_state, st.query_params.get(KEY)
    if link in PUBLIC and link != state.get(f"{KEY}_link"):
        state[KEY] = link
    elif state.get(KEY) not in names:
        last = state.get(f"{KEY}_last")
        first = DEFAULT if came_with_settings(KEY) else opening
        state[KEY] = last if last in names else first


def _write_link(name: str) -> None:
    link = name if name in PUBLIC else None
    if link is None:
        st.query_params.pop(KEY, None)
    elif st.query_params.get(KEY) != link:
        st.query_params[KEY] = link
    st.session_state[f"{KEY}_link"], st.session_state[f"{KEY}_last"] = link, name
