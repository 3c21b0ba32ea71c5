r"""What else can be done with boxes that overlap: soft-NMS and weighted boxes fusion, beside greedy NMS.

Soft-NMS (https://arxiv.org/abs/1704.04503) lowers scores where greedy NMS drops boxes. With the best box left, $M$,

$$s_i \leftarrow s_i \, (1 - \mathrm{IoU}(M, b_i)) \ \text{where} \ \mathrm{IoU}(M, b_i) > t \qquad \text{(linear)}$$
$$s_i \leftarrow s_i \, e^{-\mathrm{IoU}(M, b_i)^2 / \sigma} \qquad \text{(Gaussian)}$$

Weighted boxes fusion (https://arxiv.org/abs/1910.13302) drops none: it averages the corners of boxes that overlap,
weighted by their scores. Both by the library `ensemble-boxes`, of one class at a time, as its authors do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from core.detection.results import Candidates, Detections
from core.errors import UserError

MOST = 150
"""Boxes that soft-NMS and fusion are shown for: fusing more in one place takes longer than a slider may."""
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Softened:
    """Soft-NMS of M boxes.

    Attributes:
        scores: (M,) what is left of each score.
        kept: boxes whose score is still above the score threshold, best first.
    """

    scores: tuple[float, ...]
    kept: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Fused:
    """One box made of several.

    Attributes:
        box: (x1, y1, x2, y2), image pixels.
        score: the mean of theirs.
        label: name of their class.
        members: which boxes it is made of, best first.
    """

    box: tuple[float, float, float, float]
    score: float
    label: str
    members: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Variants:
    """The same boxes four ways.

    Attributes:
        greedy: NMS.
        linear, gaussian: soft-NMS.
        fused: by weighted boxes fusion, best first.
    """

    greedy: Detections
    linear: Softened
    gaussian: Softened
    fused: tuple[Fused, ...]


def variants(part: Candidates, iou: float, score: float, sigma: float) -> Variants:
    """All four, of one class at a time.

    Args:
        part: of `taking_part`, `MOST` boxes at most.
        iou: NMS threshold; fusion takes it for its own.
        score: what a score must exceed, before and after.
        sigma: of the Gaussian.

    Raises:
        UserError: a threshold outside [0, 1], or a sigma that is not positive.
    """
    if not sigma > 0:
        raise UserError(f"Sigma must be greater than 0, {sigma:g} is not.")
    greedy = part.suppress(iou, score, limit=len(part))
    return Variants(greedy, _soften(part, iou, score, sigma, 1), _soften(part, iou, score, sigma, 2), fuse(part, iou))


def _by_class(part: Candidates) -> list[tuple[str, npt.NDArray[np.int64]]]:
    """Each class with the numbers of its boxes, best first."""
    labels = part.labels.numpy()
    return [(part.classes[label], np.flatnonzero(labels == label)) for label in np.unique(labels)]


def _normalised(part: Candidates) -> Numbers:
    """(M, 4) in [0, 1], as the library wants them."""
    height, width = part.network_size
    scaled: Numbers = (part.network_boxes.double() / torch.tensor([width, height, width, height])).numpy()
    return np.clip(scaled, 0, 1)


def _soften(part: Candidates, iou: float, score: float, sigma: float, method: int) -> Softened:
    """Method 1 is linear, 2 Gaussian."""
    # not `soft_nms`, which hands over the scores from before: this one writes what is left of them into its argument
    from ensemble_boxes.ensemble_boxes_nms import cpu_soft_nms_float

    boxes, left = _normalised(part), np.zeros(len(part))
    for _, which in _by_class(part):
        scores = part.scores.double().numpy()[which].copy()
        order = cpu_soft_nms_float(boxes[which], scores, iou, sigma, -1.0, method)  # of -1: all, as they were visited
        left[which[order]] = scores
    best = np.argsort(-left, kind="stable")
    return Softened(tuple(left.tolist()), tuple(best[left[best] > score].tolist()))


def fuse(part: Candidates, iou: float) -> tuple[Fused, ...]:
    """Weighted boxes fusion of one detector's boxes: equal to the library's `weighted_boxes_fusion`.

    That one does not say which boxes it has put together, so that its steps are taken here one by one.
    """
    from ensemble_boxes.ensemble_boxes_wbf import find_matching_box_fast, get_weighted_box

    height, width = part.image_size
    normal, scores = _normalised(part), part.scores.double().numpy()
    fused = []
    for name, which in _by_class(part):
        groups: list[list[int]] = []
        rows: list[list[Numbers]] = []  # label, score, weight, model, four corners
        whole = np.empty((0, 8))
        for index in which.tolist():
            row = np.array([0, scores[index], 1, 0, *normal[index]])
            at, _ = find_matching_box_fast(whole, row, iou)
            if at == -1:
                groups.append([index])
                rows.append([row])
                whole = np.vstack((whole, row))
            else:
                groups[at].append(index)
                rows[at].append(row)
                whole[at] = get_weighted_box(rows[at])
        for (_, mean, _, _, x1, y1, x2, y2), members in zip(whole.tolist(), groups, strict=True):
            fused.append(Fused((x1 * width, y1 * height, x2 * width, y2 * height), mean, name, tuple(members)))
    return tuple(sorted(fused, key=lambda one: -one.score))
