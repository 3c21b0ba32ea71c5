r"""Boxes as shifts of other boxes: the four formulas of box regression, forwards and backwards.

Girshick et al., R-CNN (https://arxiv.org/abs/1311.2524), appendix C: with a box $P$ given by centre, width and height,
the box that the network means is

$$\hat G_x = P_w d_x(P) + P_x \qquad \hat G_y = P_h d_y(P) + P_y$$
$$\hat G_w = P_w \exp(d_w(P)) \qquad \hat G_h = P_h \exp(d_h(P))$$

and what it should have said of a true box $G$ is
$t_x = (G_x - P_x)/P_w$, $t_y = (G_y - P_y)/P_h$, $t_w = \ln(G_w/P_w)$, $t_h = \ln(G_h/P_h)$.

torchvision's networks say multiples of these (`BoxCoder` in `torchvision/models/detection/_utils.py`): weights 10, 10,
5, 5 for the head, 1 for the region proposal network; and $d_w$, $d_h$ are cut at $\ln(1000/16)$, so that no box
explodes.

Shapes: N boxes (x1, y1, x2, y2), any frame; deltas are dx, dy, dw, dh, without weights.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from core.errors import UserError

LARGEST = math.log(1000 / 16)
"""What dw and dh are cut at: a box grows by no more than 62.5 times."""
RPN_WEIGHTS = (1.0, 1.0, 1.0, 1.0)
HEAD_WEIGHTS = (10.0, 10.0, 5.0, 5.0)


def centred(boxes: Tensor) -> Tensor:
    """(N, 4) corners as centre x, centre y, width, height."""
    x1, y1, x2, y2 = boxes.unbind(-1)
    width, height = x2 - x1, y2 - y1
    return torch.stack((x1 + 0.5 * width, y1 + 0.5 * height, width, height), -1)


def cornered(boxes: Tensor) -> Tensor:
    """Back: (N, 4) centre x, centre y, width, height as corners."""
    x, y, width, height = boxes.unbind(-1)
    half_width, half_height = 0.5 * width, 0.5 * height
    return torch.stack((x - half_width, y - half_height, x + half_width, y + half_height), -1)


def encode(boxes: Tensor, targets: Tensor) -> Tensor:
    """t: what must be said of each box to move it onto its target; (N, 4).

    Raises:
        UserError: a box or a target without area has no logarithm.
    """
    p, g = centred(boxes), centred(targets)
    if bool((p[..., 2:] <= 0).any() or (g[..., 2:] <= 0).any()):
        raise UserError("A box without area cannot be regressed: its width and height must be above 0.")
    return torch.cat(((g[..., :2] - p[..., :2]) / p[..., 2:], (g[..., 2:] / p[..., 2:]).log()), -1)


def decode(boxes: Tensor, deltas: Tensor) -> Tensor:
    r"""$\hat G$: each box moved by its deltas; (N, 4) corners, not clipped to any picture."""
    p = centred(boxes)
    d, sizes = deltas[..., :2], deltas[..., 2:].clamp(max=LARGEST)
    return cornered(torch.cat((d * p[..., 2:] + p[..., :2], sizes.exp() * p[..., 2:]), -1))


def without_weights(said: Tensor, weights: tuple[float, float, float, float]) -> Tensor:
    """Deltas from what a network says: (..., 4) divided by its weights, as torchvision divides them first."""
    return said / torch.tensor(weights)
