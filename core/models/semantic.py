"""Feature maps whose channels have names: NanoDet-g's own predictions, as a backbone for a Faster R-CNN.

A Faster R-CNN reads channels that training made up and nobody can name. Here the backbone ends in the prediction
layers of a detector that was trained before, so that each of 91 channels means the same at all three levels, and the
proposal network and the head of the Faster R-CNN read meanings. See `channel_names`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import FasterRCNN, FastRCNNPredictor, TwoMLPHead
from torchvision.ops import MultiScaleRoIAlign

from core.models.nanodet import CLASSES, Body, Head, Neck, distances

LEVELS = ("0", "1", "2")
SOME = CLASSES  # "any object"
GEOMETRY = SOME + 1  # the box of the cell itself
BELIEF = GEOMETRY + 4  # the box of the highest-scoring cell around
PLACE = BELIEF + 4
CHANNELS = PLACE + 2
POOLED = 7  # cells of a region's grid, across and down
HIDDEN = 512
SMALLEST = 0.1  # strides: a narrower box counts as this wide, so that its logarithm stays finite


def channel_names(classes: Sequence[str]) -> tuple[str, ...]:
    """What each of the 91 channels says; the same at every level.

    Args:
        classes: (80,) COCO's names, without a background.
    """
    return (
        *(f"how strongly the surest of the 3 x 3 cells around says {name}" for name in classes),
        "how strongly this cell says that there is an object",
        *(f"this cell's box: {number}" for number in ("x of its centre", "y of its centre", "log width", "log height")),
        *(
            f"the box of the surest cell around: {number}"
            for number in ("x of its centre", "y of its centre", "log width", "log height")
        ),
        "this cell's column",
        "this cell's row",
    )


def meanings(level: Tensor) -> Tensor:
    """What a level's cells say, in numbers of about -2 to 3: (N, 124, h, w) predictions to (N, 91, h, w).

    Channels, lengths in strides of the level:

    - 0-79: the class logit of the highest-scoring of the 3 x 3 cells around. The head reads averages over a region,
      which would blunt a peak of one cell; so each cell speaks for its neighbours.
    - 80: how strongly the cell itself says "any object", the log of the sum over classes of exp(logit).
    - 81-84: the box of the cell itself, which the proposal network reads: x and y from the cell's centre to the
      box's, log width and log height.
    - 85-88: the box of the highest-scoring of the 3 x 3 cells around, which the head reads: x and y to its centre in
      half widths and half heights of it, log width and log height.
    - 89-90: the cell's column and row, divided by 10. From their rise across a region the head knows its size.
    """
    logits, sides = distances(level)
    left, top, right, bottom = sides.unsqueeze(2).unbind(1)  # each (N, 1, h, w)
    some = logits.logsumexp(1, keepdim=True)
    width, height = (left + right).clamp(min=SMALLEST), (top + bottom).clamp(min=SMALLEST)
    x, y = (right - left) / 2, (bottom - top) / 2
    peaks = F.max_pool2d(logits, 3, 1, 1)
    highest = F.max_pool2d(some, 3, 1, 1, return_indices=True)[1]
    rows, columns = level.shape[-2:]
    down = torch.arange(rows, dtype=level.dtype, device=level.device).view(-1, 1)
    across = torch.arange(columns, dtype=level.dtype, device=level.device)

    def told(values: Tensor) -> Tensor:
        """What the highest-scoring cell around has for a value."""
        return values.flatten(1).gather(1, highest.flatten(1)).view_as(values)

    wide, high = told(width), told(height)
    # RoIAlign, as torchvision's detectors use it (aligned=False), takes cell i to lie at i strides, not at i + 1/2
    ahead = 2 * (told(x + across) + 0.5 - across) / wide
    below = 2 * (told(y + down) + 0.5 - down) / high
    place = (across.expand_as(x) / 10, down.expand_as(x) / 10)
    box = (x, y, width.log(), height.log())
    believed = (ahead, below, wide.log(), high.log())
    return torch.cat(((peaks + 4) / 2, (some + 3) / 2, *box, *believed, *place), 1)


class SemanticBackbone(nn.Module):
    """NanoDet-g, told in names: (N, 3, H, W) to {"0", "1", "2"}: (N, 91, H/s, W/s) at s = 8, 16, 32."""

    out_channels = CHANNELS  # torchvision's detectors ask their backbone for it

    def __init__(self) -> None:
        super().__init__()
        self.body, self.neck, self.head = Body(), Neck(), Head()

    def forward(self, x: Tensor) -> OrderedDict[str, Tensor]:
        """One map a level, the finest first."""
        levels = self.head(self.neck(self.body(x)))
        return OrderedDict(zip(LEVELS, map(meanings, levels), strict=True))


def faster_rcnn(build: Mapping[str, Any]) -> FasterRCNN:
    """torchvision's Faster R-CNN on these maps, its weights as they happen to be.

    Args:
        build: the part "build" of a card: anchors, pooling, sizes and limits.
    """
    anchors, pooling = build["rpn anchors"], build["roi_heads.box_roi_pool"]
    sizes = tuple(tuple(level) for level in anchors["sizes"])
    settings = ("image_mean", "image_std", "min_size", "max_size", "rpn_pre_nms_top_n_test", "rpn_post_nms_top_n_test")
    return FasterRCNN(
        SemanticBackbone(),
        rpn_anchor_generator=AnchorGenerator(sizes, (tuple(anchors["aspect_ratios"]),) * len(sizes)),
        box_roi_pool=MultiScaleRoIAlign(list(LEVELS), output_size=POOLED, **pooling),
        # head and predictor given, so torchvision asks for no number of classes; one more than that for the background
        box_head=TwoMLPHead(CHANNELS * POOLED * POOLED, HIDDEN),
        box_predictor=FastRCNNPredictor(HIDDEN, CLASSES + 1),
        **{key: build[key] for key in (*settings, "box_score_thresh", "box_detections_per_img")},
    )
