"""Which network the section "Receptive field" looks through, and what it has computed for all visitors."""

from __future__ import annotations

from types import MappingProxyType

import streamlit as st
from PIL.Image import Image
from torch import Tensor

from core.conv.effective import gradient as effective
from core.conv.effective.box import box
from core.conv.effective.gradient import Array, Weights, as_input, fitted
from core.conv.effective.subject import CellSettings, Subject, of_stack
from core.conv.effective.zoo import TRAINED, ZooNetwork
from core.conv.notation import parse
from core.conv.presets import PRESETS
from core.conv.stack import Stack
from core.errors import UserError
from core.figures.conv.field_seen import Seen, frame_of
from core.models.zoo import ZOO
from core.ui import cache
from core.ui.pictures import Picture

OWN = "My stack"
ZOO_TITLE = ZOO[TRAINED].title
FALLBACK = next(iter(PRESETS))
NETWORKS = (*PRESETS, ZOO_TITLE, OWN)
LARGEST_SHOWN = 900  # pixels of a picture's longer side, however large a stack's input is
_SIZES = MappingProxyType({"c": 3, "h": 224, "w": 224})


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
        return of_stack(title, *_own())
    preset = PRESETS[title]
    return of_stack(title, preset.stack, preset.input_shape)


def _left_behind(key: str) -> str:
    """What the section "A stack of layers" left behind: in the session, else in the link."""
    value = st.session_state.get(key)
    return str(st.query_params.get(key, "") if value is None else value)


def _own() -> tuple[Stack, tuple[int, int, int]]:
    text = _left_behind("conv_stack_text")
    if not text.strip():
        raise UserError('There is no stack of your own yet: build one in the section "A stack of layers".')
    sides = []
    for name, usual in _SIZES.items():
        typed = _left_behind(f"conv_stack_{name}").strip() or str(usual)
        if not (typed.isascii() and typed.isdigit() and len(typed) < 7):
            raise UserError(f'"{typed[:20]}" is no size of a picture: set it in the section "A stack of layers".')
        sides.append(int(typed))
    return parse(text), (sides[0], sides[1], sides[2])


def _shown_picture(picture: Picture, subject: Subject) -> Image:
    """The picture as the network sees it, for the eye: cut to its format, grey where it takes one channel."""
    height, width = subject.size
    factor = min(1.0, LARGEST_SHOWN / max(height, width))
    size = max(1, round(height * factor)), max(1, round(width * factor))
    image = fitted(cache.opened(picture.digest, picture.data).image, *size)
    return image.convert("L").convert("RGB") if subject.network.input_shape[0] == 1 else image


@st.cache_resource(max_entries=32, show_spinner="Running the network")
def _feature_map(
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
def _heat(key: str, digest: str, cell: CellSettings, _subject: Subject, _data: bytes) -> Array:  # noqa: ARG001
    """(H, W) share of each pixel in the gradient; as `_feature_map`."""
    x = _input(digest, _data, _subject)
    seeds = range(cell.seed, cell.seed + cell.count)
    return effective.effective(_subject.network, cell.number, cell.at, x, cell.weights, seeds)


def _input(digest: str, data: bytes, subject: Subject) -> Tensor:
    channels, height, width = subject.network.input_shape
    return as_input(fitted(cache.opened(digest, data).image, height, width), channels, subject.network.scale)


def seen(subject: Subject, cell: CellSettings, picture: Picture, *, needs_heat: bool) -> Seen:
    """What a cell sees of a picture, from the cache where it is there; with a note where the network is too large.

    Args:
        subject: the network.
        cell: of a layer.
        picture: to look at.
        needs_heat: also take the gradient.
    """
    network, number = subject.network, cell.number
    heat, values, note = None, None, ""
    try:
        network.check(number)
        names = (subject.key, picture.digest)
        values = _feature_map(*names, number, str(cell.weights), cell.seed, subject, picture.data)
        if needs_heat:
            heat = _heat(*names, cell, subject, picture.data)
    except UserError as error:
        note = str(error)
    field = network.region(number, cell.at)
    found = None if heat is None else box(heat, field)
    image = _shown_picture(picture, subject)
    return Seen(network.places[number], field, frame_of(subject, number), heat, found, values, image, note)
