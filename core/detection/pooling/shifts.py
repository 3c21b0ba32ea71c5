"""What moving a box sideways does to its features: RoI pooling jumps, RoIAlign follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torchvision import ops

from core.detection.pooling.quantised import Box, Values

STEPS = 64
"""Shifts a stride that are looked at."""


@dataclass(frozen=True, eq=False)
class Shifts:
    """The outputs for a box at K places, from one stride to the left to one to the right.

    Attributes:
        shifts: (K,) pixels to the right.
        pooled: (K, out, out) RoI pooling.
        aligned: (K, out, out) RoIAlign.
    """

    shifts: npt.NDArray[np.float64]
    pooled: Values
    aligned: Values

    def changes(self) -> tuple[Values, Values]:
        """(K,) each: mean absolute difference to the output of the box where it is, for RoI pooling and RoIAlign."""
        still = len(self.shifts) // 2
        pooled, aligned = (
            np.abs(outputs - outputs[still]).mean(axis=(1, 2)) for outputs in (self.pooled, self.aligned)
        )
        return pooled, aligned

    def at(self, shift: float) -> int:
        """Which of the K is nearest to a shift, pixels."""
        return int(np.abs(self.shifts - shift).argmin())

    def jumps(self) -> tuple[float, float]:
        """The largest change of any number of the output from one shift to the next, of RoI pooling and RoIAlign."""
        pooled, aligned = (float(np.abs(np.diff(outputs, axis=0)).max()) for outputs in (self.pooled, self.aligned))
        return pooled, aligned


@torch.inference_mode()
def shifted(values: Values, box: Box, stride: int, out: int, ratio: int, *, aligned: bool) -> Shifts:
    """Pool a box at all places within a stride, by torchvision's operators, all places in one call.

    Args:
        values: (h, w) float32, the channel.
        box: (x1, y1, x2, y2), pixels.
        stride: pixels from one cell to the next.
        out: bins each way.
        ratio: sampling points a bin each way, 0 for as many as it has cells.
        aligned: whether RoIAlign shifts by half a cell.
    """
    shifts = np.linspace(-stride, stride, 2 * STEPS + 1)
    moved = np.zeros((len(shifts), 5), np.float32)  # (K, 5): which picture, x1, y1, x2, y2
    moved[:, 1:] = box
    moved[:, [1, 3]] += shifts[:, None].astype(np.float32)
    channel, boxes = torch.tensor(values)[None, None], torch.from_numpy(moved)  # a copy: ours may be read-only
    pooled = ops.roi_pool(channel, boxes, out, 1 / stride)[:, 0].numpy()
    sampled = ops.roi_align(channel, boxes, out, 1 / stride, ratio, aligned)[:, 0].numpy()
    return Shifts(shifts, pooled, sampled)
