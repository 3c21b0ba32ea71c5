"""Regions to train the head on: what the proposal network proposes on a cached view, pooled once, with soft targets."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.models.detection.image_list import ImageList
from torchvision.ops import box_iou

from core.models.nanodet import CLASSES, STRIDES
from core.models.recipe.label_file import Labels
from core.models.recipe.shards import View
from core.models.recipe.teacher import Found
from core.models.recipe.words import say
from core.models.semantic import CHANNELS, LEVELS, POOLED, meanings

WIDTH = CHANNELS * POOLED**2
NEAR = 0.03  # a region with more than this of a class is near an object
NEAR_SHARE = 0.6  # of a view's regions at most
HARD = 20  # of the others rank r is drawn with weight 1 / (r + 20): those proposed first are the hard ones


@dataclass(frozen=True)
class Targets:
    """What R regions should be taught.

    Attributes:
        soft: (R, 81) how much of each class, background first; rows sum to 1.
        boxes: (R, 4) where the box should move, network pixels; the region itself where nothing is near.
        classes: (R,) class of that box, 1 to 80; 0 where nothing is near.
        sure: (R,) its score; 0 where nothing is near.
    """

    soft: Tensor
    boxes: Tensor
    classes: Tensor
    sure: Tensor


@dataclass(frozen=True)
class Regions:
    """R regions of many views.

    Attributes:
        pooled: (R, 91 * 7 * 7) float16, what the head reads.
        soft: (R, 81) float16, see `Targets`.
        moves: (R, 4) the box coder's numbers that move the region to its box.
        classes: (R,) see `Targets`.
        sure: (R,) see `Targets`.
        views: (R,) number of the view, in the order the views came in.
        names: of the views.
    """

    pooled: Tensor
    soft: Tensor
    moves: Tensor
    classes: Tensor
    sure: Tensor
    views: Tensor
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.sure)

    def of(self, names: set[str]) -> tuple[Tensor, Tensor]:
        """Numbers of the regions of all views but the named ones, and of theirs."""
        named = torch.tensor([name in names for name in self.names])[self.views]
        return (~named).nonzero().squeeze(1), named.nonzero().squeeze(1)


def targets(regions: Tensor, labels: Found) -> Targets:
    """Soft targets: a class's best label there, less where the overlap is poor.

    All of a label's score counts from an IoU of 0.75 on, a quarter of it at 0.45, nothing below that. The box is that
    of the label with the best overlap and score together, of 0.5 IoU at least.

    Args:
        regions: (R, 4) network pixels.
        labels: in the same frame.
    """
    soft = torch.zeros(len(regions), CLASSES + 1)
    boxes, classes, sure = regions.clone(), torch.zeros(len(regions), dtype=torch.int64), torch.zeros(len(regions))
    if len(labels):
        overlap = box_iou(regions, labels.boxes)  # (R, K)
        worth = labels.scores * ((overlap - 0.35) / 0.4).clamp(0, 1) * (overlap >= 0.45)
        soft[:, 1:].scatter_reduce_(1, labels.classes.expand(len(regions), -1), worth, "amax")
        # among labels that are sure enough the overlap alone decides
        best = (labels.scores.clamp(max=0.6) * overlap * (overlap >= 0.5)).max(1)
        near = best.values > 0
        boxes[near] = labels.boxes[best.indices[near]]
        classes[near] = labels.classes[best.indices[near]] + 1
        sure[near] = labels.scores[best.indices[near]]
    soft = soft / soft.sum(1, keepdim=True).clamp(min=1)
    soft[:, 0] = (1 - soft.sum(1)).clamp(min=0)  # rounding may leave less than nothing, whose logarithm is none
    return Targets(soft, boxes, classes, sure)


def chosen(soft: Tensor, most: int, drawn: torch.Generator) -> Tensor:
    """Which of a view's proposals to train on: most of those near an object, others by rank.

    Args:
        soft: (R, 81) targets of the proposals, in their order.
        most: so many at most.
        drawn: generator.
    """
    near = (1 - soft[:, 0] > NEAR).nonzero().squeeze(1)
    far = (1 - soft[:, 0] <= NEAR).nonzero().squeeze(1)
    near = near[torch.randperm(len(near), generator=drawn)[: int(most * NEAR_SHARE)]]
    count = min(len(far), most - len(near))
    if count:
        far = far[torch.multinomial(1 / (far.float() + HARD), count, generator=drawn)]
    return torch.cat((near, far[:count]))


def features(view: View) -> OrderedDict[str, Tensor]:
    """The named maps of a view, each (1, 91, h, w), as the detector's backbone would give them."""
    return OrderedDict((level, meanings(maps[None].float())) for level, maps in zip(LEVELS, view.maps, strict=True))


@torch.inference_mode()
def proposals(model: FasterRCNN, maps: OrderedDict[str, Tensor], size: tuple[int, int]) -> Tensor:
    """(R, 4) what the proposal network proposes on a view, network pixels, the best first.

    Args:
        model: the Faster R-CNN; of it the proposal network alone is used.
        maps: see `features`.
        size: (height, width) without padding, network pixels.
    """
    rpn: Any = model.rpn
    height, width = (side * STRIDES[0] for side in maps[LEVELS[0]].shape[-2:])
    images = ImageList(torch.empty(1, 3, height, width), [size])  # of the pixels only the shape is asked for
    found: Tensor = rpn(images, maps)[0][0]
    return found


@torch.no_grad()
def gather(model: FasterRCNN, views: Iterable[View], count: int, labels: Labels, most: int, seed: int) -> Regions:
    """Pool the regions to train on of all views.

    Args:
        model: the Faster R-CNN with its first weights.
        views: all of them.
        count: so many views there are at most; memory for `most` regions of each is set aside, 9 kB a region.
        labels: what each view should be taught.
        most: regions of a view at most.
        seed: of the choice of regions.
    """
    drawn = torch.Generator().manual_seed(seed)
    heads: Any = model.roi_heads
    pooled = torch.empty(count * most, WIDTH, dtype=torch.float16)
    rows: list[tuple[Tensor, ...]] = []
    names: list[str] = []
    end, start = 0, time.monotonic()
    for number, view in enumerate(views):
        maps = features(view)
        proposed = proposals(model, maps, view.size)
        wanted = targets(proposed, labels.of(view))
        pick = chosen(wanted.soft, most, drawn)
        begin, end = end, end + len(pick)
        pooled[begin:end] = heads.box_roi_pool(maps, [proposed[pick]], [view.size]).flatten(1)
        moves = heads.box_coder.encode_single(wanted.boxes[pick], proposed[pick])
        views_there = torch.full((len(pick),), number)
        rows.append((wanted.soft[pick].half(), moves, wanted.classes[pick], wanted.sure[pick], views_there))
        names.append(view.name)
        if (number + 1) % 500 == 0:
            say(f"pooled {number + 1} of {count} views, {time.monotonic() - start:.0f} s")
    soft, moves, classes, sure, where = (torch.cat(column) for column in zip(*rows, strict=True))
    return Regions(pooled[:end], soft, moves, classes, sure, where, tuple(names))
