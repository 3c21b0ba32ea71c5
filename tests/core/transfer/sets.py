"""Small labelled sets for tests: squares whose class can be seen, so that a network can learn it in a few steps."""

from __future__ import annotations

import numpy as np
import torch

from core.transfer.data.image_set import ImageSet, SecondLabel, Selection, Split


def quiet(_: float, __: str) -> None:
    """A report nobody reads."""


def stripes(per_class: int = 12, side: int = 32, classes: int = 2, seed: int = 0) -> ImageSet:
    """Striped squares: the class is which colour channel is bright, the second label which way the stripes run.

    Of each class half are for training, a quarter each for validation and test.
    """
    random = np.random.default_rng(seed)
    count = per_class * classes
    labels = np.arange(count) % classes
    lying = (np.arange(count) // classes) % 2
    images = random.integers(0, 60, (count, 3, side, side), dtype=np.uint8)
    for row, (label, second) in enumerate(zip(labels, lying, strict=True)):
        stripe = slice(row % 3, None, 4)
        place = (label % 3, stripe, slice(None)) if second else (label % 3, slice(None), stripe)
        images[(row, *place)] = 220
    part = (np.arange(count) // classes) % 4
    split = np.choose(part, [Split.TRAIN, Split.TRAIN, Split.VALIDATION, Split.TEST])
    return ImageSet(
        name="stripes",
        digest=f"stripes {per_class} {side} {classes} {seed}",
        images=torch.from_numpy(images),
        labels=labels.astype(np.int64),
        classes=tuple(("red", "green", "blue", "red again")[:classes]),
        split=split.astype(np.int64),
        names=tuple(f"stripes {number}" for number in range(count)),
        story="Made for tests.",
        second=SecondLabel("direction", lying.astype(np.int64), ("standing", "lying")),
    )


def everything(images: ImageSet) -> Selection:
    """All pictures of a set take part."""
    return Selection(images.part(Split.TRAIN), images.part(Split.VALIDATION), images.part(Split.TEST), None)
