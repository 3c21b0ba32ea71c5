"""What a visitor can set in *Where it fails*."""

from __future__ import annotations

from dataclasses import dataclass

from core.detection.preprocessing import Preprocessing
from core.ui import framework as ui
from core.ui.detector import subject

KEY = f"{subject.KEY}_fails"


@dataclass(frozen=True)
class Mistakes:
    """What is done wrongly, and which boxes are shown."""

    bgr: bool = ui.switch(
        "Channels as BGR",
        "The network is given blue, green, red, as OpenCV's imread returns them, where it expects red, green, blue.",
        True,
        persists=True,
    )
    raw: bool = ui.switch(
        "Normalisation left out",
        "The network is given values from 0 to 1, where it expects each channel's mean subtracted and the rest divided "
        "by its standard deviation.",
        persists=True,
    )
    score: float = ui.slider(
        "Score threshold", 0.05, 0.95, 0.3, 0.01, "Only boxes that score above this are shown.", persists=True
    )

    @property
    def preprocessing(self) -> Preprocessing:
        """What they make of the right one."""
        return Preprocessing(self.bgr, not self.raw)


DEFAULTS = {**subject.DEFAULTS, **ui.defaults(Mistakes, KEY)}
