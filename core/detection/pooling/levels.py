"""Which level of the feature pyramid a box is cut from, as the model's own `MultiScaleRoIAlign` assigns it.

Feature Pyramid Networks, equation 1 (https://arxiv.org/abs/1612.03144): k = floor(k0 + log2(sqrt(w h) / s0)), a box of
s0 pixels a side belonging to level k0. torchvision has k0 = 4, s0 = 224; a model may have others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torchvision.ops import MultiScaleRoIAlign
from torchvision.ops.poolers import initLevelMapper

from core.detection.inside import Level
from core.detection.pooling.quantised import Box


def pooled_levels(pool: MultiScaleRoIAlign, levels: Sequence[Level]) -> tuple[Level, ...]:
    """The levels that boxes are cut from: a coarsest one may be there for proposals alone."""
    return tuple(level for level in levels if level.name in pool.featmap_names)


def level_of(pool: MultiScaleRoIAlign, levels: Sequence[Level], box: Box) -> Level:
    """The level that a box is cut from; the model is only read.

    Args:
        pool: the model's.
        levels: those of `pooled_levels`.
        box: (x1, y1, x2, y2), network pixels.
    """
    if len(levels) == 1:
        return levels[0]
    finest, coarsest = (round(math.log2(level.stride[1])) for level in (levels[0], levels[-1]))
    mapper = initLevelMapper(finest, coarsest, pool.canonical_scale, pool.canonical_level)
    return levels[int(mapper([torch.tensor([box])])[0])]
