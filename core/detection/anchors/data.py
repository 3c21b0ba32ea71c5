"""Widths and heights of the objects of a data set, as the network sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.detection.scoring.ground_truth import GroundTruthFiles
from core.errors import UserError

Array = npt.NDArray[np.float64]
LONGEST = 1333 / 800
"""torchvision's bound of the longer side, as a multiple of the shorter one."""


@dataclass(frozen=True, eq=False)
class Objects:
    """The objects of a data set.

    Attributes:
        sides: (N, 2) width, height, image pixels.
        pictures: (N, 2) width, height of the picture that each is in.
        labels: (N,) class names.
        notes: sentences about what was left out.
        made_up: whether nobody photographed them.
    """

    sides: Array
    pictures: Array
    labels: tuple[str, ...]
    notes: tuple[str, ...] = ()
    made_up: bool = False

    def __len__(self) -> int:
        """How many."""
        return len(self.labels)

    def seen(self, short_side: int) -> Array:
        """(N, 2) width, height in network pixels."""
        return self.sides * scale_of(self.pictures, short_side)[:, None]


def scale_of(pictures: Array, short_side: int) -> Array:
    """(N,) network pixels for an image pixel: the shorter side becomes this, the longer at most `LONGEST` times it.

    As torchvision's `GeneralizedRCNNTransform` resizes, before it rounds the picture to whole pixels.

    Args:
        pictures: (N, 2) width and height.
        short_side: network pixels.
    """
    return np.asarray(
        np.minimum(short_side / pictures.min(1), short_side * LONGEST / pictures.max(1)), dtype=np.float64
    )


def of_files(files: GroundTruthFiles) -> Objects:
    """What a visitor's files hold: no crowds, which are no single objects, and no picture of unknown size.

    Raises:
        UserError: nothing is left.
    """
    sides, pictures, labels = list[tuple[float, float]](), list[tuple[int, int]](), list[str]()
    crowds, unknown = 0, 0
    for picture in files.pictures:
        boxes = picture.boxes
        if picture.size is None:
            unknown += len(boxes.labels)
            continue
        for (x1, y1, x2, y2), label, crowd in zip(boxes.corners, boxes.labels, boxes.crowd, strict=True):
            crowds += crowd
            if not crowd:
                sides.append((x2 - x1, y2 - y1))
                pictures.append(picture.size)
                labels.append(label)
    notes = list(files.notes)
    if crowds:
        notes.append(f"Left out: {crowds:,} marked as crowds, which are no single objects.")
    if unknown:
        notes.append(
            f"Left out: {unknown:,} in pictures whose width and height the file does not say, so that nobody knows how "
            "large they are for the network."
        )
    if not labels:
        raise UserError(" ".join(["The files hold no box to take anchors from.", *notes]))
    return Objects(np.array(sides), np.array(pictures, dtype=np.float64), tuple(labels), tuple(notes))


def of_boxes(found: Sequence[tuple[str, tuple[float, float, float, float], tuple[int, int]]]) -> Objects:
    """Objects from (class, corners, (width, height) of the picture), image pixels."""
    labels, corners, sizes = zip(*found, strict=True)
    boxes = np.array(corners)
    return Objects(boxes[:, 2:] - boxes[:, :2], np.array(sizes, dtype=np.float64), tuple(labels))


def made_up(kind: str, count: int = 300) -> Objects:
    """Objects that nobody photographed, in pictures of 640 × 480 pixels; the same at every call.

    Args:
        kind: "text": lines of text, two to eight times as wide as high; "people": who stand, near and far.
        count: how many.
    """
    random = np.random.default_rng(7)
    if kind == "text":
        height = np.exp(random.normal(np.log(40), 0.45, count)).clip(10, 140)
        width = (height * random.uniform(2, 8, count)).clip(12, 620)
        labels = np.where(width > 200, "line of text", "word")
    else:
        height = np.exp(random.normal(np.log(130), 0.6, count)).clip(20, 470)
        width = height * random.normal(0.38, 0.06, count).clip(0.2, 0.6)
        labels = np.where(height > 110, "person, near", "person, far")
    pictures = np.tile([640.0, 480.0], (count, 1))
    found = Objects(np.stack((width, height), 1), pictures, tuple(labels.tolist()))
    return replace(found, made_up=True)
