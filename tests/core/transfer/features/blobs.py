"""Features without a network: clouds of points that a probe can tell apart, as if pictures had given them."""

from __future__ import annotations

import numpy as np
import torch

from core.transfer.data.image_set import ImageSet, Selection, Split
from core.transfer.features.extract import Features


def blobs(
    train: int = 12, other: int = 10, *, classes: int = 3, width: int = 40, noise: float = 1.0, seed: int = 0
) -> tuple[Features, ImageSet, Selection]:
    """So many training pictures of each class, and so many each for validation and for test.

    Every feature has a mean and a deviation of its own, from tiny to large, so that a probe has to standardise them.
    Two stages go before: the first knows nothing of the class.
    """
    random = np.random.default_rng(seed)
    each = train + 2 * other
    labels = np.repeat(np.arange(classes), each)
    split = np.tile(np.repeat([Split.TRAIN, Split.VALIDATION, Split.TEST], [train, other, other]), classes)
    centres = random.normal(size=(classes, width))
    scale, shift = 10.0 ** random.uniform(-3, 2, width), random.uniform(-5, 5, width)
    points = centres[labels] + noise * random.normal(size=(len(labels), width))
    values = ((points + shift) * scale).astype(np.float32)
    nothing = random.normal(size=(len(labels), 5)).astype(np.float32)
    images = ImageSet(
        name="blobs",
        digest=f"blobs {train} {other} {classes} {width} {noise} {seed}",
        images=torch.zeros(len(labels), 3, 8, 8, dtype=torch.uint8),
        labels=labels.astype(np.int64),
        classes=tuple(f"class {number}" for number in range(classes)),
        split=split.astype(np.int64),
        names=tuple(f"point {number}" for number in range(len(labels))),
        story="Made for tests.",
    )
    features = Features(
        indices=np.arange(len(labels)),
        values=values,
        stages=(("stem", nothing), ("end", values[:, ::2].copy())),
        backbone="resnet18",
        trained=False,
        size=32,
        seconds=1.0,
    )
    parts = Selection(images.part(Split.TRAIN), images.part(Split.VALIDATION), images.part(Split.TEST), None)
    return features, images, parts
