"""The second stage of a Faster R-CNN: RoIAlign, the head, and the class boxes that it means, for any proposals.

torchvision's `RoIHeads.forward` and `RoIHeads.postprocess_detections`
(https://docs.pytorch.org/vision/stable/_modules/torchvision/models/detection/roi_heads.html) up to the score threshold,
with the same operators in the same order. Proposals are all it needs beside the feature maps: other proposals want no
other backbone.

Shapes: R proposals, C classes with the background, N candidates. Boxes are (x1, y1, x2, y2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import softmax
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.models.detection.transform import resize_boxes
from torchvision.ops import clip_boxes_to_image, remove_small_boxes

from core.detection.clock import Clock
from core.detection.inside import Inside
from core.detection.proposals import Proposals
from core.detection.results import SMALLEST_SIDE, StagedCandidates


@dataclass(frozen=True)
class Frame:
    """What candidates say of the pass they are from.

    Attributes:
        classes: (C,) names of the model's outputs, background first.
        image_size: (height, width) of the visitor's picture, image pixels.
        network_size: (height, width) of the resized picture, network pixels.
        anchors: how many the region proposal network scored.
        floor: class boxes scoring this or less are no candidates.
    """

    classes: tuple[str, ...]
    image_size: tuple[int, int]
    network_size: tuple[int, int]
    anchors: int
    floor: float


@dataclass(frozen=True, eq=False)
class HeadOutput:
    """What the second stage says of R proposals.

    Attributes:
        candidates: on the CPU.
        class_logits: (R, C) class scores before the softmax, on the model's device.
        box_deltas: (R, C, 4) dx, dy, dw, dh for each class (weights 10, 10, 5, 5), likewise.
        pooled: (R, channels, 7, 7) RoIAlign's features, likewise.
    """

    candidates: StagedCandidates
    class_logits: Tensor
    box_deltas: Tensor
    pooled: Tensor


def run_heads(
    model: FasterRCNN, features: Mapping[str, Tensor], proposals: Proposals, frame: Frame, clock: Clock
) -> HeadOutput:
    """Score and move proposals.

    Args:
        model: in eval mode; only read.
        features: feature map (1, channels, h, w) by its name, on the model's device.
        proposals: R boxes, network pixels, on the model's device.
        frame: what goes with them.
        clock: its times become those of the candidates.
    """
    heads: Any = model.roi_heads  # its parts are typed Tensor | Module, which cannot be called
    size, boxes = frame.network_size, proposals.boxes
    pooled = heads.box_roi_pool(dict(features), [boxes], [size])  # (R, channels, 7, 7)
    logits, deltas = heads.box_predictor(heads.box_head(pooled))  # (R, C), (R, 4C)
    clock.lap("RoIAlign and head")
    class_scores = softmax(logits, -1)  # (R, C)
    decoded = heads.box_coder.decode(deltas, [boxes])  # (R, C, 4)
    foreground = class_scores.shape[1] - 1
    moved = clip_boxes_to_image(decoded, size)[:, 1:].reshape(-1, 4)  # (R * (C - 1), 4), background gone
    scores = class_scores[:, 1:].reshape(-1)
    chosen = (scores > frame.floor).nonzero().squeeze(1)
    chosen = chosen[remove_small_boxes(moved[chosen], SMALLEST_SIDE)]
    moved = moved[chosen]
    candidates = StagedCandidates(
        classes=frame.classes,
        image_size=frame.image_size,
        network_size=size,
        anchors=frame.anchors,
        pre_nms_proposals=proposals.entered,
        proposals=boxes.cpu(),
        objectness=proposals.objectness.cpu(),
        class_scores=class_scores.cpu(),
        boxes=resize_boxes(moved, list(size), list(frame.image_size)).cpu(),
        network_boxes=moved.cpu(),
        scores=scores[chosen].cpu(),
        labels=(chosen % foreground + 1).cpu(),
        sources=(chosen // foreground).cpu(),
        floor=frame.floor,
        times=(),
    )
    clock.lap("class boxes")
    candidates = replace(candidates, times=tuple(clock.times))
    return HeadOutput(candidates, logits, deltas.view(len(boxes), foreground + 1, 4), pooled)


@torch.inference_mode()
def run_heads_again(
    model: FasterRCNN,
    inside: Inside,
    proposals: Proposals,
    features: Mapping[str, Tensor] | None = None,
    clock: Clock | None = None,
) -> HeadOutput:
    """The second stage on other proposals of a picture that the network has seen.

    With the pass's own proposals, and its maps, class logits, deltas and candidates are those of the pass, bit for bit.

    Args:
        model: the same, in eval mode; only read.
        inside: what its pass left.
        proposals: R boxes, network pixels.
        features: feature map (1, channels, h, w) by its name; None: those that were kept, which must be there.
        clock: of what was done before; None: a new one.

    Raises:
        ValueError: no feature maps were kept and none are given.
    """
    if features is None:
        features = {name: level[None] for name, level in inside.features.items()}
    if not features:
        raise ValueError("the feature maps of this picture were not kept: run the backbone again")
    device = next(model.parameters()).device
    maps = {name: level.to(device) for name, level in features.items()}
    here = replace(proposals, boxes=proposals.boxes.to(device), objectness=proposals.objectness.to(device))
    pass_ = inside.candidates
    frame = Frame(pass_.classes, pass_.image_size, pass_.network_size, pass_.anchors, pass_.floor)
    return run_heads(model, maps, here, frame, clock or Clock(device))
