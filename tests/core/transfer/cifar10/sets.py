"""A CIFAR-10 in small: ten classes that can be told apart, called as the real pictures are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from core.transfer.data.image_set import ImageSet, Split
from tests.core.transfer.sets import stripes

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def ten(per_class: int = 8, seed: int = 0) -> ImageSet:
    """Squares of 32 px, each class with a bright field of its own place and colour; named like the JPEG copies."""
    random = np.random.default_rng(seed)
    count = 10 * per_class
    labels = np.arange(count) % 10
    images = random.integers(0, 80, (count, 3, 32, 32), dtype=np.uint8)
    for row, label in enumerate(labels):
        top, left = 16 * (label // 5), 6 * (label % 5)
        images[row, label % 3, top : top + 14, left : left + 8] = 230
    part = (np.arange(count) // 10) % 4
    split = np.choose(part, [Split.TRAIN, Split.TRAIN, Split.VALIDATION, Split.TEST]).astype(np.int64)
    names = [""] * count
    for called, chosen in (("train", split != Split.TEST), ("test", split == Split.TEST)):
        for number, row in enumerate(np.flatnonzero(chosen)):
            names[row] = f"{called}_{1_000 * labels[row] + number // 10:05d}.jpg"
    return replace(
        stripes(),
        name="ten",
        digest=f"ten {per_class} {seed}",
        images=torch.from_numpy(images),
        labels=labels.astype(np.int64),
        classes=CLASSES,
        split=split,
        names=tuple(names),
        second=None,
    )
