"""One forward pass through a one-stage detector: every cell hands over its class scores and its one box.

There are no proposals and no second look at a region; what is left after the score threshold goes to the same
non-maximum suppression as the class boxes of a Faster R-CNN.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor
from torchvision.models.detection.transform import resize_boxes
from torchvision.ops import clip_boxes_to_image, remove_small_boxes

from core.detection.clock import Clock
from core.detection.preprocessing import RIGHT, Preprocessing, transform_of
from core.detection.results import SMALLEST_SIDE, OneStageCandidates
from core.models.nanodet import NanoDet

FLOOR = 0.05
"""NanoDet's own, https://github.com/RangiLyu/nanodet: thousands of cells believe a little in many classes."""

MOST = 1000
"""The best so many class boxes go to NMS, as NanoDet has it."""


@torch.inference_mode()
def forward(
    model: NanoDet,
    pixels: Tensor,
    classes: tuple[str, ...],
    *,
    image_size: tuple[int, int] | None = None,
    short_side: int | None = None,
    floor: float = FLOOR,
    preprocessing: Preprocessing = RIGHT,
) -> OneStageCandidates:
    """Run the network once on one picture; arguments and frames as in `core.detection.stages.look_inside`.

    A score is the sigmoid of a class's logit, each class for itself; there is no background to share with.

    Args:
        floor: class boxes scoring this or less are not kept, and of the others the best 1,000 at most.
    """
    height, width = image_size or tuple(pixels.shape[-2:])
    clock = Clock(pixels.device)
    images, _ = transform_of(model, short_side, preprocessing)([preprocessing.channels(pixels)])
    size = (int(images.image_sizes[0][0]), int(images.image_sizes[0][1]))
    clock.lap("resize and normalise")
    logits, boxes = (part[0] for part in model(images.tensors))  # (cells, 80), (cells, 4)
    clock.lap("backbone, neck and head")
    scores = logits.sigmoid()
    boxes = clip_boxes_to_image(boxes, size)
    cells, labels = (scores > floor).nonzero(as_tuple=True)
    wide = remove_small_boxes(boxes[cells], SMALLEST_SIDE)
    best = scores[cells[wide], labels[wide]].argsort(descending=True, stable=True)[:MOST]
    chosen = wide[best.sort().values]  # in the order of the cells again
    cells, labels = cells[chosen], labels[chosen]
    result = OneStageCandidates(
        classes=classes,
        image_size=(height, width),
        network_size=size,
        boxes=resize_boxes(boxes[cells], list(size), [height, width]).cpu(),
        network_boxes=boxes[cells].cpu(),
        scores=scores[cells, labels].cpu(),
        labels=(labels + 1).cpu(),
        sources=cells.cpu(),
        floor=floor,
        times=(),
        cells=len(boxes),
    )
    clock.lap("class boxes")
    return replace(result, times=tuple(clock.times))
