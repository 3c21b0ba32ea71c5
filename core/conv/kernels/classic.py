"""The classic kernels, and what one does to a picture.

As in every network, the "convolution" here is a correlation: the kernel is laid on the picture as it is written,
$y_{ij} = \\sum_{uv} k_{uv}\\, x_{i+u,\\,j+v}$, where the textbook's convolution turns it by 180 degrees first
(https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from core.conv.steps.matrices import parse_input
from core.errors import UserError

Array = npt.NDArray[np.float32]

LARGEST_SIDE = 11
"""Rows and columns that a kernel of one's own may have at most."""


class Padding(StrEnum):
    """What stands beyond the picture's edge; the values are torch's names for it."""

    ZERO = "constant"
    REPLICATE = "replicate"
    REFLECT = "reflect"


@dataclass(frozen=True)
class Kernel:
    """A kernel as it is written: whole numbers and what to divide them by.

    Attributes:
        name: what menus and links call it.
        entries: (kh, kw) before the division.
        divisor: what every entry is divided by.
        note: one sentence about what it does.
    """

    name: str
    entries: tuple[tuple[float, ...], ...]
    divisor: float = 1.0
    note: str = ""

    @property
    def values(self) -> Array:
        """(kh, kw) the numbers that the picture meets."""
        return np.array(self.entries, dtype=np.float32) / np.float32(self.divisor)

    @property
    def text(self) -> str:
        """The entries as somebody would type them, one row a line."""
        return "\n".join(" ".join(f"{entry:g}" for entry in row) for row in self.entries)


_BINOMIAL = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1])  # a Gaussian with a standard deviation of one pixel, sum 256
_UNSHARP = 512 * np.pad([[1]], 2) - _BINOMIAL  # 2 x picture - blurred picture


def _rows(values: npt.NDArray[np.int64]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in values.tolist())


KERNELS: Mapping[str, Kernel] = MappingProxyType(
    {
        kernel.name: kernel
        for kernel in (
            Kernel("Identity", ((0, 0, 0), (0, 1, 0), (0, 0, 0)), note="Each pixel stays what it is."),
            Kernel("Vertical edges", ((1, 0, -1),) * 3, note="Left neighbours minus right ones: bright to dark is +."),
            Kernel("Horizontal edges", ((1,) * 3, (0,) * 3, (-1,) * 3), note="Upper neighbours minus lower ones."),
            Kernel(
                "Sobel x", ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)), note="Slope to the right, smoothed along the edge."
            ),
            Kernel("Sobel y", ((-1, -2, -1), (0, 0, 0), (1, 2, 1)), note="Slope downwards, smoothed along the edge."),
            Kernel("Prewitt x", ((-1, 0, 1),) * 3, note="Sobel's slope with an even smoothing."),
            Kernel("Prewitt y", ((-1,) * 3, (0,) * 3, (1,) * 3), note="Sobel's slope with an even smoothing."),
            Kernel(
                "Laplacian", ((0, 1, 0), (1, -4, 1), (0, 1, 0)), note="Second derivative: four neighbours against it."
            ),
            Kernel("Box blur", ((1,) * 3,) * 3, 9, "The mean of nine pixels."),
            Kernel("Gaussian blur 5 × 5", _rows(_BINOMIAL), 256, "A mean that counts near pixels more."),
            Kernel("Sharpen", ((0, -1, 0), (-1, 5, -1), (0, -1, 0)), note="The picture minus its Laplacian."),
            Kernel("Unsharp mask 5 × 5", _rows(_UNSHARP), 256, "Twice the picture minus its Gaussian blur."),
            Kernel("Emboss", ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)), note="The picture plus its slope along a diagonal."),
            Kernel("Outline", ((-1,) * 3, (-1, 8, -1), (-1,) * 3), note="Each pixel against all eight neighbours."),
        )
    }
)

PAIRS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        name: pair
        for pair in (
            ("Sobel x", "Sobel y"),
            ("Prewitt x", "Prewitt y"),
        )
        for name in pair
    }
)
"""Kernel -> it and its partner, horizontal slope first: together they make a gradient."""


def own(text: str, *, divide: bool = False) -> Kernel:
    """A kernel that somebody typed.

    Args:
        text: rows on lines of their own, see `core.conv.steps.matrices`.
        divide: whether each entry is divided by the sum of all, which keeps the brightness.

    Raises:
        UserError: no rectangle of finite numbers, too large, or a sum of zero to divide by.
    """
    try:
        matrices = parse_input(text)
    except UserError as error:  # the same text may stand for an input, and then the sentence says so
        raise UserError(str(error).replace("The input", "The kernel").replace("Input", "Kernel")) from error
    if len(matrices) > 1:
        raise UserError("An empty line begins a second kernel, and one picture takes one: delete the line.")
    rows, columns = matrices[0].shape
    if max(rows, columns) > LARGEST_SIDE:
        raise UserError(f"The kernel has {rows} x {columns} entries: take at most {LARGEST_SIDE} x {LARGEST_SIDE}.")
    total = float(matrices[0].sum())
    if divide and abs(total) < 1e-9 * max(1.0, float(np.abs(matrices[0]).sum())):
        raise UserError("These entries add up to 0, so they cannot be divided by their sum: switch the division off.")
    entries = tuple(tuple(row) for row in matrices[0].tolist())
    return Kernel("Your own", entries, total if divide else 1.0)


def correlate(pixels: Array, kernel: Array, *, padding: Padding = Padding.REPLICATE, stride: int = 1) -> Array:
    """Lay a kernel on a picture at every `stride`-th pixel, beginning at the first.

    Args:
        pixels: (H, W) or (H, W, C), each channel for itself.
        kernel: (kh, kw); the centre of an even side is its left or upper middle, as in torch's `padding="same"`.
        padding: what lies beyond the edge.
        stride: pixels from one place to the next.

    Returns:
        (ceil(H / stride), ceil(W / stride)) with the channels of the picture, not clipped.

    Raises:
        UserError: the picture is smaller than the kernel, or the stride is no positive number.
    """
    height, width = pixels.shape[:2]
    kh, kw = kernel.shape
    if height < kh or width < kw:
        size = f"{width} x {height} pixels, smaller than the {kw} x {kh} kernel"
        raise UserError(f"This picture has {size}: choose a larger picture or a smaller kernel.")
    if stride < 1:
        raise UserError(f"The stride must be 1 or more, not {stride}.")
    planes = torch.from_numpy(np.ascontiguousarray(np.atleast_3d(pixels).transpose(2, 0, 1)))[:, None]  # (C, 1, H, W)
    sides = ((kw - 1) // 2, kw // 2, (kh - 1) // 2, kh // 2)
    padded = functional.pad(planes.float(), sides, mode=padding.value)
    weight = torch.from_numpy(np.ascontiguousarray(kernel, dtype=np.float32))[None, None]  # (1, 1, kh, kw)
    result = functional.conv2d(padded, weight, stride=stride)[:, 0]  # (C, H', W')
    filtered: Array = result.permute(1, 2, 0).numpy()
    return filtered[..., 0] if pixels.ndim == 2 else filtered


def gradient(across: Array, down: Array) -> tuple[Array, Array]:
    r"""Magnitude $\sqrt{g_x^2 + g_y^2}$ and direction $\operatorname{atan2}(g_y, g_x)$ of a pair of slopes.

    Args:
        across: slope from left to right, any shape.
        down: slope from top to bottom, the same shape.

    Returns:
        Magnitude, and direction in radians in [-pi, pi]: 0 is to the right, pi / 2 is down.
    """
    return np.hypot(across, down), np.arctan2(down, across)
