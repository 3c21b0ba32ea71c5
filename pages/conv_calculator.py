"""The conv calculator: one convolution, its windows, its kernels, and networks of them."""

import streamlit as st

from core.ui import guard
from core.ui.conv import SECTIONS

guard(__file__)

st.title("Conv calculator", anchor=False)
with st.container(horizontal=True, vertical_alignment="center"):
    name = st.segmented_control(
        "Section",
        list(SECTIONS),
        default=next(iter(SECTIONS)),
        required=True,
        key="conv_section",
        bind="query-params",
        label_visibility="collapsed",
        help="What to look at.",
    )
    hidden = st.toggle(
        "Predict first",
        key="conv_hide",
        bind="query-params",
        help="Hides the answers until somebody asks for them, so that the class can guess.",
    )
SECTIONS[name](hidden)
