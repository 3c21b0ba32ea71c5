"""A filtered picture as a PyTorch program."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.conv.kernels import Array, Kernel, Padding, correlate


def to_code(kernel: Kernel, pixels: Array, padding: Padding, stride: int) -> str:
    """A PyTorch program that filters a corner of the picture and asserts what this page made of it.

    Args:
        kernel: any.
        pixels: (H, W) or (H, W, C) in 0..255; at most 16 x 16 pixels of the first channel go into the program.
        padding: as on the page.
        stride: as on the page.

    Raises:
        UserError: as `correlate`.
    """
    plane = np.atleast_3d(pixels)[..., 0]
    side = max(8, *kernel.values.shape)
    corner = np.rint(plane[:side, :side]).astype(np.float32)
    expected = correlate(corner, kernel.values, padding=padding, stride=stride)
    kh, kw = kernel.values.shape
    sides = ((kw - 1) // 2, kw // 2, (kh - 1) // 2, kh // 2)

    def matrix(values: npt.NDArray[np.float32] | tuple[tuple[float, ...], ...]) -> str:
        rows = (", ".join(f"{float(value):.7g}" for value in row) for row in values)
        return "[\n" + "".join(f"    [{row}],\n" for row in rows) + "]"

    return f"""import torch
import torch.nn.functional as F

# {kernel.name}: a correlation, as in every network; the textbook's convolution is kernel.flip(0, 1)
kernel = torch.tensor({matrix(kernel.entries)}, dtype=torch.float32) / {kernel.divisor:g}

# the upper left corner of the picture, grey values 0 to 255
x = torch.tensor({matrix(corner)}, dtype=torch.float32)

padded = F.pad(x[None, None], {sides}, mode="{padding.value}")
y = F.conv2d(padded, kernel[None, None], stride={stride})[0, 0]

expected = torch.tensor({matrix(expected)}, dtype=torch.float32)
assert y.shape == expected.shape, y.shape
torch.testing.assert_close(y, expected, rtol=1e-4, atol=1e-2)
print(y)
"""
