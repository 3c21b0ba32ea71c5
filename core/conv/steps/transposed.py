r"""A transposed convolution as a person does it: each input cell stamps the kernel, times itself, into the output.

$$y_{k,\; s i + d u - p,\; s j + d v - p} \mathrel{+}= \sum_c x_{c,i,j}\; w_{k,c,u,v}$$

beginning with the biases (https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html). Shape
letters as in `core.conv.steps.windows`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.conv.arithmetic import transposed_size
from core.conv.steps.windows import Array, Layout, Sizes, Window, checked_bias, grid, pair


@dataclass(frozen=True)
class TransposedSteps:
    """A transposed convolution with all its stamps, one an input position.

    The canvas is the output with `padding` cells more on each side, which are cut off in the end.

    Attributes:
        x: (C, H, W) input.
        weight: (K, C, kh, kw) as given; torch wants (C, K, kh, kw).
        bias: (K,)
        layout: stride, padding, dilation, output padding.
        flip: whether the kernel is turned by 180 degrees before use.
        windows: H * W of them in scan order, in canvas coordinates.
        stamps: (K, H W, kh, kw) what each step adds to the canvas, summed over the channels.
        canvas: (K, Ho + 2ph, Wo + 2pw) biases and all stamps.
        output: (K, Ho, Wo).
        overlaps: (Ho + 2ph, Wo + 2pw) how many products each cell of the canvas receives.
    """

    x: Array
    weight: Array
    bias: Array
    layout: Layout
    flip: bool
    windows: tuple[Window, ...]
    stamps: Array
    canvas: Array
    output: Array
    overlaps: NDArray[np.int64]

    @property
    def applied(self) -> Array:
        """(K, C, kh, kw) the weights as they are stamped."""
        return self.weight[:, :, ::-1, ::-1] if self.flip else self.weight

    def products(self, filter: int, window: int) -> Array:
        """(C, kh, kw) what one input position adds, channel by channel."""
        row, col = divmod(window, self.x.shape[2])
        products: Array = self.x[:, row, col, None, None] * self.applied[filter]
        return products


def transposed_steps(
    x: Array,
    weight: Array,
    bias: Array | None = None,
    *,
    stride: Sizes = 1,
    padding: Sizes = 0,
    output_padding: Sizes = 0,
    dilation: Sizes = 1,
    flip: bool = False,
) -> TransposedSteps:
    """Stamp the kernel into the output, one input position after the other.

    Equal to `torch.nn.functional.conv_transpose2d` with the first two axes of the weights exchanged.

    Args:
        x: (C, H, W) input.
        weight: (K, C, kh, kw).
        bias: (K,); None is zeros.
        stride: output pixels from one stamp to the next.
        padding: output pixels cut off on each side.
        output_padding: rows and columns added below and on the right.
        dilation: output pixels from one weight to the next.
        flip: stamp the kernel turned by 180 degrees.

    Raises:
        UserError: shapes that do not go together, or nothing is left of the output.
    """
    bias = checked_bias(x, weight, bias)
    kernel = (weight.shape[2], weight.shape[3])
    layout = Layout(kernel, pair(stride), pair(padding), pair(dilation), pair(output_padding))
    height, width = (
        transposed_size(
            x.shape[axis + 1],
            kernel[axis],
            layout.stride[axis],
            layout.padding[axis],
            layout.output_padding[axis],
            layout.dilation[axis],
        )
        for axis in (0, 1)
    )
    (ph, pw), windows = layout.padding, grid((x.shape[1], x.shape[2]), layout)
    applied = weight[:, :, ::-1, ::-1] if flip else weight
    canvas = np.zeros((len(weight), height + 2 * ph, width + 2 * pw)) + bias[:, None, None]
    overlaps = np.zeros(canvas.shape[1:], dtype=np.int64)
    stamps = np.einsum("cn,kcuv->knuv", x.reshape(len(x), -1), applied)  # (K, H W, kh, kw)
    for number, at in enumerate(windows):
        cells = np.ix_(at.rows, at.cols)
        canvas[:, cells[0], cells[1]] += stamps[:, number]
        overlaps[cells] += len(x)
    output = canvas[:, ph : ph + height, pw : pw + width]
    return TransposedSteps(x, weight, bias, layout, flip, windows, stamps, canvas, output, overlaps)
