"""Transfer learning: a trained network put to work on one's own few pictures, in all the ways of the lecture."""

from core.ui import ensure_routed
from core.ui.pages import TRANSFER

ensure_routed(__file__)
TRANSFER.draw()
