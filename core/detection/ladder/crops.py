"""A region on its own: cut out, warped to a square, and sent alone through backbone and head.

Girshick et al., R-CNN (https://arxiv.org/abs/1311.2524), appendix A: the region is warped anisotropically, whatever
its shape, with p = 16 pixels of what surrounds it on each side, measured in the warped crop; where the picture ends the
mean colour is put in its place. There is one network here and no SVM a class: the head that was trained on pooled
proposals reads the crop's middle as if it were one.

Which side is best was measured on the 83 objects with sides of 20 pixels or more in the four sample photographs and 25
of COCO val2017, each warped with 16 pixels of context (bundled detector, two x86-64 cores):

| side (px) | named right | large ones (over 96 x 96) | the others | mean score of the right class | a pass (ms) |
|---|---|---|---|---|---|
| 128 | 0.47 | 0.57 | 0.35 | 0.31 | 6.0 |
| 160 | 0.48 | 0.61 | 0.32 | 0.37 | 6.4 |
| 224 | 0.47 | 0.65 | 0.24 | 0.25 | 8.3 |
| 320 | 0.43 | 0.65 | 0.16 | 0.30 | 13.3 |

And R-CNN as a whole, 200 regions each of the samples and 8 of those photographs, 89 objects, score over 0.3:

| side (px) | objects found (IoU 0.5, right class) | other boxes |
|---|---|---|
| 128 | 14 | 271 |
| 160 | 16 | 260 |
| 224 | 11 | 188 |
| 320 | 14 | 240 |

A close-up is read best between 160 and 224 pixels, a small object, which a large crop only blurs, best in a small one.
`SIDE` is 160: as often right as any, with the highest scores and most objects found, in half the time of 320.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import PIL.Image
import torch
from PIL.Image import Image
from torch import Tensor
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.transforms.functional import pil_to_tensor

from core import device
from core.detection.detector import StagedDetector
from core.detection.results import StageTime
from core.jobs import Report

FULL = "The device has no memory left for this: try a smaller size or fewer regions."
SIDES = (128, 160, 224, 320)
SIDE = 160
CONTEXT = 16
"""Pixels of the warped crop around its region, R-CNN's p."""


@dataclass(frozen=True)
class Crop:
    """A region as the network gets it.

    Attributes:
        image: RGB, square.
        inner: (x1, y1, x2, y2) where in it the region is, crop pixels.
        corner: (x, y) of its upper left corner in the picture, image pixels; it may lie outside.
        scale: (across, down) image pixels to a pixel of the crop.
    """

    image: Image
    inner: tuple[float, float, float, float]
    corner: tuple[float, float]
    scale: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Readings:
    """What the head says of N regions, each on its own.

    Attributes:
        scores: (N, C) softmax over the classes.
        boxes: (N, C, 4) the box of each class after its regression, image pixels, clipped to the picture.
        parts: what it took.
    """

    scores: Tensor
    boxes: Tensor
    parts: tuple[StageTime, ...]


def mean_colour(model: FasterRCNN) -> tuple[int, int, int]:
    """The colour that the network's normalisation turns into zeros."""
    transform: Any = model.transform
    red, green, blue = (round(255 * value) for value in transform.image_mean)
    return red, green, blue


def warp(
    image: Image,
    box: tuple[float, float, float, float],
    side: int,
    *,
    context: int = CONTEXT,
    fill: tuple[int, int, int] = (128, 128, 128),
    size: tuple[int, int] | None = None,
) -> Crop:
    """Cut a region out and warp it to a square.

    Args:
        image: RGB.
        box: the region, image pixels.
        side: of the square, pixels, more than twice the context.
        context: pixels of the square on each side that show what is around the region.
        fill: where the picture ends.
        size: (width, height) of the picture where `image` is a smaller copy of it.
    """
    width, height = size or image.size
    x1, y1, x2, y2 = box
    inside = side - 2 * context
    across, down = max(x2 - x1, 1e-3) / inside, max(y2 - y1, 1e-3) / inside
    left, top = x1 - context * across, y1 - context * down
    right, bottom = left + side * across, top + side * down
    seen = max(left, 0.0), max(top, 0.0), min(right, float(width)), min(bottom, float(height))
    place = (  # of what is seen, within the square
        round((seen[0] - left) / across), round((seen[1] - top) / down),
        round((seen[2] - left) / across), round((seen[3] - top) / down),
    )  # fmt: skip
    square = PIL.Image.new("RGB", (side, side), fill)
    wide, high = place[2] - place[0], place[3] - place[1]
    if wide > 0 and high > 0:
        shrunk = image.width / width, image.height / height
        part = (  # rounding may pass the edge
            seen[0] * shrunk[0],
            seen[1] * shrunk[1],
            min(seen[2] * shrunk[0], float(image.width)),
            min(seen[3] * shrunk[1], float(image.height)),
        )
        square.paste(image.resize((wide, high), PIL.Image.Resampling.BILINEAR, box=part, reducing_gap=3.0), place[:2])
    low, far = float(context), float(side - context)
    return Crop(square, (low, low, far, far), (left, top), (across, down))


@torch.inference_mode()
def read(model: FasterRCNN, crop: Crop) -> tuple[Tensor, Tensor]:
    """One pass: (1, C) class logits of the region in a crop, and (1, C, 4) its class boxes, crop pixels, on the CPU."""
    parts: Any = model  # typed Tensor | Module
    pixels = pil_to_tensor(crop.image).to(device.best()).float().div(255)  # (3, S, S)
    side = crop.image.width
    batch = parts.transform.batch_images([parts.transform.normalize(pixels)], parts.transform.size_divisible)
    features: dict[str, Tensor] = model.backbone(batch)
    heads = parts.roi_heads
    region = torch.tensor([crop.inner], device=pixels.device)  # (1, 4)
    pooled = heads.box_roi_pool(features, [region], [(side, side)])  # (1, channels, 7, 7)
    logits, deltas = heads.box_predictor(heads.box_head(pooled))  # (1, C), (1, 4C)
    return logits.cpu(), heads.box_coder.decode(deltas, [region]).cpu()


def read_each(
    detector: StagedDetector,
    image: Image,
    regions: Tensor,
    side: int,
    report: Report,
    *,
    context: int,
    what: str,
    size: tuple[int, int] | None = None,
) -> Readings:
    """Send every region through the network on its own. The device is held for one pass at a time.

    Args:
        detector: whose backbone and head.
        image: RGB.
        regions: (N, 4) image pixels.
        side, context: see `warp`.
        report: of the job; stops it between two passes.
        what: the regions are called in the report.
        size: (width, height) of the picture where `image` is a smaller copy of it.

    Raises:
        UserError: no memory is left.
    """
    model, fill = detector.model, mean_colour(detector.model)
    width, height = size or image.size
    logits, boxes, cutting, passing = [], [], 0.0, 0.0
    for number, region in enumerate(regions.tolist()):
        report(number / len(regions), f"{number:,} of {len(regions):,} {what}")
        started = time.perf_counter()
        crop = warp(image, region, side, context=context, fill=fill, size=(width, height))
        cutting += time.perf_counter() - started
        with device.alone(FULL):
            started = time.perf_counter()
            said, moved = read(model, crop)
            passing += time.perf_counter() - started
        logits.append(said)
        scale, corner = torch.tensor(crop.scale * 2), torch.tensor(crop.corner * 2)
        boxes.append(moved * scale + corner)
    device.give_back_memory()
    edges = torch.tensor([width, height, width, height], dtype=torch.float32)
    parts = StageTime("crop and warp", cutting * 1e3), StageTime("backbone and head, each region", passing * 1e3)
    if not logits:
        classes = len(detector.spec.classes)
        return Readings(torch.zeros(0, classes), torch.zeros(0, classes, 4), parts)
    clipped = torch.minimum(torch.cat(boxes).clamp(min=0), edges)  # (N, C, 4)
    return Readings(torch.cat(logits).softmax(-1), clipped, parts)
