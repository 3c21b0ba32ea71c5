"""Small real things to keep in sessions."""

from __future__ import annotations

import numpy as np
import torch

from core.transfer.data.image_set import ImageSet
from core.transfer.features.extract import Features


def image_set(name: str = "Mine", *, side: int = 8, pictures: int = 6) -> ImageSet:
    """Pictures of noise in two classes, a visitor's own."""
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (pictures, 3, side, side), dtype=torch.uint8, generator=generator)
    labels = np.arange(pictures) % 2
    names = tuple(f"{number}.png" for number in range(pictures))
    return ImageSet(name, f"digest of {name}", images, labels, ("a", "b"), labels * 0, names, "Noise.", own=True)


def features(rows: int = 4, columns: int = 10) -> Features:
    """Of made-up numbers: `rows * (columns * 4 + 8)` bytes."""
    values = np.zeros((rows, columns), np.float32)
    return Features(np.arange(rows), values, (), "resnet18", trained=False, size=32, seconds=1.0)
