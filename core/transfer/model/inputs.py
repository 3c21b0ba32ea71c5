"""How squares of pixels become what a network sees; the one way, for features, training, heat maps and export."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from core.models.architecture import Architecture


def to_input(images: Tensor, architecture: Architecture, size: int) -> Tensor:
    """Resize and normalise on the device the pictures are on.

    Args:
        images: (N, 3, S, S) uint8.
        architecture: whose mean and deviation to use.
        size: side of what the network sees, pixels.

    Returns:
        (N, 3, size, size) float32 in channels_last, which convolutions on CPUs and GPUs like better. Bilinear with
        antialiasing, as torchvision's weights were measured with.
    """
    x = images.contiguous(memory_format=torch.channels_last).float()
    if images.shape[-1] != size:
        x = functional.interpolate(x, (size, size), mode="bilinear", antialias=True, align_corners=False)
        x = x.clamp_(0, 255)
    mean = torch.tensor(architecture.mean, device=x.device).view(1, 3, 1, 1)
    std = torch.tensor(architecture.std, device=x.device).view(1, 3, 1, 1)
    return x.div_(255).sub_(mean).div_(std).contiguous(memory_format=torch.channels_last)
