"""CIFAR-10 for all visitors: read once, in the background, from this machine or from a download."""

from __future__ import annotations

import streamlit as st

from core import jobs
from core.jobs import State
from core.transfer.data import cifar10
from core.transfer.data.cifar10 import MEGABYTES, NAME
from core.transfer.data.image_set import ImageSet
from core.ui.framework.download_prompt import download_prompt
from core.ui.framework.progress import show_progress
from core.ui.framework.show import escape_markdown


def cifar() -> ImageSet | None:
    """The set, once it has been read; else None, and it says how far that is, why it failed, or offers the download.

    The job keeps it, 184 MB, as long as the server runs.
    """
    job = jobs.find(NAME)
    if job is not None and job.state is State.DONE:
        found: ImageSet = job.wait()
        return found
    if not cifar10.is_here():
        sentence = f"{NAME} has to be downloaded once, {MEGABYTES:.0f} MB. Meanwhile another set is shown."
        download_prompt(NAME, NAME, MEGABYTES, sentence, cifar10.read_cifar10)
        return None
    if job is None:
        job = jobs.start(NAME, cifar10.read_cifar10)
    if not job.ended:
        show_progress(job, None, f"Reading {NAME}", "transfer_cifar", stop_help="It stops for everybody.")
        return None
    st.error(escape_markdown(job.error) if job.error else f"{NAME} was not read to its end.", icon=":material/error:")
    if st.button("Read it again", key="transfer_cifar_again", icon=":material/refresh:"):
        jobs.start(NAME, cifar10.read_cifar10)
        st.rerun()
    return None
