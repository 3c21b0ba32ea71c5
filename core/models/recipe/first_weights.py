r"""The Faster R-CNN's first weights, written down: on maps whose channels mean something a network can be stated.

**Proposals.** Let a cell's channels say `some`, the log of the sum of its class scores' exponentials, the centre
$(x, y)$ of its box, counted from the middle of the cell, and $\log w, \log h$, all in strides
(`core.models.semantic.meanings`). For an anchor of $a_w$ by $a_h$ strides, centred as torchvision has it on the cell's
corner, the box coder's four numbers

$$ \frac{x + 1/2}{a_w}, \quad \frac{y + 1/2}{a_h}, \quad \log w - \log a_w, \quad \log h - \log a_h $$

move it onto the cell's box: linear in the channels. Its objectness is $\text{some} - |\log w - \log a_w| - |\log h -
\log a_h|$, so that of a cell's anchors, which all land on one box, the best shaped speaks first. Between channels and
outputs stands a ReLU: a number that may be negative passes it with `LIFT` added, $|t|$ is $\max(t, 0) + \max(-t, 0)$.

**Classes.** Unit $c$ of both hidden layers is class $c$: the sum over the region's 7 x 7 bins of a template times the
class's channel, the same template for all classes, so that 99 numbers say all. Logits under `-LOWEST` count as that.
The background's logit is 0: of one class alone the softmax is the sigmoid that the one-stage detector has.

**Boxes.** The middle bin says where the highest-scoring cell around believes the box to be: its centre, in half widths
and half heights of that box, and its $\log w, \log h$ in strides. The shift divides by the believed size where the
box coder divides by the region's, which is right where the two are alike. The move of the size is $\log w - \log r$ for
a region $r$ strides wide, and $r$ is known from the rise of "this cell's column" over four of its seven bins; its
logarithm is drawn through `KNOTS` in straight lines, one ReLU each, good to 1 %. The region's height is known from the
rows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.models.detection.faster_rcnn import FasterRCNN

from core.models.nanodet import CLASSES, STRIDES, NanoDet
from core.models.semantic import BELIEF, CHANNELS, GEOMETRY, HIDDEN, PLACE, POOLED, SOME

LOWEST = 7.0
LIFT = 4.0
FACTOR = 1.3
KNOTS = tuple(0.7 * FACTOR**k for k in range(15))  # strides, 0.7 to 27.6: a level has regions of 4 to 11
BINS = POOLED**2
WRITTEN = CLASSES + 4 + 2 * len(KNOTS)  # hidden units whose weights are written down; the others are drawn
TEMPLATE = 2 * BINS + 1
SHIFT_GAIN, SIZE_GAIN = 10.0, 5.0  # torchvision's box coder of the head: RoIHeads' bbox_reg_weights


def first_template() -> Tensor:
    """(99,) what is taken for a class before any photograph was seen: the middle of the region.

    Weights of the class's own 49 bins, of the 49 of "there is an object", and a bias.
    """
    middle = torch.zeros(POOLED, POOLED)
    middle[2:5, 2:5] = 0.1
    middle[3, 3] = 1.2
    # a channel is (logit + 4) / 2: two of it, less 4, are the logit again
    return torch.cat((middle.flatten(), torch.zeros(BINS), torch.tensor([-4.0])))


def anchor_shapes(anchors: Mapping[str, Any]) -> list[tuple[float, float]]:
    """(width, height) in strides of a cell's anchors, in torchvision's order: ratio by ratio, in it size by size.

    torchvision rounds their sides to pixels, by up to 3 %, each level otherwise; one head serves all, so these do not.

    Args:
        anchors: "sizes", network pixels a level, and "aspect_ratios", height over width.
    """
    times = [[size / stride for size in sizes] for sizes, stride in zip(anchors["sizes"], STRIDES, strict=True)]
    if any(level != times[0] for level in times):
        raise ValueError("the levels share one proposal network, so their anchors have to be alike in strides")
    return [(t / math.sqrt(ratio), t * math.sqrt(ratio)) for ratio in anchors["aspect_ratios"] for t in times[0]]


@torch.no_grad()
def write_proposals(model: FasterRCNN, shapes: list[tuple[float, float]]) -> None:
    """Write the proposal network down: every anchor points at its cell's box.

    Args:
        model: its `rpn.head` is written to.
        shapes: (width, height) of a cell's anchors in strides.
    """
    rpn: Any = model.rpn
    conv, objectness, box = rpn.head.conv[0][0], rpn.head.cls_logits, rpn.head.bbox_pred
    for parameter in rpn.head.parameters():
        parameter.zero_()
    passed = range(SOME, BELIEF)
    conv.weight[passed, passed, 1, 1] = 1
    conv.bias[passed] = LIFT
    objectness.weight[:, SOME, 0, 0] = 2  # the channel is (some + 3) / 2
    objectness.bias.fill_(-2 * LIFT - 3)
    unit = 0  # the channels of the classes are not passed: their units are free
    for anchor, shape in enumerate(shapes):
        for axis, side in enumerate(shape):
            shift, size = 4 * anchor + axis, 4 * anchor + 2 + axis
            box.weight[shift, GEOMETRY + axis, 0, 0] = 1 / side
            box.bias[shift] = (0.5 - LIFT) / side
            box.weight[size, GEOMETRY + 2 + axis, 0, 0] = 1
            box.bias[size] = -LIFT - math.log(side)
            for sign in (1, -1):
                conv.weight[unit, GEOMETRY + 2 + axis, 1, 1] = sign
                conv.bias[unit] = -sign * math.log(side)
                objectness.weight[anchor, unit, 0, 0] = -1
                unit += 1


@torch.no_grad()
def write_head(model: FasterRCNN, template: Tensor) -> None:
    """Write the head down.

    The weights of the hidden units that are left over are drawn from torch's generator, for training to use; nothing
    reads these units yet.

    Args:
        model: its `roi_heads.box_head` and `roi_heads.box_predictor` are written to.
        template: (99,) see `first_template`.
    """
    heads: Any = model.roi_heads
    fc6, fc7 = heads.box_head.fc6, heads.box_head.fc7
    score, box = heads.box_predictor.cls_score, heads.box_predictor.bbox_pred
    for parameter in (*fc7.parameters(), *score.parameters(), *box.parameters(), fc6.bias):
        parameter.zero_()
    nn.init.normal_(fc6.weight, std=0.01)
    nn.init.normal_(fc7.weight, std=0.02)
    fc6.weight[:WRITTEN] = 0
    fc7.weight[:WRITTEN] = 0
    fc7.weight[range(WRITTEN), range(WRITTEN)] = 1
    window = fc6.weight.view(HIDDEN, CHANNELS, BINS)
    window[:, PLACE:] = 0
    window[range(CLASSES), range(CLASSES)] = template[:BINS]
    window[:CLASSES, SOME] += template[BINS : 2 * BINS]
    fc6.bias[:CLASSES] = template[-1] + LOWEST
    score.weight[range(1, CLASSES + 1), range(CLASSES)] = 1
    score.bias[1:] = -LOWEST
    moves, rest = box.weight.view(CLASSES + 1, 4, HIDDEN), box.bias.view(CLASSES + 1, 4)
    for axis in (0, 1):
        _write_move(window.view(HIDDEN, CHANNELS, POOLED, POOLED), fc6.bias, moves, rest, axis)


def _write_move(window: Tensor, bias: Tensor, moves: Tensor, rest: Tensor, axis: int) -> None:
    """The two numbers of the box move along one axis.

    Args:
        window: (512, 91, 7, 7) weights of the first hidden layer.
        bias: (512,) of the same.
        moves: (81, 4, 512) weights of the box move of each class, background included.
        rest: (81, 4) its biases.
        axis: 0 across, 1 down.
    """
    middle = POOLED // 2
    for number, gain in ((axis, SHIFT_GAIN / 2), (axis + 2, SIZE_GAIN)):  # the shift is told in half widths
        unit = CLASSES + number
        window[unit, BELIEF + number, middle, middle] = 1
        bias[unit] = LIFT
        moves[:, number, unit] = gain
        rest[:, number] = -gain * LIFT
    rest[:, 2 + axis] -= SIZE_GAIN * math.log(KNOTS[0])
    before, after = middle - 2, middle + 2
    rise = 10 * POOLED / (after - before)  # the channel is the column divided by 10
    slope = 0.0
    for k, knot in enumerate(KNOTS):
        unit = CLASSES + 4 + axis * len(KNOTS) + k
        first, last = ((middle, before), (middle, after)) if axis == 0 else ((before, middle), (after, middle))
        window[unit, PLACE + axis][last] = rise
        window[unit, PLACE + axis][first] = -rise
        bias[unit] = -knot
        wanted = math.log(FACTOR) / ((FACTOR - 1) * knot)  # of the straight line from this knot to the next
        moves[:, 2 + axis, unit] = -SIZE_GAIN * (wanted - slope)
        slope = wanted


def write_all(model: FasterRCNN, source: NanoDet, anchors: Mapping[str, Any]) -> None:
    """Give a Faster R-CNN on named maps its first weights.

    Args:
        model: as `core.models.semantic.faster_rcnn` builds it.
        source: the one-stage detector whose backbone it takes, as it is.
        anchors: see `anchor_shapes`.
    """
    model.backbone.load_state_dict(source.backbone.state_dict())
    write_proposals(model, anchor_shapes(anchors))
    write_head(model, first_template())
    model.requires_grad_(False).eval()
