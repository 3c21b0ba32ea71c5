"""Selective search: regions from the picture alone, by merging neighbouring segments that look alike.

Uijlings et al. (https://doi.org/10.1007/s11263-013-0620-5), OpenCV's implementation in its fast mode
(https://docs.opencv.org/4.x/d6/d6d/group__ximgproc__segmentation.html). As R-CNN's own code has it, the picture is
shrunk to 500 pixels first and regions narrower or lower than 20 pixels there are left out.

OpenCV returns the same regions at every call, but in an order of chance: the rank in the hierarchy of merging times a
random number, from a generator that cannot be seeded. Here the position by size, the largest first, which is nearly
that rank, is multiplied by random numbers with a fixed seed: the first 200 are the same ones on every machine.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

import numpy as np
import torch
from PIL.Image import Image
from torch import Tensor

from core.detection.ladder.result import MOST
from core.detection.results import StageTime
from core.errors import UserError
from core.images import shrink

SIDE = 500
"""Pixels of the longer side of the picture that is searched."""
SMALLEST = 20
"""Pixels there of a region's sides at least."""
USUAL_S = 1.0
"""About what it takes; 0.4 to 2 s on two shared x86-64 cores, by what is in the picture."""
_MISSING = (
    "Selective search is not installed on this server: it comes with the package opencv-contrib-python-headless. "
    "The sliding window and Faster R-CNN work without it."
)


@dataclass(frozen=True, eq=False)
class Search:
    """What selective search found.

    Attributes:
        regions: (N, 4) image pixels, those to be taken first at the front.
        found: how many there were before those of small size, and those over the limit, were left out.
        time: what it took.
    """

    regions: Tensor
    found: int
    time: StageTime


def check_limit(limit: int) -> None:
    """Refuse a number of regions that cannot be taken.

    Raises:
        UserError: below 1 or over `MOST`.
    """
    if limit < 1:
        raise UserError(f"{limit:,} regions leave nothing to look at: take 1 or more.")
    if limit > MOST:
        raise UserError(f"{limit:,} regions are too many for a shared server: {MOST:,} is the most.")


def search(image: Image, limit: int, *, size: tuple[int, int] | None = None) -> Search:
    """Search a picture for regions.

    Args:
        image: RGB.
        limit: regions at most.
        size: (width, height) of the picture where `image` is a smaller copy of it.

    Raises:
        UserError: the package is missing, the limit is out of bounds, or the picture has nothing to find.
    """
    check_limit(limit)
    try:
        from cv2 import ximgproc  # 90 MB and half a second: for those who search
    except ImportError as error:
        raise UserError(_MISSING) from error
    width, height = size or image.size
    small = shrink(image, SIDE)
    started = time.perf_counter()
    searching = ximgproc.segmentation.createSelectiveSearchSegmentation()
    searching.setBaseImage(np.ascontiguousarray(np.asarray(small)[:, :, ::-1]))  # BGR
    searching.switchToSelectiveSearchFast()
    found = np.asarray(searching.process())  # (N, 4) x, y, width, height
    took = StageTime("selective search", (time.perf_counter() - started) * 1e3)
    least = min(SMALLEST, *small.size)
    ordered = in_order([(x, y, w, h) for x, y, w, h in found.tolist() if min(w, h) >= least])[:limit]
    if not ordered:
        raise UserError("Selective search finds no region in this picture: it has one colour, or is very small.")
    boxes = torch.tensor(ordered, dtype=torch.float32)  # (N, 4)
    corners = torch.cat((boxes[:, :2], boxes[:, :2] + boxes[:, 2:]), 1)
    to_image = torch.tensor([width / small.width, height / small.height] * 2)
    return Search(corners * to_image, len(found), took)


def in_order(boxes: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Regions (x, y, width, height) in the order in which they are taken, whatever order they come in."""
    by_size = sorted(set(boxes), key=lambda box: (-box[2] * box[3], box))
    chance = random.Random(0)
    ranks = [(position + 1) * chance.random() for position in range(len(by_size))]
    return [box for _, box in sorted(zip(ranks, by_size, strict=True))]
