"""The conv calculator: one convolution, its windows, its kernels, and networks of them."""

from core.ui import ensure_routed
from core.ui.pages import CONV

ensure_routed(__file__)
CONV.draw()
