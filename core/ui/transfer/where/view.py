"""The first screen: the picture, both maps, the classes' probabilities."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.errors import UserError
from core.figures.transfer import where as figures
from core.figures.transfer.where_answers import answers
from core.transfer.attribution.heat import ClassActivation, Covered
from core.transfer.attribution.layers import Layer
from core.ui.components.drawing import show_drawing
from core.ui.framework.layout import beside
from core.ui.framework.session import session, session_callback
from core.ui.framework.show import escape_markdown, problem, show
from core.ui.transfer.where.maps import Maps
from core.ui.transfer.where.settings import Look, Window
from core.ui.transfer.where.state import KEY

_CLICKED = f"{KEY}_window"  # a map of occlusion, and the (row, column) that was clicked on it
EMPTY = "Nothing in this layer speaks for this class: ReLU left no cell above zero."


@dataclass(frozen=True, eq=False)
class Explained:
    """What is on the screen.

    Attributes:
        maps: network and picture.
        target: index of the class that is explained.
        layer: that Grad-CAM reads.
        heat: of Grad-CAM.
        covered: of occlusion, once it is there.
        window: (row, column) of its window that is looked at.
    """

    maps: Maps
    target: int
    layer: Layer
    heat: ClassActivation
    covered: Covered | None
    window: tuple[int, int]

    @property
    def name(self) -> str:
        """Of the class."""
        return self.maps.trained.classes[self.target]


def show_maps(maps: Maps, target: int, layer: Layer, window: Window, look: Look) -> Explained:
    """Draw picture, Grad-CAM and occlusion side by side."""
    picture, left, right = beside(3)
    name, pixels = maps.trained.classes[target], maps.looked.pixels
    with left:
        heat = maps.grad_cam(target, layer)
        rows, columns = heat.values.shape
        st.markdown(f"**Grad-CAM** · {layer.name}, {rows} × {columns}")
        show_drawing(figures.heat_panel(pixels, heat, name, look.opacity, look.smooth), key=f"{KEY}_cam")
        if heat.empty:
            st.caption(EMPTY)
    with right:
        covered = _occlusion(maps, target, window)
        at = _window(covered)
        if covered is not None:
            places = covered.changes.shape[0]
            st.markdown(f"**Occlusion** · {places} × {places} windows")
            drawing = figures.heat_panel(pixels, covered, name, look.opacity, look.smooth, at)
            show_drawing(drawing, key=f"{KEY}_covered", picked=session_callback(f"{KEY}_covered", _picker(covered)))
    with picture:
        st.markdown(_headline(maps))
        show_drawing(figures.picture_panel(pixels, maps.looked.name, covered, at), key=f"{KEY}_picture")
    return Explained(maps, target, layer, heat, covered, at)


def _occlusion(maps: Maps, target: int, window: Window) -> Covered | None:
    try:
        return maps.occlusion(target, window)
    except UserError as error:
        problem(error)
        return None


def _headline(maps: Maps) -> str:
    classes, target = maps.trained.classes, maps.looked.label
    said = int(maps.probabilities().argmax())
    if target is None:
        return f"**Taken for** {escape_markdown(classes[said])}"
    if target == said:
        return f":green[:material/check:] **{escape_markdown(classes[target])}**, and taken for it"
    return f":red[:material/close:] **{escape_markdown(classes[target])}**, taken for {escape_markdown(classes[said])}"


def _window(covered: Covered | None) -> tuple[int, int]:
    """The window that was clicked on this very map, else the one whose covering costs most."""
    if covered is None:
        return 0, 0
    clicked = session().shown.get(_CLICKED)
    return clicked[1] if clicked is not None and clicked[0] is covered else covered.worst


def _picker(covered: Covered) -> Callable[[int, int], None]:
    rows, columns = covered.changes.shape

    def picked(row: int, column: int) -> None:
        if 0 <= row < rows and 0 <= column < columns:
            session().shown[_CLICKED] = covered, (row, column)

    return picked


def show_answers(explained: Explained) -> None:
    """Draw the bars of the likeliest classes."""
    maps = explained.maps
    show(answers(maps.probabilities(), maps.trained.classes, explained.target), key=f"{KEY}_answers")
