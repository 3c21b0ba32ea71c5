"""The three parts of a set, fixed once by a seed, and how much of each an experiment uses.

N pictures, C classes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from core.transfer.data.image_set import ImageSet, Indices, Selection, Split

VALIDATION, TEST = 0.2, 0.2
"""Shares of each class that are set aside."""

LEAST_LOOKED_AT = 20
"""Validation and test pictures of each class that take part at least, also where fewer are trained on."""


def split(labels: Indices, given: Indices | None = None, seed: int = 0) -> Indices:
    """Give every picture its part, class by class.

    Where the source says what is for training and what is not, that is kept; what is missing is taken from the
    training pictures. A source with two parts has its second one for the test: a folder called "val" is what
    others report their accuracy on, so nothing may be chosen by it.

    Args:
        labels: (N,)
        given: (N,) a `Split` each, as the source has it; None: it has no parts.
        seed: of the shuffling.

    Returns:
        (N,) a `Split` each. A class of one picture trains; of two, one trains and one tests.
    """
    parts = np.full(len(labels), Split.TRAIN, np.int64) if given is None else given.astype(np.int64).copy()
    present = set(np.unique(parts).tolist())
    if Split.TEST not in present and Split.VALIDATION in present:
        parts[parts == Split.VALIDATION] = Split.TEST
        present = {*present - {Split.VALIDATION}, Split.TEST}
    wanted = [
        (part, share) for part, share in ((Split.TEST, TEST), (Split.VALIDATION, VALIDATION)) if part not in present
    ]
    for label in np.unique(labels):
        mine = np.flatnonzero((labels == label) & (parts == Split.TRAIN))
        order = _shuffled(mine, seed, int(label))
        start = 0
        for part, share in wanted:
            count = min(max(1, round(share * len(order))), len(order) - start - 1)
            parts[order[start : start + max(count, 0)]] = part
            start += max(count, 0)
    return parts


def select(images: ImageSet, per_class: int | None) -> Selection:
    """The pictures that take part.

    Fewer training pictures are always some of those that more would be. Of the other two parts at most as many a
    class are looked at, but `LEAST_LOOKED_AT` where there are so many: a large set must not be looked at for minutes.

    Args:
        images: the set.
        per_class: training pictures of each class; None: all of all parts.
    """
    limits = {Split.TRAIN: per_class} | dict.fromkeys(
        (Split.VALIDATION, Split.TEST), None if per_class is None else max(per_class, LEAST_LOOKED_AT)
    )
    chosen = {part: _first(images, part, limit) for part, limit in limits.items()}
    return Selection(chosen[Split.TRAIN], chosen[Split.VALIDATION], chosen[Split.TEST], per_class)


def _first(images: ImageSet, part: Split, limit: int | None) -> Indices:
    """The first of each class in an order that is always the same; ascending."""
    inside = images.part(part)
    if limit is None:
        return inside
    found = [
        _shuffled(inside[images.labels[inside] == label], int(part) + 1, label)[:limit]
        for label in range(len(images.classes))
    ]
    return np.sort(_joined(found))


def _joined(parts: Iterable[Indices]) -> Indices:
    return np.concatenate([np.empty(0, np.int64), *parts]).astype(np.int64)


def _shuffled(indices: Indices, seed: int, label: int) -> Indices:
    found: Indices = np.random.default_rng([seed, label]).permutation(indices)
    return found
