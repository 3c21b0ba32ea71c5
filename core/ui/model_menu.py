"""Choosing a detector, and downloading it if need be."""

from __future__ import annotations

import streamlit as st

from core.detection import load
from core.errors import UserError
from core.models.detectors import DETECTORS
from core.ui.framework.download_prompt import missing, weights_download_prompt
from core.ui.framework.show import problem


def choose_model(key: str) -> str:
    """A menu of all detectors, whether or not they are on this machine yet; returns the name of one."""
    name: str = st.selectbox(
        "Model",
        list(DETECTORS),
        format_func=lambda name: DETECTORS[name].title,
        key=key,
        bind="query-params",
        persist_state="session",
        help="The bundled detectors work without a network. torchvision's find more, and are downloaded once.",
    )
    return name


def ready_model(name: str) -> str:
    """The name of a detector that can run now: this one, or the bundled one while this cannot.

    Where a download is needed, says so and offers it, or shows how far it is and lets the visitor stop it.
    """
    spec = DETECTORS[name]
    if source := missing(spec.source):
        sentence = (
            f"{spec.title} was measured at COCO AP {spec.ap:.1%} but has to be downloaded once, "
            f"{source.megabytes:.0f} MB. Meanwhile the bundled model is shown."
        )
        weights_download_prompt(name, spec.title, source, sentence)
        return "bundled"
    if name != "bundled":
        try:
            with st.spinner("Loading the model…"):
                load(name)
        except UserError as error:
            problem(error)
            return "bundled"
    return name
