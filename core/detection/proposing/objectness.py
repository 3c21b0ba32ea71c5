r"""Objectness as maps: what the region proposal network gives each cell of each level.

At each cell stand A anchors, each with a logit $z$; objectness is $\sigma(z) = 1/(1 + e^{-z})$
(https://arxiv.org/abs/1506.01497, section 3.1, with one logit an anchor as in torchvision's `RPNHead`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import torch
from torch import Tensor

from core.detection.inside import Inside, Level

SQUARE_WITHIN = 1.05
"""Sides that differ by less are those of a square: torchvision rounds anchors to whole pixels."""


class Shape(StrEnum):
    """Which of a cell's anchors count."""

    ANY = "any"
    WIDE = "wide"
    SQUARE = "square"
    TALL = "tall"


@dataclass(frozen=True, eq=False)
class ObjectnessMap:
    """One level.

    Attributes:
        level: of the pyramid.
        values: (h, w) the highest objectness among the anchors that count, in [0, 1].
        best: (h, w) int64 which of the A anchors it belongs to.
        sizes: (A, 2) width and height of the anchors, network pixels.
    """

    level: Level
    values: Tensor
    best: Tensor
    sizes: Tensor


def sizes_of(level: Level) -> Tensor:
    """(A, 2) width and height of a level's anchors, network pixels."""
    return level.cell[:, 2:] - level.cell[:, :2]


def of_shape(level: Level, shape: Shape) -> Tensor:
    """(A,) bool which of a level's anchors have this shape."""
    width, height = sizes_of(level).unbind(1)
    wide, tall = width > SQUARE_WITHIN * height, height > SQUARE_WITHIN * width
    found: dict[Shape, Tensor] = {
        Shape.ANY: torch.ones_like(wide),
        Shape.WIDE: wide,
        Shape.SQUARE: ~wide & ~tall,
        Shape.TALL: tall,
    }
    return found[shape]


def objectness_maps(inside: Inside, shape: Shape = Shape.ANY) -> tuple[ObjectnessMap, ...]:
    """The levels as maps, the finest first; one that has no anchor of this shape is 0 throughout."""
    maps = []
    for level in inside.levels:
        rows, columns = level.shape
        scores = inside.logits[level.begin : level.end].view(rows, columns, -1).sigmoid()  # (h, w, A)
        counted = scores.masked_fill(~of_shape(level, shape), 0)
        values, best = counted.max(-1)
        maps.append(ObjectnessMap(level, values, best, sizes_of(level)))
    return tuple(maps)
