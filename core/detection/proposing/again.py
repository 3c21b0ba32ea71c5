"""Proposals chosen anew from the logits and deltas that one pass left: another threshold needs no other pass."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torchvision.models.detection.transform import resize_boxes

from core.detection.inside import Inside
from core.detection.proposals import Proposals, best_proposals
from core.errors import UserError


@torch.inference_mode()
def propose_again(rpn: Any, inside: Inside, iou: float | None = None) -> Proposals:
    """The best of each level, non-maximum suppression at another threshold, the best of all.

    All S anchors are decoded by the network's own `BoxCoder` (weights 1, dw and dh cut at ln(1000/16)) in the order of
    the pass: at the network's own threshold the proposals are those of the pass, bit for bit, on the same device.

    Args:
        rpn: torchvision's region proposal network; only its settings are read.
        inside: what its pass left.
        iou: threshold of its NMS, in [0, 1]; None: the network's own.

    Raises:
        UserError: a threshold outside [0, 1].
    """
    if iou is not None and not (math.isfinite(iou) and 0 <= iou <= 1):
        raise UserError(f"The NMS threshold of the proposal network must be a number from 0 to 1, not {iou}.")
    boxes = rpn.box_coder.decode(inside.rpn_deltas, [inside.anchors()]).view(-1, 4)  # (S, 4)
    per_level = [level.end - level.begin for level in inside.levels]
    return best_proposals(rpn, boxes, inside.logits, inside.network_size, per_level, iou=iou)


def in_image(inside: Inside, boxes: Tensor) -> Tensor:
    """(R, 4) boxes in network pixels as image pixels, by torchvision's `resize_boxes`."""
    return resize_boxes(boxes, list(inside.network_size), list(inside.candidates.image_size))
