"""Fixed windows slid over feature maps, each scored by a network's own head, without any box regression.

A sliding window as of OverFeat (https://arxiv.org/abs/1312.6229) and DPM (Felzenszwalb et al., 2010), with the head of
a Fast R-CNN for its classifier (https://arxiv.org/abs/1504.08083).

Shapes: N windows (x1, y1, x2, y2), network pixels.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from PIL.Image import Image
from torch import Tensor
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.ops import box_iou, roi_align
from torchvision.transforms.functional import pil_to_tensor

from core import device
from core.detection.inside import Inside
from core.detection.preprocessing import RIGHT, transform_of
from core.detection.scale.result import LEAST_IOU, Answer
from core.jobs import Report, silent

BATCH = 512
"""Windows at a time: 100 MB of features at most."""
STEP = 0.25
"""Of a window's sides: how far it moves."""


@dataclass(frozen=True, eq=False)
class Maps:
    """The feature maps of one picture.

    Attributes:
        features: (1, channels, h, w) by name, the finest first, on the device of all networks.
        network_size: (height, width) of the picture, network pixels.
        padded_size: with the zeros that fill it up to whole strides.
        seconds: that the backbone took, and what is before it.
    """

    features: Mapping[str, Tensor]
    network_size: tuple[int, int]
    padded_size: tuple[int, int]
    seconds: float


def maps_inside(inside: Inside) -> Maps | None:
    """The maps that a pass left; None where they were too large to be kept."""
    if not inside.features:
        return None
    at = device.best()
    features = {name: level[None].to(at) for name, level in inside.features.items()}
    seconds = sum(time.milliseconds for time in inside.candidates.times[:2]) / 1e3
    return Maps(features, inside.network_size, inside.padded_size, seconds)


@torch.inference_mode()
def maps_of(model: FasterRCNN, image: Image) -> Maps:
    """Send a picture through the backbone as it is: its shorter side is not brought to another length."""
    with device.device_lock:
        started = time.perf_counter()
        pixels = pil_to_tensor(image).to(device.best()).float().div(255)  # (3, H, W)
        images, _ = transform_of(model, min(image.size), RIGHT)([pixels])
        features = model.backbone(images.tensors)
        device.synchronize(device.best())
        seconds = time.perf_counter() - started
    height, width = images.image_sizes[0]
    return Maps(features, (height, width), (images.tensors.shape[-2], images.tensors.shape[-1]), seconds)


def slide(shape: tuple[float, float], size: tuple[int, int], least: float) -> Tensor:
    """All places of a window in a picture, row by row.

    Args:
        shape: (width, height) of the window.
        size: (height, width) of the picture.
        least: step at least; else it is `STEP` of the window's sides.

    Returns:
        (N, 4); none where the window is larger than the picture.
    """
    wide, high = shape
    if wide > size[1] or high > size[0]:
        return torch.zeros(0, 4)
    x = torch.arange(0, size[1] - wide + 1e-3, max(least, STEP * wide))
    y = torch.arange(0, size[0] - high + 1e-3, max(least, STEP * high))
    down, across = torch.meshgrid(y, x, indexing="ij")
    return torch.stack((across, down, across + wide, down + high), -1).reshape(-1, 4)


def finest_stride(maps: Maps) -> int:
    """Network pixels from one cell of the finest map to the next."""
    return maps.padded_size[0] // next(iter(maps.features.values())).shape[-2]


@torch.inference_mode()
def score(
    model: FasterRCNN, maps: Maps, windows: Tensor, label: int, *, one_map: bool = False, report: Report = silent
) -> Tensor:
    """The score of one class for each window.

    Args:
        model: whose `box_roi_pool`, `box_head` and `box_predictor` are used.
        maps: of the picture.
        windows: (N, 4)
        label: index of the class.
        one_map: cut all windows out of the finest map; else each out of the map that the network itself chooses by
            the window's size (FPN, https://arxiv.org/abs/1612.03144, equation 1).
        report: told after each batch.

    Returns:
        (N,) in [0, 1], on the CPU.
    """
    heads: Any = model.roi_heads
    pool = heads.box_roi_pool
    finest = next(iter(maps.features.values()))
    scores = [torch.zeros(0)]
    for number, some in enumerate(torch.split(windows, BATCH) if len(windows) else ()):
        report(number * BATCH / len(windows), f"{number * BATCH:,} of {len(windows):,} windows")
        with device.device_lock:
            boxes = [some.to(finest.device)]
            if one_map:
                scale, ratio = 1 / finest_stride(maps), pool.sampling_ratio
                pooled = roi_align(finest, boxes, pool.output_size, scale, ratio)
            else:
                pooled = pool(dict(maps.features), boxes, [maps.network_size])  # (n, channels, 7, 7)
            logits, _ = heads.box_predictor(heads.box_head(pooled))  # (n, C), (n, 4C)
            scores.append(logits.softmax(-1)[:, label].cpu())
    return torch.cat(scores)


def levels_of(model: FasterRCNN, shapes: Sequence[tuple[float, float]]) -> list[int]:
    """Which map the network's RoIAlign takes for windows of these (width, height), once it has run."""
    pool: Any = model.roi_heads.box_roi_pool
    if pool.map_levels is None or len(pool.featmap_names) == 1:
        return [0] * len(shapes)
    found: list[int] = pool.map_levels([torch.tensor([(0, 0, *shape) for shape in shapes])]).tolist()
    return found


def best_of(copies: Tensor, windows: Tensor, scores: Tensor, rungs: Tensor) -> tuple[Answer | None, ...]:
    """For each copy the highest-scoring of the windows that overlap it by `LEAST_IOU`.

    Args:
        copies: (K, 4)
        windows: (N, 4) in the same frame.
        scores: (N,)
        rungs: (N,) int64 the rung of each.
    """
    if not len(windows):
        return (None,) * len(copies)
    answers: list[Answer | None] = []
    for overlap in box_iou(copies, windows):  # (N,)
        best = int(scores.masked_fill(overlap < LEAST_IOU, -1).argmax())
        if overlap[best] < LEAST_IOU:
            answers.append(None)
            continue
        x1, y1, x2, y2 = windows[best].tolist()
        iou, box = float(overlap[best]), (x1, y1, x2, y2)
        answers.append(Answer(int(rungs[best]), box, iou, float(scores[best]), box, iou))
    return tuple(answers)
