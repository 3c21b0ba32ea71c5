"""All that one forward pass of a Faster R-CNN computes on its way, for those who look inside.

Shapes: L levels of the feature pyramid, of h x w cells with A anchors each, S anchors in all, R proposals, C classes
with the background. Boxes are (x1, y1, x2, y2) in network pixels. Tensors lie on the CPU and are shared by all
visitors: read them, never write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from core.detection.results import StagedCandidates

MEGABYTES = 12
"""What is kept of a picture at most (10^6 bytes), beside its candidates."""


@dataclass(frozen=True, eq=False)
class Level:
    """One level of the feature pyramid, as the region proposal network reads it.

    Attributes:
        name: of its feature map among the backbone's.
        shape: (h, w) cells.
        stride: (down, across) network pixels from one cell to the next.
        cell: (A, 4) the anchors of the cell in the corner, around (0, 0).
        begin: which of the S anchors is its first.
    """

    name: str
    shape: tuple[int, int]
    stride: tuple[int, int]
    cell: Tensor
    begin: int

    @property
    def end(self) -> int:
        """Which of the S anchors is the first after it."""
        return self.begin + self.shape[0] * self.shape[1] * len(self.cell)

    def anchors(self) -> Tensor:
        """(hwA, 4) its anchors, row by row, cell by cell, as torchvision's `AnchorGenerator` lays them."""
        (rows, columns), (down, across) = self.shape, self.stride
        y, x = torch.meshgrid(torch.arange(rows) * down, torch.arange(columns) * across, indexing="ij")
        corners = torch.stack((x, y, x, y), -1).reshape(-1, 1, 4)  # (hw, 1, 4)
        return (corners + self.cell).reshape(-1, 4)

    def place(self, anchor: int) -> tuple[int, int, int]:
        """(row, column, which of the A) of one of the S anchors that is of this level."""
        cell, number = divmod(anchor - self.begin, len(self.cell))
        return cell // self.shape[1], cell % self.shape[1], number


@dataclass(frozen=True, eq=False)
class Inside:
    """What a forward pass leaves beside its candidates.

    Attributes:
        candidates: what the page goes on with.
        padded_size: (height, width) of the picture with the zeros that fill it up to whole strides, network pixels.
        levels: (L) of the pyramid that proposals come from, the finest first.
        logits: (S,) objectness before the sigmoid.
        rpn_deltas: (S, 4) dx, dy, dw, dh of each anchor, as the region proposal network gives them (weights 1).
        anchor_of: (R,) int64 the anchor that each proposal came from.
        class_logits: (R, C) class scores before the softmax.
        box_deltas: (R, C, 4) dx, dy, dw, dh for each class, as the head gives them (weights 10, 10, 5, 5).
        features: feature map (channels, h, w) by its name, or empty where they are too large to be kept.
        pooled: (P, channels, 7, 7) RoIAlign's features of some proposals, where `features` is empty.
        pooled_of: (P,) int64 which proposals those are: of the highest-scoring candidates, as many as fit.
    """

    candidates: StagedCandidates
    padded_size: tuple[int, int]
    levels: tuple[Level, ...]
    logits: Tensor
    rpn_deltas: Tensor
    anchor_of: Tensor
    class_logits: Tensor
    box_deltas: Tensor
    features: Mapping[str, Tensor]
    pooled: Tensor
    pooled_of: Tensor

    @property
    def network_size(self) -> tuple[int, int]:
        """(height, width) of the resized picture."""
        return self.candidates.network_size

    @property
    def scale(self) -> tuple[float, float]:
        """(across, down): image pixels are network pixels times this."""
        (height, width), (rows, columns) = self.candidates.image_size, self.network_size
        return width / columns, height / rows

    def anchors(self) -> Tensor:
        """(S, 4) all anchors, level by level; made anew at each call, a millisecond for 30,000."""
        return torch.cat([level.anchors() for level in self.levels])

    def level_of(self, anchor: int) -> Level:
        """The level of one of the S anchors."""
        return next(level for level in self.levels if anchor < level.end)

    @cached_property
    def _row_of_pooled(self) -> dict[int, int]:
        return {proposal: row for row, proposal in enumerate(self.pooled_of.tolist())}

    def pooled_features(self, proposal: int) -> Tensor | None:
        """(channels, 7, 7) kept features of a proposal; None where they were not kept, or are cut from `features`."""
        row = self._row_of_pooled.get(proposal)
        return None if row is None else self.pooled[row]
