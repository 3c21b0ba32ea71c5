"""Transfer learning: a trained network put to work on one's own few pictures, in all the ways of the lecture."""

import streamlit as st

from core.ui import guard
from core.ui.transfer import SECTIONS, draw

guard(__file__)

st.title("Transfer learning", anchor=False)
draw(
    st.segmented_control(
        "Section",
        SECTIONS,
        default=SECTIONS[0],
        required=True,
        key="transfer_section",
        bind="query-params",
        label_visibility="collapsed",
        help="What to look at.",
    )
)
