"""Fast R-CNN (Girshick 2015, https://arxiv.org/abs/1504.08083): one feature map, and RoI pooling for each region.

The whole picture goes through the backbone once; the detector's own `box_roi_pool` (RoIAlign, where the paper had max
pooling) cuts each region's features out of the maps, and the head reads them. Given the detector's own proposals this
is its second stage: class scores and boxes are then the same, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from PIL.Image import Image
from torch import Tensor
from torchvision.models.detection.transform import resize_boxes
from torchvision.ops import clip_boxes_to_image
from torchvision.transforms.functional import pil_to_tensor

from core import device
from core.detection.clock import Clock
from core.detection.detector import StagedDetector
from core.detection.ladder.crops import FULL
from core.detection.ladder.result import Method, Rung, class_boxes
from core.detection.ladder.selective import search
from core.detection.preprocessing import RIGHT, transform_of
from core.detection.results import StageTime
from core.jobs import Report

AT_ONCE = 1_000
"""Regions whose pooled features are held at once; torchvision's networks propose as many at most."""


@dataclass(frozen=True, eq=False)
class Pooled:
    """What the head says of N regions of one feature map.

    Attributes:
        network_size: (height, width) of the resized picture.
        scores: (N, C) softmax over the classes.
        boxes: (N, C, 4) the box of each class after its regression, network pixels, clipped to the picture.
        parts: what it took.
    """

    network_size: tuple[int, int]
    scores: Tensor
    boxes: Tensor
    parts: tuple[StageTime, ...]


@torch.inference_mode()
def pool_and_read(
    detector: StagedDetector, image: Image, short_side: int | None, regions: Callable[[tuple[int, int]], Tensor]
) -> Pooled:
    """One pass of the backbone, then the head on every region.

    Args:
        detector: whose network.
        image: RGB.
        short_side: length of the picture's shorter side for the network, pixels; None: the usual one.
        regions: given the (height, width) of the resized picture, (N, 4) in its pixels.

    Raises:
        UserError: no memory is left.
    """
    model = detector.model
    with device.alone(FULL):
        clock = Clock(device.best())
        pixels = pil_to_tensor(image).to(device.best()).float().div(255)  # (3, H, W)
        images, _ = transform_of(model, short_side, RIGHT)([pixels])
        size = (int(images.image_sizes[0][0]), int(images.image_sizes[0][1]))
        clock.lap("resize and normalise")
        features: dict[str, Tensor] = model.backbone(images.tensors)
        clock.lap("backbone and feature pyramid")
        heads: Any = model.roi_heads
        boxes = regions(size).to(pixels.device)
        scores, moved = [], []
        for some in torch.split(boxes, AT_ONCE):
            pooled = heads.box_roi_pool(features, [some], images.image_sizes)  # (n, channels, 7, 7)
            logits, deltas = heads.box_predictor(heads.box_head(pooled))  # (n, C), (n, 4C)
            scores.append(logits.softmax(-1))
            moved.append(clip_boxes_to_image(heads.box_coder.decode(deltas, [some]), size))  # (n, C, 4)
        clock.lap("RoI pooling and head")
    return Pooled(size, torch.cat(scores).cpu(), torch.cat(moved).cpu(), tuple(clock.times))


def run(
    detector: StagedDetector,
    image: Image,
    limit: int,
    report: Report,
    *,
    short_side: int | None = None,
    size: tuple[int, int] | None = None,
) -> Rung:
    """Search for regions, then one pass for all.

    Args:
        detector: whose network.
        image: RGB.
        limit: regions at most.
        report: of the job.
        short_side: see `pool_and_read`.
        size: (width, height) of the picture where `image` is a smaller copy of it.

    Raises:
        UserError: see `search`; no memory is left.
    """
    width, height = size or image.size
    report(0.0, "selective search")
    found = search(image, limit, size=(width, height))
    report(0.5, "one pass")

    def regions(network: tuple[int, int]) -> Tensor:
        return resize_boxes(found.regions, [height, width], list(network))

    said = pool_and_read(detector, image, short_side, regions)
    device.give_back_memory()
    classes, network_size = detector.spec.classes, said.network_size
    boxes = resize_boxes(said.boxes.reshape(-1, 4), list(network_size), [height, width]).view_as(said.boxes)
    candidates = class_boxes(classes, (height, width), network_size, said.scores, boxes, said.boxes)
    return Rung(Method.FAST, found.regions, candidates, 1, (found.time, *said.parts))
