"""What the four methods are asked with, and which of it each of them looks at."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from PIL.Image import Image

from core.detection.detector import StagedDetector
from core.detection.ladder import fast, faster, rcnn, sliding
from core.detection.ladder.crops import SIDE
from core.detection.ladder.result import Method, Rung
from core.detection.ladder.sliding import Windows
from core.jobs import Report

REGIONS = 200
"""To begin with: a tenth of R-CNN's, for seconds instead of a minute."""


@dataclass(frozen=True)
class Settings:
    """All of it.

    Attributes:
        windows: that slide.
        regions: of selective search, at most.
        side: of the crops that go through the network alone, pixels.
    """

    windows: Windows = field(default_factory=Windows)
    regions: int = REGIONS
    side: int = SIDE

    def of(self, method: Method) -> tuple[Hashable, ...]:
        """The part that a method looks at: with another one it has to run anew."""
        parts: dict[Method, tuple[Hashable, ...]] = {
            Method.SLIDING: (self.windows, self.side),
            Method.RCNN: (self.regions, self.side),
            Method.FAST: (self.regions,),
            Method.FASTER: (),
        }
        return parts[method]


def look(
    method: Method,
    detector: StagedDetector,
    image: Image,
    settings: Settings,
    report: Report,
    *,
    short_side: int,
    size: tuple[int, int] | None = None,
) -> Rung:
    """Run one of the methods on a picture.

    Args:
        method: which.
        detector: whose network.
        image: RGB.
        settings: all of them.
        report: of the job; stops it between two passes.
        short_side: length of the picture's shorter side for the network, pixels.
        size: (width, height) of the picture where `image` is a smaller copy of it.

    Raises:
        UserError: the settings cannot be, selective search is missing or finds nothing, or no memory is left.
    """
    if method is Method.SLIDING:
        windows, side = settings.windows, settings.side
        return sliding.run(detector, image, windows, side, report, short_side=short_side, size=size)
    if method is Method.RCNN:
        return rcnn.run(detector, image, settings.regions, settings.side, report, size=size)
    if method is Method.FAST:
        return fast.run(detector, image, settings.regions, report, short_side=short_side, size=size)
    return faster.of(detector.candidates(image, size=size or image.size, short_side=short_side))
