"""The lecture's "data generator": training pictures changed at random, in batches, on the device they are on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional
from torchvision.transforms.v2.functional import rgb_to_grayscale


@dataclass(frozen=True)
class Augmentation:
    """What may happen to a training picture, newly drawn each time it is seen.

    Attributes:
        flip: whether half of them are mirrored left to right.
        shift: how far at most it is moved up, down and to either side, as a share of its side; what comes in at an edge
            is its mirror image. At 32 px 0.125 is the usual "padded crop" by 4 px. 0: none.
        crop: smallest share of the area that a random square crop keeps; 1: none.
        jitter: largest relative change of brightness, contrast and saturation; 0: none.
        cutout: side of the grey square as a share of the picture's (https://arxiv.org/abs/1708.04552); 0: none.
        mixup: alpha of the Beta distribution that mixes two pictures and their labels
            (https://arxiv.org/abs/1710.09412); 0: none.
    """

    flip: bool = True
    shift: float = 0.0
    crop: float = 1.0
    jitter: float = 0.0
    cutout: float = 0.0
    mixup: float = 0.0

    @property
    def changes(self) -> bool:
        """Whether anything but mixing happens to a picture."""
        return self.flip or self.shift > 0 or self.crop < 1 or self.jitter > 0 or self.cutout > 0


def augment(images: Tensor, setting: Augmentation, generator: torch.Generator) -> Tensor:
    """Change every picture by a draw of its own.

    Args:
        images: (N, 3, S, S) uint8.
        setting: what may happen.
        generator: on the pictures' device.

    Returns:
        (N, 3, S, S) uint8; the same object where nothing may happen.
    """
    if not setting.changes or not len(images):
        return images
    count = len(images)

    def draw(low: float = 0.0, high: float = 1.0) -> Tensor:
        return low + (high - low) * torch.rand(count, generator=generator, device=images.device)

    if setting.flip:
        mirrored = draw() < 0.5
        images = torch.where(mirrored.view(-1, 1, 1, 1), images.flip(3), images)
    if setting.shift > 0:
        images = _shift(images, setting.shift, draw(), draw())
    if setting.crop < 1:
        images = _crop(images, draw(setting.crop, 1.0).sqrt(), draw(-1, 1), draw(-1, 1))
    if setting.jitter > 0:
        images = _jitter(images, *(draw(1 - setting.jitter, 1 + setting.jitter) for _ in range(3)))
    if setting.cutout > 0:
        images = _cut_out(images, setting.cutout, draw(), draw())
    return images


def _shift(images: Tensor, share: float, right: Tensor, down: Tensor) -> Tensor:
    """Each moved by a whole number of pixels from -most to most; the edge is mirrored, its own row not repeated."""
    side = images.shape[-1]
    most = min(round(share * side), side - 1)
    place = torch.arange(side, device=images.device)

    def moved(by: Tensor) -> Tensor:
        """(N, S) where each row or column comes from."""
        source = place + (by * (2 * most + 1)).long().view(-1, 1) - most
        return (side - 1) - ((side - 1) - source.abs()).abs()

    number = torch.arange(len(images), device=images.device).view(-1, 1, 1)
    pixels = images.permute(0, 2, 3, 1)[number, moved(down)[:, :, None], moved(right)[:, None, :]]  # (N, S, S, 3)
    return pixels.permute(0, 3, 1, 2)


def _crop(images: Tensor, side: Tensor, right: Tensor, down: Tensor) -> Tensor:
    """Squares whose side is a share of the picture's, moved within it by -1 to 1, enlarged to the whole."""
    zero = torch.zeros_like(side)
    rows = [torch.stack([side, zero, (1 - side) * right], 1), torch.stack([zero, side, (1 - side) * down], 1)]
    grid = functional.affine_grid(torch.stack(rows, 1), list(images.shape), align_corners=False)
    cropped = functional.grid_sample(images.float(), grid, mode="bilinear", padding_mode="border", align_corners=False)
    return cropped.round_().clamp_(0, 255).to(torch.uint8)


def _jitter(images: Tensor, brightness: Tensor, contrast: Tensor, saturation: Tensor) -> Tensor:
    """The blends of torchvision's `adjust_brightness`, `adjust_contrast` and `adjust_saturation`, one a picture."""
    b, c, s = (factor.view(-1, 1, 1, 1) for factor in (brightness, contrast, saturation))
    x = (images.float() * b).clamp_(0, 255)
    grey = rgb_to_grayscale(x)
    x = (grey.mean((1, 2, 3), keepdim=True) * (1 - c) + x * c).clamp_(0, 255)
    x = rgb_to_grayscale(x) * (1 - s) + x * s
    return x.round_().clamp_(0, 255).to(torch.uint8)


def _cut_out(images: Tensor, share: float, right: Tensor, down: Tensor) -> Tensor:
    """A grey square in each picture, its centre anywhere, so that a part of it may lie outside."""
    side = images.shape[-1]
    half = share * side / 2
    place = torch.arange(side, device=images.device) + 0.5
    columns = (place - (right * side).view(-1, 1)).abs() <= half  # (N, S)
    rows = (place - (down * side).view(-1, 1)).abs() <= half
    inside = rows.view(len(images), 1, side, 1) & columns.view(len(images), 1, 1, side)
    return images.masked_fill(inside, 127)


def mixup(x: Tensor, targets: Tensor, alpha: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Mix every picture and its label with another of the batch, all by one share from Beta(alpha, alpha).

    Args:
        x: (N, 3, H, W) float.
        targets: (N, C) share of each class, as float.
        alpha: above 0; small: nearly all of one, 1: any share alike.
        generator: on the pictures' device.

    Returns:
        Mixed pictures and targets (https://arxiv.org/abs/1710.09412, equation 1).
    """
    # torch's own Beta takes no generator
    seed = int(torch.randint(2**31, (1,), generator=generator, device=x.device))
    share = float(np.random.default_rng(seed).beta(alpha, alpha))
    other = torch.randperm(len(x), generator=generator, device=x.device)
    return share * x + (1 - share) * x[other], share * targets + (1 - share) * targets[other]
