"""What is explained, and how: class, layer, window, and how the map lies over the picture."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.transfer.attribution.layers import Layer
from core.transfer.attribution.occlusion import GREY, MOST_WINDOWS
from core.ui.framework.controls import FOLDED, defaults, draw, slider, steps, switch, whole
from core.ui.transfer.where.state import KEY

PREDICTED, TRUE = "what it predicts", "the true class"
RANDOM = f"{KEY}_random"
_SIDES = {"1/8": 8, "1/6": 6, "1/4": 4, "1/3": 3, "1/2": 2}
_STEPS = {"1/4": 4, "1/2": 2, "whole": 1}


@dataclass(frozen=True)
class _Opacity:
    opacity: float = slider(
        "Opacity of the map", 0.0, 1.0, 0.6, 0.05, "0: the picture alone. Nothing is computed again."
    )


@dataclass(frozen=True)
class _Details:
    smooth: bool = switch(
        "Smooth",
        "Interpolated between the cells, as papers print it. Off: what was really computed.",
        True,
    )
    window: str = steps(
        "Side of the window",
        list(_SIDES),
        "1/4",
        "Of the grey square, as a share of the picture's side. A small one shows more and takes away less.",
    )
    step: str = steps(
        "Step",
        list(_STEPS),
        "1/2",
        f"From one place to the next, as a share of the square. At most {MOST_WINDOWS:,} places are tried.",
    )
    grey: int = whole("Grey", 0, 255, GREY, "What the square is filled with: 0 is black, 255 is white.")


DEFAULTS = {
    **defaults(_Opacity, KEY),
    **defaults(_Details, KEY),
    f"{KEY}_class": PREDICTED,
    f"{KEY}_layer": None,
    RANDOM: False,
}
"""For the section's reset button; None: the last layer."""


@dataclass(frozen=True)
class Look:
    """How a map lies over the picture: changes nothing of the map."""

    opacity: float
    smooth: bool


@dataclass(frozen=True)
class Window:
    """What is covered: side and step in pixels of what the network sees, and the grey that covers."""

    side: int
    step: int
    grey: int


def choose_class(classes: tuple[str, ...], predicted: int, target: int | None, own: bool) -> int:
    """The index of the class to explain.

    Args:
        classes: names.
        predicted: index of the likeliest.
        target: index of the true one, where that is known.
        own: whether the names are a visitor's, which must not stand in a link.
    """
    names = [PREDICTED, *([TRUE] if target is not None else []), *classes]
    key = f"{KEY}_class"
    if st.session_state.get(key) not in (None, *names):
        del st.session_state[key]  # of the pictures before
    name = st.selectbox(
        "Explain",
        names,
        key=key,
        bind=None if own else "query-params",
        help="Which class's probability is traced back: also one the network finds unlikely has its map.",
    )
    if name == TRUE and target is not None:
        return target
    return classes.index(name) if name in classes else predicted


def choose_layer(layers: tuple[Layer, ...]) -> Layer:
    """The layer that Grad-CAM reads; the last unless another is chosen."""
    key, names = f"{KEY}_layer", [layer.name for layer in layers]
    if key in st.session_state and st.session_state[key] not in names:  # of the network before, or reset
        st.session_state[key] = names[-1]
    if len(layers) == 1:
        return layers[0]
    name = st.select_slider(
        "Layer of Grad-CAM",
        names,
        names[-1],
        key=key,
        bind="query-params",
        help="To the right the last one with a map: coarse, and nearest to the classes. Further left the map gets "
        "finer and says less of the class.",
    )
    return next((layer for layer in layers if layer.name == name), layers[-1])


def choose_opacity() -> float:
    """Of the maps over the picture."""
    return draw(_Opacity, KEY).opacity


def choose_details(size: int) -> tuple[bool, Window]:
    """Whether maps are smooth, and what is covered, in a folded part of the controls.

    Args:
        size: side of what the network sees, pixels.
    """
    with st.expander("Smoothing, occlusion's window", icon=FOLDED):
        chosen = draw(_Details, KEY)
        pixels = max(1, round(size / _SIDES[chosen.window]))
        window = Window(pixels, max(1, pixels // _STEPS[chosen.step]), chosen.grey)
        st.caption(f"{window.side} × {window.side} px every {window.step} px of what the network sees.")
    return chosen.smooth, window
