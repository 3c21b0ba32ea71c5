"""What there is to pool in a picture that a detector has seen: its boxes, the level of each, the channels of a map."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.ops import MultiScaleRoIAlign

from core.detection.inside import Inside, Level
from core.detection.pooling.levels import level_of, pooled_levels
from core.detection.pooling.quantised import Box, Values
from core.errors import UserError
from core.models.semantic import SemanticBackbone, channel_names

IOU, SCORE = 0.5, 0.3
"""NMS and score threshold of the detections to choose from."""

DETECTIONS, PROPOSALS = 12, 12
"""As many of each at most."""


@dataclass(frozen=True)
class Region:
    """A proposal that is pooled.

    Attributes:
        name: what to call it: the detection that it became, or its rank among the proposals.
        box: (x1, y1, x2, y2), network pixels.
        label: index of the class that it is taken for, never 0.
    """

    name: str
    box: Box
    label: int


@dataclass(frozen=True, eq=False)
class Pooled:
    """A channel of a level, for a region.

    Attributes:
        level: of the pyramid.
        channel: which.
        name: of the channel.
        values: (h, w) float32.
    """

    level: Level
    channel: int
    name: str
    values: Values


@dataclass(frozen=True, eq=False)
class Regions:
    """What can be chosen.

    Attributes:
        inside: the forward pass.
        model: which made it; only read.
        regions: by their number, "1" the first: the proposals behind detections, then the best proposals.
        levels: by their stride as text, the finest first.
        channels: a name each.
    """

    inside: Inside
    model: FasterRCNN
    regions: Mapping[str, Region]
    levels: Mapping[str, Level]
    channels: tuple[str, ...]

    def pooled(self, region: Region, level: str = "", channel: int | None = None) -> Pooled:
        """The map that a region is cut from.

        Args:
            region: one of `regions`.
            level: one of `levels`; another: as the network assigns it.
            channel: which; None: that of the region's class where channels have names, else the one that is strongest
                within the box.
        """
        pool = _pool(self.model)
        where = self.levels.get(level) or level_of(pool, tuple(self.levels.values()), region.box)
        maps = self.inside.features[where.name]  # (channels, h, w)
        if channel is None:
            named = isinstance(self.model.backbone, SemanticBackbone)
            channel = region.label - 1 if named else _strongest(maps, region.box, where.stride[0])
        return Pooled(where, channel, self.channels[channel], maps[channel].numpy())


def _strongest(maps: Tensor, box: Box, stride: int) -> int:
    rows, columns = maps.shape[-2:]
    left, top, right, bottom = (end / stride for end in box)
    y, x = min(max(math.floor(top), 0), rows - 1), min(max(math.floor(left), 0), columns - 1)
    part = maps[:, y : max(math.ceil(bottom), y + 1), x : max(math.ceil(right), x + 1)]
    return int(part.mean((1, 2)).argmax())


def _pool(model: FasterRCNN) -> MultiScaleRoIAlign:
    heads: Any = model.roi_heads  # its parts are typed Tensor | Module
    pool: MultiScaleRoIAlign = heads.box_roi_pool
    return pool


def _box(row: Tensor) -> Box:
    x1, y1, x2, y2 = row.tolist()
    return x1, y1, x2, y2


def regions(inside: Inside, model: FasterRCNN) -> Regions:
    """What can be chosen of a forward pass.

    Raises:
        UserError: its feature maps were not kept, or nothing was proposed.
    """
    found = inside.candidates
    if not inside.features:
        raise UserError(
            "The feature maps of this network at this input size are too large to be kept. A smaller input size, or "
            "the bundled model, has some that are."
        )
    if not len(found.proposals):
        raise UserError(
            "The network proposed no box in this picture. Another picture, or another input size, has some."
        )
    kept = found.suppress(IOU, SCORE, limit=DETECTIONS)
    chosen: list[Region] = []
    for index in kept.indices.tolist():
        label, score = int(found.labels[index]), float(found.scores[index])
        name = f"{found.classes[label]} {score:.2f}, its proposal"
        chosen.append(Region(name, _box(found.proposals[found.sources[index]]), label))
    for rank in range(min(PROPOSALS, len(found.proposals))):
        label = int(found.class_scores[rank, 1:].argmax()) + 1
        name = f"proposal {rank + 1}, objectness {float(found.objectness[rank]):.2f}"
        chosen.append(Region(name, _box(found.proposals[rank]), label))
    levels = {str(level.stride[0]): level for level in pooled_levels(_pool(model), inside.levels)}
    count = len(next(iter(inside.features.values())))
    named = isinstance(model.backbone, SemanticBackbone)
    names = channel_names(found.classes[1:]) if named else tuple(f"channel {number}" for number in range(count))
    return Regions(inside, model, {str(n): region for n, region in enumerate(chosen, 1)}, levels, names)
