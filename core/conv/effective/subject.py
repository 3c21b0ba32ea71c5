"""A network to look through, and a cell of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.conv.effective.gradient import Network, Place, Weights
from core.conv.effective.stack import StackNetwork
from core.conv.layers import words
from core.conv.notation import write
from core.conv.stack import Analysis, Stack, analyse
from core.errors import UserError

INTERESTING = 0.25
"""Of the picture's side: the default layer is the first whose field is as large."""


@dataclass(frozen=True)
class Subject:
    """A network with all that is needed of it.

    Attributes:
        title: from the menu.
        network: what computes.
        key: names it in caches.
        analysis: of a stack; None for a network of the registry.
    """

    title: str
    network: Network
    key: str
    analysis: Analysis | None

    @property
    def size(self) -> tuple[int, int]:
        """(H, W) of the input."""
        return self.network.input_shape[1:]

    @property
    def labels(self) -> Mapping[str, int]:
        """What the menu of layers shows -> number."""
        return {label(place): number for number, place in self.network.places.items()}

    @property
    def default(self) -> int:
        """Number of a layer worth looking through first."""
        places = self.network.places
        for number, place in places.items():
            if not place.fields[1].whole and place.fields[1].size >= INTERESTING * self.size[1]:
                return number
        finite = [number for number, place in places.items() if not place.fields[1].whole]
        return finite[-1] if finite else next(iter(places))

    @property
    def default_label(self) -> str:
        """Of that layer."""
        return label(self.network.places[self.default])


def label(place: Place) -> str:
    """5 · maxpool · 192 × 13 × 13."""
    return f"{place.number} · {place.name} · {words(place.shape)}"


def of_stack(title: str, stack: Stack, shape: tuple[int, int, int]) -> Subject:
    """A stack and its input (C, H, W) as a subject.

    Raises:
        UserError: its layers do not fit, or none of them gives a map.
    """
    analysis = analyse(stack, shape)
    network = StackNetwork(analysis)
    if not network.places:
        raise UserError("Every layer of this stack gives a vector, and only feature maps have cells to look through.")
    return Subject(title, network, f"{shape}\n{write(stack)}", analysis)


@dataclass(frozen=True)
class CellSettings:
    """Which cell of which layer, and the weights of the network.

    Attributes:
        number: the layer.
        at: (row, column).
        weights: which.
        seed: the first.
        count: how many seeds are averaged.
    """

    number: int
    at: tuple[int, int]
    weights: Weights
    seed: int
    count: int
