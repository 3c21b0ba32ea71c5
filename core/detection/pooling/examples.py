"""Made-up feature maps whose numbers can be read, and a box whose corners fall between their cells."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from core.detection.pooling.quantised import Box, Values

SIDE = 8
"""Cells of a map, down and across."""

BOX: Box = (22.0, 30.0, 86.0, 102.0)
"""Pixels: at stride 16 no corner is on the edge of a cell, and two bins share what they cannot divide."""

STRIDE = 16


def _map(rows: object) -> Values:
    values = np.array(rows, np.float32)
    values.setflags(write=False)  # all visitors share it
    return values


MAPS: Mapping[str, Values] = MappingProxyType(
    {
        "An object": _map(
            [
                [0, 0, 1, 1, 0, 0, 0, 1],
                [0, 1, 2, 3, 2, 1, 0, 0],
                [1, 2, 4, 6, 5, 3, 1, 0],
                [0, 3, 6, 9, 7, 4, 2, 0],
                [1, 2, 5, 7, 8, 5, 2, 1],
                [0, 1, 3, 5, 6, 4, 1, 0],
                [0, 0, 1, 2, 3, 2, 0, 0],
                [1, 0, 0, 1, 1, 0, 0, 1],
            ]
        ),
        "A ramp": _map([list(range(SIDE))] * SIDE),
        "One bright cell": _map(
            [[9 if (row, column) == (3, 5) else 0 for column in range(SIDE)] for row in range(SIDE)]
        ),
    }
)
"""Name -> (8, 8). On a ramp each value is the number of its column: what RoIAlign gives grows evenly with the shift."""
