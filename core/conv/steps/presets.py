"""Inputs and kernels to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from core.conv.steps.windows import Array

LECTURE = "Lecture, 6 × 6"
VERTICAL = "Vertical edge"


def _matrix(*rows: str, scale: float = 1.0) -> Array:
    matrix = np.array([[float(value) for value in row.split()] for row in rows]) / scale
    matrix.setflags(write=False)
    return matrix


INPUTS: Mapping[str, Array] = MappingProxyType(
    {
        LECTURE: _matrix(
            "3 0 10 5 24 2", "8 4 5 6 10 7", "23 3 1 0 0 0", "21 4 0 0 0 23", "23 0 0 0 45 23", "0 3 0 12 34 32"
        ),
        "Bright and dark half": _matrix(*["10 10 10 0 0 0"] * 6),
        "Impulse": _matrix(*["0 0 0 0 0"] * 2, "0 0 1 0 0", *["0 0 0 0 0"] * 2),
        "Checkerboard": _matrix(*["1 0 1 0 1 0", "0 1 0 1 0 1"] * 3),
        "Ramp": _matrix(*["0 1 2 3 4 5"] * 6),
        "Diagonal": _matrix(*(" ".join(str(9 * (r == c)) for c in range(6)) for r in range(6))),
        "Count, 4 × 4": _matrix("1 2 3 4", "5 6 7 8", "9 10 11 12", "13 14 15 16"),
        "Small, 2 × 2": _matrix("1 2", "3 4"),
        # the famous animation of a convolution with stride 2 (https://github.com/vdumoulin/conv_arithmetic/issues/17)
        "conv_arithmetic, 5 × 5": _matrix("2 2 3 3 3", "0 1 3 0 3", "2 3 0 1 3", "3 3 2 1 2", "3 3 0 2 3"),
        "Digit 7, 8 × 8": _matrix(
            "0 0 0 0 0 0 0 0",
            "0 9 9 9 9 9 9 0",
            "0 0 0 0 0 9 9 0",
            "0 0 0 0 9 9 0 0",
            "0 0 0 9 9 0 0 0",
            "0 0 0 9 9 0 0 0",
            "0 0 0 9 9 0 0 0",
            "0 0 0 0 0 0 0 0",
        ),
    }
)
"""Name -> (H, W)."""

KERNELS: Mapping[str, Array] = MappingProxyType(
    {
        VERTICAL: _matrix(*["1 0 -1"] * 3),
        "Horizontal edge": _matrix("1 1 1", "0 0 0", "-1 -1 -1"),
        "Sobel, vertical edge": _matrix("1 0 -1", "2 0 -2", "1 0 -1"),
        "Sobel, horizontal edge": _matrix("1 2 1", "0 0 0", "-1 -2 -1"),
        "Laplace": _matrix("0 1 0", "1 -4 1", "0 1 0"),
        "Blur, 1/9": _matrix(*["1 1 1"] * 3, scale=9.0),
        "Gaussian, 1/16": _matrix("1 2 1", "2 4 2", "1 2 1", scale=16.0),
        "Sharpen": _matrix("0 -1 0", "-1 5 -1", "0 -1 0"),
        "Emboss": _matrix("-2 -1 0", "-1 1 1", "0 1 2"),
        "Identity": _matrix("0 0 0", "0 1 0", "0 0 0"),
        "Shift to the left": _matrix("0 0 0", "0 0 1", "0 0 0"),
        "conv_arithmetic, 3 × 3": _matrix("2 0 1", "1 0 0", "0 1 1"),
        "Count, 3 × 3": _matrix("1 2 3", "4 5 6", "7 8 9"),
        "Ones, 2 × 2": _matrix("1 1", "1 1"),
        "One weight, 1 × 1": _matrix("1"),
        "Gaussian, 5 × 5": _matrix(
            "1 4 6 4 1", "4 16 24 16 4", "6 24 36 24 6", "4 16 24 16 4", "1 4 6 4 1", scale=256.0
        ),
    }
)
"""Name -> (kh, kw)."""


def preset_of(matrix: Array, presets: Mapping[str, Array]) -> str | None:
    """The name of the preset that this is, up to rounding in its text."""
    for name, preset in presets.items():
        if preset.shape == matrix.shape and np.allclose(preset, matrix, rtol=1e-9, atol=1e-9):
            return name
    return None
