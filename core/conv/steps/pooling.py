"""Pooling window by window, as torch does it: ceil_mode, and padding that counts or does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.conv.arithmetic import output_size
from core.conv.steps.windows import Array, Layout, Sizes, Window, grid, pair
from core.errors import UserError


@dataclass(frozen=True)
class PoolSteps:
    """A pooling with all its windows; each channel is pooled by itself.

    Attributes:
        x: (C, H, W) input without padding.
        layout: kernel, stride, padding, dilation.
        average: the mean of each window, else its maximum.
        ceil_mode: whether a last window may hang over the edge.
        count_include_pad: whether the mean counts padding cells.
        padded: (C, H + 2ph, W + 2pw); padding is 0 for the mean, minus infinity for the maximum.
        windows: Ho * Wo of them in scan order; what hangs over the padded input is left out.
        divisors: (Ho, Wo) what each sum is divided by; ones for the maximum.
        output: (C, Ho, Wo).
    """

    x: Array
    layout: Layout
    average: bool
    ceil_mode: bool
    count_include_pad: bool
    padded: Array
    windows: tuple[Window, ...]
    divisors: NDArray[np.int64]
    output: Array


def pool_steps(
    x: Array,
    kernel: Sizes,
    *,
    average: bool = False,
    stride: Sizes = 1,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> PoolSteps:
    """Pool window by window.

    Equal to `torch.nn.functional.max_pool2d` and `avg_pool2d`
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html).

    Args:
        x: (C, H, W) input.
        kernel: size of the window.
        average: the mean, else the maximum.
        stride: pixels from one window to the next.
        padding: on each side; at most half the kernel, as torch demands.
        dilation: pixels from one cell of the window to the next; the maximum only.
        ceil_mode: a last window that hangs over the edge counts.
        count_include_pad: the mean counts padding cells.

    Raises:
        UserError: padding above half the kernel, dilation with the mean, or a window without any cell.
    """
    layout = Layout(pair(kernel), pair(stride), pair(padding), pair(dilation))
    if average and layout.dilation != (1, 1):
        raise UserError("Average pooling has no dilation: set it to 1.")
    for size, p in zip(layout.kernel, layout.padding, strict=True):
        if p > size // 2:
            raise UserError(f"A pooling of kernel {size} takes a padding of at most {size // 2}, not {p}.")
    starts = [
        output_size(x.shape[axis + 1], layout.kernel[axis], layout.stride[axis], layout.padding[axis], d, ceil_mode)
        for axis, d in enumerate(layout.dilation)
    ]
    (ph, pw), (rows, cols) = layout.padding, starts
    filler = 0.0 if average else -np.inf
    padded = np.pad(x, ((0, 0), (ph, ph), (pw, pw)), constant_values=filler)
    height, width = padded.shape[1:]
    windows, divisors = [], np.ones(rows * cols, dtype=np.int64)
    output = np.empty((len(x), rows * cols))
    for number, full in enumerate(grid((rows, cols), layout)):
        at = Window(tuple(r for r in full.rows if r < height), tuple(c for c in full.cols if c < width))
        touched = padded[:, at.rows][:, :, at.cols]  # (C, at most kh, at most kw)
        real = sum(ph <= r < height - ph for r in at.rows) * sum(pw <= c < width - pw for c in at.cols)
        if not real:
            raise UserError("A window holds nothing but padding: take less padding or a smaller dilation.")
        if average:
            divisors[number] = len(at.rows) * len(at.cols) if count_include_pad else real
            output[:, number] = touched.sum(axis=(1, 2)) / divisors[number]
        else:
            output[:, number] = touched.max(axis=(1, 2))
        windows.append(at)
    shape = (rows, cols)
    return PoolSteps(
        x,
        layout,
        average,
        ceil_mode,
        count_include_pad,
        padded,
        tuple(windows),
        divisors.reshape(shape),
        output.reshape(-1, *shape),
    )
