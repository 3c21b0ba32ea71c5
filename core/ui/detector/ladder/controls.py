"""What a visitor can set in *2013 to 2016*."""

from __future__ import annotations

from dataclasses import dataclass

from core.detection.ladder.crops import SIDE, SIDES
from core.detection.ladder.result import Method
from core.detection.ladder.settings import REGIONS, Settings
from core.detection.ladder.sliding import Windows, read_scales, read_sizes
from core.ui import framework as ui
from core.ui.detector import subject
from core.ui.detector.subject import choose_subject
from core.ui.pictures import Picture

KEY = "rcnn_ladder"
METHODS = tuple(method.value for method in Method)
FOLD = "Windows, regions, crops"


@dataclass(frozen=True)
class Moved:
    """What is moved."""

    method: str = ui.steps(
        "Method",
        METHODS,
        METHODS[0],
        "Left to right: every window through the network; regions of selective search, each through the network; the "
        "same regions on one feature map; regions that the network proposes itself.",
        persists=True,
    )
    score: float = ui.slider(
        "Score threshold",
        0.1,
        0.95,
        0.3,
        0.05,
        "Only boxes that score above this go into NMS, which works at IoU 0.5 within each class. Nothing runs anew.",
        persists=True,
    )


@dataclass(frozen=True)
class Knobs:
    """What is chosen once; with another value a method has to run anew."""

    windows: str = ui.line(
        "Window sizes (px)",
        60,
        "128",
        "Of the sliding window, on a picture whose shorter side is the input size: 128 is a square, 96x192 is 96 wide "
        "and 192 high. Several with commas between them.",
        fold=FOLD,
        persists=True,
    )
    stride: int = ui.whole(
        "Stride (px)", 0, 10_000, 32, "From one window to the next, across and down.", half=True, fold=FOLD,
        persists=True,
    )  # fmt: skip
    regions: int = ui.whole(
        "Regions",
        0,
        1_000_000,
        REGIONS,
        "Of selective search, at most, for R-CNN and Fast R-CNN. The papers took about 2,000.",
        half=True,
        fold=FOLD,
        persists=True,
        step=100,
    )
    scales: str = ui.line(
        "Scales",
        60,
        "1, 1.5, 2",
        "The picture is shrunk by each, so that the window covers more of it. Several with commas between them.",
        fold=FOLD,
        persists=True,
    )
    side: int = ui.segments(
        "Crop (px)",
        SIDES,
        SIDE,
        "To how many pixels square a window or region is warped before it goes through the network alone.",
        fold=FOLD,
        persists=True,
    )

    def settings(self) -> Settings:
        """Understood.

        Raises:
            UserError: a size or a scale is none.
        """
        return Settings(
            Windows(read_sizes(self.windows), self.stride, read_scales(self.scales)), self.regions, self.side
        )


DEFAULTS = {**subject.DEFAULTS, **ui.defaults(Moved, KEY), **ui.defaults(Knobs, KEY)}


@dataclass(frozen=True)
class Asked:
    """All that is asked for; the model may have to be downloaded first."""

    picture: Picture
    model: str
    short_side: int
    moved: Moved
    knobs: Knobs

    @staticmethod
    def usual(picture: Picture) -> Asked:
        """A picture with everything else as it is at first."""
        return Asked(picture, DEFAULTS["rcnn_model"], DEFAULTS["rcnn_size"], Moved(), Knobs())

    @property
    def question(self) -> tuple[object, ...]:
        """What there is to be guessed about: not which method the slider is on."""
        return self.picture.digest, self.model, self.short_side, self.knobs


def controls() -> Asked:
    """Draw them."""
    picture, model, short_side = choose_subject()
    moved = ui.draw(Moved, KEY)
    return Asked(picture, model, short_side, moved, ui.draw(Knobs, KEY))
