"""(c) A pyramid of reference boxes: one picture, one filter, k anchors at each place that are told how to shift.

Ren et al., Faster R-CNN (https://arxiv.org/abs/1506.01497), section 3.1.1 and Figure 1c.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.ops import box_iou

from core.detection.coding import RPN_WEIGHTS, decode, without_weights
from core.detection.inside import Inside, Level
from core.detection.overlap import Corners
from core.detection.scale import costs
from core.detection.scale.result import LEAST_IOU, Answer, Approach, Cost, Pyramid, Rung
from core.detection.scale.row import Row


def run(model: FasterRCNN, row: Row, inside: Inside, label: int) -> Pyramid:
    """Which anchor the box of each copy came from: nothing is computed that the pass had not.

    Args:
        model: the network, for its costs.
        row: the picture.
        inside: the pass over it at its usual size.
        label: index of the class.
    """
    pixels, cells = inside.padded_size[0] * inside.padded_size[1], sum(_cells(level) for level in inside.levels)
    anchors = inside.anchors()
    proposals = len(inside.candidates.proposals)
    macs = costs.backbone(model, inside.padded_size) + costs.proposal_head(model, cells)
    macs += proposals * costs.region_head(model)
    return Pyramid(
        Approach.BOXES,
        tuple(_rung(level, number) for number, level in enumerate(inside.levels)),
        tuple(_answer(copy, anchors, inside, label) for copy in row.boxes),
        Cost(1, pixels, len(anchors), macs, inside.candidates.milliseconds / 1e3),
    )


def _cells(level: Level) -> int:
    return level.shape[0] * level.shape[1]


def _rung(level: Level, number: int) -> Rung:
    shapes = [(width, height) for width, height in (level.cell[:, 2:] - level.cell[:, :2]).tolist()]
    stride, count = level.stride[1], level.end - level.begin
    return Rung(f"stride {stride}", tuple(shapes), count, level.shape, number, stride=stride)


def _answer(copy: Tensor, anchors: Tensor, inside: Inside, label: int) -> Answer | None:
    """The anchor behind the highest-scoring class box on the copy; without one, the anchor of highest objectness."""
    found = inside.candidates
    overlap = box_iou(copy[None], found.network_boxes)[0]  # (N,)
    scores = found.scores.masked_fill((overlap < LEAST_IOU) | (found.labels != label), -1)
    if len(scores) and scores.max() >= 0:
        best = int(scores.argmax())
        anchor, score, final = (
            int(inside.anchor_of[found.sources[best]]),
            float(scores[best]),
            found.network_boxes[best],
        )
    else:
        near = box_iou(copy[None], anchors)[0] >= LEAST_IOU  # (S,)
        if not near.any():
            return None
        anchor, score = int(inside.logits.masked_fill(~near, -torch.inf).argmax()), 0.0
        final = decode(anchors[anchor], without_weights(inside.rpn_deltas[anchor], RPN_WEIGHTS))
    level = inside.levels.index(inside.level_of(anchor))
    ious = box_iou(copy[None], torch.stack((anchors[anchor], final)))[0].tolist()
    return Answer(level, _corners(anchors[anchor]), ious[0], score, _corners(final), ious[1])


def _corners(box: Tensor) -> Corners:
    x1, y1, x2, y2 = box.tolist()
    return x1, y1, x2, y2
