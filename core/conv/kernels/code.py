"""A filtered picture as a PyTorch program."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from core.conv.kernels.classic import Array, Kernel, Padding, correlate, gradient

BRIGHTEST = 255


class Slope(StrEnum):
    """What two kernels, one for the slope to the right and one for the slope downwards, make together."""

    MAGNITUDE = "magnitude"
    DIRECTION = "direction"


def to_code(
    kernels: Kernel | tuple[Kernel, Kernel],
    pixels: Array,
    padding: Padding,
    stride: int,
    slope: Slope = Slope.MAGNITUDE,
) -> str:
    """A PyTorch program that filters a corner of the picture and asserts what this page made of it.

    Args:
        kernels: any kernel, or the two of a gradient, that of the slope to the right first.
        pixels: (H, W) or (H, W, C) in 0..255; of each channel 8 x 8 pixels, or as many as the kernel has where these
            are more (11 x 11 at most), go into the program.
        padding: as on the page.
        stride: as on the page.
        slope: what is made of a pair of kernels.

    Raises:
        UserError: as `correlate`.
    """
    pair = kernels if isinstance(kernels, tuple) else (kernels,)
    kh, kw = pair[0].values.shape
    side = max(8, kh, kw)
    corner = np.rint(np.atleast_3d(pixels)[:side, :side]).astype(np.float32)  # (h, w, C)
    results = [correlate(corner, kernel.values, padding=padding, stride=stride) for kernel in pair]
    sides = ((kw - 1) // 2, kw // 2, (kh - 1) // 2, kh // 2)
    names = ["kernel"] if len(pair) == 1 else ["across", "down"]
    definitions = "\n".join(
        f"{name} = torch.tensor({_matrix(kernel.entries)}, dtype=torch.float32) / {kernel.divisor!r}  # {kernel.name}"
        for name, kernel in zip(names, pair, strict=True)
    )
    if len(pair) == 1:
        formula, expected = "y = filtered(kernel)", results[0]
        sum_ = float(np.abs(pair[0].values).sum())
        tolerances = f"rtol=1e-4, atol={max(1e-2, 1e-6 * BRIGHTEST * sum_):.3g}"
        check = f"torch.testing.assert_close(y, expected, {tolerances})"
    elif slope is Slope.MAGNITUDE:
        formula, expected = "y = torch.hypot(filtered(across), filtered(down))", gradient(results[0], results[1])[0]
        check = "torch.testing.assert_close(y, expected, rtol=1e-4, atol=1e-2)"
    else:
        formula = "y = torch.atan2(filtered(down), filtered(across))  # radians: 0 is to the right, pi / 2 is down"
        expected = gradient(results[0], results[1])[1]
        check = (
            "# -pi and pi are one direction\n"
            "torch.testing.assert_close(y.cos(), expected.cos(), rtol=0, atol=1e-4)\n"
            "torch.testing.assert_close(y.sin(), expected.sin(), rtol=0, atol=1e-4)"
        )
    colours = "grey values" if corner.shape[2] == 1 else "red, green and blue,"
    return f"""import torch
import torch.nn.functional as F

# a correlation, as in every network; the textbook's convolution is kernel.flip(0, 1)
{definitions}

# the upper left corner of the picture, {colours} 0 to {BRIGHTEST}: (channels, rows, columns)
x = torch.tensor({_planes(corner)}, dtype=torch.float32)


def filtered(kernel):
    padded = F.pad(x[:, None], {sides}, mode="{padding.value}")  # each channel for itself
    return F.conv2d(padded, kernel[None, None], stride={stride})[:, 0]


{formula}

expected = torch.tensor({_planes(expected)}, dtype=torch.float32)
assert y.shape == expected.shape, y.shape
{check}
print(y)
"""


def _matrix(values: npt.NDArray[np.float32] | tuple[tuple[float, ...], ...]) -> str:
    rows = (", ".join(f"{float(value):.9g}" for value in row) for row in values)
    return "[\n" + "".join(f"    [{row}],\n" for row in rows) + "]"


def _planes(values: Array) -> str:
    """(H, W, C) as nested lists (C, H, W)."""
    return "[" + ", ".join(_matrix(plane) for plane in values.transpose(2, 0, 1)) + "]"
