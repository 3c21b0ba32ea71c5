"""The conv calculator: one convolution, its windows, its kernels, and networks of them."""

import streamlit as st

from core.ui import draw_section, ensure_routed, head, section_menu
from core.ui.conv import SECTIONS

ensure_routed(__file__)

with head("Conv calculator"):
    name = section_menu(SECTIONS, "conv_section")
    hidden = st.toggle(
        "Predict first",
        key="conv_hide",
        bind="query-params",
        help="Hides the answers until somebody asks for them, so that the class can guess.",
    )
draw_section(SECTIONS[name], hidden)
