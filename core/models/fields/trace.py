"""Theoretical receptive fields of whole networks, branches and skips included.

The network runs once on shapes alone (`core.models.walk`), and every tensor carries the receptive field of its
cells along: a convolution or pooling widens it, where branches meet a cell sees what any of them saw, and what a
global pooling went into sees the whole picture. Watching torch's functions, not modules, finds those that a
network calls by hand too (https://docs.pytorch.org/docs/stable/notes/extending.html#extending-torch-with-modes).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from core.errors import UserError
from core.models.fields.axis import Field
from core.models.fields.rules import NORMS, RULES, Seen, cellwise, tensors, without_gates
from core.models.walk import Shape, walk

Pair = tuple[float, float]
"""(along the height, along the width)."""


@dataclass(frozen=True)
class NetworkField:
    """What one cell of a feature map sees of the picture, (height, width) each, in pixels.

    Attributes:
        size: receptive field r; that of the picture where `is_global`. Behind a transposed convolution the most that
            any cell has.
        start: centre of the first cell's field, 0 being the middle of the picture's first pixel.
        jump: j, from one cell's centre to the next's.
        is_global: every cell sees the whole picture, however large that is: a global pooling or a linear layer
            went into it. Squeeze-excite does so early in a network.
        cells: how many cells the map has; (1, 1) for a vector.
    """

    size: Pair
    start: Pair
    jump: Pair
    is_global: bool
    cells: tuple[int, int]


@dataclass(frozen=True)
class LayerField:
    """The receptive field behind one call of a layer, or before it, named as in `core.models.cost.LayerCost`."""

    name: str
    kind: str
    field: NetworkField


@dataclass(frozen=True)
class Trace:
    """The receptive fields of a whole network.

    Attributes:
        last: of its last feature map, the one before its global pooling.
        layers: behind every layer, row by row those of `core.models.cost.count`.
    """

    last: NetworkField
    layers: tuple[LayerField, ...]


def trace(module: nn.Module, input_shape: Shape = (3, 224, 224)) -> Trace:
    """The receptive fields of a network, all in one go.

    Args:
        module: any network with a picture as input; it is neither run nor changed.
        input_shape: (C, H, W) of the picture.

    Raises:
        UserError: the network cannot take this input, or holds something that cannot be followed.
    """
    following = _Following(_sides(input_shape))

    def leave(name: str, layer: nn.Module, _: Tensor, out: Tensor) -> LayerField:
        seen = following.of(f"What {name} gives", out)
        return LayerField(name, type(layer).__name__, following.network_field(seen))

    rows = walk(module, input_shape, leave, begin=following.begin, within=(following,))
    return Trace(following.network_field(following.last), tuple(rows))


def field_of(module: nn.Module, input_shape: Shape = (3, 224, 224)) -> NetworkField:
    """The receptive field of a network's last feature map, see `trace`."""
    return trace(module, input_shape).last


def fields(module: nn.Module, input_shape: Shape = (3, 224, 224)) -> tuple[LayerField, ...]:
    """The receptive field behind every layer of a network, see `trace`."""
    return trace(module, input_shape).layers


def fields_before(
    module: nn.Module, input_shape: Shape = (3, 224, 224), *, gates: bool = True, smallest: bool = False
) -> tuple[LayerField, ...]:
    """The receptive field of what goes into every layer, of its first input if there are several.

    Args:
        module: as for `trace`.
        input_shape: (C, H, W) of the picture.
        gates: whether one number for a whole channel makes the map whole that it scales: the gates of squeeze-excite,
            the mean and deviation of a group normalisation. Without, the field is that of the spatial path, which
            convolutions and poolings alone widen.
        smallest: where branches or skips meet, the field is that of the one that saw least, else of all together.

    Returns:
        Row by row the layers of `fields`.

    Raises:
        UserError: as `trace`, and where a layer's input does not come from the picture.
    """
    following = _Following(_sides(input_shape), gates=gates, join=Field.smaller if smallest else Field.join)

    def leave(name: str, layer: nn.Module, x: Tensor, _: Tensor) -> LayerField:
        seen = following.of(f"What goes into {name}", x)
        return LayerField(name, type(layer).__name__, following.network_field(seen))

    return tuple(walk(module, input_shape, leave, begin=following.begin, within=(following,)))


def _sides(input_shape: Shape) -> tuple[int, int]:
    """(H, W) of a picture."""
    if len(input_shape) != 3:
        raise UserError("A receptive field needs a picture as input: channels, height and width.")
    return input_shape[1], input_shape[2]


class _Following(TorchFunctionMode):
    """Gives every tensor that comes out of one of torch's functions what its cells see.

    Attributes:
        seen: by the tensor's id; with the tensor itself, so that no second one gets its id.
        last: of the latest feature map.
    """

    def __init__(
        self,
        picture: tuple[int, int],
        *,
        gates: bool = True,
        join: Callable[[Field, Field], Field] = Field.join,
    ) -> None:
        super().__init__()
        self._picture = picture
        self._gates, self._join = gates, join
        self.last = Seen((Field(), Field()), picture)
        self.seen: dict[int, tuple[Tensor, Seen]] = {}

    def begin(self, picture: Tensor) -> None:
        """The picture sees itself, pixel by pixel."""
        self.seen[id(picture)] = picture, self.last

    def of(self, what: str, tensor: Tensor) -> Seen:
        """What a layer's input or output sees; `what` is its name in the error's sentence."""
        if id(tensor) not in self.seen:
            raise UserError(f"{what} does not come from the picture, so it has no receptive field.")
        return self.seen[id(tensor)][1]

    def network_field(self, seen: Seen) -> NetworkField:
        """The same for the outside, where "whole" has a size."""
        both = list(zip(seen.axes, self._picture, strict=True))
        height, width = (side if field.whole else field.size for field, side in both)
        top, left = ((side - 1) / 2 if field.whole else field.start for field, side in both)
        down, across = (field.jump for field in seen.axes)
        is_global = all(field.whole for field in seen.axes)
        return NetworkField((height, width), (top, left), (down, across), is_global, seen.cells)

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Let it run, and note what comes out."""
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        name = getattr(func, "__name__", "")
        sources = [self.seen[id(tensor)][1] for tensor in tensors((*args, *kwargs.values())) if id(tensor) in self.seen]
        rule = RULES.get(name)
        if not self._gates:
            sources, rule = without_gates(sources), None if name in NORMS else rule
        for result in tensors((out,)) if sources else ():
            seen = rule(sources[0], result, *args, **kwargs) if rule else cellwise(sources, result, name, self._join)
            self.seen[id(result)] = result, seen
            if result.ndim == 4 and not seen.pooled:
                self.last = seen
        return out
