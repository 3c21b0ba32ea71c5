"""Mean average precision under every NMS threshold, from the candidates that one forward pass has left.

Two conventions of a box's sides: x2 - x1 (COCO, torchvision), or with inclusive corners x2 - x1 + 1 (Pascal VOC's
development kit, and the NMS of py-faster-rcnn, `lib/nms/py_cpu_nms.py`, on boxes in image pixels).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from core.detection.results import Candidates
from core.detection.scoring.average_precision import COCO_IOUS, Interpolation, ap_by_class, mean
from core.detection.scoring.drawn import NamedBox, ground_truth_of
from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes
from core.detection.scoring.matching import Overlaps, match, overlaps
from core.detection.suppression import survivors

LIMIT = 100
"""Detections of a picture at most, COCO's and torchvision's."""
STEPS = 20
"""The curve has a point at every multiple of 1 / STEPS."""
IOUS: tuple[float, ...] = tuple(COCO_IOUS.tolist())


@dataclass(frozen=True)
class NmsCurve:
    """Mean AP against the NMS threshold, T points.

    Attributes:
        thresholds: (T,) from 0 to 1.
        kept: (T,) detections that are left.
        half: (T,) mean AP at IoU 0.5; nan without ground truth.
        ten: (T,) mean over the IoU thresholds .50, .55, … .95.
    """

    thresholds: tuple[float, ...]
    kept: tuple[int, ...]
    half: tuple[float, ...]
    ten: tuple[float, ...]


def kept_under(found: Candidates, iou: float, score: float, *, inclusive: bool = False) -> Tensor:
    """(K,) int64, which candidates class-wise NMS keeps, best first, `LIMIT` at most.

    Args:
        found: one picture's.
        iou: NMS threshold, 0 to 1.
        score: what a score must exceed, 0 to 1.
        inclusive: sides are x2 - x1 + 1 image pixels; else as `Candidates.suppress` has it, in network pixels.

    Raises:
        UserError: a threshold outside [0, 1].
    """
    boxes = grown(found.boxes) if inclusive else found.network_boxes
    run = survivors(boxes, found.scores, found.labels, iou, score, class_aware=True)
    return run.above[run.kept][:LIMIT]


def grown(boxes: Tensor) -> Tensor:
    """(N, 4) the same, one pixel wider and higher: see `core.detection.overlap.grown`."""
    return boxes + boxes.new_tensor([0.0, 0.0, 1.0, 1.0])


def evaluated(
    found: Candidates, kept: Tensor, boxes: Sequence[NamedBox], name: str, *, inclusive: bool = False
) -> EvaluatedImage:
    """A picture with boxes that somebody drew and the detections that NMS kept.

    Args:
        found: the candidates.
        kept: (K,) which are detections.
        boxes: the ground truth, image pixels.
        name: of the picture.
        inclusive: whether corners are pixels that belong to their box.
    """
    corners = grown(found.boxes[kept]) if inclusive else found.boxes[kept]
    labels = [found.classes[label] for label in found.labels[kept].tolist()]
    predicted = PredictedBoxes.of(corners.double().numpy(), labels, found.scores[kept].double().numpy())
    height, width = found.image_size
    return EvaluatedImage(name, ground_truth_of(boxes, inclusive=inclusive), predicted, (width, height))


def average_precisions(measured: Overlaps) -> tuple[float, float]:
    """Mean AP of one picture at IoU 0.5, and over ten thresholds; nan without ground truth."""
    values = [
        mean(list(ap_by_class([match(measured, iou, reasons=False)], Interpolation.COCO_101).values())) for iou in IOUS
    ]
    return values[0], sum(values) / len(values)


def nms_curve(found: Candidates, boxes: Sequence[NamedBox], score: float, *, inclusive: bool = False) -> NmsCurve:
    """Suppress and judge at every threshold; what two thresholds both keep is judged once.

    Args:
        found: one picture's candidates.
        boxes: its ground truth.
        score: what a score must exceed.
        inclusive: see `kept_under`; the boxes are then judged in the same way.
    """
    thresholds = tuple(step / STEPS for step in range(STEPS + 1))
    known: dict[tuple[int, ...], tuple[float, float]] = {}
    counts, half, ten = [], [], []
    for iou in thresholds:
        kept = kept_under(found, iou, score, inclusive=inclusive)
        counts.append(len(kept))
        key = tuple(kept.tolist())
        if key not in known:
            known[key] = average_precisions(
                overlaps(_of_interest(evaluated(found, kept, boxes, "", inclusive=inclusive)))
            )
        at_half, at_ten = known[key]
        half.append(at_half)
        ten.append(at_ten)
    return NmsCurve(thresholds, tuple(counts), tuple(half), tuple(ten))


def _of_interest(image: EvaluatedImage) -> EvaluatedImage:
    """Without detections of classes that have no ground truth: those change no AP."""
    target: GroundTruth = image.target
    wanted = set(target.labels)
    keep = [index for index, label in enumerate(image.found.labels) if label in wanted]
    some = PredictedBoxes(image.found.boxes[keep], tuple(image.found.labels[i] for i in keep), image.found.scores[keep])
    return EvaluatedImage(image.name, target, some, image.size)


@dataclass(frozen=True)
class Ties:
    """Candidates of equal score, whose order decides which of them NMS keeps and how AP counts them.

    Attributes:
        candidates: how many share class and score with another one, of those above the score threshold.
        first: class and score of the highest-scoring such pair; None where there is none.
    """

    candidates: int
    first: tuple[str, float] | None


def ties(found: Candidates, score: float) -> Ties:
    """Look for equal scores within a class.

    Args:
        found: one picture's candidates.
        score: what a score must exceed.
    """
    above = np.flatnonzero(found.scores.numpy() > score)
    pairs = Counter(zip(found.labels.numpy()[above].tolist(), found.scores.numpy()[above].tolist(), strict=True))
    tied = {pair: many for pair, many in pairs.items() if many > 1}
    if not tied:
        return Ties(0, None)
    label, value = max(tied, key=lambda pair: pair[1])
    return Ties(sum(tied.values()), (found.classes[label], value))
