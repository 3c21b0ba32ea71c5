"""Strides that do not divide: what the floor in the size formula drops, and which numbers nearby would fit."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from core.conv.arithmetic import output_size
from core.conv.layers import Kind, Layer, Shape, output_shape
from core.errors import UserError
from core.models.fields.axis import span


@dataclass(frozen=True)
class Coverage:
    """What the windows reach along one axis of the padded input.

    Attributes:
        padded: n + 2p, pixels.
        outputs: number of windows.
        quotient: (n + 2p - d(k-1) - 1) / s before it is rounded, e.g. 54.25.
        dropped: padded pixels at the end that no window reaches.
        dropped_input: of these, pixels of the input itself, not padding.
        overhang: pixels by which the last window hangs over the end (ceil_mode), else 0.
        skipped: padded pixels between windows or weights that none touches (stride or dilation wider than the window).
    """

    padded: int
    outputs: int
    quotient: float
    dropped: int
    dropped_input: int
    overhang: int
    skipped: int

    @property
    def exact(self) -> bool:
        """Whether the stride divides."""
        return self.quotient == int(self.quotient)


def coverage(
    n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1, ceil_mode: bool = False
) -> Coverage:
    """What of one axis is seen by the windows; arguments and errors as of `output_size`."""
    outputs = output_size(n, kernel, stride, padding, dilation, ceil_mode)
    reach = (outputs - 1) * stride + span(kernel, dilation)
    padded = n + 2 * padding
    dropped = max(padded - reach, 0)
    return Coverage(
        padded=padded,
        outputs=outputs,
        quotient=(padded - span(kernel, dilation)) / stride,
        dropped=dropped,
        dropped_input=min(max(dropped - padding, 0), n),
        overhang=max(reach - padded, 0),
        skipped=min(reach, padded) - _touched(padded, outputs, kernel, stride, dilation),
    )


def _touched(padded: int, outputs: int, kernel: int, stride: int, dilation: int) -> int:
    """Padded pixels under some weight of some window."""
    # weight m of window w lies on w·s + m·d, and so does weight m - s/g of window w + d/g, g = gcd(s, d):
    # of all pairs, one pixel each, those with such a twin are counted once too often
    common = math.gcd(stride, dilation)
    twins = max(outputs - dilation // common, 0) * max(kernel - stride // common, 0)
    # only the last window can hang over the end, since ceil_mode adds no more than one
    inside = -(-(padded - (outputs - 1) * stride) // dilation)
    return outputs * kernel - twins - max(kernel - inside, 0)


@dataclass(frozen=True)
class Fit:
    """One change after which the stride divides.

    Attributes:
        what: "kernel", "padding" or "stride".
        value: the number to take.
        outputs: the output size then.
    """

    what: str
    value: int
    outputs: int


def fits(n: int, kernel: int, stride: int, padding: int, dilation: int = 1) -> list[Fit]:
    """The nearest kernel, padding and stride with which nothing is dropped, each changed alone.

    Args: as of `output_size`.

    Returns:
        At most one of each, the smaller of two that are equally near; none where none exists nearby.
    """
    found = []
    for what, now, least in (("kernel", kernel, 1), ("padding", padding, 0), ("stride", stride, 1)):
        numbers = {"kernel": kernel, "stride": stride, "padding": padding}
        # a whole period of the remainder lies within s of where we are
        nearby = sorted(range(max(least, now - 64), now + 65), key=lambda value: (abs(value - now), value))
        for value in nearby:
            numbers[what] = value
            try:
                cover = coverage(n, numbers["kernel"], numbers["stride"], numbers["padding"], dilation)
            except UserError:
                continue
            gap = max(numbers["stride"] - span(numbers["kernel"], dilation), 0)  # pixels between two windows
            if cover.exact and not (gap and cover.outputs > 1) and value != now:
                found.append(Fit(what, value, cover.outputs))
                break
    return found


def coverage_of(layer: Layer, shape: Shape, axis: int) -> Coverage | None:
    """What the windows of a layer reach along one axis; None of a transposed convolution, whose windows drop nothing.

    Args:
        layer: what slides.
        shape: (C, H, W) of the input.
        axis: 0 height, 1 width.
    """
    if layer.kind is Kind.TRANSPOSED:
        return None
    return coverage(
        shape[axis + 1], layer.kernel[axis], layer.stride[axis], layer.padding[axis], layer.dilation[axis],
        layer.ceil_mode,
    )  # fmt: skip


def fits_of(layer: Layer, shape: Shape, axes: tuple[int, ...], most: int) -> list[Fit]:
    """What fits along the first of some axes and, taken along all of them, gives a layer that runs.

    Args:
        layer: what slides.
        shape: (C, H, W) of the input.
        axes: 0 height, 1 width.
        most: the largest number to propose.
    """
    axis = axes[0]
    numbers = (layer.kernel[axis], layer.stride[axis], layer.padding[axis], layer.dilation[axis])
    return [
        fit
        for fit in fits(shape[axis + 1], *numbers)
        if fit.value <= most and _runs(layer, shape, fit, axes)  # a pooling is choosy about its padding
    ]


def _runs(layer: Layer, shape: Shape, fit: Fit, axes: tuple[int, ...]) -> bool:
    pair = [fit.value if axis in axes else now for axis, now in enumerate(getattr(layer, fit.what))]
    change: dict[str, Any] = {fit.what: (pair[0], pair[1])}
    try:
        output_shape(replace(layer, **change), (shape,))
    except UserError:
        return False
    return True
