"""Transfer learning: a trained network put to work on one's own few pictures, in all the ways of the lecture."""

from core.ui import draw_section, ensure_routed, head, section_menu
from core.ui.transfer import SECTIONS

ensure_routed(__file__)

with head("Transfer learning"):
    name = section_menu(SECTIONS, "transfer_section")
draw_section(SECTIONS[name])
