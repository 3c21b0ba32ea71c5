"""The first-layer kernels of a trained network, and its feature maps on one picture.

The network is timm's EfficientNet (https://arxiv.org/abs/1905.11946), here without its classifier. Its parts are
called in the order of timm's own `forward_features`, without hooks: the model is shared, a hook would mix pictures.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn

from core.device import synchronize
from core.errors import UserError
from core.images import shrink

SIDE = 320
"""Longest side, pixels, of the copy that the network sees."""

SMALLEST = 32
"""Shortest side, pixels: below it the last maps have no place left to differ in."""


@dataclass(frozen=True)
class Layer:
    """What one layer made of the picture.

    Attributes:
        name: "stem", "stage 1" and so on, "head".
        values: (C, H, W) float16, after batch normalisation and, where the layer has one, its activation.
        rectified: whether the layer ends in ReLU6, so that nothing is below 0. The stages end in a linear
            convolution (https://arxiv.org/abs/1801.04381, section 3.2) and are signed.
    """

    name: str
    values: npt.NDArray[np.float16]
    rectified: bool

    @property
    def strengths(self) -> npt.NDArray[np.float32]:
        """(C,) mean of the absolute activation of each channel; the plain mean where the layer is rectified."""
        means: npt.NDArray[np.float32] = np.abs(self.values.astype(np.float32)).mean(axis=(1, 2))
        return means

    def strongest(self, count: int) -> list[int]:
        """The so many channels with the largest `strengths`, best first."""
        order: list[int] = np.argsort(-self.strengths, kind="stable")[:count].tolist()
        return order


@dataclass(frozen=True)
class Features:
    """One forward pass.

    Attributes:
        size: (height, width) of what the network saw, pixels.
        layers: from the stem to the head.
        milliseconds: the forward pass took, without decoding.
    """

    size: tuple[int, int]
    layers: tuple[Layer, ...]
    milliseconds: float

    def layer(self, name: str) -> Layer:
        """The layer of this name."""
        return next(layer for layer in self.layers if layer.name == name)


def filters(model: nn.Module) -> npt.NDArray[np.float32]:
    """(K, 3, kh, kw) the weights of the first convolution; a copy."""
    stem: Any = model.conv_stem
    weights: npt.NDArray[np.float32] = stem.weight.detach().float().cpu().numpy().copy()
    return weights


def to_input(image: Image.Image, mean: tuple[float, ...], std: tuple[float, ...]) -> Tensor:
    """What the network sees of a picture.

    Args:
        image: RGB.
        mean: of each channel, in [0, 1], as the network was trained with.
        std: likewise.

    Returns:
        (1, 3, H, W) with the picture's shape and its longest side at most `SIDE`.

    Raises:
        UserError: a side is shorter than `SMALLEST`.
    """
    if min(image.size) < SMALLEST:
        size = f"{image.width} x {image.height} pixels"
        raise UserError(
            f"This picture has {size}, too few for the network: choose one of at least {SMALLEST} x {SMALLEST}."
        )
    small = shrink(image.convert("RGB"), SIDE)
    pixels = torch.from_numpy(np.asarray(small, dtype=np.float32) / 255).permute(2, 0, 1)  # (3, H, W)
    shift, scale = (torch.tensor(values, dtype=torch.float32)[:, None, None] for values in (mean, std))
    return ((pixels - shift) / scale)[None]


@torch.inference_mode()
def forward(model: nn.Module, pixels: Tensor) -> Features:
    """Run the network once and keep what the stem, every stage and the head make of the picture.

    Args:
        model: timm's EfficientNet in eval mode; only read.
        pixels: (1, 3, H, W) on the model's device, see `to_input`.
    """
    net: Any = model  # its parts are typed Tensor | Module, which cannot be called
    started = time.perf_counter()
    x = net.bn1(net.conv_stem(pixels))  # timm's bn1 holds the activation
    kept: list[tuple[str, Tensor, bool]] = [("stem", x, True)]
    for number, stage in enumerate(net.blocks, start=1):
        x = stage(x)
        kept.append((f"stage {number}", x, False))
    kept.append(("head", net.bn2(net.conv_head(x)), True))
    synchronize(pixels.device)
    milliseconds = (time.perf_counter() - started) * 1e3
    layers = tuple(Layer(name, values[0].half().cpu().numpy(), rectified) for name, values, rectified in kept)
    return Features((int(pixels.shape[2]), int(pixels.shape[3])), layers, milliseconds)
