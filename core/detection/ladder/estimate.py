"""How long a method will take here, before it runs: from the time of one pass, measured on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import PIL.Image
import torch

from core.detection.detector import StagedDetector
from core.detection.ladder import sliding
from core.detection.ladder.crops import CONTEXT, read_each
from core.detection.ladder.result import Method
from core.detection.ladder.selective import USUAL_S, check_limit
from core.detection.ladder.settings import Settings
from core.jobs import silent

TIMES = 5
"""Passes that are timed; their median counts."""


@dataclass(frozen=True)
class Estimate:
    """What a method will take.

    Attributes:
        passes: through the network; of selective search, which may find fewer regions, at most.
        seconds: all of it.
    """

    passes: int
    seconds: float


def seconds_of_a_crop(detector: StagedDetector, side: int) -> float:
    """Cutting out and sending through the network a crop of this side, pixels: seconds, measured now."""
    picture = PIL.Image.effect_noise((640, 480), 60).convert("RGB")
    region = torch.tensor([[40.0, 40.0, 360.0, 400.0]])
    times = []
    for _ in range(TIMES + 1):  # the first warms up
        said = read_each(detector, picture, region, side, silent, context=CONTEXT, what="crops")
        times.append(sum(part.milliseconds for part in said.parts) / 1e3)
    return median(times[1:])


def estimate(
    method: Method, size: tuple[int, int], short_side: int, settings: Settings, *, crop_s: float, pass_s: float
) -> Estimate:
    """What a method will take on a picture.

    Args:
        method: which.
        size: (width, height) of the picture.
        short_side: length of its shorter side for the network, pixels.
        settings: of all methods.
        crop_s: seconds of one crop, see `seconds_of_a_crop`.
        pass_s: seconds of a pass of the whole picture.

    Raises:
        UserError: the settings cannot be.
    """
    if method is Method.SLIDING:
        windows = sliding.count(size, short_side, settings.windows)
        return Estimate(windows, windows * crop_s)
    if method is Method.FASTER:
        return Estimate(1, pass_s)
    check_limit(settings.regions)
    if method is Method.RCNN:
        return Estimate(settings.regions, USUAL_S + settings.regions * crop_s)
    return Estimate(1, USUAL_S + pass_s)
