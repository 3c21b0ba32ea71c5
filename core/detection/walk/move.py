r"""One step of box regression with all its numbers: what a network says of a box, and where that moves it.

Girshick et al., R-CNN (https://arxiv.org/abs/1311.2524), appendix C, as `core.detection.coding` has it:
$\hat G_x = P_w d_x + P_x$, $\hat G_y = P_h d_y + P_y$, $\hat G_w = P_w \exp(d_w)$, $\hat G_h = P_h \exp(d_h)$.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.ops import clip_boxes_to_image

from core.detection.coding import LARGEST, centred, decode, without_weights


@dataclass(frozen=True, eq=False)
class Move:
    """A box P and the box that a network makes of it, network pixels.

    Attributes:
        start: (4,) P, corners.
        said: (4,) what the network says, its weights in it.
        weights: of dx, dy, dw, dh.
        deltas: (4,) dx, dy, dw, dh: what it says divided by the weights.
        moved: (4,) corners of the box that is meant.
        clipped: (4,) the same within the picture.
    """

    start: Tensor
    said: Tensor
    weights: tuple[float, float, float, float]
    deltas: Tensor
    moved: Tensor
    clipped: Tensor

    @property
    def used(self) -> Tensor:
        """(4,) the deltas with dw and dh cut at ln(1000/16)."""
        return torch.cat((self.deltas[:2], self.deltas[2:].clamp(max=LARGEST)))

    @property
    def cut(self) -> bool:
        """Whether dw or dh was above the bound."""
        return bool((self.deltas[2:] > LARGEST).any())

    @property
    def outside(self) -> bool:
        """Whether clipping changed the box."""
        return not torch.equal(self.moved, self.clipped)

    @property
    def shift(self) -> float:
        """How far the centre moves, before clipping, network pixels."""
        start, end = centred(torch.stack((self.start, self.moved)))[:, :2]
        return float((end - start).norm())


def move(start: Tensor, said: Tensor, weights: tuple[float, float, float, float], size: tuple[int, int]) -> Move:
    """Move a box.

    Args:
        start: (4,) corners, network pixels.
        said: (4,) what the network says of it.
        weights: that are in it.
        size: (height, width) of the picture, network pixels.
    """
    deltas = without_weights(said, weights)
    moved = decode(start[None], deltas[None])  # (1, 4)
    return Move(start, said, weights, deltas, moved[0], clip_boxes_to_image(moved, size)[0])
