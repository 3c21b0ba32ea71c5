"""Choosing a detector, and downloading it if need be."""

from __future__ import annotations

import streamlit as st

from core import jobs
from core.detection import load
from core.errors import UserError
from core.models.detectors import DETECTORS, DetectorSpec
from core.models.weights import Downloaded, fetch, locate
from core.ui.show import plain, problem

POLL_S = 0.5


def choose_model(key: str) -> str:
    """A menu of all detectors, whether or not they are on this machine yet; returns the name of one."""
    name: str = st.selectbox(
        "Model",
        list(DETECTORS),
        format_func=lambda name: DETECTORS[name].title,
        key=key,
        bind="query-params",
        help="The bundled detector works without a network. Those trained on COCO are better and are downloaded once.",
    )
    return name


def ready_model(name: str) -> str:
    """The name of a detector that can run now: this one, or the bundled one while this cannot.

    Where a download is needed, says so and offers it, or shows how far it is and lets the visitor stop it.
    """
    spec = DETECTORS[name]
    if isinstance(spec.source, Downloaded) and locate(spec.source) is None:
        job = jobs.find(name)
        if job is not None and job.running:
            _progress(name)
        else:
            _offer(spec, spec.source, job)
        return "bundled"
    if name != "bundled":
        try:
            with st.spinner("Loading the model…"):
                load(name)
        except UserError as error:
            problem(error)
            return "bundled"
    return name


def _offer(spec: DetectorSpec, source: Downloaded, job: jobs.Job | None) -> None:
    """Say that a model is not here yet, why its last download failed if it did, and offer one."""
    megabytes = source.megabytes
    st.info(
        f"{spec.title} finds far more (COCO AP {spec.ap:.1%}) but has to be downloaded once, {megabytes:.0f} MB. "
        "Meanwhile the bundled model is shown.",
        icon=":material/cloud_download:",
    )
    if job is not None and job.error:
        st.error(plain(job.error), icon=":material/error:")
    label = f"Download {megabytes:.0f} MB" if job is None else f"Try to download {megabytes:.0f} MB again"
    if st.button(label, key=f"download_{spec.name}"):
        # only the file: a job keeps its result, and a model held there would never leave memory
        jobs.start(spec.name, lambda report: fetch(source, report))
        st.rerun()


@st.fragment(run_every=POLL_S)
def _progress(name: str) -> None:
    """How far a download is; asks again by itself until it has ended, then lets the whole page know."""
    job = jobs.find(name)
    if job is None or not job.running:
        st.rerun()
    st.progress(job.fraction, f"Downloading {DETECTORS[name].title}: {job.text}")
    if st.button("Cancel the download", key=f"cancel_{name}", help="It stops for everybody who waits for it."):
        job.cancel()
