"""A few training pictures before and after what may happen to them, drawn as a training draws it.

Shapes: K pictures, R draws, C classes, S pixels a side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from core.transfer.data.augment import Augmentation, augment, mixup
from core.transfer.data.image_set import ImageSet, Indices, Selection

EXAMPLES: Mapping[str, Any] = MappingProxyType({"flip": True, "crop": 0.4, "jitter": 0.6, "cutout": 0.4, "mixup": 1.0})
"""Strength of each change that shows at a glance what it does."""
NOTHING = Augmentation(flip=False)


@dataclass(frozen=True, eq=False)
class Preview:
    """What was drawn.

    Attributes:
        indices: (K,) which pictures.
        before: (K, 3, S, S) uint8 as they are.
        after: (R, K, 3, S, S) uint8, newly drawn each time.
        targets: (R, K, C) share of each class that a network is then told.
    """

    indices: Indices
    before: Tensor
    after: Tensor
    targets: Tensor


def some(images: ImageSet, selection: Selection, count: int, turn: int = 0) -> Indices:
    """Training pictures of as many classes as there is room for, other ones at every turn."""
    by_class = [selection.train[images.labels[selection.train] == label] for label in range(len(images.classes))]
    present = [mine for mine in by_class if len(mine)]
    if not present:
        return np.empty(0, np.int64)
    chosen = []
    for place in range(min(count, len(selection.train))):
        number = turn * count + place
        mine = present[number % len(present)]
        chosen.append(int(mine[number // len(present) % len(mine)]))
    return np.array(list(dict.fromkeys(chosen)), np.int64)


def preview(images: ImageSet, indices: Indices, setting: Augmentation, times: int, seed: int) -> Preview:
    """Draw the same pictures several times.

    Args:
        images: the set.
        indices: (K,) which of its pictures; they are mixed with each other.
        setting: what may happen.
        times: how many draws R.
        seed: of the drawing.
    """
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.from_numpy(indices)
    before = images.images[chosen]
    labels = torch.from_numpy(images.labels)[chosen]
    told = functional.one_hot(labels, len(images.classes)).float()
    after, targets = [], []
    for _ in range(times):
        pictures, shares = augment(before, setting, generator), told
        if setting.mixup and len(indices):
            # a training mixes what was resized and normalised: the same, since both treat each picture alike
            mixed, shares = mixup(pictures.float(), told, setting.mixup, generator)
            pictures = mixed.round().clamp(0, 255).to(torch.uint8)
        after.append(pictures)
        targets.append(shares)
    return Preview(indices, before, torch.stack(after), torch.stack(targets))


@dataclass(frozen=True)
class OneChange:
    """A change by itself.

    Attributes:
        setting: this change and no other.
        example: whether it is off, so that this is an example of what it would do.
    """

    setting: Augmentation
    example: bool


def one_by_one(setting: Augmentation) -> tuple[OneChange, ...]:
    """Every change by itself, as strong as it was chosen; one that is off as strong as in `EXAMPLES`."""
    chosen, off = asdict(setting), asdict(NOTHING)
    found = []
    for name, example in EXAMPLES.items():
        is_off = chosen[name] == off[name]
        found.append(OneChange(Augmentation(**{**off, name: example if is_off else chosen[name]}), is_off))
    return tuple(found)


def previews(images: ImageSet, indices: Indices, settings: Sequence[Augmentation], seed: int) -> Preview:
    """Draw the same pictures once with each setting; other arguments as of `preview`."""
    # a seed of its own for each row: by these the first mixup of `EXAMPLES` has a share of 62 %, and not of 97 %
    shown = [preview(images, indices, setting, 1, seed + 2 * row) for row, setting in enumerate(settings)]
    after, targets = (torch.cat([getattr(one, name) for one in shown]) for name in ("after", "targets"))
    return Preview(indices, shown[0].before, after, targets)
