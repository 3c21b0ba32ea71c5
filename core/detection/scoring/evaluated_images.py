"""What an evaluation works on: images with their ground-truth boxes (target) and the boxes that a detector predicts.

Shapes: G target boxes, D detections. Boxes are (x1, y1, x2, y2) in image pixels, float64. Arrays may be shared by many
visitors: read them, never write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]


def _corners(boxes: npt.ArrayLike) -> Array:
    return np.asarray(boxes, dtype=np.float64).reshape(-1, 4)


def _flags(values: Sequence[bool] | Flags | None, count: int) -> Flags:
    return np.zeros(count, dtype=np.bool_) if values is None else np.asarray(values, dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class GroundTruth:
    """The ground-truth boxes of a picture.

    Attributes:
        boxes: (G, 4)
        labels: (G,) class names.
        crowd: (G,) COCO's `iscrowd`: a region of many objects. It is not to be found, and detections inside it are
            neither right nor wrong.
        difficult: (G,) Pascal VOC's `difficult`: likewise, for single objects.
        areas: (G,) square pixels, by which COCO tells small, medium and large objects; of the box or, where the file
            says so, of the object inside it.
    """

    boxes: Array
    labels: tuple[str, ...]
    crowd: Flags
    difficult: Flags
    areas: Array

    @classmethod
    def of(
        cls,
        boxes: npt.ArrayLike,
        labels: Sequence[str],
        *,
        crowd: Sequence[bool] | Flags | None = None,
        difficult: Sequence[bool] | Flags | None = None,
        areas: npt.ArrayLike | None = None,
    ) -> GroundTruth:
        """Boxes and labels; nothing is a crowd or difficult and areas are the boxes' own unless said otherwise."""
        corners, count = _corners(boxes), len(labels)
        own = (corners[:, 2:] - corners[:, :2]).prod(axis=1)
        return cls(
            corners,
            tuple(labels),
            _flags(crowd, count),
            _flags(difficult, count),
            own if areas is None else np.asarray(areas, dtype=np.float64),
        )

    def __len__(self) -> int:
        """Number of boxes G, those that are not to be found among them."""
        return len(self.labels)

    @property
    def ignored(self) -> Flags:
        """(G,) boxes that need not be found."""
        return self.crowd | self.difficult


@dataclass(frozen=True, eq=False)
class PredictedBoxes:
    """The boxes that a detector predicts in a picture.

    Attributes:
        boxes: (D, 4)
        labels: (D,) class names.
        scores: (D,) confidence, 0 to 1, in any order.
    """

    boxes: Array
    labels: tuple[str, ...]
    scores: Array

    @classmethod
    def of(cls, boxes: npt.ArrayLike, labels: Sequence[str], scores: npt.ArrayLike) -> PredictedBoxes:
        """From anything that numpy reads."""
        return cls(_corners(boxes), tuple(labels), np.asarray(scores, dtype=np.float64).reshape(-1))

    def __len__(self) -> int:
        """Number of detections D."""
        return len(self.labels)

    def above(self, score: float) -> PredictedBoxes:
        """Those that score more; at 0 all of them, also those whose score is 0."""
        keep = np.flatnonzero((self.scores > score) | (score <= 0))
        return PredictedBoxes(self.boxes[keep], tuple(self.labels[index] for index in keep.tolist()), self.scores[keep])

    def scaled(self, before: tuple[int, int], now: tuple[int, int]) -> PredictedBoxes:
        """The same in a picture of another (width, height)."""
        factors = np.divide(now, before)
        return PredictedBoxes(self.boxes * np.tile(factors, 2), self.labels, self.scores)


@dataclass(frozen=True, eq=False)
class EvaluatedImage:
    """A picture to be evaluated: its ground truth and predictions; of the picture itself only name and size.

    Attributes:
        name: file name, or what menus call it.
        target: its ground truth.
        found: its predictions.
        size: (width, height) in pixels; None where no file says it.
    """

    name: str
    target: GroundTruth
    found: PredictedBoxes
    size: tuple[int, int] | None = None

    def above(self, score: float) -> EvaluatedImage:
        """The same with only the detections that score more."""
        return EvaluatedImage(self.name, self.target, self.found.above(score), self.size)

    @property
    def frame(self) -> tuple[int, int]:
        """(width, height) that all boxes fit into: the picture's size, or the farthest corner."""
        if self.size is not None:
            return self.size
        corners = np.concatenate([self.target.boxes[:, 2:], self.found.boxes[:, 2:], np.ones((1, 2))])
        width, height = np.ceil(corners.max(axis=0)).astype(int).tolist()
        return width, height


def classes_of(images: Sequence[EvaluatedImage]) -> tuple[str, ...]:
    """Every class that any box has, in alphabetical order."""
    return tuple(sorted({label for image in images for label in (*image.target.labels, *image.found.labels)}))


def example() -> EvaluatedImage:
    """A made-up picture of five cups and seven detections, ranked 1, 0, 1, 1, 0, 0, 1 at IoU 0.5.

    Its average precision differs from one definition to the next: VOC 11-point .649, area .614, COCO .618, plain .598.
    """
    cups = [(40, 60, 160, 200), (220, 60, 340, 200), (400, 60, 520, 200), (40, 270, 160, 410), (400, 270, 520, 410)]
    found = [
        ((44, 62, 164, 204), 0.95),  # right
        ((52, 74, 172, 214), 0.88),  # the first cup again
        ((214, 56, 336, 198), 0.81),  # right
        ((410, 66, 524, 206), 0.70),  # right
        ((80, 330, 200, 470), 0.55),  # half beside the fourth cup
        ((230, 290, 330, 400), 0.41),  # where nothing is
        ((392, 280, 522, 406), 0.30),  # right; the fourth cup is never found
    ]
    boxes, scores = zip(*found, strict=True)
    return EvaluatedImage(
        "five cups",
        GroundTruth.of(cups, ["cup"] * len(cups)),
        PredictedBoxes.of(boxes, ["cup"] * len(found), scores),
        (580, 490),
    )
