"""The menus that every section begins with: pictures, how many of them, which network, at which size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.figures.words import counted
from core.models.zoo import ZOO, families
from core.transfer.data.image_set import ImageSet, Selection
from core.transfer.data.splits import select
from core.transfer.subject import Subject
from core.ui.framework.controls import choice, defaults, draw, segments, steps
from core.ui.framework.download_prompt import missing, weights_download_prompt
from core.ui.transfer.sets import DEFAULT, absent, choose_set

KEY = "transfer"
PER_CLASS = f"{KEY}_per_class"
DEFAULT_NETWORK = "tf_efficientnet_lite0"
"""The one whose ImageNet weights come with the app."""
IMAGENET, RANDOM = "ImageNet", "random"
SIZES = (96, 128, 160, 224)
FEW = 20
"""Validation pictures below which a page warns of what accuracies on them say."""
ALL = 0  # "all", as a number
_FOLD: Mapping[str, Any] = MappingProxyType({"persists": True, "fold": "Network, weights, size"})


@dataclass(frozen=True)
class _Amount:
    per_class: int = steps(
        "Images per class",
        (1, 2, 5, 10, 20, 50, 100, 200, ALL),
        20,
        "How many training pictures of each class are used; fewer are always a part of more. For validation and test "
        "the same number is taken, but at least 20 of each class.",
        named=lambda number: "all" if number == ALL else str(number),
        persists=True,
    )


def network_label(name: str) -> str:
    """What the menu shows and a link holds."""
    return f"{ZOO[name].title}, {ZOO[name].parameters / 1e6:.1f} M"


@dataclass(frozen=True)
class _Network:
    network: str = choice(
        "Network",
        [network.name for members in families().values() for network in members],
        DEFAULT_NETWORK,
        "The families of the course, oldest first, with their parameters in millions. EfficientNet-Lite0 comes with "
        "its weights, the others are downloaded once.",
        named=network_label,
        **_FOLD,
    )
    weights: str = segments(
        "Weights",
        (IMAGENET, RANDOM),
        IMAGENET,
        "What the network starts with: what it learned on the 1.3 million photographs of ImageNet, or random numbers, "
        "to see how much that training is worth.",
        **_FOLD,
    )
    size: int = steps(
        "Size",
        SIZES,
        128,
        "Side of the square that the network sees. A larger one shows more and takes longer: 224 px takes five to "
        "seven times as long as 96 px.",
        named=lambda side: f"{side} px",
        **_FOLD,
    )


DEFAULTS: Mapping[str, Any] = MappingProxyType({**defaults(_Network, KEY), **defaults(_Amount, KEY)})
"""Of all menus but that of the pictures: a section's reset button puts these back with its own."""


def choose_subject(*, network: bool = True, opening: str = DEFAULT) -> Subject:
    """Draw the menus into the column of controls; there is always a subject.

    Args:
        network: whether to offer network and size (the data section does without).
        opening: the set for visitors who come without a link.
    """
    images = choose_set(opening)
    missed = absent(images)
    selection = _choose_amount(images)
    if not network:
        return Subject(images, selection, DEFAULT_NETWORK, True, _Network().size, missed)
    chosen = draw(_Network, KEY)
    backbone, trained = _ready(chosen.network, chosen.weights)
    st.caption(f"{ZOO[backbone].title}, {IMAGENET if trained else RANDOM} weights, {chosen.size} px")
    return Subject(images, selection, backbone, trained, chosen.size, missed)


def says_little(selection: Selection) -> str:
    """What accuracies are worth where they are of few validation pictures, a sentence; "" where these are enough."""
    count = len(selection.validation)
    if not 0 < count < FEW:
        return ""
    return f"Of {counted(count, 'validation picture')} each one is {1 / count:.0%}: accuracies on so few say little."


def _choose_amount(images: ImageSet) -> Selection:
    amount = draw(_Amount, KEY).per_class
    selection = select(images, amount or None)
    if len(selection.all) < len(images) or not amount:
        return selection
    st.caption(f"The set has {len(images):,} pictures; all are used.")
    return replace(selection, per_class=None)  # the same pictures as with "all", so the same results in the caches


def weights_here(name: str) -> bool:
    """Whether a network can begin with its ImageNet weights without a download."""
    source = ZOO[name].source
    return source is not None and missing(source) is None


def _ready(name: str, weights: str) -> tuple[str, bool]:
    """The key of a network that can run now, and whether with its ImageNet weights."""
    if weights == RANDOM:
        return name, False
    spec = ZOO[name]
    if spec.source is None:
        st.info(f"{spec.title} has no ImageNet weights here: it starts with random ones.", icon=":material/info:")
        return name, False
    if source := missing(spec.source):
        sentence = (
            f"The ImageNet weights of {spec.title} have to be downloaded once, {source.megabytes:.0f} MB. Meanwhile "
            f"{ZOO[DEFAULT_NETWORK].title} is used; {spec.title} with random weights needs no download."
        )
        weights_download_prompt(f"imagenet_{name}", spec.title, source, sentence)
        return DEFAULT_NETWORK, True
    return name, True
