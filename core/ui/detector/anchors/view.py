"""Section "Anchors": those of one place on a picture, and which ones suit the boxes of a data set."""

from __future__ import annotations

from core.ui.detector.anchors.controls import DATA, KEY, PLACE, Part
from core.ui.detector.anchors.data import data
from core.ui.detector.anchors.place import place
from core.ui.framework.parts import Parts

section = Parts(key=KEY, choice=Part, parts={PLACE: place, DATA: data})
