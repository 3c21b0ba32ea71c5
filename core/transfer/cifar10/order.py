"""The 10,000 test pictures in two orders, and the class of each: what handed-in predictions are scored by.

The labels of the published order stand beside this module, a digit each; they are those of cleanlab's
`label-errors` (https://github.com/cleanlab/label-errors, Apache License 2.0). The files of the JPEG copies are sorted
by class, a thousand each, so their numbers give the classes away.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np

from core.errors import UserError
from core.transfer.data.image_set import Indices

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
"""In the published order of their numbers."""
COUNT = 10_000
_EACH = 1_000  # pictures of each class
_LABELS = Path(__file__).parent / "cifar10-test-order.txt"


class Order(StrEnum):
    """In which order the test pictures are counted."""

    TORCHVISION = "torchvision"
    """As torchvision's CIFAR10(train=False) gives them, which is the published order."""
    FILES = "files"
    """By the names of the JPEG copies, test_00000.jpg to test_09999.jpg."""


@cache
def labels(order: Order) -> Indices:
    """(10000,) number of each picture's class; not to be written to."""
    if order is Order.FILES:
        found = np.arange(COUNT, dtype=np.int64) // _EACH
    else:
        digits = _LABELS.read_text(encoding="ascii").strip()
        found = np.frombuffer(digits.encode("ascii"), np.uint8).astype(np.int64) - ord("0")
    found.setflags(write=False)
    return found


@cache
def names(order: Order) -> tuple[str, ...]:
    """(10000,) what the pictures are called, as `core.transfer.data.cifar10` calls them."""
    form = "test_{:05d}.jpg" if order is Order.FILES else "test {:,}"
    return tuple(form.format(number) for number in range(COUNT))


def labels_of(pictures: Sequence[str]) -> Indices:
    """(M,) classes of test pictures by their names.

    Raises:
        UserError: a name is of no test picture in either order.
    """
    known = _known()
    found = [known.get(name, -1) for name in pictures]
    if -1 in found:
        raise UserError(f'"{pictures[found.index(-1)][:60]}" is the name of no test picture of CIFAR-10.')
    return np.array(found, np.int64)


@cache
def _known() -> dict[str, int]:
    return {name: int(label) for order in Order for name, label in zip(names(order), labels(order), strict=True)}
