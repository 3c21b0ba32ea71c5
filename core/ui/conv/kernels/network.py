"""A trained network's own kernels, and what its layers make of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from torch import nn

from core import device
from core.conv.kernels import features
from core.conv.kernels.features import Features
from core.errors import UserError
from core.figures.conv import kernels as figures
from core.figures.conv.kernels import short
from core.figures.detection.suppression import duration
from core.images import shrink, to_jpeg
from core.models.zoo import ZOO, pretrained
from core.ui import cache
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.pictures import Picture

KEY = "conv_pic"
NETWORK = "tf_efficientnet_lite0"
LAYERS = ("stem", *(f"stage {number}" for number in range(1, 8)), "head")
COUNTS = (16, 32, 64)
SHOWN_SIDE = 480  # pixels of the picture under one large map


def _forget_channel() -> None:
    st.session_state[f"{KEY}_channel"] = None


@dataclass(frozen=True)
class ShownLayer:
    """Which layer is shown."""

    layer: str = ui.steps(
        "Layer", LAYERS, LAYERS[0], "From the first convolution to the last.", arguments={"on_change": _forget_channel}
    )


@dataclass(frozen=True)
class Channels:
    """Which of its channels."""

    count: int = ui.segments(
        "Channels shown", COUNTS, COUNTS[0], "Those with the strongest mean activation, strongest first."
    )
    channel: int | None = ui.whole("Channel shown large", 0, 0, None, "Or click a map.")


DEFAULTS = ui.defaults(ShownLayer, KEY) | ui.defaults(Channels, KEY)


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


def network(picture: Picture) -> None:
    """Draw the first layer's kernels and the feature maps of a layer, from one forward pass a picture."""
    st.header("The kernels that a network learned", anchor=False)
    try:
        model = _model()
    except UserError as error:
        ui.problem(error)
        return
    tiles, words = st.columns([3, 2], gap="medium")
    weights = features.filters(model)
    with tiles:
        show_drawing(figures.filter_tiles(weights), key=f"{KEY}_filters")
    with words:
        count, depth, height, width = weights.shape
        side = f"{height} × {width}"
        st.markdown(
            ui.prose("conv/kernels", "Of a network", title=ZOO[NETWORK].title, count=count, side=side, depth=depth)
        )
    st.header("What its layers see in this picture", anchor=False)
    try:
        found = _features(picture.digest, picture.data)
    except UserError as error:
        ui.problem(error)
        return
    maps, large = st.columns([3, 2], gap="medium")
    with large:
        name = ui.draw(ShownLayer, KEY).layer
        layer = found.layer(name)
        strongest = layer.strongest(1)[0]
        ends = {"max_value": len(layer.values) - 1, "placeholder": f"the strongest, {strongest}"}
        chosen = ui.draw(Channels, KEY, channel=ends)
        channels, channel = layer.strongest(chosen.count), strongest if chosen.channel is None else chosen.channel
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
        ends_in = "ends in ReLU6: nothing is below 0" if layer.rectified else "is linear: its maps are signed"
        st.caption(
            f"Each map on its own scale, dark to yellow. This layer {ends_in}. The network ran once, on "
            f"{found.size[1]} × {found.size[0]} pixels: **{duration(found.milliseconds)}**."
        )
