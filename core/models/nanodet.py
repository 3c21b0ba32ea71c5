"""NanoDet-g: a one-stage, anchor-free detector that scores every cell of three feature maps.

RangiLyu, NanoDet (https://github.com/RangiLyu/nanodet, Apache-2.0), in its "g" variant, made of plain 3 x 3
convolutions. Its batch normalisation is folded into the convolutions, and the first of them takes RGB.

Shapes: N pictures, H x W network pixels (multiples of 32), levels at strides 8, 16 and 32 of h x w cells each,
80 classes. All boxes are (x1, y1, x2, y2) in network pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.models.detection.transform import GeneralizedRCNNTransform

STRIDES = (8, 16, 32)
CLASSES = 80  # COCO's
BINS = 11  # a side lies 0, 1, .. 10 strides away from the cell's centre
NECK_CHANNELS = 128


class _ConvLeaky(nn.Sequential):
    """A 3 x 3 convolution that keeps the size (or divides it by the stride), then LeakyReLU(0.1)."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__(nn.Conv2d(inputs, outputs, 3, stride, 1), nn.LeakyReLU(0.1))


class _Half(nn.Module):
    """Two convolutions at half the channels; what both say stands side by side: (N, C, h, w) to the same shape."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _ConvLeaky(channels, channels // 2)
        self.second = _ConvLeaky(channels // 2, channels // 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        return torch.cat((self.second(x), x), 1)


class _Stage(nn.Module):
    """Cross-stage-partial block (https://arxiv.org/abs/1911.11929): (N, C, h, w) to (N, 2C, h / stride, w / stride)."""

    def __init__(self, channels: int, halves: int, stride: int) -> None:
        super().__init__()
        self.enter = _ConvLeaky(channels, channels, stride)
        self.halves = nn.Sequential(*(_Half(channels) for _ in range(halves)))
        self.leave = _ConvLeaky(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        x = self.enter(x)
        return torch.cat((self.leave(self.halves(x)), x), 1)


class Body(nn.Module):
    """The backbone: (N, 3, H, W) to one map a level, with 128, 256 and 512 channels."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _ConvLeaky(3, 32, 2)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.stage2 = _Stage(32, 1, 1)
        self.stage3 = _Stage(64, 2, 2)
        self.stage4 = _Stage(128, 2, 2)
        self.stage5 = _Stage(256, 3, 2)

    def forward(self, x: Tensor) -> list[Tensor]:
        """One map a level, the finest first."""
        stride8 = self.stage3(self.stage2(self.pool(self.stem(x))))
        stride16 = self.stage4(stride8)
        return [stride8, stride16, self.stage5(stride16)]


class Neck(nn.Module):
    """Path aggregation (https://arxiv.org/abs/1803.01534) without convolutions but the 1 x 1 laterals.

    Maps of 128 channels a level: sums go down from the coarsest level to the finest, then up again.
    """

    def __init__(self) -> None:
        super().__init__()
        self.laterals = nn.ModuleList(nn.Conv2d(channels, NECK_CHANNELS, 1) for channels in (128, 256, 512))

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        """One map a level, each of the size of the one given."""

        def resized(x: Tensor, like: Tensor) -> Tensor:
            return F.interpolate(x, size=like.shape[-2:], mode="bilinear")

        fine, middle, coarse = (lateral(level) for lateral, level in zip(self.laterals, maps, strict=True))
        middle = middle + resized(coarse, middle)
        fine = fine + resized(middle, fine)
        middle = middle + resized(fine, middle)
        return [fine, middle, coarse + resized(middle, coarse)]


class Head(nn.Module):
    """What each cell predicts: (N, 128, h, w) to (N, 80 + 4 * 11, h, w) a level.

    First the logit of each class, then for the left, top, right and bottom side of the object's box the logits of
    a distribution over 11 distances (generalised focal loss, https://arxiv.org/abs/2006.04388).
    """

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList(_ConvLeaky(NECK_CHANNELS, NECK_CHANNELS) for _ in STRIDES)
        self.outs = nn.ModuleList(nn.Conv2d(NECK_CHANNELS, CLASSES + 4 * BINS, 1) for _ in STRIDES)

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        """One map a level."""
        return [out(conv(level)) for conv, out, level in zip(self.convs, self.outs, maps, strict=True)]


def distances(level: Tensor) -> tuple[Tensor, Tensor]:
    """A level's predictions (N, 124, h, w), read.

    Returns:
        (N, 80, h, w) class logits, and (N, 4, h, w) how far the box's left, top, right and bottom side are from the
        cell's centre, in strides: the expected value of each distribution.
    """
    logits, spread = level[:, :CLASSES], level[:, CLASSES:]
    bins = torch.arange(BINS, dtype=level.dtype, device=level.device).view(-1, 1, 1)
    by_side = spread.reshape(len(level), 4, BINS, *level.shape[-2:])
    return logits, (by_side.softmax(2) * bins).sum(2)


def decode(levels: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Every cell's class logits and its box.

    Args:
        levels: the head's maps, each (N, 124, h, w), finest first.

    Returns:
        (N, cells, 80) logits and (N, cells, 4) boxes in network pixels, not clipped; level by level, row by row.
    """
    logits, boxes = [], []
    for stride, level in zip(STRIDES, levels, strict=True):
        scores, sides = distances(level)
        rows, columns = level.shape[-2:]
        x = (torch.arange(columns, dtype=level.dtype, device=level.device) + 0.5) * stride
        y = ((torch.arange(rows, dtype=level.dtype, device=level.device) + 0.5) * stride).view(-1, 1)
        left, top, right, bottom = (sides * stride).unbind(1)
        logits.append(scores.flatten(2).transpose(1, 2))
        boxes.append(torch.stack((x - left, y - top, x + right, y + bottom), -1).flatten(1, 2))
    return torch.cat(logits, 1), torch.cat(boxes, 1)


class NanoDet(nn.Module):
    """The whole detector, with the transform that torchvision's detectors have in front of them.

    Attributes:
        transform: resizes and normalises a picture for it.
        backbone: `body`, `neck` and `head`, under the names they have in the bundled weights.
    """

    def __init__(self, transform: GeneralizedRCNNTransform) -> None:
        super().__init__()
        self.transform = transform
        self.backbone = nn.ModuleDict({"body": Body(), "neck": Neck(), "head": Head()})

    def predict(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, 3, H, W) normalised RGB to (N, cells, 80) class logits and (N, cells, 4) boxes, see `decode`."""
        parts: Any = self.backbone
        return decode(parts["head"](parts["neck"](parts["body"](x))))

    forward = predict
