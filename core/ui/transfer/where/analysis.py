"""Below the first screen: the numbers, the layers one by one, the check with random weights, files to take away."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.figures.transfer import where as figures
from core.figures.transfer.where_answers import grad_cam_numbers, likeness, occlusion_numbers
from core.images import to_jpeg
from core.transfer.attribution.heat import Covered, Heat
from core.transfer.attribution.layers import Layer
from core.transfer.attribution.sanity import Randomised
from core.transfer.attribution.table import to_csv
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.transfer.where.controls import LAYER, RandomWeights
from core.ui.transfer.where.state import KEY, Explained

_RANDOM = {Randomised.HEAD: "random head", Randomised.ALL: "all weights random"}


def numbers(explained: Explained) -> None:
    """Both formulas with the numbers on the screen."""
    st.header("The numbers behind the maps", anchor=False)
    cam, occlusion = st.columns(2, gap="medium")
    with cam:
        heat = explained.heat
        row, column = heat.peak
        where = "all cells are 0; the first" if heat.empty else "the strongest cell"
        st.markdown(
            f"**Grad-CAM**, {heat.channels:,} channels. At {where}, row {row + 1}, column {column + 1}, they add:"
        )
        st.markdown(f"${grad_cam_numbers(heat)}$")  # not st.latex: the brace would make it scroll by two pixels
        listed = ", ".join(f"{term.channel}" for term in heat.largest)
        st.caption(f"The channels that add most, in this order: {listed}. The logit of the class is {heat.logit:.3f}.")
    with occlusion:
        covered = explained.covered
        if covered is None:
            st.markdown("**Occlusion** is not there yet.")
            return
        top, left, bottom, right = covered.box(*explained.window)
        st.markdown(
            f"**Occlusion**. With rows {top} to {bottom - 1} and columns {left} to {right - 1} of {covered.size} grey, "
            f"the probability of “{ui.escape_markdown(explained.name)}” falls by:"
        )
        st.latex(occlusion_numbers(covered, explained.window))
        st.caption(ui.prose("transfer/where", "Cover a place"))


def layer_by_layer(explained: Explained, layers: tuple[Layer, ...]) -> None:
    """Grad-CAM at every layer that has a map."""
    st.header("From fine to coarse", anchor=False)
    maps = [explained.maps.grad_cam(explained.target, layer) for layer in layers]

    def picked(_row: int, column: int) -> None:
        if 0 <= column < len(layers):
            st.session_state[LAYER] = layers[column].name

    chosen, how = layers.index(explained.layer), explained.settings
    drawing = figures.strip(explained.maps.picture.pixels, maps, how.opacity, how.smooth, chosen)
    show_drawing(drawing, key=f"{KEY}_strip", picked=picked if len(layers) > 1 else None)
    st.caption(ui.prose("transfer/where", "Layer by layer"))


def random_weights(explained: Explained) -> None:
    """The same map with random weights."""
    st.header("Does the map depend on what was learned?", anchor=False)
    if not ui.draw(RandomWeights, KEY).random:
        st.caption("A map may look convincing and still show only where the picture has edges. Random weights tell.")
        return
    pixels, how = explained.maps.picture.pixels, explained.settings
    heats = {"as learned": explained.heat} | {
        words: explained.maps.random(explained.target, explained.layer, which) for which, words in _RANDOM.items()
    }
    for column, (words, heat) in zip(st.columns(3, gap="small"), heats.items(), strict=True):
        with column:
            st.markdown(f"**Grad-CAM** · {words}")
            drawing = figures.heat_panel(pixels, heat, f"{explained.name}, {words}", how.opacity, how.smooth)
            show_drawing(drawing, key=f"{KEY}_random_{words.replace(' ', '_')}")
            st.caption(likeness(explained.heat, heat))


def files(explained: Explained) -> None:
    """The maps as pictures and as numbers."""
    with st.container(horizontal=True):
        _files(explained.heat, "Grad-CAM", explained)
        if explained.covered is not None:
            _files(explained.covered, "Occlusion", explained)


def _files(heat: Heat, title: str, explained: Explained) -> None:
    pixels, how, stem = explained.maps.picture.pixels, explained.settings, title.lower()
    overlay = partial(figures.overlay, pixels, heat, how.opacity, how.smooth)
    says = "The map over the picture as it is shown."
    ui.download(f"{title} (JPEG)", lambda: to_jpeg(overlay(), 92), f"{stem}.jpg", says)
    rows = "A row for each window with the probability lost." if isinstance(heat, Covered) else "A row for each cell."
    ui.download(f"{title} (CSV)", lambda: to_csv(heat), f"{stem}.csv", rows)
