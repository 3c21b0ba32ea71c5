"""The metrics explorer: change one cell of a confusion matrix and watch every score move."""

import streamlit as st

from core.ui import guard
from core.ui.metrics import SECTIONS, draw

guard(__file__)

st.title("Metrics explorer", anchor=False)
draw(
    st.segmented_control(
        "Section",
        SECTIONS,
        default=SECTIONS[0],
        required=True,
        key="metrics_section",
        bind="query-params",
        label_visibility="collapsed",
        help="What to look at.",
    )
)
