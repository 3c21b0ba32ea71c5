"""The only part of core that knows Streamlit: the frame all pages share, and what they draw with."""

from core.ui.framework.frame import frame
from core.ui.framework.page import head
from core.ui.framework.router import ensure_routed, route
from core.ui.framework.show import problem
from core.ui.gallery import sample_gallery
from core.ui.warming import warm_up

__all__ = ["ensure_routed", "frame", "head", "problem", "route", "sample_gallery", "warm_up"]
