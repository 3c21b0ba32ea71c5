"""The metrics explorer: change one cell of a confusion matrix and watch every score move."""

from core.ui import ensure_routed
from core.ui.pages import METRICS

ensure_routed(__file__)
METRICS.draw()
