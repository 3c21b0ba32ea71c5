"""What there is, each page with the question it answers."""

import streamlit as st

from core.ui import ensure_routed, head, sample_gallery

ensure_routed(__file__)

head("CNN Classroom").markdown(
    "Every number of the lecture on convolutional networks, alive: change it, and see why.", width="content"
)

with st.container(border=True):
    st.header("Conv calculator", anchor=False)
    st.markdown(
        "**Where does each number of a convolution come from?** Change kernel, stride and padding and see the windows "
        "move, the output fill, the weights and multiply-adds add up; let gradient descent find a kernel; build a "
        "network and see what one of its cells sees."
    )
    with st.container(horizontal=True):
        for section, icon in (
            ("Size and cost", ":material/calculate:"),
            ("Step by step", ":material/grid_on:"),
            ("Kernels on a picture", ":material/blur_on:"),
            ("Learning a kernel", ":material/trending_down:"),
            ("A stack of layers", ":material/layers:"),
            ("Receptive field", ":material/center_focus_strong:"),
        ):
            st.page_link("pages/conv_calculator.py", label=section, icon=icon, query_params={"conv_section": section})

with st.container(border=True):
    st.header("Transfer learning", anchor=False)
    st.markdown(
        "**You have twenty pictures a class: what is a network worth that has seen a million others?** Put its "
        "features to work in seconds, let the lecture's three scenarios race each other and one that starts from "
        "scratch, freeze and unfreeze its layers and see which moved, on pictures of your own as well."
    )
    with st.container(horizontal=True):
        for section, icon in (
            ("Data", ":material/photo_library:"),
            ("Probes", ":material/network_ping:"),
            ("Neighbours", ":material/hub:"),
            ("Race", ":material/sports_score:"),
            ("Schedule", ":material/ac_unit:"),
            ("Two heads", ":material/call_split:"),
            ("Where it looks", ":material/visibility:"),
            ("Take away", ":material/file_export:"),
        ):
            st.page_link(
                "pages/transfer_learning.py", label=section, icon=icon, query_params={"transfer_section": section}
            )

with st.container(border=True):
    st.header("Faster R-CNN", anchor=False)
    st.markdown(
        "**Why does the detector show one box an object, and not twenty?** The network runs once a picture. Then move "
        "the threshold of non-maximum suppression and see which box suppresses which, and by how much they overlap."
    )
    sample_gallery("pages/faster_rcnn.py", "rcnn_picture")
    st.page_link("pages/faster_rcnn.py", label="Open it with a picture of your own", icon=":material/upload:")

with st.container(border=True):
    st.header("Metrics explorer", anchor=False)
    st.markdown(
        "**The accuracy is 0.96: is that good?** Change one cell of a confusion matrix and see which scores move, by "
        "how much, and which do not notice; move the threshold of a classifier; let boxes decide what is a hit."
    )
    with st.container(horizontal=True):
        for section, icon in (
            ("Matrix", ":material/grid_view:"),
            ("What if", ":material/balance:"),
            ("Predictions", ":material/table_rows:"),
            ("Multilabel", ":material/sell:"),
            ("Detection", ":material/frame_inspect:"),
            ("Two boxes", ":material/join_inner:"),
            ("Challenges", ":material/flag:"),
        ):
            st.page_link(
                "pages/metrics_explorer.py", label=section, icon=icon, query_params={"metrics_section": section}
            )

for column, text in zip(
    st.columns(3, gap="medium"),
    (
        "**Change a number.** Every control answers at once, since the costly part has been computed before. "
        "The question mark beside a control says what it does.",
        "**Share what you see.** The address bar holds all settings: a copied link shows the same view to "
        "somebody else. Your own pictures are not in it, they stay with you.",
        "**Take it away.** Pictures, tables and files that other tools read can be downloaded from each page.",
    ),
    strict=True,
):
    column.markdown(text)
