"""Multiply-adds of the parts of a Faster R-CNN, for pictures and regions of any number."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from torch import nn
from torchvision.models.detection.faster_rcnn import FasterRCNN

from core.models.cost import macs

_COUNTED: WeakKeyDictionary[nn.Module, dict[tuple[int, ...], int]] = WeakKeyDictionary()
"""What was counted of a model: 40 ms each."""


def _once(model: FasterRCNN, shape: tuple[int, ...], count: Callable[[], int]) -> int:
    known = _COUNTED.setdefault(model, {})
    if shape not in known:
        known[shape] = count()
    return known[shape]


def padded(size: tuple[int, int], divisor: int) -> tuple[int, int]:
    """(height, width) filled up to whole strides, as torchvision's transform does."""
    height, width = (math.ceil(side / divisor) * divisor for side in size)
    return height, width


def backbone(model: FasterRCNN, padded_size: tuple[int, int]) -> int:
    """Of one picture through backbone and feature pyramid."""
    return _once(model, padded_size, lambda: macs(model.backbone, (3, *padded_size)))


def region_head(model: FasterRCNN) -> int:
    """Of one region or window through the head, after RoIAlign."""
    heads: Any = model.roi_heads
    shape = (model.backbone.out_channels, *heads.box_roi_pool.output_size)
    return _once(model, shape, lambda: macs(nn.Sequential(heads.box_head, heads.box_predictor), shape))


def proposal_head(model: FasterRCNN, cells: int) -> int:
    """Of the region proposal network's head: every weight of its convolutions once at each cell of each level."""
    head: Any = model.rpn.head
    convolutions = (part for part in head.modules() if isinstance(part, nn.Conv2d))
    return cells * sum(part.weight.numel() for part in convolutions)
