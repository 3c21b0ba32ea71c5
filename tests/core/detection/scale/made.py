"""A row of the coffee cup at the detector's usual size."""

from __future__ import annotations

from PIL.Image import Image

from core.detection.scale.row import Row, row_of
from core.samples import SAMPLES, ground_truth

SIDE = 320


def row_of_sample(image: Image, name: str = "coffee", label: str = "cup", short_side: int = SIDE) -> Row:
    box = next(box.xyxy for box in ground_truth(SAMPLES[name]) if box.label == label)
    return row_of(image, image.size, box, short_side)
