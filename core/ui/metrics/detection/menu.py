"""The menu of what the section "Detection" judges."""

from __future__ import annotations

import streamlit as st

from core.samples import SAMPLES
from core.ui.last_detection import recall
from core.ui.metrics.detection.files import files
from core.ui.metrics.detection.source import ALL, EXAMPLE, KEY, LAST, SOURCES, Source, made_up, of_last, of_samples
from core.ui.pictures import DEFAULT


def menu() -> Source:
    """Draw the menu and what belongs to its choice; where that has no boxes yet, the default is judged."""
    name = st.selectbox(
        "Boxes",
        SOURCES,
        key=f"{KEY}_source",
        bind="query-params",
        help="The bundled detector on our photographs, an example, what the detector page showed, or your files.",
    )
    if name in SAMPLES:
        return of_samples([name])
    if name == ALL:
        return of_samples(list(SAMPLES))
    if name == EXAMPLE:
        return made_up()
    last = recall()
    if name == LAST and last is None:
        st.info(
            "Nothing has been detected in this session yet: look at a picture on the page Faster R-CNN, then come "
            "back. Here is our motorcycle meanwhile.",
            icon=":material/info:",
        )
    elif name == LAST and last is not None and last.sample is not None:
        return of_last(last)
    else:
        own = files(last if name == LAST else None)
        if own is not None:
            return own
    return of_samples([DEFAULT])
