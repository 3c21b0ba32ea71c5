"""Where anchors stand: a grid of places over the picture, as a feature map of a given stride has it."""

from __future__ import annotations

import math

from torch import Tensor

from core.detection.inside import Level
from core.errors import UserError

MOST_ANCHORS = 250_000
"""Of a grid: those of torchvision's ResNet-50 are 217,413."""


def one_level(network_size: tuple[int, int], stride: int, cell: Tensor, name: str = "sizes × ratios") -> Level:
    """A grid over the whole picture with the same boxes at each place, as in Faster R-CNN before feature pyramids.

    Args:
        network_size: (height, width) of the picture as the network sees it.
        stride: network pixels from one place to the next.
        cell: (A, 4) boxes around (0, 0).
        name: of it.

    Raises:
        UserError: more than `MOST_ANCHORS`.
    """
    rows, columns = (math.ceil(side / stride) for side in network_size)
    if (count := rows * columns * len(cell)) > MOST_ANCHORS:
        raise UserError(
            f"{count:,} anchors are too many to be matched while you wait: take a larger stride, a smaller input or "
            "fewer boxes at a place."
        )
    return Level(name, (rows, columns), (stride, stride), cell, 0)


def within(level: Level, network_size: tuple[int, int]) -> tuple[int, int]:
    """(rows, columns) of the places that lie on the picture: further ones are on what fills it up to whole strides."""
    rows, columns = (
        min(count, (side - 1) // step + 1)
        for count, side, step in zip(level.shape, network_size, level.stride, strict=True)
    )
    return rows, columns


def nearest(level: Level, network_size: tuple[int, int], across: float, down: float) -> tuple[int, int]:
    """(row, column) of the place nearest to a point, given in percent of the picture's width and height."""
    row, column = (
        max(0, min(count - 1, math.floor(share / 100 * side / step + 0.5)))
        for count, share, side, step in zip(
            within(level, network_size), (down, across), network_size, level.stride, strict=True
        )
    )
    return row, column


def shares(level: Level, network_size: tuple[int, int], row: int, column: int) -> tuple[float, float]:
    """(across, down): where a place lies, in percent of the picture, to a tenth."""
    down, across = (
        round(100 * number * step / side, 1)
        for number, step, side in zip((row, column), level.stride, network_size, strict=True)
    )
    return min(across, 100.0), min(down, 100.0)


def anchors_at(level: Level, row: int, column: int) -> range:
    """Which of all anchors stand at a place."""
    begin = level.begin + (row * level.shape[1] + column) * len(level.cell)
    return range(begin, begin + len(level.cell))
