"""CIFAR-10: the mid-term's eleven families, their race and ranking, and what a group hands in."""

from core.ui import ensure_routed
from core.ui.pages import CIFAR

ensure_routed(__file__)
CIFAR.draw()
