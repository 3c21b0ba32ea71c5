"""(a) A pyramid of images: one network and one size of window, the picture at several sizes.

As OverFeat (https://arxiv.org/abs/1312.6229) and SPP-net (https://arxiv.org/abs/1406.4729) do; Faster R-CNN, section
1 and Figure 1a: "effective but time-consuming".
"""

from __future__ import annotations

import time
from typing import Any

import torch
from torchvision.models.detection.faster_rcnn import FasterRCNN

from core.detection.scale import costs
from core.detection.scale.result import Approach, Cost, Pyramid, Rung
from core.detection.scale.row import COPIES, Row
from core.detection.scale.windows import best_of, finest_stride, maps_of, score, slide
from core.jobs import Report, silent

SCALES = (0.25, 0.5, 1.0, 2.0)
"""Of the levels: at these the four copies, the largest first, are of one size."""
TITLES = ("×¼", "×½", "×1", "×2")
WINDOW = COPIES - 2
"""Which copy the one window is as large as."""


def rungs_of(row: Row, stride: int) -> tuple[Rung, ...]:
    """The levels, each with the one window.

    Args:
        row: the picture.
        stride: of the finest map, network pixels: windows move by so much at least.
    """
    window = row.window(row.sides[WINDOW])
    sizes = [(round(row.size[0] * scale), round(row.size[1] * scale)) for scale in SCALES]
    return tuple(
        Rung(title, (window,), len(slide(window, size, stride)), scale=scale, stride=stride)
        for title, scale, size in zip(TITLES, SCALES, sizes, strict=True)
    )


def level_for(row: Row, copy: int) -> int:
    """The level at which a copy comes nearest to the window's size."""
    wanted = row.sides[WINDOW] / row.sides[copy]
    return min(range(len(SCALES)), key=lambda level: abs(SCALES[level] - wanted))


def predicted(model: FasterRCNN, row: Row, stride: int, seconds_of_pass: float, seconds_of_window: float) -> Cost:
    """What it will cost.

    Args:
        model: the network.
        row: the picture.
        stride: of its finest map, network pixels.
        seconds_of_pass: measured, of the level ×1; a level takes as much more time as it has more pixels.
        seconds_of_window: measured, of one window through the head.
    """
    own: Any = model.transform
    shapes = [(round(row.size[0] * scale), round(row.size[1] * scale)) for scale in SCALES]
    sizes = [costs.padded(shape, own.size_divisible) for shape in shapes]
    pixels = [height * width for height, width in sizes]
    windows = sum(rung.positions for rung in rungs_of(row, stride))
    macs = sum(costs.backbone(model, size) for size in sizes) + windows * costs.region_head(model)
    seconds = seconds_of_pass * sum(pixels) / pixels[SCALES.index(1.0)] + seconds_of_window * windows
    return Cost(len(SCALES), sum(pixels), windows, macs, seconds, measured=False)


def run(model: FasterRCNN, row: Row, label: int, macs: int, report: Report = silent) -> Pyramid:
    """Run the network on each level and slide one window over each level's maps.

    Args:
        model: the network.
        row: the picture.
        label: index of the class.
        macs: of all, see `predicted`.
        report: told after each step; it may stop the work.
    """
    window, windows, scores, of = row.window(row.sides[WINDOW]), [], [], []
    pixels, seconds, done, stride = 0, 0.0, 0.0, 1
    total = sum(scale**2 for scale in SCALES)
    for number, scale in enumerate(SCALES):
        report(done, f"the picture {TITLES[number]}")
        share, start = scale**2 / total, done
        maps = maps_of(model, row.at(scale))
        pixels += maps.padded_size[0] * maps.padded_size[1]
        stride = finest_stride(maps)
        places = slide(window, maps.network_size, stride)

        def within(fraction: float, text: str, start: float = start, share: float = share, at: int = number) -> None:
            report(start + share * (0.5 + fraction / 2), f"the picture {TITLES[at]}, {text}")

        started = time.perf_counter()
        scores.append(score(model, maps, places, label, report=within))
        seconds += maps.seconds + time.perf_counter() - started
        windows.append(places / scale)
        of.append(torch.full((len(places),), number))
        done += share
    answers = best_of(row.boxes, torch.cat(windows), torch.cat(scores), torch.cat(of))
    cost = Cost(len(SCALES), pixels, sum(len(some) for some in windows), macs, seconds)
    return Pyramid(Approach.IMAGES, rungs_of(row, stride), answers, cost)
