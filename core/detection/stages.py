"""One forward pass through a Faster R-CNN, stage by stage, keeping what the model itself throws away.

The stages are torchvision's own (`GeneralizedRCNN.forward`, `RegionProposalNetwork.forward`,
`RoIHeads.postprocess_detections`), called in its order, so the results are bit-equal to `model(x)`. No hooks: the
model is shared, and a hook would mix visitors' pictures. Thresholds of the model are never touched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import softmax
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.rpn import concat_box_prediction_layers
from torchvision.models.detection.transform import GeneralizedRCNNTransform, resize_boxes
from torchvision.ops import clip_boxes_to_image, remove_small_boxes

from core.detection.clock import Clock
from core.detection.results import FLOOR, SMALLEST_SIDE, StagedCandidates


def _propose(model: FasterRCNN, images: ImageList, features: dict[str, Tensor]) -> tuple[Tensor, Tensor, int, int]:
    """Region proposal network: (R, 4) proposals, (R,) objectness, number of anchors, number that entered its NMS."""
    rpn: Any = model.rpn  # its parts are typed Tensor | Module, which cannot be called
    maps = list(features.values())
    objectness, deltas = rpn.head(maps)  # per level (1, A, H, W) and (1, 4A, H, W)
    anchors = rpn.anchor_generator(images, maps)  # [(sum of AHW, 4)]
    per_level = [level[0].numel() for level in objectness]
    logits, offsets = concat_box_prediction_layers(objectness, deltas)  # (sum, 1), (sum, 4)
    decoded = rpn.box_coder.decode(offsets, anchors).view(1, -1, 4)
    boxes, scores = rpn.filter_proposals(decoded, logits, images.image_sizes, per_level)
    pre_nms_proposals = sum(min(count, rpn.pre_nms_top_n()) for count in per_level)
    return boxes[0], scores[0], sum(per_level), pre_nms_proposals


def transform_to(model: nn.Module, short_side: int | None) -> GeneralizedRCNNTransform:
    """The model's own resizing and normalising, or one to another size; what the model holds stays as it is."""
    own: Any = model.transform  # it and its parts are typed Tensor | Module
    if short_side is None or (short_side,) == own.min_size:
        kept: GeneralizedRCNNTransform = own
        return kept
    longest = round(own.max_size * short_side / own.min_size[-1])
    other = GeneralizedRCNNTransform(
        short_side, longest, own.image_mean, own.image_std, size_divisible=own.size_divisible
    )
    return other.eval()


@torch.inference_mode()
def forward(
    model: FasterRCNN,
    pixels: Tensor,
    classes: tuple[str, ...],
    *,
    image_size: tuple[int, int] | None = None,
    short_side: int | None = None,
    floor: float = FLOOR,
) -> StagedCandidates:
    """Run the network once on one picture.

    Args:
        model: in eval mode; only read.
        pixels: (3, H, W) float in [0, 1] on the model's device.
        classes: (C,) names of the model's outputs, background first.
        image_size: (height, width) of the visitor's picture where `pixels` is a shrunk copy; by default (H, W).
        short_side: length of the picture's shorter side for the network, pixels; less where the longer side would pass
            the model's own bound, taken in proportion. None: as the model was built.
        floor: class boxes scoring this or less are not kept.

    Returns:
        Candidates, with the stages, whose image pixels are those of `image_size`.
    """
    height, width = image_size or tuple(pixels.shape[-2:])
    clock = Clock(pixels.device)
    images, _ = transform_to(model, short_side)([pixels])
    size = (int(images.image_sizes[0][0]), int(images.image_sizes[0][1]))
    clock.lap("resize and normalise")
    features: dict[str, Tensor] = model.backbone(images.tensors)
    clock.lap("backbone and feature pyramid")
    proposals, objectness, anchors, pre_nms_proposals = _propose(model, images, features)
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
    result = StagedCandidates(
        classes=classes,
        image_size=(height, width),
        network_size=size,
        anchors=anchors,
        pre_nms_proposals=pre_nms_proposals,
        proposals=proposals.cpu(),
        objectness=objectness.cpu(),
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
    return replace(result, times=tuple(clock.times))
