"""Prompt to download a file that is not on this machine yet, and the progress of its download."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core import jobs
from core.jobs import Report
from core.models.weights import Downloaded, Source, fetch, locate
from core.ui.framework.progress import show_progress
from core.ui.framework.show import escape_markdown


def missing(source: Source | None) -> Downloaded | None:
    """The source, if its file could be downloaded and is not here yet."""
    return source if isinstance(source, Downloaded) and locate(source) is None else None


def weights_download_prompt(name: str, title: str, source: Downloaded, sentence: str) -> None:
    """Offer to download weights; see `download_prompt`."""
    # only the file: a job keeps its result, and a model held there would never leave memory
    download_prompt(name, title, source.megabytes, sentence, lambda report: fetch(source, report))


def download_prompt(name: str, title: str, megabytes: float, sentence: str, work: Callable[[Report], Any]) -> None:
    """Offer a download, or show how far it is and let the visitor stop it; at its end the page runs anew.

    Args:
        name: what the download is known by to all visitors, and the end of the button's key.
        title: what is downloaded.
        megabytes: of the file.
        sentence: what to say of it, and what is shown meanwhile.
        work: the download as the work of a job.
    """
    job = jobs.find(name)
    if job is not None and not job.ended:
        label, stops = f"Downloading {title}", "It stops for everybody who waits for it."
        show_progress(job, None, label, f"download_{name}", stop="Cancel the download", stop_help=stops)
        return
    st.info(sentence, icon=":material/cloud_download:")
    if job is not None and job.error:
        st.error(escape_markdown(job.error), icon=":material/error:")
    size = f"{megabytes:.0f} MB"
    label = f"Download {size}" if job is None else f"Try to download {size} again"
    if st.button(label, key=f"download_{name}"):
        jobs.start(name, work)
        st.rerun()
