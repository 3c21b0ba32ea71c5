"""What there is, each page with the question it answers."""

import streamlit as st

from core.ui import ensure_routed, head, sample_gallery
from core.ui.pages import CIFAR, CONV, DETECTOR, METRICS, TRANSFER

ensure_routed(__file__)

head("CNN Classroom").markdown(
    "Every number of the lecture on convolutional networks, alive: change it, and see why.", width="content"
)
for page in (CONV, TRANSFER, DETECTOR, METRICS, CIFAR):
    with st.container(border=True):
        st.header(page.title, anchor=False)
        st.markdown(page.question)
        page.links()
        if page is DETECTOR:
            sample_gallery(page.file, f"{page.key}_picture")

for column, text in zip(
    st.columns(3, gap="medium"),
    (
        "**Change a number.** Every control answers at once, since the costly part has been computed before. "
        "The question mark beside a control says what it does.",
        "**Share what you see.** The address bar holds all settings, and *Copy link* in each section gives them to a "
        "phone or a colleague: the same view opens there. Your own pictures are not in it, they stay with you.",
        "**Take it away.** Pictures, tables and files that other tools read can be downloaded from each page.",
    ),
    strict=True,
):
    column.markdown(text)
