"""Below the first screen: the numbers, the layers one by one, the check with random weights, files to take away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.figures.transfer import where as figures
from core.figures.transfer.where_answers import grad_cam_numbers, occlusion_numbers
from core.images import to_jpeg
from core.transfer.attribution.heat import Covered, Heat
from core.transfer.attribution.layers import Layer
from core.transfer.attribution.sanity import Randomised, similarity
from core.ui.components.drawing import show_drawing
from core.ui.framework.show import download, escape_markdown
from core.ui.transfer.where.settings import RANDOM, Look
from core.ui.transfer.where.state import KEY
from core.ui.transfer.where.view import Explained

RANDOM_WORDS = {Randomised.HEAD: "random head", Randomised.ALL: "all weights random"}


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
            f"the probability of “{escape_markdown(explained.name)}” falls by:"
        )
        st.latex(occlusion_numbers(covered, explained.window))
        st.caption(
            "Click a place on the occlusion's map to cover it. At first it is the one that costs most. Where windows "
            "overlap, a pixel of the map has the mean of all that covered it: one window may cost more than the colour "
            "bar reaches."
        )


def layer_by_layer(explained: Explained, layers: tuple[Layer, ...], look: Look) -> None:
    """Grad-CAM at every layer that has a map."""
    st.header("From fine to coarse", anchor=False)
    maps = [explained.maps.grad_cam(explained.target, layer) for layer in layers]

    def picked(_row: int, column: int) -> None:
        if 0 <= column < len(layers):
            st.session_state[f"{KEY}_layer"] = layers[column].name

    chosen = layers.index(explained.layer)
    drawing = figures.strip(explained.maps.looked.pixels, maps, look.opacity, look.smooth, chosen)
    show_drawing(drawing, key=f"{KEY}_strip", picked=picked if len(layers) > 1 else None)
    st.caption(
        "Grad-CAM read at each layer of the network, each map on its own scale. Early maps are fine, but their cells "
        "see only edges and textures, and one weight a channel cannot say which of them belong to the class. Click one."
    )


def random_weights(explained: Explained, look: Look) -> None:
    """The same map with random weights."""
    st.header("Does the map depend on what was learned?", anchor=False)
    if not st.toggle(
        "Compare with random weights",
        key=RANDOM,
        bind="query-params",
        help="Draws the head, then all weights anew, and makes the same map. If it stays, it explains nothing.",
    ):
        st.caption("A map may look convincing and still show only where the picture has edges. Random weights tell.")
        return
    pixels = explained.maps.looked.pixels
    heats = {"as learned": explained.heat} | {
        words: explained.maps.random(explained.target, explained.layer, which) for which, words in RANDOM_WORDS.items()
    }
    for column, (words, heat) in zip(st.columns(3, gap="small"), heats.items(), strict=True):
        with column:
            st.markdown(f"**Grad-CAM** · {words}")
            drawing = figures.heat_panel(pixels, heat, f"{explained.name}, {words}", look.opacity, look.smooth)
            show_drawing(drawing, key=f"{KEY}_random_{words.replace(' ', '_')}")
            st.caption(_alike(explained.heat, heat))


def _alike(learned: Heat, other: Heat) -> str:
    if other is learned:
        return f"Probability {other.probability:.3f}."
    found = similarity(learned, other)
    if found is None:
        return f"Probability {other.probability:.3f}. One of the two maps is empty: no correlation."
    return f"Probability {other.probability:.3f}. Rank correlation with the map as learned: **{found:+.2f}**."


def take_away(explained: Explained, look: Look) -> None:
    """Pictures and numbers as files."""
    with st.container(horizontal=True):
        _files(explained.heat, "Grad-CAM", explained, look)
        if explained.covered is not None:
            _files(explained.covered, "Occlusion", explained, look)


def _files(heat: Heat, title: str, explained: Explained, look: Look) -> None:
    pixels, stem = explained.maps.looked.pixels, title.lower()
    download(
        f"{title} (JPEG)",
        lambda: to_jpeg(figures.overlay(pixels, heat, look.opacity, look.smooth), 92),
        f"{stem}.jpg",
        "image/jpeg",
        "The map over the picture as it is shown.",
    )
    rows = "A row for each window with the probability lost." if isinstance(heat, Covered) else "A row for each cell."
    download(f"{title} (CSV)", lambda: to_csv(heat), f"{stem}.csv", "text/csv", rows)


def to_csv(heat: Heat) -> bytes:
    """A row for each cell of Grad-CAM, or for each window of occlusion with its pixels."""
    if isinstance(heat, Covered):
        places = list(np.ndindex(*heat.changes.shape))
        table = pd.DataFrame([heat.box(*place) for place in places], columns=["top", "left", "bottom", "right"])
        changes = np.array([heat.changes[place] for place in places], dtype=float)
        table["probability_covered"] = heat.probability - changes
        table["probability_lost"] = changes
    else:
        rows, columns = np.indices(heat.values.shape)
        table = pd.DataFrame({"row": rows.ravel(), "column": columns.ravel(), "value": heat.values.ravel()})
    return table.to_csv(index=False, float_format="%.6g").encode()
