from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from core.detection import StagedDetector
from core.detection.ladder.crops import CONTEXT, Crop, read_each, warp
from core.jobs import silent

FILL = (1, 2, 3)


def halves() -> Image.Image:
    """100 x 60, black on the left and white on the right."""
    pixels = np.zeros((60, 100, 3), np.uint8)
    pixels[:, 50:] = 255
    return Image.fromarray(pixels)


def back(crop: Crop) -> list[float]:
    """The region of a crop, in image pixels again."""
    x1, y1, x2, y2 = crop.inner
    (left, top), (across, down) = crop.corner, crop.scale
    return [left + x1 * across, top + y1 * down, left + x2 * across, top + y2 * down]


@pytest.mark.parametrize("context", [0, CONTEXT])
@pytest.mark.parametrize("box", [(40.0, 10.0, 60.0, 50.0), (0.0, 0.0, 100.0, 60.0), (0.0, 0.0, 1.0, 60.0)])
def test_the_region_lies_where_it_says(box: tuple[float, float, float, float], context: int) -> None:
    crop = warp(halves(), box, 128, context=context)
    assert crop.image.size == (128, 128)
    assert crop.inner == (context, context, 128 - context, 128 - context)
    assert back(crop) == pytest.approx(box, abs=1e-4)


def test_the_edge_of_the_halves_is_in_the_middle() -> None:
    pixels = np.asarray(warp(halves(), (40, 10, 60, 50), 128).image)
    assert pixels[64, 60].max() < 30
    assert pixels[64, 68].min() > 225


def test_outside_of_the_picture_is_filled() -> None:
    pixels = np.asarray(warp(halves(), (0, 0, 100, 60), 128, fill=FILL).image)
    frame = np.ones((128, 128), bool)
    frame[CONTEXT:-CONTEXT, CONTEXT:-CONTEXT] = False
    assert (pixels[frame] == FILL).all()
    assert set(np.unique(pixels[~frame])) & {0, 255}


def test_a_smaller_copy_gives_the_same_crop() -> None:
    large = warp(halves(), (20, 10, 90, 50), 64)
    small = warp(halves().resize((50, 30)), (20, 10, 90, 50), 64, size=(100, 60))
    assert small.corner == large.corner
    difference = np.abs(np.asarray(small.image, float) - np.asarray(large.image, float)).mean()
    assert difference < 8


@pytest.mark.parametrize("side", [128, 320])
def test_a_region_that_fills_the_picture_and_one_of_nothing(detector: StagedDetector, side: int) -> None:
    regions = torch.tensor([[0.0, 0.0, 40.0, 40.0], [5.0, 5.0, 5.0, 9.0]])
    said = read_each(
        detector, Image.new("RGB", (40, 40), "red"), regions, side, silent, context=CONTEXT, what="regions"
    )
    assert said.scores.shape == (2, len(detector.spec.classes))
    assert said.boxes.isfinite().all()
    assert said.boxes.min() >= 0
    assert said.boxes.max() <= 40


def test_no_regions_at_all(detector: StagedDetector) -> None:
    said = read_each(detector, halves(), torch.zeros(0, 4), 128, silent, context=0, what="regions")
    assert len(said.scores) == len(said.boxes) == 0
