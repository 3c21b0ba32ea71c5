"""A picture and a kernel: the filtered picture, what is to be said of it, and its program."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from PIL import Image

from core.conv.kernels.classic import KERNELS, PAIRS, Array, Kernel, Padding, correlate, gradient
from core.conv.kernels.code import Slope, to_code
from core.figures.conv.kernels import Shown, direction_picture, enlarge, result_picture, short
from core.images import to_jpeg

EVEN_AREAS = ("black (0)", "the same grey", "brighter", "darker", "negative")
"""What a kernel can make of an area of one even grey."""


class Combination(StrEnum):
    """What is shown of a kernel that has a partner for the other direction."""

    ALONE = "this kernel alone"
    MAGNITUDE = "magnitude of the gradient"
    DIRECTION = "direction of the gradient"


@dataclass(frozen=True)
class FilterSettings:
    """What is to be done to a picture.

    Attributes:
        kernel: laid on the picture.
        pair: alone, or with its partner.
        shown: what becomes of signed numbers.
        colour: each channel for itself, else the picture in grey.
        padding: beyond the edge.
        stride: pixels.
        strength: what the result is multiplied by before it is shown.
    """

    kernel: Kernel
    pair: Combination
    shown: Shown
    colour: bool
    padding: Padding
    stride: int
    strength: float

    @property
    def title(self) -> str:
        """What the result is called."""
        return self.kernel.name if self.pair is Combination.ALONE else self.pair.capitalize()

    @property
    def file_name(self) -> str:
        """What files of it are called, without what comes before and behind."""
        alone = self.pair is Combination.ALONE
        what = self.kernel.name if alone else f"{self.kernel.name.split()[0]} {self.pair.split()[0]}"
        return what.lower().replace(" ", "-").replace("×", "x")


@dataclass(frozen=True)
class Filtered:
    """Pictures to show, and the range of the numbers behind the second.

    Attributes:
        before, after: JPEG files of one size.
        size: (width, height) of both, pixels.
        places: (width, height) of the result, smaller with a stride.
        low, high: least and largest number of the result.
        outside: share of them below 0 or above 255.
    """

    before: bytes
    after: bytes
    size: tuple[int, int]
    places: tuple[int, int]
    low: float
    high: float
    outside: float


def filtered(pixels: Array, settings: FilterSettings) -> Filtered:
    """Filter a picture.

    Args:
        pixels: (H, W) or (H, W, 3), 0 to 255.
        settings: how.

    Raises:
        UserError: as `correlate`.
    """
    values, image = _result(pixels, settings)
    before = Image.fromarray(pixels.astype(np.uint8))
    return Filtered(
        before=to_jpeg(before),
        after=to_jpeg(enlarge(image, before.size), quality=90),
        size=before.size,
        places=image.size,
        low=float(values.min()),
        high=float(values.max()),
        outside=float(((values < 0) | (values > 255)).mean()),
    )


def _result(pixels: Array, settings: FilterSettings) -> tuple[Array, Image.Image]:
    def apply(kernel: Kernel) -> Array:
        return correlate(pixels, kernel.values, padding=settings.padding, stride=settings.stride)

    if settings.pair is Combination.ALONE:
        values = apply(settings.kernel)
        return values, result_picture(values, settings.shown, settings.strength)
    across, down = (KERNELS[name] for name in PAIRS[settings.kernel.name])
    magnitude, direction = gradient(apply(across), apply(down))
    if settings.pair is Combination.DIRECTION:
        return direction, direction_picture(magnitude, direction, settings.strength)
    return magnitude, result_picture(magnitude, Shown.CLIPPED, settings.strength)


def code(pixels: Array, settings: FilterSettings) -> str:
    """A program that filters a corner of the picture; arguments as of `filtered`."""
    if settings.pair is Combination.ALONE:
        return to_code(settings.kernel, pixels, settings.padding, settings.stride)
    across, down = (KERNELS[name] for name in PAIRS[settings.kernel.name])
    slope = Slope.DIRECTION if settings.pair is Combination.DIRECTION else Slope.MAGNITUDE
    return to_code((across, down), pixels, settings.padding, settings.stride, slope)


def even_area(kernel: Kernel) -> tuple[str, str]:
    """What an area of one even grey becomes: one of `EVEN_AREAS`, and a sentence in Markdown."""
    total = float(kernel.values.sum())
    adds_up = f"Its entries add up to **{short(total)}**: an even area"
    if abs(total) < 1e-6:
        return "black (0)", f"{adds_up} becomes **0**: the kernel removes brightness and keeps changes."
    if abs(total - 1) < 1e-6:
        return "the same grey", f"{adds_up} stays **as bright as it was**."
    if total < 0:
        return "negative", f"{adds_up} becomes **negative**."
    return "brighter" if total > 1 else "darker", f"{adds_up} becomes **{short(total)} times** as bright."


def spread(settings: FilterSettings, found: Filtered) -> str:
    """What the numbers of the result are, in Markdown."""
    if settings.pair is Combination.DIRECTION:
        return "The hue is the direction towards the brighter side: red →, green ↓, cyan ←, violet ↑."
    low, high = short(found.low), short(found.high)
    return f"The result runs from **{low}** to **{high}**; {found.outside:.0%} of it is outside 0…255."
