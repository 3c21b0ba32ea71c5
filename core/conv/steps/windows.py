r"""A convolution as a person does it: window by window, every product kept.

What deep learning calls convolution is a correlation (https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html):

$$y_{k,i,j} = b_k + \sum_{c,u,v} w_{k,c,u,v}\; \hat x_{c,\; s i + d u,\; s j + d v}$$

with $\hat x$ the input with its padding. True convolution turns the kernel by 180 degrees first.

Shape letters: C input channels, K filters, (kh, kw) kernel, (H, W) input, (Ho, Wo) output.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.conv.arithmetic import output_size
from core.errors import UserError

Array = NDArray[np.float64]
Pair = tuple[int, int]
Sizes = int | Pair
"""The same for both axes, or (height, width)."""


@dataclass(frozen=True)
class Window:
    """The cells one output value is made from: every row crossed with every column.

    Attributes:
        rows: in padded coordinates.
        cols: likewise.
    """

    rows: tuple[int, ...]
    cols: tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """Where the windows stand.

    Attributes:
        kernel: (kh, kw).
        stride: (height, width), as all that follow.
        padding: on each side.
        dilation: pixels from one weight to the next.
        output_padding: rows and columns added below and on the right; transposed convolution only.
    """

    kernel: Pair
    stride: Pair
    padding: Pair
    dilation: Pair
    output_padding: Pair = (0, 0)


@dataclass(frozen=True)
class Steps:
    """A convolution with all its windows.

    Attributes:
        x: (C, H, W) input without padding.
        weight: (K, C, kh, kw) as given.
        bias: (K,)
        layout: stride, padding, dilation.
        flip: whether the kernel is turned by 180 degrees before use: true convolution.
        padded: (C, H + 2ph, W + 2pw) input with its zeros.
        windows: Ho * Wo of them in scan order.
        output: (K, Ho, Wo).
    """

    x: Array
    weight: Array
    bias: Array
    layout: Layout
    flip: bool
    padded: Array
    windows: tuple[Window, ...]
    output: Array

    @property
    def applied(self) -> Array:
        """(K, C, kh, kw) the weights as they lie on the window."""
        return self.weight[:, :, ::-1, ::-1] if self.flip else self.weight

    def touched(self, window: int) -> Array:
        """(C, kh, kw) the input cells under the kernel."""
        at = self.windows[window]
        return self.padded[:, at.rows][:, :, at.cols]

    def products(self, filter: int, window: int) -> Array:
        """(C, kh, kw) what is summed, with the bias, for one output value."""
        products: Array = self.touched(window) * self.applied[filter]
        return products

    def im2col(self) -> Array:
        """(C kh kw, Ho Wo) one column a window, as `torch.nn.functional.unfold` lays them out."""
        return np.stack([self.touched(window).ravel() for window in range(len(self.windows))], axis=1)

    def filter_rows(self) -> Array:
        """(K, C kh kw) one row a filter; times `im2col`, plus the biases, it is the flattened output."""
        return self.applied.reshape(len(self.weight), -1)


def pair(size: Sizes) -> Pair:
    """(height, width) of what may be one number for both."""
    return (size, size) if isinstance(size, int) else size


def grid(starts: Pair, layout: Layout) -> tuple[Window, ...]:
    """The windows in scan order, `starts` of them along (height, width)."""
    rows, cols = (
        [tuple(s * i + d * u for u in range(k)) for i in range(n)]
        for n, k, s, d in zip(starts, layout.kernel, layout.stride, layout.dilation, strict=True)
    )
    return tuple(Window(r, c) for r in rows for c in cols)


def checked_bias(x: Array, weight: Array, bias: Array | None) -> Array:
    """The bias, zeros if there is none; refuses shapes that do not go together."""
    if x.ndim != 3 or weight.ndim != 4:
        raise UserError(
            "The input needs the shape channels × height × width, the weights filters × channels × kh × kw."
        )
    if weight.shape[1] != x.shape[0]:
        raise UserError(
            f"Each filter has {weight.shape[1]} channels and the input has {x.shape[0]}: they must be equally many."
        )
    if bias is None:
        return np.zeros(len(weight))
    if bias.shape != (len(weight),):
        raise UserError(f"There are {bias.size} biases for {len(weight)} filters: give one for each.")
    return bias


def steps(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: Sizes = 1,
    padding: Sizes = 0,
    dilation: Sizes = 1,
    flip: bool = False,
) -> Steps:
    """Convolve window by window.

    Equal to `torch.nn.functional.conv2d` with groups 1, with `flip` on the weights turned by 180 degrees.

    Args:
        x: (C, H, W) input.
        weight: (K, C, kh, kw).
        bias: (K,); None is zeros.
        stride: pixels from one window to the next.
        padding: zeros on each side.
        dilation: pixels from one weight to the next.
        flip: true convolution instead of correlation.

    Raises:
        UserError: shapes that do not go together, or a kernel larger than the padded input.
    """
    bias = checked_bias(x, weight, bias)
    layout = Layout((weight.shape[2], weight.shape[3]), pair(stride), pair(padding), pair(dilation))
    rows, cols = (
        output_size(x.shape[axis + 1], layout.kernel[axis], layout.stride[axis], layout.padding[axis], dilation=d)
        for axis, d in enumerate(layout.dilation)
    )
    padded = np.pad(x, ((0, 0), *((p, p) for p in layout.padding)))  # (C, H + 2ph, W + 2pw)
    windows = grid((rows, cols), layout)
    applied = weight[:, :, ::-1, ::-1] if flip else weight
    output = np.empty((len(weight), len(windows)))
    for number, at in enumerate(windows):
        touched = padded[:, at.rows][:, :, at.cols]  # (C, kh, kw)
        output[:, number] = (touched * applied).sum(axis=(1, 2, 3)) + bias
    return Steps(x, weight, bias, layout, flip, padded, windows, output.reshape(-1, rows, cols))
