"""Which network the section "Receptive field" looks through, and what it has computed for all visitors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st
from PIL.Image import Image
from torch import Tensor

from core.conv.effective import gradient as effective
from core.conv.effective.gradient import Array, Network, Place, Weights, as_input, fitted
from core.conv.effective.stack import StackNetwork
from core.conv.effective.zoo import TRAINED, ZooNetwork
from core.conv.layers import words
from core.conv.notation import parse, write
from core.conv.presets import PRESETS
from core.conv.stack import Analysis, Stack, analyse
from core.errors import UserError
from core.models.zoo import ZOO
from core.ui import cache
from core.ui.pictures import Picture

OWN = "My stack"
ZOO_TITLE = ZOO[TRAINED].title
FALLBACK = next(iter(PRESETS))
NETWORKS = (*PRESETS, ZOO_TITLE, OWN)
INTERESTING = 0.25
"""Of the picture's side: the default layer is the first whose field is as large."""

LARGEST_SHOWN = 900  # pixels of a picture's longer side, however large a stack's input is
_SIZES = MappingProxyType({"c": 3, "h": 224, "w": 224})


@dataclass(frozen=True)
class Subject:
    """A network with all that the section needs of it.

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


def label(place: Place) -> str:
    """5 · maxpool · 192 × 13 × 13."""
    return f"{place.number} · {place.name} · {words(place.shape)}"


@st.cache_resource(max_entries=1, show_spinner="Building the network")
def _trained() -> ZooNetwork:
    return ZooNetwork()


def subject_of(title: str) -> Subject:
    """The network that a menu names.

    Raises:
        UserError: there is no stack of one's own, or it is wrong.
    """
    if title == ZOO_TITLE:
        return Subject(title, _trained(), TRAINED, None)
    if title == OWN:
        return _of_stack(title, *_own())
    preset = PRESETS[title]
    return _of_stack(title, preset.stack, preset.input_shape)


def _of_stack(title: str, stack: Stack, shape: tuple[int, int, int]) -> Subject:
    analysis = analyse(stack, shape)
    network = StackNetwork(analysis)
    if not network.places:
        raise UserError("Every layer of this stack gives a vector, and only feature maps have cells to look through.")
    return Subject(title, network, f"{shape}\n{write(stack)}", analysis)


def _held(key: str) -> str:
    """What the section "A stack of layers" left behind: in the session, else in the link."""
    value = st.session_state.get(key)
    return str(st.query_params.get(key, "") if value is None else value)


def _own() -> tuple[Stack, tuple[int, int, int]]:
    text = _held("conv_stack_text")
    if not text.strip():
        raise UserError('There is no stack of your own yet: build one in the section "A stack of layers".')
    sides = []
    for name, usual in _SIZES.items():
        typed = _held(f"conv_stack_{name}").strip() or str(usual)
        if not (typed.isascii() and typed.isdigit() and len(typed) < 7):
            raise UserError(f'"{typed[:20]}" is no size of a picture: set it in the section "A stack of layers".')
        sides.append(int(typed))
    return parse(text), (sides[0], sides[1], sides[2])


def shown_picture(picture: Picture, subject: Subject) -> Image:
    """The picture as the network sees it, for the eye: cut to its format, grey where it takes one channel."""
    height, width = subject.size
    factor = min(1.0, LARGEST_SHOWN / max(height, width))
    size = max(1, round(height * factor)), max(1, round(width * factor))
    image = fitted(cache.opened(picture.digest, picture.data).image, *size)
    return image.convert("L").convert("RGB") if subject.network.input_shape[0] == 1 else image


@dataclass(frozen=True)
class Question:
    """What is asked: a cell of a layer, and the weights that answer.

    Attributes:
        number: the layer.
        cell: (row, column).
        weights: which.
        seed: the first.
        count: how many seeds are averaged.
    """

    number: int
    cell: tuple[int, int]
    weights: Weights
    seed: int
    count: int


@st.cache_resource(max_entries=32, show_spinner="Running the network")
def feature_map(
    key: str,  # noqa: ARG001, names the network
    digest: str,
    number: int,
    weights: str,
    seed: int,
    _subject: Subject,
    _data: bytes,
) -> Array:
    """(H', W') of a layer; `digest` names the picture. Shared, only to be read."""
    x = _input(digest, _data, _subject)
    return effective.feature_map(_subject.network, number, x, Weights(weights), seed)


@st.cache_resource(max_entries=32, show_spinner="Taking the gradient of this cell")
def heat(key: str, digest: str, question: Question, _subject: Subject, _data: bytes) -> Array:  # noqa: ARG001
    """(H, W) share of each pixel in the gradient; as `feature_map`."""
    x = _input(digest, _data, _subject)
    seeds = range(question.seed, question.seed + question.count)
    return effective.effective(_subject.network, question.number, question.cell, x, question.weights, seeds)


def _input(digest: str, data: bytes, subject: Subject) -> Tensor:
    channels, height, width = subject.network.input_shape
    return as_input(fitted(cache.opened(digest, data).image, height, width), channels, subject.network.scale)
