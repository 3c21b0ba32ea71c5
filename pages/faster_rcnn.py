"""Faster R-CNN: the network runs once a picture, the sliders work on what it left."""

from core.ui import ensure_routed
from core.ui.pages import DETECTOR

ensure_routed(__file__)
DETECTOR.draw()
