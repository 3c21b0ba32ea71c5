"""One object at several sizes in one picture: its copies in a row, each half as large as the one before."""

from __future__ import annotations

import math
from dataclasses import dataclass

import PIL.Image
import torch
from PIL.Image import Image, Resampling
from torch import Tensor

from core.detection.overlap import Corners
from core.errors import UserError

COPIES = 4
LARGEST = 0.75
"""The longer side of the largest copy, as a part of the row's height."""
WIDTH = 1.6
"""Of the row, as a part of its height: less than the 1.66 at which torchvision's detectors begin to shrink pictures."""
FINEST = 2
"""The row is drawn this much larger than the network's usual input, as photographs mostly are."""
GREY = (124, 116, 104)
"""The mean of ImageNet's pixels, so zero for a network: https://docs.pytorch.org/vision/stable/models.html."""
ASPECTS = (0.5, 1.0, 2.0)
"""Width / height of windows."""


@dataclass(frozen=True, eq=False)
class Row:
    """Copies of an object on grey.

    Attributes:
        image: RGB, `FINEST` times the size that the network usually sees.
        boxes: (`COPIES`, 4) the copies, the largest first, in network pixels where the row is `short_side` high.
        short_side: height of the row as the network usually sees it, pixels.
    """

    image: Image
    boxes: Tensor
    short_side: int

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) as the network usually sees it, pixels."""
        return self.short_side, round(self.short_side * WIDTH)

    @property
    def sides(self) -> tuple[float, ...]:
        """Of each copy the side of a square as large as it, network pixels."""
        x1, y1, x2, y2 = self.boxes[0].tolist()
        largest = math.sqrt((x2 - x1) * (y2 - y1))
        return tuple(largest / 2**copy for copy in range(COPIES))

    @property
    def aspect(self) -> float:
        """Width / height of a window for this object, as DPM has one shape for a class: the nearest of `ASPECTS`."""
        x1, y1, x2, y2 = self.boxes[0].tolist()
        return min(ASPECTS, key=lambda aspect: abs(math.log(aspect * (y2 - y1) / (x2 - x1))))

    def window(self, side: float) -> tuple[float, float]:
        """(width, height) of a window of this object's shape, as large as a square of this side."""
        return side * math.sqrt(self.aspect), side / math.sqrt(self.aspect)

    def at(self, scale: float) -> Image:
        """The row as a level of an image pyramid: its sides times this, smoothed where it shrinks."""
        height, width = (round(side * scale) for side in self.size)
        return self.image.resize((width, height), Resampling.BICUBIC)


def row_of(image: Image, size: tuple[int, int], box: Corners, short_side: int) -> Row:
    """Put an object at `COPIES` sizes side by side.

    Args:
        image: RGB, the visitor's picture or a smaller copy of it.
        size: (width, height) of the picture, image pixels.
        box: the object, image pixels.
        short_side: height of the row as the network usually sees it, pixels.

    Raises:
        UserError: there is next to nothing in the box.
    """
    across, down = image.width / size[0], image.height / size[1]
    left, right = (min(max(x * across, 0), image.width) for x in (box[0], box[2]))
    top, bottom = (min(max(y * down, 0), image.height) for y in (box[1], box[3]))
    wide, high = right - left, bottom - top
    if wide < 1 or high < 1:
        raise UserError("This object is less than a pixel wide or high: choose a larger one.")
    row = PIL.Image.new("RGB", (round(FINEST * short_side * WIDTH), FINEST * short_side), GREY)
    most = LARGEST * row.height / max(wide, high)
    sides = [(max(1, round(wide * most / 2**k)), max(1, round(high * most / 2**k))) for k in range(COPIES)]
    gap = (row.width - sum(width for width, _ in sides)) / (COPIES + 1)
    boxes, x = [], gap
    for width, height in sides:
        at = round(x), (row.height - height) // 2
        copy = image.resize((width, height), Resampling.BICUBIC, (left, top, right, bottom))
        row.paste(copy, at)
        boxes.append((at[0], at[1], at[0] + width, at[1] + height))
        x += width + gap
    return Row(row, torch.tensor(boxes, dtype=torch.float32) / FINEST, short_side)
