"""Sizes and costs of one convolution, pooling or transposed convolution. One axis at a time: call twice for a picture.

Symbols as in the torch pages: n input size, k kernel, s stride, p padding on each side, d dilation, o output size.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import UserError
from core.models.fields.axis import span

LARGEST = 1_000_000
"""No size, kernel or padding of a network comes near; what a link may ask for ends here."""


def output_size(
    n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1, ceil_mode: bool = False
) -> int:
    """Output size of a convolution or pooling along one axis: floor((n + 2p - d(k-1) - 1) / s) + 1.

    In the lecture's letters, without dilation: W2 = (W1 - F + 2P)/S + 1.
    (https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html)

    Args:
        n: input size, pixels.
        kernel: weights along this axis.
        stride: pixels from one window to the next.
        padding: pixels added on each of the two sides.
        dilation: pixels from one weight to the next.
        ceil_mode: round up instead (pooling only): a last window that hangs over the edge counts if it begins
            inside the input or the left padding. The formula of torch's page alone is wrong (pytorch#57178).

    Returns:
        The number of windows.

    Raises:
        UserError: an argument is out of range, or the kernel is larger than the padded input (with ceil_mode: by a
            stride or more).
    """
    _check(n, kernel, stride, padding, dilation)
    room = n + 2 * padding - span(kernel, dilation)
    size = (-(-room // stride) if ceil_mode else room // stride) + 1
    if size < 1:
        raise UserError(_too_large(n, kernel, padding, dilation))
    return size - 1 if ceil_mode and (size - 1) * stride >= n + padding else size


def transposed_size(
    n: int, kernel: int, stride: int = 1, padding: int = 0, output_padding: int = 0, dilation: int = 1
) -> int:
    """Output size of a transposed convolution along one axis: (n - 1)s - 2p + d(k - 1) + output_padding + 1.

    (https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html)

    Args:
        n: input size, pixels.
        kernel: weights along this axis.
        stride: output pixels from one stamp of the kernel to the next.
        padding: output pixels cut off on each side.
        output_padding: rows added on one side of the output, since several input sizes of the convolution that
            this one reverses give the same output size.
        dilation: output pixels from one weight to the next.

    Raises:
        UserError: an argument is out of range, or nothing is left.
    """
    _check(n, kernel, stride, padding, dilation)
    if output_padding < 0:
        raise UserError(f"Output padding {output_padding} is negative: take 0 or more.")
    if output_padding >= max(stride, dilation):
        raise UserError(
            f"Output padding {output_padding} must be smaller than the stride ({stride}) or the dilation ({dilation})."
        )
    size = (n - 1) * stride - 2 * padding + span(kernel, dilation) + output_padding
    if size < 1:
        raise UserError(
            f"Nothing is left of the output: padding {padding} cuts {2 * padding} pixels off "
            f"{size + 2 * padding}; take less padding."
        )
    return size


def same_padding(n: int, kernel: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """(before, after): TensorFlow's SAME, which gives ceil(n / s) outputs and puts an odd pixel after.

    (https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2)

    Raises:
        UserError: an argument is out of range.
    """
    _check(n, kernel, stride, 0, dilation)
    outputs = -(-n // stride)
    total = max((outputs - 1) * stride + span(kernel, dilation) - n, 0)
    return total // 2, total - total // 2


def torch_same_padding(kernel: int, dilation: int = 1) -> tuple[int, int]:
    """(before, after) of torch's `padding="same"`: d(k - 1) pixels in all, an odd one after; stride 1 only."""
    total = dilation * (kernel - 1)
    return total // 2, total - total // 2


@dataclass(frozen=True)
class ConvCost:
    """What a convolution costs.

    Attributes:
        per_filter: weights of one filter, F·F·D1 (divided by the groups).
        weights: of all filters, (F·F·D1)·K.
        biases: K, or 0 without.
        macs: multiply-adds for one picture; biases not counted.
        activations: numbers in the output volume, K·H2·W2.
    """

    per_filter: int
    weights: int
    biases: int
    macs: int
    activations: int

    @property
    def params(self) -> int:
        """Weights and biases."""
        return self.weights + self.biases


def conv_cost(
    in_channels: int,
    out_channels: int,
    kernel: tuple[int, int],
    output: tuple[int, int],
    *,
    groups: int = 1,
    bias: bool = True,
    transposed_input: tuple[int, int] | None = None,
) -> ConvCost:
    """Count weights and multiply-adds of a convolution.

    Every weight is used once at each output position, so MACs = weights · H2 · W2. In a transposed convolution
    it is used once at each *input* position (facts of torch.utils.flop_counter).

    Args:
        in_channels: D1.
        out_channels: K, the number of filters.
        kernel: (height, width).
        output: (H2, W2).
        groups: the channels are split into so many groups that do not see each other.
        bias: whether each filter has one.
        transposed_input: (H1, W1) of a transposed convolution.

    Raises:
        UserError: the groups do not divide the channels.
    """
    if in_channels < 1 or out_channels < 1:
        raise UserError("A convolution needs at least one input channel and one filter.")
    if groups < 1:
        raise UserError(f"{groups} groups: take 1 or more.")
    for what, channels in (("input channels", in_channels), ("filters", out_channels)):
        if channels % groups:
            raise UserError(
                f"{groups} groups do not divide {channels} {what}: take a divisor, for example "
                f"{_nearest_divisor(in_channels, out_channels, groups)}."
            )
    weights = out_channels * (in_channels // groups) * kernel[0] * kernel[1]
    height, width = transposed_input or output
    return ConvCost(
        per_filter=in_channels // groups * kernel[0] * kernel[1],
        weights=weights,
        biases=out_channels if bias else 0,
        macs=weights * height * width,
        activations=out_channels * output[0] * output[1],
    )


def common_divisors(first: int, second: int) -> list[int]:
    """Every number of groups that both channel counts allow, ascending."""
    return [g for g in range(1, min(first, second) + 1) if first % g == 0 and second % g == 0]


def _nearest_divisor(first: int, second: int, wish: int) -> int:
    return min(common_divisors(first, second), key=lambda g: (abs(g - wish), g))


def _check(n: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    for name, value, least in (
        ("Input size", n, 1),
        ("Kernel", kernel, 1),
        ("Stride", stride, 1),
        ("Padding", padding, 0),
        ("Dilation", dilation, 1),
    ):
        if value < least:
            raise UserError(f"{name} {value} is too small: take {least} or more.")
        if value > LARGEST:
            raise UserError(f"{name} {value:,} is too large: take at most {LARGEST:,}.")


def _too_large(n: int, kernel: int, padding: int, dilation: int) -> str:
    spread = f", spread over {span(kernel, dilation)} by dilation {dilation}," if dilation > 1 else ""
    padded = f"{n}" + (f" ({n + 2 * padding} with padding {padding} on each side)" if padding else "")
    return (
        f"The kernel of {kernel}{spread} does not fit into the input of {padded}: "
        f"take a smaller kernel or a padding of at least {-(-(span(kernel, dilation) - n) // 2)}."
    )
