"""Boxes made up to show one thing about greedy NMS each, as candidates of a picture that has no pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import torch

from core.detection.results import Candidates

Box = tuple[str, float, tuple[float, float, float, float]]
"""Class, score, corners in pixels."""


class Name(StrEnum):
    """What there is to choose from."""

    NOT_MONOTONE = "A higher threshold keeps fewer"
    NOT_NESTED = "Kept sets are not nested"
    EQUALITY = "Exactly at the threshold"
    CLASSES = "Three classes in one place"
    PICTURE = "A picture"


@dataclass(frozen=True, eq=False)
class Example:
    """Boxes, and where to put the sliders.

    Attributes:
        candidates: image and network pixels are the same; None: those of the visitor's picture.
        iou: NMS threshold to begin with.
        score: score threshold to begin with.
        beside: another NMS threshold to compare with.
    """

    candidates: Candidates | None
    iou: float
    score: float
    beside: float


def made_up(boxes: Sequence[Box], size: tuple[int, int]) -> Candidates:
    """Candidates of a picture that does not exist.

    Args:
        boxes: in any order.
        size: (width, height) of the frame, pixels.
    """
    classes = ("__background__", *dict.fromkeys(name for name, *_ in boxes))
    corners = torch.tensor([corners for *_, corners in boxes], dtype=torch.float32).reshape(-1, 4)  # (N, 4)
    return Candidates(
        classes=classes,
        image_size=size[::-1],
        network_size=size[::-1],
        boxes=corners,
        network_boxes=corners,
        scores=torch.tensor([score for _, score, _ in boxes], dtype=torch.float32),
        labels=torch.tensor([classes.index(name) for name, *_ in boxes], dtype=torch.int64),
        sources=torch.arange(len(boxes)),
        floor=0.0,
        times=(),
    )


EXAMPLES: Mapping[Name, Example] = MappingProxyType(
    {
        # box 1 overlaps 2 by 0.48; 3 and 4 overlap 2 by more, and neither 1 nor each other by much
        Name.NOT_MONOTONE: Example(
            made_up(
                [
                    ("person", 0.95, (186, 44, 386, 252)),
                    ("person", 0.85, (118, 50, 318, 250)),
                    ("person", 0.75, (112, 42, 312, 172)),
                    ("person", 0.65, (122, 128, 324, 258)),
                ],
                (420, 290),
            ),
            0.45,
            0.3,
            0.52,
        ),
        # https://github.com/pytorch/vision/issues/8949, where the result was taken for an error
        Name.NOT_NESTED: Example(
            made_up(
                [
                    ("person", 1.0, (2748 - 2660, 618 - 600, 2830 - 2660, 659 - 600)),
                    ("person", 1.0, (2690 - 2660, 642 - 600, 2749 - 2660, 681 - 600)),
                    ("person", 0.5, (2690 - 2660, 639 - 600, 2746 - 2660, 681 - 600)),
                ],
                (200, 100),
            ),
            0.0,
            0.3,
            0.1,
        ),
        # the pair of https://github.com/pytorch/vision/issues/7165, and one whose IoU float32 can hold
        Name.EQUALITY: Example(
            made_up(
                [
                    ("person", 0.9, (1, 1, 2, 3)),
                    ("person", 0.8, (0, 0, 2, 2)),
                    ("person", 0.7, (3, 0, 5, 3)),
                    ("person", 0.6, (4, 1, 5, 2.5)),
                ],
                (6, 4),
            ),
            0.2,
            0.3,
            0.25,
        ),
        Name.CLASSES: Example(
            made_up(
                [
                    ("apple", 0.95, (40, 40, 240, 240)),
                    ("orange", 0.9, (84, 46, 284, 246)),
                    ("clock", 0.7, (172, 44, 372, 244)),
                    ("orange", 0.6, (128, 36, 328, 236)),
                ],
                (410, 280),
            ),
            0.5,
            0.3,
            0.7,
        ),
        Name.PICTURE: Example(None, 0.5, 0.2, 0.8),
    }
)
