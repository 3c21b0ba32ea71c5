"""What the cells of a tensor see of the picture, and how each of torch's functions changes that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any, NamedTuple

from torch import Tensor

from core.errors import UserError
from core.models.fields.axis import Field


class Seen(NamedTuple):
    """What the cells of a tensor see.

    Attributes:
        axes: of one cell, along the height and along the width.
        cells: how many there are along each.
        pooled: a global pooling made it, and no feature map joined since.
    """

    axes: tuple[Field, Field]
    cells: tuple[int, int]
    pooled: bool = False

    @property
    def is_gate(self) -> bool:
        """Says the same about all places, as what squeeze-excite multiplies into a map; also when it is spread out."""
        return self.pooled and (self.cells == (1, 1) or all(field.whole for field in self.axes))

    def behind(self, step: Callable[[Field, int], Field], out: Tensor, *, pooled: bool = False) -> Seen:
        """What the cells of `out` see, computed by `step(field, axis)` along both axes."""
        height, width = self.axes
        return Seen((step(height, 0), step(width, 1)), _cells(out), self.pooled or pooled)


def tensors(values: Iterable[Any]) -> Iterator[Tensor]:
    """Those among some values and, one level down, in lists and tuples."""
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, list | tuple):
            yield from (item for item in value if isinstance(item, Tensor))


def _cells(tensor: Tensor) -> tuple[int, int]:
    """(H, W) of (..., H, W); a vector (N, F) is one cell."""
    return (tensor.shape[-2], tensor.shape[-1]) if tensor.ndim > 2 else (1, 1)


def without_gates(sources: list[Seen]) -> list[Seen]:
    """Those that say something about places; all of them where none does, as in a network's head."""
    return [source for source in sources if not source.is_gate] or sources


def cellwise(
    sources: Sequence[Seen], out: Tensor, name: str, join: Callable[[Field, Field], Field] = Field.join
) -> Seen:
    """Behind a function that has no rule of its own.

    If the map keeps its size, each cell is taken to come from the same cell of every input: activations, additions,
    concatenations, shuffled channels. If the map is gone, all of it went into every number.
    """
    height, width = (reduce(join, fields) for fields in zip(*(source.axes for source in sources), strict=True))
    sizes = {source.cells for source in sources} - {(1, 1)}  # one cell goes with any map
    joined = Seen((height, width), _cells(out), all(source.pooled for source in sources))
    if not sizes or (out.ndim > 2 and sizes == {joined.cells}):
        return joined
    if joined.cells == (1, 1):
        return _whole(joined, out, pooled=True)
    if out.ndim == 3:  # (N, C, H * W)
        return _whole(joined, out)
    raise UserError(f"The receptive field cannot be followed through {name}: use a convolution or a pooling there.")


def _whole(seen: Seen, out: Tensor, *_: object, pooled: bool = False, **__: object) -> Seen:
    """All of the map goes into every number."""
    return seen.behind(lambda field, _: replace(field, whole=True), out, pooled=pooled)


def _pair(value: int | Sequence[int]) -> tuple[int, int]:
    values = (value,) if isinstance(value, int) else tuple(value)
    return values[0], values[-1]


def _convolution(
    seen: Seen,
    out: Tensor,
    input: Tensor,  # noqa: ARG001, here and below torch's signatures
    weight: Tensor,
    bias: Tensor | None = None,  # noqa: ARG001
    stride: int | Sequence[int] = 1,
    padding: str | int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,  # noqa: ARG001
) -> Seen:
    kernel, strides, dilations = _pair(weight.shape[-2:]), _pair(stride), _pair(dilation)
    if isinstance(padding, str):
        # the extra pixel of an even kernel goes right and below
        same = [d * (k - 1) // 2 if padding == "same" else 0 for k, d in zip(kernel, dilations, strict=True)]
        padding = same
    before = _pair(padding)
    return seen.behind(lambda field, i: field.through(kernel[i], strides[i], before[i], dilations[i]), out)


def _transposed(
    seen: Seen,
    out: Tensor,
    input: Tensor,  # noqa: ARG001
    weight: Tensor,
    bias: Tensor | None = None,  # noqa: ARG001
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    output_padding: int | Sequence[int] = 0,  # noqa: ARG001
    groups: int = 1,  # noqa: ARG001
    dilation: int | Sequence[int] = 1,
) -> Seen:
    kernel, strides, before, dilations = _pair(weight.shape[-2:]), _pair(stride), _pair(padding), _pair(dilation)
    return seen.behind(lambda field, i: field.transposed(kernel[i], strides[i], before[i], dilations[i]), out)


def _max_pool(
    seen: Seen,
    out: Tensor,
    input: Tensor,  # noqa: ARG001
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    *_: object,
    **__: object,
) -> Seen:
    kernel, strides, before, dilations = (
        _pair(kernel_size),
        _pair(stride or kernel_size),
        _pair(padding),
        _pair(dilation),
    )
    return seen.behind(lambda field, i: field.through(kernel[i], strides[i], before[i], dilations[i]), out)


def _average_pool(
    seen: Seen,
    out: Tensor,
    input: Tensor,
    kernel_size: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    *_: object,
    **__: object,
) -> Seen:
    behind = _max_pool(seen, out, input, kernel_size, stride, padding)
    return behind._replace(
        pooled=behind.pooled or behind.cells == (1, 1) != seen.cells
    )  # as older networks pool globally


def _adaptive_pool(seen: Seen, out: Tensor, *_: object, **__: object) -> Seen:
    def step(field: Field, axis: int) -> Field:
        before, after = seen.cells[axis], _cells(out)[axis]
        return replace(field, whole=True) if after == 1 else field.adaptive(before, after)

    return seen.behind(step, out, pooled=True)


def _pad(seen: Seen, out: Tensor, input: Tensor, pad: Sequence[int], *_: object, **__: object) -> Seen:  # noqa: ARG001
    before = (pad[2] if len(pad) > 2 else 0, pad[0])  # from the last axis backwards
    return seen.behind(lambda field, axis: field.through(1, 1, before[axis]), out)


NORMS = ("group_norm", "instance_norm", "layer_norm")
"""Their mean and deviation are those of the whole map."""

RULES: dict[str, Callable[..., Seen]] = {
    "conv2d": _convolution,
    "conv_transpose2d": _transposed,
    "max_pool2d": _max_pool,
    "avg_pool2d": _average_pool,
    "adaptive_avg_pool2d": _adaptive_pool,
    "adaptive_max_pool2d": _adaptive_pool,
    "pad": _pad,
    "flatten": _whole,
    "linear": _whole,
    **dict.fromkeys(NORMS, _whole),
}
