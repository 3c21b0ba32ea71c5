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
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.rpn import concat_box_prediction_layers

from core.detection.clock import Clock
from core.detection.heads import Frame, run_heads
from core.detection.inside import MEGABYTES, Inside, Level
from core.detection.preprocessing import RIGHT, Preprocessing, transform_of
from core.detection.proposals import Proposals, best_proposals
from core.detection.results import FLOOR


@dataclass(frozen=True)
class _Proposed:
    """What the region proposal network says of one picture: S anchors, R proposals."""

    levels: tuple[Level, ...]
    logits: Tensor  # (S,)
    deltas: Tensor  # (S, 4)
    kept: Proposals


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
    return _Proposed(tuple(levels), logits.view(-1), offsets, kept)


@torch.inference_mode()
def feature_maps(model: FasterRCNN, pixels: Tensor, short_side: int | None = None) -> dict[str, Tensor]:
    """The backbone alone: feature map (1, channels, h, w) by its name, the same as those of `look_inside`.

    Args:
        model: in eval mode; only read.
        pixels: (3, H, W) float in [0, 1] on the model's device.
        short_side: see `look_inside`.
    """
    images, _ = transform_of(model, short_side, RIGHT)([pixels])
    found: dict[str, Tensor] = model.backbone(images.tensors)
    return found


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
    clock.lap("region proposals")
    frame = Frame(classes, (height, width), size, len(proposed.logits), floor)
    said = run_heads(model, features, proposed.kept, frame, clock)
    return _within_bounds(
        Inside(
            candidates=said.candidates,
            padded_size=(images.tensors.shape[-2], images.tensors.shape[-1]),
            levels=proposed.levels,
            logits=proposed.logits.cpu(),
            rpn_deltas=proposed.deltas.cpu(),
            anchor_of=proposed.kept.anchor_of.cpu(),
            class_logits=said.class_logits.cpu(),
            box_deltas=said.box_deltas.cpu(),
            features={name: level[0].cpu() for name, level in features.items()},
            pooled=said.pooled.new_empty(0, *said.pooled.shape[1:]).cpu(),  # a slice would keep all of it alive
            pooled_of=torch.arange(0),
        ),
        said.pooled,
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
