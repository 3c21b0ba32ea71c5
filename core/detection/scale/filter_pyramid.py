"""(b) A pyramid of filters: one picture and its feature maps, windows of several sizes slid over them.

As the deformable part model does with filters of several sizes on HOG features (Felzenszwalb et al., 2010,
https://doi.org/10.1109/TPAMI.2009.167); Faster R-CNN, section 1 and Figure 1b.
"""

from __future__ import annotations

import time

import torch
from torch import Tensor
from torchvision.models.detection.faster_rcnn import FasterRCNN

from core.detection.scale import costs
from core.detection.scale.result import Approach, Cost, Pyramid, Rung
from core.detection.scale.row import Row
from core.detection.scale.windows import Maps, best_of, finest_stride, levels_of, score, slide
from core.jobs import Report, silent


def windows_of(row: Row, size: tuple[int, int], stride: float) -> list[Tensor]:
    """All places of a window of each copy's size, the largest first: (N, 4) each.

    Args:
        row: the picture.
        size: (height, width) of it, network pixels.
        stride: of the finest map, network pixels: windows move by so much at least.
    """
    return [slide(row.window(side), size, stride) for side in row.sides]


def run(
    model: FasterRCNN, row: Row, maps: Maps, label: int, *, one_map: bool = False, report: Report = silent
) -> Pyramid:
    """Slide a window of each copy's size over the maps of one pass.

    Args:
        model: the network.
        row: the picture.
        maps: of the picture at its usual size.
        label: index of the class.
        one_map: all windows read the finest map; else each reads the map of its size, as the network does.
        report: told now and then; it may stop the work.
    """
    stride = finest_stride(maps)
    shapes = [row.window(side) for side in row.sides]
    places = windows_of(row, maps.network_size, stride)
    windows = torch.cat(places)
    rungs = torch.cat([torch.full((len(some),), number) for number, some in enumerate(places)])
    started = time.perf_counter()
    scores = score(model, maps, windows, label, one_map=one_map, report=report)
    seconds = maps.seconds + time.perf_counter() - started
    levels = [0] * len(shapes) if one_map else levels_of(model, shapes)
    macs = costs.backbone(model, maps.padded_size) + len(windows) * costs.region_head(model)
    pixels = maps.padded_size[0] * maps.padded_size[1]
    return Pyramid(
        Approach.FILTERS,
        tuple(
            Rung(f"{side:.0f} px", (shape,), len(some), level=level, stride=stride)
            for side, shape, some, level in zip(row.sides, shapes, places, levels, strict=True)
        ),
        best_of(row.boxes, windows, scores, rungs),
        Cost(1, pixels, len(windows), macs, seconds),
    )
