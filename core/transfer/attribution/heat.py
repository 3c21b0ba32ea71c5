"""A heat map: one number a place, which says how much an answer hangs on it.

Shapes: S pixels a side of what the network saw; h, w rows and columns of the map, which lies evenly over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from core.errors import UserError
from core.transfer.model.classifier import Classifier

Map = npt.NDArray[np.float32]


class Method(StrEnum):
    """How a map was made."""

    GRAD_CAM = "Grad-CAM"
    OCCLUSION = "occlusion"


@dataclass(frozen=True, eq=False)
class Heat:
    """A heat map. Shared, only to be read.

    Attributes:
        method: how it was made, which says what its numbers mean.
        target: index of the class it explains.
        probability: that the network gives this class, in [0, 1].
        values: (h, w)
        size: S.
        layer: the part of the network it was read from; "" where it is the whole.
    """

    method: Method
    target: int
    probability: float
    values: Map
    size: int
    layer: str

    @property
    def peak(self) -> tuple[int, int]:
        """(row, column) of the largest number; of several the first."""
        row, column = np.unravel_index(int(self.values.argmax()), self.values.shape)
        return int(row), int(column)

    @property
    def empty(self) -> bool:
        """Whether it is the same everywhere, and so says nothing."""
        return bool(np.ptp(self.values) == 0)


@dataclass(frozen=True)
class Term:
    """What one channel adds at one cell: alpha_k A_k."""

    channel: int
    contribution: float


@dataclass(frozen=True, eq=False)
class ClassActivation(Heat):
    """A map of Grad-CAM.

    Attributes:
        logit: of the class, before softmax.
        channels: K of the layer.
        largest: the channels that add most, up or down, at `peak`, the most first.
        total: what all channels add there, before ReLU.
    """

    logit: float
    channels: int
    largest: tuple[Term, ...]
    total: float


@dataclass(frozen=True, eq=False)
class Covered(Heat):
    """A map of occlusion: `values` is (S, S), the mean of `changes` over all windows that covered a pixel.

    Attributes:
        window: side of the square that was covered, pixels.
        stride: from one place of it to the next, pixels.
        grey: what it was filled with, 0 to 255.
        changes: (rows, columns) for each window the probability uncovered less the one with it covered.
    """

    window: int
    stride: int
    grey: int
    changes: Map

    @property
    def worst(self) -> tuple[int, int]:
        """(row, column) of the window whose covering cost most probability."""
        row, column = np.unravel_index(int(self.changes.argmax()), self.changes.shape)
        return int(row), int(column)

    def box(self, row: int, column: int) -> tuple[int, int, int, int]:
        """(top, left, bottom, right) of a window in pixels; those at the end of a row may be cut by the edge."""
        top, left = row * self.stride, column * self.stride
        return top, left, min(top + self.window, self.size), min(left + self.window, self.size)


def check_target(model: Classifier, target: int) -> None:
    """Refuse a class that the network does not know.

    Raises:
        UserError: so it is.
    """
    classes = model.spec.outputs[0]
    if not 0 <= target < classes:
        raise UserError(f"This network has {classes} classes, and none with the number {target}: choose another class.")
