"""What there is, each page with the question it answers."""

import streamlit as st

from core.ui import guard

guard(__file__)

st.title("CNN Classroom")
st.markdown("Every number of the lecture on convolutional networks, alive: change it, and see why.")

with st.container(border=True):
    st.header("Faster R-CNN", anchor=False)
    st.markdown(
        "**Why does the detector show five boxes and not forty-three?** Upload a photograph. The network runs once; "
        "then move the threshold of non-maximum suppression and see which box suppresses which, and by how much "
        "they overlap."
    )
    st.page_link("pages/faster_rcnn.py", label="Open Faster R-CNN", icon=":material/arrow_forward:")
