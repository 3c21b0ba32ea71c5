"""Section "Anchors": those of one place on a picture, and which ones suit the boxes of a data set."""

from __future__ import annotations

from core.ui import framework as ui
from core.ui.detector.anchors.controls import KEY, PLACE, Part
from core.ui.detector.anchors.data import data
from core.ui.detector.anchors.place import place


def section() -> None:
    """Draw the section."""
    part = ui.draw(Part, KEY).part
    (place if part == PLACE else data)()
