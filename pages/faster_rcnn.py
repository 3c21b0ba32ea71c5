"""Faster R-CNN: the network runs once a picture, the sliders work on what it left."""

from core.ui import draw_section, ensure_routed, head

ensure_routed(__file__)

head("Faster R-CNN").markdown(
    "The network finds many boxes for one object; **non-maximum suppression** (NMS) leaves the best of each.",
    width="content",
)
draw_section("core.ui.detector.section")
