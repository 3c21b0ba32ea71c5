"""The effective receptive field: how much each pixel of the picture really moves one cell of a feature map.

The theoretical field says which pixels can reach a cell, the gradient of the cell with respect to the picture how
much they do. With random weights it fades from the middle like a Gaussian, whose width grows with the square root of
the depth while the theoretical field grows with the depth itself (Luo, Li, Urtasun and Zemel, Understanding the
Effective Receptive Field in Deep Convolutional Neural Networks, NeurIPS 2016, arXiv:1701.04128).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageOps
from torch import Tensor

from core import device
from core.conv.effective.partial_forward import Cells
from core.errors import UserError
from core.models.fields.axis import Field

Array = npt.NDArray[np.float32]
RGB = tuple[float, float, float]

MOST_SEEDS = 16
BUDGET_MACS = 2.4e10
"""Of all seeds together, so that nobody waits for more than some seconds."""

IMAGENET_MEAN: RGB = (0.485, 0.456, 0.406)
IMAGENET_STD: RGB = (0.229, 0.224, 0.225)


class Weights(StrEnum):
    """Which weights the network has while its gradient is taken."""

    RANDOM = "random"
    """Kaiming: normal, variance 2/fan-in (arXiv:1502.01852)."""

    LINEAR = "linear"
    """Normal, no ReLUs, means for maxima: the gradient no longer depends on the picture."""

    EQUAL = "equal"
    """The same positive number everywhere, likewise linear: every path counts, so the whole field answers."""

    TRAINED = "trained"
    """On ImageNet."""

    @property
    def linear(self) -> bool:
        """No ReLUs, and means for maxima."""
        return self in (Weights.LINEAR, Weights.EQUAL)

    @property
    def drawn(self) -> bool:
        """Differ from seed to seed."""
        return self in (Weights.RANDOM, Weights.LINEAR)


@dataclass(frozen=True)
class Place:
    """A layer whose cells can be looked through.

    Attributes:
        number: what the network calls it.
        name: what a menu calls it.
        shape: (C, H, W) of its output.
        fields: theoretical receptive field along (height, width).
    """

    number: int
    name: str
    shape: tuple[int, int, int]
    fields: tuple[Field, Field]


class Network(Protocol):
    """A network one can look through: a stack, or one of `core.models.zoo`."""

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(C, H, W) of its picture."""

    @property
    def places(self) -> Mapping[int, Place]:
        """Its layers by number, in order."""

    @property
    def weights(self) -> tuple[Weights, ...]:
        """What it can have, the usual one first."""

    @property
    def scale(self) -> tuple[RGB, RGB]:
        """Mean and standard deviation that a picture's R, G, B in [0, 1] are brought to."""

    def region(self, number: int, cell: tuple[int, int]) -> Cells:
        """The pixels (rows, columns) behind one cell; beyond the picture's edges lies padding."""

    def macs(self, number: int, cell: tuple[int, int] | None = None) -> int:
        """Multiply-adds of a forward pass, for one cell or for the whole map."""

    def check(self, number: int) -> None:
        """UserError where it is too large to run here."""

    def feature_map(self, number: int, x: Tensor, weights: Weights, seed: int) -> Tensor:
        """(C, H', W') of a layer, for x (C, H, W)."""

    def gradient(self, number: int, cell: tuple[int, int], x: Tensor, weights: Weights, seed: int) -> Tensor:
        """(C, H, W): derivative of the cell's sum over channels with respect to x (C, H, W)."""


def fitted(image: Image.Image, height: int, width: int) -> Image.Image:
    """A picture cut at its middle to a network's format and brought to its size; RGB."""
    return ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)


def as_input(image: Image.Image, channels: int, scale: tuple[RGB, RGB]) -> Tensor:
    """A picture as a network reads it.

    Args:
        image: RGB, of the network's size.
        channels: 1 takes grey, 3 colour; more are fixed random mixes of the three colours.
        scale: mean and standard deviation of R, G, B in [0, 1].

    Returns:
        (C, H, W)
    """
    rgb = torch.from_numpy(np.asarray(image, dtype=np.float32) / 255).permute(2, 0, 1)  # (3, H, W)
    mean, std = (torch.tensor(numbers)[:, None, None] for numbers in scale)
    rgb = (rgb - mean) / std
    if channels == 3:
        return rgb.contiguous()
    if channels == 1:
        return rgb.mean(0, keepdim=True)
    mix = torch.randn(channels, 3, generator=torch.Generator().manual_seed(0)) / math.sqrt(3)
    return torch.einsum("ck,khw->chw", mix, rgb).contiguous()


def seeds_within_budget(network: Network, number: int, cell: tuple[int, int], wanted: int) -> int:
    """How many of the seeds somebody wants are averaged without a long wait; at least one."""
    return max(1, min(wanted, MOST_SEEDS, int(BUDGET_MACS // max(network.macs(number, cell), 1))))


def effective(
    network: Network, number: int, cell: tuple[int, int], x: Tensor, weights: Weights, seeds: Iterable[int]
) -> Array:
    """|gradient| of a cell, summed over the picture's channels, each seed's brought to sum 1, and averaged.

    Args:
        network: to look through.
        number: of the layer.
        cell: (row, column) of its output.
        x: (C, H, W), from `as_input`.
        weights: which.
        seeds: at least one.

    Returns:
        (H, W), sum 1; or all zero where no path to the cell is open.

    Raises:
        UserError: the numbers overflow.
    """
    shares = []
    with device.device_lock:
        x = x.to(device.best())
        for seed in seeds:
            heat = network.gradient(number, cell, x, weights, seed).abs().sum(0).double().cpu()  # (H, W)
            if not torch.isfinite(heat).all():
                raise UserError("The gradient grows beyond what a float32 holds: take an earlier layer.")
            shares.append(heat / heat.sum().clamp_min(1e-300))
    mean: Array = torch.stack(shares).mean(0).float().numpy()
    mean.flags.writeable = False  # shared through a cache
    return mean


def feature_map(network: Network, number: int, x: Tensor, weights: Weights, seed: int) -> Array:
    """(H', W') mean over the channels of a layer's output."""
    with device.device_lock:
        mean: Array = network.feature_map(number, x.to(device.best()), weights, seed).mean(0).cpu().numpy()
    mean = np.nan_to_num(mean)
    mean.flags.writeable = False
    return mean
