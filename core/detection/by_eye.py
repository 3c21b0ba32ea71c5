"""Detections beside what a person sees in the picture: names that are wrong, and objects found more than once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Surplus:
    """A class with more boxes than objects.

    Attributes:
        label: the class.
        boxes: so many boxes were kept.
        objects: so many objects of it are in the picture.
    """

    label: str
    boxes: int
    objects: int


@dataclass(frozen=True)
class ByEye:
    """How detections differ from what was seen.

    Attributes:
        wrong: classes of which there is no object at all, highest-scoring first.
        surplus: classes whose objects were found more than once, highest-scoring first.
    """

    wrong: tuple[str, ...]
    surplus: tuple[Surplus, ...]


def compare(found: Sequence[str], seen: Sequence[str]) -> ByEye:
    """Compare by names alone, no place and no threshold: whether a box lies well is the metrics page's subject.

    Args:
        found: (K,) class of each kept box, best score first.
        seen: class of each object that was drawn by eye.
    """
    boxes, objects = Counter(found), Counter(seen)  # a Counter keeps the order of first sight
    return ByEye(
        wrong=tuple(label for label in boxes if not objects[label]),
        surplus=tuple(
            Surplus(label, count, objects[label]) for label, count in boxes.items() if count > objects[label] > 0
        ),
    )
