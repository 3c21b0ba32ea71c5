"""A picture and a kernel: what is made of them and said of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.conv.kernels.classic import KERNELS, Padding, correlate, own
from core.figures.conv.filtering import EVEN_AREAS, Combination, FilterSettings, code, even_area, filtered, spread
from core.figures.conv.kernels import Shown

PIXELS = np.random.default_rng(0).integers(0, 256, (24, 30)).astype(np.float32)
SOBEL = FilterSettings(KERNELS["Sobel x"], Combination.ALONE, Shown.ABSOLUTE, False, Padding.ZERO, 1, 1.0)


def test_the_range_is_that_of_the_correlation() -> None:
    found, values = filtered(PIXELS, SOBEL), correlate(PIXELS, SOBEL.kernel.values, padding=Padding.ZERO)
    assert (found.low, found.high) == (values.min(), values.max())
    assert (found.size, found.places) == ((30, 24), (30, 24))
    assert found.outside == pytest.approx(((values < 0) | (values > 255)).mean())
    assert f"{found.outside:.0%} of it is outside" in spread(SOBEL, found)


def test_a_stride_makes_fewer_places() -> None:
    assert filtered(PIXELS, replace(SOBEL, stride=3)).places == (10, 8)


def test_a_pair_of_kernels() -> None:
    magnitude = filtered(PIXELS, replace(SOBEL, pair=Combination.MAGNITUDE))
    across, down = (correlate(PIXELS, KERNELS[name].values, padding=Padding.ZERO) for name in ("Sobel x", "Sobel y"))
    assert magnitude.high == pytest.approx(np.hypot(across, down).max())
    direction = replace(SOBEL, pair=Combination.DIRECTION)
    assert "hue is the direction" in spread(direction, filtered(PIXELS, direction))
    assert direction.file_name == "sobel-direction"


@pytest.mark.parametrize("pair", Combination)
def test_the_program_holds(pair: Combination) -> None:
    exec(compile(code(PIXELS, replace(SOBEL, pair=pair)), "kernel.py", "exec"), {})


@pytest.mark.parametrize(
    ("text", "word"),
    [("-1 1", "black (0)"), ("1", "the same grey"), ("2", "brighter"), ("0.5", "darker"), ("-1", "negative")],
)
def test_what_an_even_area_becomes(text: str, word: str) -> None:
    assert even_area(own(text))[0] == word
    assert word in EVEN_AREAS
