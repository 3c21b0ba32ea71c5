"""The metrics explorer: change one cell of a confusion matrix and watch every score move."""

from core.ui import draw_section, ensure_routed, head, section_menu
from core.ui.metrics import SECTIONS

ensure_routed(__file__)

with head("Metrics explorer"):
    name = section_menu(SECTIONS, "metrics_section")
draw_section(SECTIONS[name])
