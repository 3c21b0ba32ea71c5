"""Square crops of one size from pictures of any shape, and how large they may be."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from core.errors import UserError

LARGEST = 256
"""Side of a kept square at most, pixels: what ImageNet's pictures are resized to before networks look at them."""
SMALLEST = 32
"""Side below which a set is refused rather than kept smaller still, unless its pictures are as small as that."""
MAX_SET_BYTES = 200_000_000
"""Memory that the pictures of one set take at most."""


def square_side(count: int, largest: int) -> int:
    """The side at which so many pictures are kept.

    Args:
        count: pictures N.
        largest: the longest of their shorter sides, pixels; nothing is gained by keeping more.

    Raises:
        UserError: they would not fit into `MAX_SET_BYTES`.
    """
    fits = int((MAX_SET_BYTES / (3 * max(count, 1))) ** 0.5)
    if fits < min(SMALLEST, largest):
        most = MAX_SET_BYTES // (3 * SMALLEST * SMALLEST)
        raise UserError(f"{count:,} pictures are too many: at most {most:,} fit into memory here, so take fewer.")
    return max(1, min(LARGEST, largest, fits))


def to_square(image: Image.Image, side: int) -> Tensor:
    """Resize the shorter side and cut out the middle.

    Args:
        image: RGB, of any shape.
        side: pixels.

    Returns:
        (3, side, side) uint8.
    """
    scale = side / min(image.size)
    width, height = (max(side, round(length * scale)) for length in image.size)
    small = image if (width, height) == image.size else image.resize((width, height), Image.Resampling.BILINEAR)
    left, top = (width - side) // 2, (height - side) // 2
    pixels = np.asarray(small.crop((left, top, left + side, top + side)).convert("RGB"))
    # by numpy: torch would wake all its threads for each of a thousand pictures, and wait for them
    return torch.from_numpy(pixels.transpose(2, 0, 1).copy())
