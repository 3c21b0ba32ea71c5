"""The objects in the picture that anchors are held against: drawn by a person, else what the detector finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

import torch
from torch import Tensor

from core.ui.detector.results import candidates_of
from core.ui.detector.subject import Subject
from core.ui.detector.truth.boxes import known_objects

IOU, SCORE = 0.5, 0.3
"""Thresholds of NMS and of the score: those that the section "Detect" opens with."""
MOST = 20


@dataclass(frozen=True, eq=False)
class Objects:
    """The objects of one picture.

    Attributes:
        boxes: (G, 4) network pixels.
        names: (G,) each unlike the others.
        by_eye: whether a person drew them.
        network_size: (height, width) of the picture as the network sees it.
    """

    boxes: Tensor
    names: tuple[str, ...]
    by_eye: bool
    network_size: tuple[int, int]

    @property
    def key(self) -> Hashable:
        """Another one for other boxes: visitors draw their own, and results of theirs must not meet."""
        return self.names, tuple(map(tuple, self.boxes.tolist()))


def _numbered(labels: list[str]) -> tuple[str, ...]:
    often, so_far = Counter(labels), Counter[str]()
    names = []
    for label in labels:
        so_far[label] += 1
        names.append(f"{label} {so_far[label]}" if often[label] > 1 else label)
    return tuple(names)


def objects_of(subject: Subject) -> Objects:
    """Those of a picture; the network runs once, then it is a matter of the cache.

    Raises:
        UserError: the network cannot run.
    """
    picture = subject.picture
    found = candidates_of(picture, subject.model, subject.short_side)
    drawn = known_objects(picture)
    if drawn is not None:
        (high, wide), (rows, columns) = found.image_size, found.network_size
        scale = torch.tensor([columns / wide, rows / high] * 2)
        boxes = torch.tensor([box.xyxy for box in drawn]).reshape(-1, 4) * scale
        return Objects(boxes, _numbered([box.label for box in drawn]), True, found.network_size)
    kept = found.suppress(IOU, SCORE, limit=MOST)
    boxes = found.network_boxes[kept.indices]
    return Objects(boxes, _numbered(list(kept.labels)), False, found.network_size)
