"""The sliding window: a frame of fixed size moves over the picture at several scales, and each place is classified.

The picture is laid out with its shorter side as the network sees it; at scale s it is shrunk by s, so that a window
covers s times as much of it and moves s times as far. A window of w pixels with stride S fits
$\\lfloor (W/s - w)/S \\rfloor + 1$ times into W pixels, as a convolution's kernel does. Each window goes through the
network on its own; what the head says of the window as it is counts, and no box is regressed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL.Image import Image
from torch import Tensor

from core.detection.detector import StagedDetector
from core.detection.ladder.crops import read_each
from core.detection.ladder.result import MOST, Method, Rung, class_boxes
from core.errors import UserError
from core.jobs import Report

_SIZE = re.compile(r"(\d{1,5})(?:\s*[x×]\s*(\d{1,5}))?", re.IGNORECASE)
_SCALE = re.compile(r"\d{1,3}(?:\.\d{1,3})?")
SIZES_AT_MOST = 6
"""Sizes of windows, and scales, at once."""


@dataclass(frozen=True)
class Windows:
    """Which windows slide.

    Attributes:
        sizes: (width, height) of each, pixels of the picture as it is laid out.
        stride: pixels from one place to the next, across and down.
        scales: by how much the picture is shrunk, each.
    """

    sizes: tuple[tuple[int, int], ...] = ((128, 128),)
    stride: int = 32
    scales: tuple[float, ...] = (1.0, 1.5, 2.0)


def read_sizes(text: str) -> tuple[tuple[int, int], ...]:
    """ "128, 96x192" as ((128, 128), (96, 192)).

    Raises:
        UserError: anything else, a size of 0, or more than `SIZES_AT_MOST`.
    """
    found = []
    for part in _parts(text, "window sizes"):
        match = _SIZE.fullmatch(part)
        if match is None:
            raise UserError(f"“{part}” is no size of a window: write 128 for a square, or 96x192 for width x height.")
        width, height = int(match[1]), int(match[2] or match[1])
        if not (width and height):
            raise UserError(f"A window of {width} × {height} pixels shows nothing: both sides must be 1 or more.")
        found.append((width, height))
    return tuple(dict.fromkeys(found))


def read_scales(text: str) -> tuple[float, ...]:
    """ "1, 1.5, 2" as (1.0, 1.5, 2.0).

    Raises:
        UserError: anything else, a scale below 1, or more than `SIZES_AT_MOST`.
    """
    found = []
    for part in _parts(text, "scales"):
        if _SCALE.fullmatch(part) is None or float(part) < 1:
            raise UserError(f"“{part}” is no scale: write numbers from 1 on, as in 1, 1.5, 2.")
        found.append(float(part))
    return tuple(dict.fromkeys(found))


def _parts(text: str, what: str) -> Sequence[str]:
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if not parts:
        raise UserError(f"There are no {what}: write one at least, several with commas between them.")
    if len(parts) > SIZES_AT_MOST:
        raise UserError(f"These are {len(parts)} {what}; {SIZES_AT_MOST} at most.")
    return parts


def layout(size: tuple[int, int], short_side: int) -> tuple[int, int]:
    """(width, height) of the picture as windows slide over it: its shorter side is `short_side`."""
    width, height = size
    scale = short_side / min(width, height)
    return round(width * scale), round(height * scale)


def fitting(length: float, window: int, stride: int) -> int:
    """How many places a window has along a length, pixels; 0 where it is longer."""
    return int((length - window) // stride) + 1 if length >= window else 0


def count(size: tuple[int, int], short_side: int, windows: Windows) -> int:
    """How many windows there are, without making them.

    Args:
        size: (width, height) of the picture.
        short_side: see `layout`.
        windows: which.

    Raises:
        UserError: the stride is below 1, no window fits into the picture, or there are more than `MOST`.
    """
    if windows.stride < 1:
        raise UserError(f"With a stride of {windows.stride} a window never moves on: take 1 or more.")
    width, height = layout(size, short_side)
    total = sum(
        fitting(width / scale, wide, windows.stride) * fitting(height / scale, high, windows.stride)
        for scale in windows.scales
        for wide, high in windows.sizes
    )
    if not total:
        wide, high = windows.sizes[0]
        raise UserError(
            f"No window fits: {wide} × {high} pixels is larger than the picture, which is {width} × {height} at the "
            "largest scale. Take smaller windows."
        )
    if total > MOST:
        raise UserError(f"That makes {total:,} windows; {MOST:,} is the most. Take a larger stride or fewer scales.")
    return total


def places(size: tuple[int, int], short_side: int, windows: Windows) -> Tensor:
    """(N, 4) all windows, image pixels, scale by scale, size by size, row by row; the rest as of `count`."""
    count(size, short_side, windows)
    width, height = layout(size, short_side)
    found = []
    for scale in windows.scales:
        for wide, high in windows.sizes:
            across = torch.arange(fitting(width / scale, wide, windows.stride)) * windows.stride
            down = torch.arange(fitting(height / scale, high, windows.stride)) * windows.stride
            y, x = torch.meshgrid(down, across, indexing="ij")
            corners = torch.stack((x, y, x + wide, y + high), -1).reshape(-1, 4)  # (N, 4)
            found.append(corners * scale)
    to_image = torch.tensor([size[0] / width, size[1] / height] * 2)
    return torch.cat(found) * to_image


def run(
    detector: StagedDetector,
    image: Image,
    windows: Windows,
    side: int,
    report: Report,
    *,
    short_side: int,
    size: tuple[int, int] | None = None,
) -> Rung:
    """Classify every window on its own.

    Args:
        detector: whose network.
        image: RGB.
        windows: which.
        side: each is resized to so many pixels square.
        report: of the job.
        short_side: see `layout`.
        size: (width, height) of the picture where `image` is a smaller copy of it.

    Raises:
        UserError: see `count`; no memory is left.
    """
    size = size or image.size
    regions = places(size, short_side, windows)
    said = read_each(detector, image, regions, side, report, context=0, what="windows", size=size)
    classes, image_size = detector.spec.classes, (size[1], size[0])
    boxes = regions[:, None].expand(-1, len(classes), -1)
    candidates = class_boxes(classes, image_size, image_size, said.scores, boxes, boxes)
    return Rung(Method.SLIDING, regions, candidates, len(regions), said.parts, side)
