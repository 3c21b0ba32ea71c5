"""What stands around every page: at its foot, the device, the memory in use and what this app is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.memory import recent
from core.ui.components.viewport import watch
from core.ui.framework.unsaved import say_what_is_gone, watch_unsaved


def _device_text() -> tuple[str, str]:
    """One line for the badge and an explanation. Never imports torch: home shows before any network is needed.

    Nor does it wait while another visitor's page or the warm-up imports it: until then the module has no `describe`.
    """
    describe = getattr(sys.modules.get("core.device"), "describe", None)
    if describe is None:
        return f"{os.cpu_count()} CPU cores", "Whether there is a GPU is found out when the first network is loaded."
    info = describe()
    memory = f", {info.memory_gb:.0f} GB" if info.memory_gb is not None else ""
    explanation = "The device all networks run on: a CUDA GPU if there is one, else Apple's, else the CPU."
    return f"{info.name}{memory}", explanation


@contextmanager
def frame() -> Iterator[None]:
    """Where a page is drawn; below it, and there before it, stands the foot."""
    page, foot = st.container(), st.container(horizontal=True, vertical_alignment="center", gap="medium")
    with foot:
        _foot()
    try:
        with page:
            say_what_is_gone()
            yield
    finally:  # also where the page ends with a sentence: now it has taken in what there is
        with foot:
            watch_unsaved()


def _foot() -> None:
    name, explanation = _device_text()
    memory = recent()
    st.badge(name, icon=":material/memory:", color="gray", help=explanation)
    st.caption(
        f"Memory: {memory.resident / 1e9:.1f} GB used by the app, {memory.total / 1e9:.0f} GB on this machine",
        width="content",
    )
    with st.popover("About", icon=":material/info:", type="tertiary"):
        st.markdown(
            "**CNN Classroom** lets you change every number of a lecture on convolutional networks and see why.\n\n"
            "Pictures you upload are kept in this server's memory while your tab is open, and nowhere else. "
            "What a group enters into the class's ranking is stored, where that ranking says: its name, a hashed "
            "token, its scores and the time. Nothing else is stored or sent to anybody, no statistics are gathered.\n\n"
            "Free software under the MIT licence."
        )
    watch()
