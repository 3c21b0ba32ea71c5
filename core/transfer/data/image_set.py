"""What every source of pictures gives and everything else takes: labelled squares in three parts.

Shapes: N pictures, C classes, S pixels a side.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Indices = npt.NDArray[np.int64]


def majority(labels: Indices) -> float:
    """Accuracy of always giving the most frequent of (M,) labels: what a network has to beat. NaN of none."""
    return float(np.bincount(labels).max() / len(labels)) if len(labels) else float("nan")


class Split(IntEnum):
    """The three parts. Fitted on the first, chosen by the second, judged once on the third."""

    TRAIN = 0
    VALIDATION = 1
    TEST = 2


@dataclass(frozen=True, eq=False)
class SecondLabel:
    """Another label of the same pictures, for a second head.

    Attributes:
        name: what it says of a picture ("parity").
        labels: (N,) index into `classes`.
        classes: names.
    """

    name: str
    labels: Indices
    classes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Labelled pictures. Made by the modules beside this one; shared, only to be read.

    Attributes:
        name: what menus call it.
        digest: names its content (pictures, labels, parts): the key of every cache.
        images: (N, 3, S, S) uint8 on the CPU, RGB.
        labels: (N,) index of the class.
        classes: (C,) names.
        split: (N,) a `Split` each.
        names: (N,) names of the pictures, files' where there are some.
        story: one sentence about where they come from.
        own: whether they are a visitor's: then nothing of them may outlive the visit or stand in a link.
        notes: one sentence each about what was left out or guessed.
        second: another label of theirs, or None.
    """

    name: str
    digest: str
    images: Tensor
    labels: Indices
    classes: tuple[str, ...]
    split: Indices
    names: tuple[str, ...]
    story: str
    own: bool = False
    notes: tuple[str, ...] = ()
    second: SecondLabel | None = None

    def __post_init__(self) -> None:
        n, channels, height, width = self.images.shape
        if self.images.dtype != torch.uint8 or channels != 3 or height != width:
            raise ValueError("pictures are (N, 3, S, S) uint8")
        if not (len(self.labels) == len(self.split) == len(self.names) == n):
            raise ValueError("each picture has a label, a part and a name")
        if n and (self.labels.min() < 0 or self.labels.max() >= len(self.classes)):
            raise ValueError("a label without a class")

    def __len__(self) -> int:
        """Number of pictures N."""
        return len(self.labels)

    @property
    def side(self) -> int:
        """S, pixels."""
        return int(self.images.shape[-1])

    def part(self, split: Split) -> Indices:
        """Indices of the pictures of one part, ascending."""
        return np.flatnonzero(self.split == split).astype(np.int64)

    def counts(self) -> npt.NDArray[np.int64]:
        """(C, 3) pictures of each class in each part."""
        table = np.zeros((len(self.classes), len(Split)), np.int64)
        np.add.at(table, (self.labels, self.split), 1)
        return table


@dataclass(frozen=True, eq=False)
class Selection:
    """The pictures that one experiment uses; indices into the set, ascending.

    Attributes:
        train: fitted on.
        validation: chosen by.
        test: judged on, once.
        per_class: how many training pictures of each class were asked for; None: all.
    """

    train: Indices
    validation: Indices
    test: Indices
    per_class: int | None

    @property
    def all(self) -> Indices:
        """All of them, ascending."""
        return np.sort(np.concatenate([self.train, self.validation, self.test]))


def digest_of(images: Tensor, labels: Indices, parts: Indices, classes: tuple[str, ...], more: bytes = b"") -> str:
    """sha256 over everything that decides a result: pixels, labels, parts and names."""
    found = hashlib.sha256(repr((tuple(images.shape), classes)).encode())
    for array in (images.contiguous().numpy(), labels.astype(np.int64), parts.astype(np.int64)):
        found.update(np.ascontiguousarray(array).data)
    found.update(more)
    return found.hexdigest()
