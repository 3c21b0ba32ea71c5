"""What is learned, how, and which runs it is compared with."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.conv.learning.curvature import Curvature, Optimiser
from core.conv.learning.descent import Start

ADAM_RATE = 0.05
SHARE = 0.9
"""Of the largest stable rate, for the runs that are compared."""
COMPARED = 2_000
"""Steps of each of them at most: four runs of a visitor's 5,000 would take too long on a busy machine."""


@dataclass(frozen=True)
class Problem:
    """What is to be learned: a picture and the kernel that filters it.

    Attributes:
        digest: of the picture.
        target: rows of the target kernel.
        size: side of the kernel that learns.
        centred: whether the picture's mean is subtracted.
        noise: standard deviation of what is added to the filtered picture.
        seed: of the noise and of a random start.
    """

    digest: str
    target: tuple[tuple[float, ...], ...]
    size: int
    centred: bool
    noise: float
    seed: int

    def both(self) -> dict[str, Problem]:
        """With the picture as it is and with the centred one."""
        return {"raw": replace(self, centred=False), "centred": replace(self, centred=True)}


@dataclass(frozen=True)
class TrainSettings:
    """How it is learned, see `core.conv.learning.descent.train`."""

    optimiser: Optimiser
    rate: float
    steps: int
    start: Start


def compared(settings: TrainSettings, curvatures: Mapping[str, Curvature]) -> dict[str, tuple[str, TrainSettings]]:
    """The runs to compare: SGD near its largest stable rate and Adam, on each kind of picture.

    Args:
        settings: of the visitor's run.
        curvatures: kind of picture -> curvature of its loss.

    Returns:
        Name -> (kind of picture, settings); SGD is left out where it has no largest stable rate.
    """
    runs = {}
    for optimiser in (Optimiser.SGD, Optimiser.ADAM):
        for kind, curvature in curvatures.items():
            rate = ADAM_RATE if optimiser is Optimiser.ADAM else SHARE * curvature.limit(optimiser)
            if math.isfinite(rate):
                steps = min(settings.steps, COMPARED)
                runs[f"{optimiser}, {kind}"] = kind, replace(settings, optimiser=optimiser, rate=rate, steps=steps)
    return runs
