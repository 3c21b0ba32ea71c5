"""One forward pass through a Faster R-CNN, stage by stage, keeping what the model itself throws away.

The stages are torchvision's own (`GeneralizedRCNN.forward`, `RegionProposalNetwork.forward`,
`RoIHeads.postprocess_detections`), called in its order, so the results are bit-equal to `model(x)`. No hooks: the
model is shared, and a hook would mix visitors' pictures. Thresholds of the model are never touched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import softmax
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.rpn import concat_box_prediction_layers
from torchvision.models.detection.transform import resize_boxes
from torchvision.ops import clip_boxes_to_image, remove_small_boxes

from core.detection.clock import Clock
from core.detection.inside import MEGABYTES, Inside, Level
from core.detection.preprocessing import RIGHT, Preprocessing, transform_of
from core.detection.proposals import best_proposals
from core.detection.results import FLOOR, SMALLEST_SIDE, StagedCandidates


@dataclass(frozen=True)
class _Proposed:
    """What the region proposal network says of one picture: S anchors, R proposals."""

    levels: tuple[Level, ...]
    logits: Tensor  # (S,)
    deltas: Tensor  # (S, 4)
    boxes: Tensor  # (R, 4)
    objectness: Tensor  # (R,)
    anchor_of: Tensor  # (R,)
    entered: int  # its own NMS


def _propose(model: FasterRCNN, images: ImageList, features: dict[str, Tensor]) -> _Proposed:
    rpn: Any = model.rpn  # its parts are typed Tensor | Module, which cannot be called
    maps = list(features.values())
    objectness, deltas = rpn.head(maps)  # per level (1, A, h, w) and (1, 4A, h, w)
    anchors = rpn.anchor_generator(images, maps)[0]  # (S, 4)
    per_level = [level[0].numel() for level in objectness]
    logits, offsets = concat_box_prediction_layers(objectness, deltas)  # (S, 1), (S, 4)
    boxes = rpn.box_coder.decode(offsets, [anchors]).view(-1, 4)
    kept = best_proposals(rpn, boxes, logits.view(-1), images.image_sizes[0], per_level)
    padded = images.tensors.shape[-2:]
    levels, begin = [], 0
    for name, level, cell in zip(features, maps, rpn.anchor_generator.cell_anchors, strict=True):
        rows, columns = level.shape[-2:]
        stride = padded[0] // rows, padded[1] // columns  # as torchvision's AnchorGenerator has it
        levels.append(Level(name, (rows, columns), stride, cell.cpu(), begin))
        begin = levels[-1].end
    entered = sum(min(count, rpn.pre_nms_top_n()) for count in per_level)
    return _Proposed(tuple(levels), logits.view(-1), offsets, kept.boxes, kept.objectness, kept.anchor_of, entered)


def forward(
    model: FasterRCNN,
    pixels: Tensor,
    classes: tuple[str, ...],
    *,
    image_size: tuple[int, int] | None = None,
    short_side: int | None = None,
    floor: float = FLOOR,
) -> StagedCandidates:
    """Run the network once on one picture; as `look_inside`, without what is kept for those who look inside."""
    return look_inside(model, pixels, classes, image_size=image_size, short_side=short_side, floor=floor).candidates


@torch.inference_mode()
def look_inside(
    model: FasterRCNN,
    pixels: Tensor,
    classes: tuple[str, ...],
    *,
    image_size: tuple[int, int] | None = None,
    short_side: int | None = None,
    floor: float = FLOOR,
    preprocessing: Preprocessing = RIGHT,
) -> Inside:
    """Run the network once on one picture.

    Args:
        model: in eval mode; only read.
        pixels: (3, H, W) float in [0, 1] on the model's device.
        classes: (C,) names of the model's outputs, background first.
        image_size: (height, width) of the visitor's picture where `pixels` is a shrunk copy; by default (H, W).
        short_side: length of the picture's shorter side for the network, pixels; less where the longer side would pass
            the model's own bound, taken in proportion. None: as the model was built.
        floor: class boxes scoring this or less are not kept.
        preprocessing: what is done to the pixels; another than that of training is a mistake, for who wants to see it.

    Returns:
        Candidates, whose image pixels are those of `image_size`, and what the stages computed, `MEGABYTES` at most.
    """
    height, width = image_size or tuple(pixels.shape[-2:])
    clock = Clock(pixels.device)
    images, _ = transform_of(model, short_side, preprocessing)([preprocessing.channels(pixels)])
    size = (int(images.image_sizes[0][0]), int(images.image_sizes[0][1]))
    clock.lap("resize and normalise")
    features: dict[str, Tensor] = model.backbone(images.tensors)
    clock.lap("backbone and feature pyramid")
    proposed = _propose(model, images, features)
    proposals = proposed.boxes
    clock.lap("region proposals")
    heads: Any = model.roi_heads
    pooled = heads.box_roi_pool(features, [proposals], images.image_sizes)  # (R, channels, 7, 7)
    logits, deltas = heads.box_predictor(heads.box_head(pooled))  # (R, C), (R, 4C)
    clock.lap("RoIAlign and head")
    class_scores = softmax(logits, -1)  # (R, C)
    decoded = heads.box_coder.decode(deltas, [proposals])  # (R, C, 4)
    boxes = clip_boxes_to_image(decoded, size)[:, 1:].reshape(-1, 4)  # (R * (C - 1), 4), background gone
    scores = class_scores[:, 1:].reshape(-1)
    chosen = (scores > floor).nonzero().squeeze(1)
    chosen = chosen[remove_small_boxes(boxes[chosen], SMALLEST_SIDE)]
    boxes = boxes[chosen]
    foreground = class_scores.shape[1] - 1
    candidates = StagedCandidates(
        classes=classes,
        image_size=(height, width),
        network_size=size,
        anchors=len(proposed.logits),
        pre_nms_proposals=proposed.entered,
        proposals=proposals.cpu(),
        objectness=proposed.objectness.cpu(),
        class_scores=class_scores.cpu(),
        boxes=resize_boxes(boxes, list(size), [height, width]).cpu(),
        network_boxes=boxes.cpu(),
        scores=scores[chosen].cpu(),
        labels=(chosen % foreground + 1).cpu(),
        sources=(chosen // foreground).cpu(),
        floor=floor,
        times=(),
    )
    clock.lap("class boxes")
    candidates = replace(candidates, times=tuple(clock.times))
    return _within_bounds(
        Inside(
            candidates=candidates,
            padded_size=(images.tensors.shape[-2], images.tensors.shape[-1]),
            levels=proposed.levels,
            logits=proposed.logits.cpu(),
            rpn_deltas=proposed.deltas.cpu(),
            anchor_of=proposed.anchor_of.cpu(),
            class_logits=logits.cpu(),
            box_deltas=deltas.cpu().view(len(proposals), -1, 4),
            features={name: level[0].cpu() for name, level in features.items()},
            pooled=pooled[:0].cpu(),
            pooled_of=torch.arange(0),
        ),
        pooled,
    )


def _within_bounds(inside: Inside, pooled: Tensor) -> Inside:
    """Let feature maps go that are too large to keep; the highest-scoring candidates' own features stay, if any fit."""
    small = (inside.logits, inside.rpn_deltas, inside.anchor_of, inside.class_logits, inside.box_deltas)
    room = MEGABYTES * 10**6 - sum(part.nbytes for part in small)
    if sum(level.nbytes for level in inside.features.values()) <= room:
        return inside
    best = inside.candidates.sources[inside.candidates.scores.argsort(descending=True)]
    wanted = list(dict.fromkeys(best.tolist()))[: int(max(room, 0) // max(pooled[:1].nbytes, 1))]
    rows = torch.tensor(wanted, dtype=torch.int64)
    return replace(inside, features={}, pooled=pooled[rows.to(pooled.device)].cpu(), pooled_of=rows)
