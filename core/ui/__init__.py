"""The only part of core that knows Streamlit: the frame all pages share, and what they draw with."""

from core.ui.components.boxes import show_boxes
from core.ui.components.drawing import show_drawing
from core.ui.framework.frame import frame
from core.ui.framework.layout import panes
from core.ui.framework.page import head
from core.ui.framework.router import ensure_routed, route
from core.ui.framework.show import download, moving_slider, problem, reset_button, show
from core.ui.gallery import sample_gallery
from core.ui.pictures import Picture, choose_picture
from core.ui.warming import warm_up

__all__ = [
    "Picture",
    "choose_picture",
    "download",
    "ensure_routed",
    "frame",
    "head",
    "moving_slider",
    "panes",
    "problem",
    "reset_button",
    "route",
    "sample_gallery",
    "show",
    "show_boxes",
    "show_drawing",
    "warm_up",
]
