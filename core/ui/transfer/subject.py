"""The menus that every section begins with: pictures, how many of them, which network, at which size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.figures.words import counted
from core.models.zoo import ZOO, families
from core.transfer.data.image_set import ImageSet, Selection
from core.transfer.data.splits import select
from core.transfer.subject import Subject
from core.ui.framework.download_prompt import missing, weights_download_prompt
from core.ui.transfer.sets import choose_set

NETWORK, WEIGHTS, SIZE, PER_CLASS = "transfer_network", "transfer_weights", "transfer_size", "transfer_per_class"
DEFAULT_NETWORK = "tf_efficientnet_lite0"
"""The one whose ImageNet weights come with the app."""
IMAGENET, RANDOM = "ImageNet", "random"
SIZES = (96, 128, 160, 224)
FEW = 20
"""Validation pictures below which a page warns of what accuracies on them say."""
ALL = 0  # "all", as a number
AMOUNTS = (1, 2, 5, 10, 20, 50, 100, 200, ALL)
DEFAULTS: Mapping[str, Any] = MappingProxyType({NETWORK: DEFAULT_NETWORK, WEIGHTS: IMAGENET, SIZE: 128, PER_CLASS: 20})
"""Of all menus but that of the pictures: a section's reset button puts these back with its own."""


def choose_subject(*, network: bool = True) -> Subject:
    """Draw the menus into the column of controls; there is always a subject.

    Args:
        network: whether to offer network and size (the data section does without).
    """
    images = choose_set()
    selection = _choose_amount(images)
    if not network:
        return Subject(images, selection, DEFAULT_NETWORK, True, int(DEFAULTS[SIZE]))
    with st.expander("Network, weights, size", icon=":material/tune:"):
        wanted, weights, size = _choose_network(), _choose_weights(), _choose_size()
    backbone, trained = _ready(wanted, weights)
    st.caption(f"{ZOO[backbone].title}, {IMAGENET if trained else RANDOM} weights, {size} px")
    return Subject(images, selection, backbone, trained, size)


def says_little(selection: Selection) -> str:
    """What accuracies are worth where they are of few validation pictures, a sentence; "" where these are enough."""
    count = len(selection.validation)
    if not 0 < count < FEW:
        return ""
    return f"Of {counted(count, 'validation picture')} each one is {1 / count:.0%}: accuracies on so few say little."


def _choose_amount(images: ImageSet) -> Selection:
    """How many training pictures of each class."""
    amount = st.select_slider(
        "Images per class",
        AMOUNTS,
        DEFAULTS[PER_CLASS],
        format_func=lambda number: "all" if number == ALL else str(number),
        key=PER_CLASS,
        bind="query-params",
        persist_state="session",
        help="Training pictures of each class that take part; fewer are always some of those that more would be. For "
        "validation and test as many are taken, but 20 of each class at least.",
    )
    selection = select(images, int(amount) or None)
    if len(selection.all) < len(images) or not amount:
        return selection
    st.caption(f"The set has {len(images):,} pictures; all take part.")
    return replace(selection, per_class=None)  # the same pictures as with "all", so the same results in the caches


def _title(name: str) -> str:
    network = ZOO[name]
    return f"{network.title}, {network.parameters / 1e6:.1f} M"


def _choose_network() -> str:
    """The key of a network, whether or not its weights are here."""
    names = [network.name for members in families().values() for network in members]
    name: str = st.selectbox(
        "Network",
        names,
        names.index(DEFAULT_NETWORK),
        format_func=_title,
        key=NETWORK,
        bind="query-params",
        persist_state="session",
        help="The families of the course, oldest first, with their parameters in millions. EfficientNet-Lite0 comes "
        "with its weights, the others are downloaded once.",
    )
    return name


def _choose_weights() -> str:
    weights = st.segmented_control(
        "Weights",
        (IMAGENET, RANDOM),
        default=DEFAULTS[WEIGHTS],
        required=True,
        key=WEIGHTS,
        bind="query-params",
        persist_state="session",
        help="What the network begins with: what it learned on the 1.3 million photographs of ImageNet, or random "
        "numbers, to see what that is worth.",
    )
    return weights or IMAGENET


def _choose_size() -> int:
    size = st.select_slider(
        "Size",
        SIZES,
        DEFAULTS[SIZE],
        format_func=lambda side: f"{side} px",
        key=SIZE,
        bind="query-params",
        persist_state="session",
        help="Side of the square that the network sees. Larger shows more and takes longer: 224 px five to seven times "
        "as long as 96 px.",
    )
    return int(size)


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
        st.info(
            f"There are no ImageNet weights of {spec.title} here: it begins with random ones.", icon=":material/info:"
        )
        return name, False
    if source := missing(spec.source):
        sentence = (
            f"The ImageNet weights of {spec.title} have to be downloaded once, {source.megabytes:.0f} MB. Meanwhile "
            f"{ZOO[DEFAULT_NETWORK].title} is used; {spec.title} with random weights needs no download."
        )
        weights_download_prompt(f"imagenet_{name}", spec.title, source, sentence)
        return DEFAULT_NETWORK, True
    return name, True
