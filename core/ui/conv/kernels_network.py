"""A trained network's own kernels, and what its layers make of the picture."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st
from torch import nn

from core import device
from core.conv.kernels import features
from core.conv.kernels.features import Features, Layer
from core.errors import UserError
from core.figures.conv import kernels as figures
from core.figures.conv.kernels import short
from core.figures.detection.suppression import duration
from core.images import shrink, to_jpeg
from core.models.zoo import ZOO, pretrained
from core.ui import cache
from core.ui.components.drawing import show_drawing
from core.ui.framework.show import problem
from core.ui.pictures import Picture

KEY = "conv_pic"
NETWORK = "tf_efficientnet_lite0"
LAYERS = ("stem", *(f"stage {number}" for number in range(1, 8)), "head")
COUNTS = (16, 32, 64)
DEFAULTS: Mapping[str, str | int | None] = MappingProxyType(
    {f"{KEY}_layer": LAYERS[0], f"{KEY}_count": COUNTS[0], f"{KEY}_channel": None}
)
"""For the section's reset button."""
SHOWN_SIDE = 480  # pixels of the picture under one large map


@st.cache_resource(max_entries=1, show_spinner="Loading the network…")
def _model() -> nn.Module:
    return pretrained(NETWORK).eval().to(device.best())


@st.cache_resource(max_entries=8, show_spinner="Running the network once…")
def _features(digest: str, _data: bytes) -> Features:
    """One forward pass a picture, about 3 MB each."""
    architecture = ZOO[NETWORK]
    image = cache.opened(digest, _data).image
    pixels = features.to_input(image, architecture.mean, architecture.std)
    with device.device_lock:
        found = features.forward(_model(), pixels.to(device.best()))
    device.give_back_memory()
    return found


def _forget_channel() -> None:
    st.session_state[f"{KEY}_channel"] = None


def _choose(layer: Layer) -> tuple[list[int], int]:
    """Which channels are shown, and which one of them large."""
    count = st.segmented_control(
        "Channels shown",
        list(COUNTS),
        default=COUNTS[0],
        required=True,
        key=f"{KEY}_count",
        bind="query-params",
        help="The so many with the strongest mean activation, strongest first.",
    )
    channels = layer.strongest(int(count or COUNTS[0]))
    key, most = f"{KEY}_channel", len(layer.values) - 1
    if (st.session_state.get(key) or 0) > most:  # the layer before had more channels
        st.session_state[key] = None
    channel = st.number_input(
        "Channel shown large",
        0,
        most,
        None,
        key=key,
        bind="query-params",
        placeholder=f"the strongest, {channels[0]}",
        help="Or click a map.",
    )
    return channels, channels[0] if channel is None else int(channel)


def network(picture: Picture) -> None:
    """Draw the first layer's kernels and the feature maps of a layer, from one forward pass a picture."""
    st.header("The kernels that a network learned", anchor=False)
    try:
        model = _model()
    except UserError as error:
        problem(error)
        return
    tiles, words = st.columns([3, 2], gap="medium")
    weights = features.filters(model)
    with tiles:
        show_drawing(figures.filter_tiles(weights), key=f"{KEY}_filters")
    with words:
        count, depth, height, width = weights.shape
        st.markdown(
            f"**{ZOO[NETWORK].title}** learned these {count} kernels of {height} × {width} pixels and {depth} "
            "channels from 1.28 million photographs. Nobody typed them in.\n\n"
            "Grey is zero. Some look for edges in one direction, like Sobel's; some for a colour against another; "
            "some blur. Point at a square to see its numbers."
        )
    st.header("What its layers see in this picture", anchor=False)
    try:
        found = _features(picture.digest, picture.data)
    except UserError as error:
        problem(error)
        return
    maps, large = st.columns([3, 2], gap="medium")
    with large:
        name = st.select_slider(
            "Layer",
            LAYERS,
            key=f"{KEY}_layer",
            bind="query-params",
            on_change=_forget_channel,
            help="From the first convolution to the last.",
        )
        layer = found.layer(name)
        channels, channel = _choose(layer)
        image = shrink(cache.opened(picture.digest, picture.data).image, SHOWN_SIDE)
        st.image(
            to_jpeg(figures.overlay(image, layer, channel)),
            width="stretch",
            alt=f"Feature map {channel} of the {name} in colour over the picture",
        )
        values = layer.values[channel]
        st.caption(
            f"Channel {channel}: from {short(float(values.min()))} (dark) to {short(float(values.max()))} (yellow)."
        )
    with maps:
        depth, height, width = layer.values.shape
        st.markdown(
            f"**{name.capitalize()}**: {depth:,} × {height} × {width} (C, H, W), the {len(channels)} strongest channels"
        )

        def picked(row: int, column: int) -> None:
            index = row * figures.tile_columns(len(channels)) + column
            if index < len(channels):
                st.session_state[f"{KEY}_channel"] = channels[index]

        show_drawing(figures.map_tiles(layer, channels, channel), key=f"{KEY}_maps", picked=picked)
        sign = (
            "This layer ends in ReLU6: nothing is below 0."
            if layer.rectified
            else "This layer is linear: its maps are signed."
        )
        st.caption(
            f"Each map on its own scale, dark to yellow. {sign} The network ran once, on {found.size[1]} × "
            f"{found.size[0]} pixels: **{duration(found.milliseconds)}**."
        )
