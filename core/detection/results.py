"""What the detector hands over: candidates (once a picture) and detections (once a threshold).

Two kinds of detector hand over candidates: a Faster R-CNN leaves its stages with them (`StagedCandidates`), a
one-stage detector its boxes alone (`OneStageCandidates`). What comes after, from the score threshold on, is the same.

Shapes: R proposals, C classes with the background, N candidates, K detections. Boxes are (x1, y1, x2, y2).
Frames: *network pixels* are those of the resized picture the network saw, *image pixels* those of the
picture the visitor gave. Tensors lie on the CPU and are shared by all visitors: read them, never write.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import torch
from torch import Tensor

from core.detection.suppression import Survivors, suppressed_by, survivors
from core.errors import UserError

FLOOR = 0.02
"""A class box that scores this or less is no candidate."""

SMALLEST_SIDE = 1e-2
"""Network pixels: torchvision drops thinner boxes before NMS, so they are no candidates either."""


class NmsStatus(StrEnum):
    """What NMS and the thresholds around it did with a candidate."""

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
    """The class boxes that one forward pass leaves, before NMS. No threshold of the page is in it.

    Attributes:
        classes: (C,) name of each class, index 0 the background.
        image_size: (height, width) of the visitor's picture, image pixels.
        network_size: (height, width) of the resized picture, network pixels.
        boxes: (N, 4) class boxes whose score exceeds `floor`, image pixels, in the order of `sources`.
        network_boxes: (N, 4) the same in network pixels, where torchvision's NMS works.
        scores: (N,) their class scores.
        labels: (N,) int64 index into `classes`, never 0.
        sources: (N,) int64 the proposal (or cell) that each came from.
        floor: the score a candidate had to exceed to be kept here.
        times: the forward pass, stage by stage.
    """

    classes: tuple[str, ...]
    image_size: tuple[int, int]
    network_size: tuple[int, int]
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
    def steps(self) -> tuple[tuple[str, int], ...]:
        """How many places or boxes there were at each step before the candidates, first step first."""
        return ()

    @property
    def names(self) -> tuple[str, ...]:
        """(N,) class name of each candidate."""
        return tuple(self.classes[label] for label in self.labels.tolist())

    @property
    def milliseconds(self) -> float:
        """What the whole forward pass took."""
        return sum(stage.milliseconds for stage in self.times)

    def suppress(
        self,
        iou: float = 0.5,
        score: float = 0.05,
        *,
        class_aware: bool = True,
        classes: Collection[str] | None = None,
        limit: int = 100,
    ) -> Detections:
        """Score threshold, NMS, class filter and limit, in this order, with the status of every candidate.

        Equal to torchvision's `FasterRCNN` with `box_nms_thresh=iou`, `box_score_thresh=score` and
        `box_detections_per_img=limit`. NMS runs in network pixels, as there.

        Args:
            iou: overlap above which the weaker of two boxes goes, in [0, 1].
            score: what a score must exceed, in [0, 1]; one below the floor acts as the floor.
            class_aware: only boxes of one class suppress each other; else any box suppresses any.
            classes: names to show, applied after NMS (an unshown class still suppresses); None shows all.
            limit: how many detections at most, the best.

        Raises:
            UserError: a threshold outside [0, 1], a negative limit, or a class the model does not know.
        """
        started = time.perf_counter()
        run = self.survivors(iou, score, class_aware=class_aware)
        if limit < 0:
            raise UserError(f"The number of boxes to keep cannot be negative, {limit} is.")
        unknown = sorted(set(classes or ()) - set(self.classes[1:]))
        if unknown:
            raise UserError(f"The model does not know the class {unknown[0]!r}.")

        wanted = set(self.classes if classes is None else classes)
        statuses = [NmsStatus.BELOW_SCORE] * len(self)
        for index in run.above.tolist():
            statuses[index] = NmsStatus.SUPPRESSED
        winners: list[int] = []
        for index, label in zip(run.above[run.kept].tolist(), run.labels[run.kept].tolist(), strict=True):
            if self.classes[label] not in wanted:
                statuses[index] = NmsStatus.OTHER_CLASS
            elif len(winners) == limit:
                statuses[index] = NmsStatus.OVER_LIMIT
            else:
                statuses[index] = NmsStatus.KEPT
                winners.append(index)

        chosen = torch.tensor(winners, dtype=torch.int64)
        by, ious = suppressed_by(run, len(self))
        return Detections(
            boxes=self.boxes[chosen],
            scores=self.scores[chosen],
            labels=tuple(self.classes[label] for label in self.labels[chosen].tolist()),
            indices=chosen,
            statuses=tuple(statuses),
            suppressed_by=by,
            suppressed_iou=ious,
            milliseconds=(time.perf_counter() - started) * 1e3,
        )

    def survivors(self, iou: float, score: float, *, class_aware: bool) -> Survivors:
        """NMS alone, without the record of what became of whom."""
        boxes, scores, labels = self.network_boxes, self.scores, self.labels
        return survivors(boxes, scores, labels, iou, score, class_aware=class_aware)


@dataclass(frozen=True)
class StagedCandidates(Candidates):
    """What a Faster R-CNN leaves: its class boxes, and everything of its stages that a later step may ask for.

    Attributes:
        anchors: number of anchors the region proposal network scored.
        pre_nms_proposals: number of proposals before its own NMS (the best of each pyramid level).
        proposals: (R, 4) what it proposed, network pixels, clipped to the picture; `sources` counts them.
        objectness: (R,) their objectness in [0, 1], descending.
        class_scores: (R, C) softmax over the classes for each proposal.
    """

    anchors: int
    pre_nms_proposals: int
    proposals: Tensor
    objectness: Tensor
    class_scores: Tensor

    @property
    def steps(self) -> tuple[tuple[str, int], ...]:
        """Anchors, those that enter the proposal network's NMS, proposals."""
        return (
            ("anchors", self.anchors),
            ("best of each level", self.pre_nms_proposals),
            ("proposals", len(self.proposals)),
        )


@dataclass(frozen=True)
class OneStageCandidates(Candidates):
    """What a one-stage detector leaves: class boxes, straight from the cells of its feature maps.

    Attributes:
        cells: number of cells, each of which scored every class and gave one box; `sources` counts them.
    """

    cells: int

    @property
    def steps(self) -> tuple[tuple[str, int], ...]:
        """The cells, and the scores they gave."""
        return ("cells", self.cells), ("class scores", self.cells * (len(self.classes) - 1))


@dataclass(frozen=True)
class Detections:
    """What is left after NMS, and what became of every candidate.

    Attributes:
        boxes: (K, 4) image pixels, best score first.
        scores: (K,) descending.
        labels: (K,) class names.
        indices: (K,) int64 which candidates these are.
        statuses: (N,) the status of each candidate.
        suppressed_by: (N,) int64 the kept box that suppressed it, as candidate index; -1 if it was not suppressed.
        suppressed_iou: (N,) IoU with that box, network pixels; NaN if it was not suppressed.
        milliseconds: what this suppression took.
    """

    boxes: Tensor
    scores: Tensor
    labels: tuple[str, ...]
    indices: Tensor
    statuses: tuple[NmsStatus, ...]
    suppressed_by: Tensor
    suppressed_iou: Tensor
    milliseconds: float

    def __len__(self) -> int:
        """Number of detections K."""
        return len(self.labels)

    @property
    def n_above_score(self) -> int:
        """How many candidates took part in NMS: those above the score threshold."""
        return len(self.statuses) - self.count(NmsStatus.BELOW_SCORE)

    @property
    def n_after_nms(self) -> int:
        """How many of them NMS kept, before classes that were not asked for and those over the limit go."""
        return self.n_above_score - self.count(NmsStatus.SUPPRESSED)

    def count(self, *statuses: NmsStatus) -> int:
        """How many candidates have one of these statuses."""
        return sum(status in statuses for status in self.statuses)
