"""What the detector hands over: candidates (once a picture) and detections (once a threshold).

Shapes: R proposals, C classes with the background, N candidates, K detections. Boxes are (x1, y1, x2, y2).
Frames: *network pixels* are those of the resized picture the network saw, *image pixels* those of the
picture the visitor gave. Tensors lie on the CPU and are shared by all visitors: read them, never write.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from torch import Tensor


class Fate(StrEnum):
    """What became of a candidate under one set of thresholds."""

    KEPT = "kept"
    SUPPRESSED = "suppressed"
    BELOW_SCORE = "below the score"
    OTHER_CLASS = "class not asked for"
    OVER_LIMIT = "over the limit"


@dataclass(frozen=True)
class StageTime:
    """How long one stage of the forward pass took.

    Attributes:
        stage: its name in the lecture's words.
        milliseconds: wall-clock time, after waiting for the device.
    """

    stage: str
    milliseconds: float


@dataclass(frozen=True)
class Candidates:
    """Everything one forward pass leaves that a later step may ask for. No threshold of the page is in it.

    Attributes:
        classes: (C,) name of each class, index 0 the background.
        image_size: (height, width) of the visitor's picture, image pixels.
        network_size: (height, width) of the resized picture, network pixels.
        anchors: number of anchors the region proposal network scored.
        contenders: number of them that entered its own NMS (best of each pyramid level).
        proposals: (R, 4) what it proposed, network pixels, clipped to the picture.
        objectness: (R,) their objectness in [0, 1], descending.
        class_scores: (R, C) softmax over the classes for each proposal.
        boxes: (N, 4) class boxes whose score exceeds `floor`, image pixels, proposal-major order.
        network_boxes: (N, 4) the same in network pixels, where torchvision's NMS works.
        scores: (N,) their class scores.
        labels: (N,) int64 index into `classes`, never 0.
        sources: (N,) int64 the proposal each came from, index into `proposals`.
        floor: the score a candidate had to exceed to be kept here.
        times: the forward pass, stage by stage.
    """

    classes: tuple[str, ...]
    image_size: tuple[int, int]
    network_size: tuple[int, int]
    anchors: int
    contenders: int
    proposals: Tensor
    objectness: Tensor
    class_scores: Tensor
    boxes: Tensor
    network_boxes: Tensor
    scores: Tensor
    labels: Tensor
    sources: Tensor
    floor: float
    times: tuple[StageTime, ...]

    def __len__(self) -> int:
        """Number of candidates N."""
        return len(self.scores)

    @property
    def names(self) -> tuple[str, ...]:
        """(N,) class name of each candidate."""
        return tuple(self.classes[label] for label in self.labels.tolist())

    @property
    def milliseconds(self) -> float:
        """What the whole forward pass took."""
        return sum(time.milliseconds for time in self.times)

    def suppress(
        self,
        iou: float = 0.5,
        score: float = 0.05,
        *,
        class_aware: bool = True,
        classes: Collection[str] | None = None,
        limit: int = 100,
    ) -> Detections:
        """Non-maximum suppression of these candidates: see `core.detection.suppression.suppress`."""
        from core.detection.suppression import suppress  # here, since that module needs this one

        return suppress(self, iou, score, class_aware=class_aware, classes=classes, limit=limit)


@dataclass(frozen=True)
class Detections:
    """What is left after NMS, and what became of every candidate.

    Attributes:
        boxes: (K, 4) image pixels, best score first.
        scores: (K,) descending.
        labels: (K,) class names.
        indices: (K,) int64 which candidates these are.
        fates: (N,) what became of each candidate.
        killers: (N,) int64 the kept box that suppressed it, as candidate index; -1 if it was not suppressed.
        killer_ious: (N,) IoU with that box, network pixels; NaN if it was not suppressed.
        milliseconds: what this suppression took.
    """

    boxes: Tensor
    scores: Tensor
    labels: tuple[str, ...]
    indices: Tensor
    fates: tuple[Fate, ...]
    killers: Tensor
    killer_ious: Tensor
    milliseconds: float

    def __len__(self) -> int:
        """Number of detections K."""
        return len(self.labels)

    @property
    def entered(self) -> int:
        """How many candidates took part in NMS: those above the score threshold."""
        return len(self.fates) - self.count(Fate.BELOW_SCORE)

    @property
    def left(self) -> int:
        """How many of them NMS kept, before classes that were not asked for and those over the limit go."""
        return self.entered - self.count(Fate.SUPPRESSED)

    def count(self, *fates: Fate) -> int:
        """How many candidates met one of these fates."""
        return sum(fate in fates for fate in self.fates)
