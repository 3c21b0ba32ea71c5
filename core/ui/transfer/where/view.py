"""Section "Where it looks": which places of a picture a prediction depends on, by Grad-CAM and by occlusion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import UserError
from core.figures.transfer import where as figures
from core.figures.transfer.contact import OTHER, contact, index_at
from core.figures.transfer.where_answers import (
    answers,
    grad_cam_numbers,
    likeness,
    occlusion_numbers,
    prediction_label,
)
from core.images import to_jpeg
from core.transfer.attribution.heat import ClassActivation, Covered, Heat
from core.transfer.attribution.layers import Layer
from core.transfer.attribution.sanity import Randomised
from core.transfer.attribution.table import to_csv
from core.transfer.subject import Subject
from core.transfer.training.answers import mistakes_first
from core.transfer.training.run import LabelledPredictions
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.transfer.subject import choose_subject
from core.ui.transfer.where import controls
from core.ui.transfer.where.controls import DEFAULTS, LAYER, PHOTOGRAPH, PICK, MapSettings, RandomWeights
from core.ui.transfer.where.state import KEY, Maps, Picture, Window, predictions

EMPTY = "Nothing in this layer speaks for this class: ReLU left no cell above zero."
COLUMNS = 12
ON_SHEET = 3 * COLUMNS
_CLICKED = f"{KEY}_window"  # a map of occlusion, and the (row, column) that was clicked on it
_RANDOM = {Randomised.HEAD: "random head", Randomised.ALL: "all weights random"}


@dataclass(frozen=True, eq=False)
class Explained:
    """What is on the screen.

    Attributes:
        maps: network and picture.
        target: index of the class that is explained.
        layer: that Grad-CAM reads.
        settings: how maps are drawn.
        heat: of Grad-CAM.
        covered: of occlusion, once it is there.
        window: (row, column) of its window that is looked at.
    """

    maps: Maps
    target: int
    layer: Layer
    settings: MapSettings
    heat: ClassActivation
    covered: Covered | None
    window: tuple[int, int]

    @property
    def name(self) -> str:
        """Of the class."""
        return self.maps.trained.classes[self.target]


def section() -> None:
    """Draw the section."""
    left, result, numbers = ui.panes()
    with left:
        moved, knobs = st.container(), st.container()  # what is moved stays above what is chosen once
        ui.actions(KEY, DEFAULTS)
    with knobs:
        subject = choose_subject()
        name = controls.choose_network(subject)
        source = controls.choose_source()
    try:
        with result:
            found = controls.network_of(name, subject)
            predicted = None
            if found is not None and source != PHOTOGRAPH:
                predicted = predictions(*found, subject)
        with knobs:
            picture = None
            if source == PHOTOGRAPH:
                picture = controls.choose_photograph()
            elif predicted is not None:
                picture = controls.choose_validation(subject, predicted)
        if found is not None and picture is not None:
            _explain(moved, result, numbers, subject, Maps(found[0], picture), predicted)
    except UserError as error:
        with result:
            ui.problem(error)
    ui.how("transfer/where", size=subject.size)


def _explain(
    moved: DeltaGenerator, result: DeltaGenerator, numbers: DeltaGenerator, subject: Subject, maps: Maps,
    predicted: LabelledPredictions | None,
) -> None:  # fmt: skip
    """The rest of the controls, the first screen, and what is below it."""
    trained, picture = maps.trained, maps.picture
    with result:
        likeliest = int(maps.probabilities().argmax())
        layers = maps.layers()
    with moved:
        target = controls.choose_class(trained.classes, likeliest, picture.label, subject.images.own)
        layer = controls.choose_layer(layers)
        settings, window = controls.choose_details(trained.spec.size)
    with result:
        explained = _show_maps(maps, target, layer, window, settings)
    with numbers:
        bars, sheet = ui.beside([1, 2], ui.WHOLE)
        with bars:
            ui.show(answers(maps.probabilities(), trained.classes, target), key=f"{KEY}_answers")
        if predicted is not None:
            with sheet:
                _sheet(subject, predicted, picture)
    _numbers(explained)
    _layer_by_layer(explained, layers)
    _random_weights(explained)
    with st.container(horizontal=True):
        _files(explained.heat, "Grad-CAM", explained)
        if explained.covered is not None:
            _files(explained.covered, "Occlusion", explained)


def _show_maps(maps: Maps, target: int, layer: Layer, window: Window, settings: MapSettings) -> Explained:
    """Picture, Grad-CAM and occlusion side by side."""
    picture, left, right = ui.beside(3)
    name, pixels, how = maps.trained.classes[target], maps.picture.pixels, (settings.opacity, settings.smooth)
    with left:
        heat = maps.grad_cam(target, layer)
        rows, columns = heat.values.shape
        st.markdown(f"**Grad-CAM** · {layer.name}, {rows} × {columns}")
        show_drawing(figures.heat_panel(pixels, heat, name, *how), key=f"{KEY}_cam")
        if heat.empty:
            st.caption(EMPTY)
    with right:
        covered, at = _occlusion(maps, target, window), (0, 0)
        if covered is not None:
            clicked = ui.session().shown.get(_CLICKED)  # on this very map, else the window that costs most
            at = clicked[1] if clicked is not None and clicked[0] is covered else covered.worst
            places = covered.changes.shape[0]
            st.markdown(f"**Occlusion** · {places} × {places} windows")
            picked = ui.session_callback(f"{KEY}_covered", _picker(covered))
            show_drawing(figures.heat_panel(pixels, covered, name, *how, at), key=f"{KEY}_covered", picked=picked)
    with picture:
        st.markdown(_headline(maps))
        show_drawing(figures.picture_panel(pixels, maps.picture.name, covered, at), key=f"{KEY}_picture")
    return Explained(maps, target, layer, settings, heat, covered, at)


def _occlusion(maps: Maps, target: int, window: Window) -> Covered | None:
    try:
        return maps.occlusion(target, window)
    except UserError as error:
        ui.problem(error)
        return None


def _headline(maps: Maps) -> str:
    classes, target = [ui.escape_markdown(name) for name in maps.trained.classes], maps.picture.label
    predicted = int(maps.probabilities().argmax())
    if target is None:
        return f"**Predicted:** {classes[predicted]}"
    if target == predicted:
        return f":green[:material/check:] **{classes[target]}**, and predicted so"
    return f":red[:material/close:] Actual **{classes[target]}**, predicted {classes[predicted]}"


def _picker(covered: Covered) -> Callable[[int, int], None]:
    rows, columns = covered.changes.shape

    def picked(row: int, column: int) -> None:
        if 0 <= row < rows and 0 <= column < columns:
            ui.session().shown[_CLICKED] = covered, (row, column)

    return picked


def _sheet(subject: Subject, predicted: LabelledPredictions, picture: Picture) -> None:
    """The first of the ranked pictures, to be clicked."""
    order = mistakes_first(predicted)[:ON_SHEET]
    indices = predicted.indices[order]
    wrong = predicted.predicted[order] != predicted.target[order]
    total = int((predicted.predicted != predicted.target).sum())
    st.caption(
        f"**Validation pictures, mistakes first**: {total:,} of {len(predicted.target):,} are mistakes. Click one."
    )

    def picked(row: int, column: int) -> None:
        place = index_at(row, column, COLUMNS, len(indices))
        if place is not None:
            st.session_state[PICK] = int(indices[place])

    here = [place for place, index in enumerate(indices.tolist()) if (subject.images.digest, index) == picture.key]
    drawing = contact(
        subject.images.images[indices],
        f"{len(indices)} validation pictures, {int(wrong.sum())} of them mistakes, framed, which come first. "
        "Click one.",
        columns=COLUMNS,
        frames=[OTHER if mistake else None for mistake in wrong.tolist()],
        tips=[prediction_label(subject.images, predicted, position) for position in order.tolist()],
        chosen=here[0] if here else None,
        clickable=True,
        tallest="24vh",
    )
    show_drawing(drawing, key=f"{KEY}_sheet", picked=picked)


def _numbers(explained: Explained) -> None:
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


def _layer_by_layer(explained: Explained, layers: tuple[Layer, ...]) -> None:
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


def _random_weights(explained: Explained) -> None:
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


def _files(heat: Heat, title: str, explained: Explained) -> None:
    """A map as a picture and as numbers, to take away."""
    pixels, how, stem = explained.maps.picture.pixels, explained.settings, title.lower()
    overlay = partial(figures.overlay, pixels, heat, how.opacity, how.smooth)
    says = "The map over the picture as it is shown."
    ui.download(f"{title} (JPEG)", lambda: to_jpeg(overlay(), 92), f"{stem}.jpg", says)
    rows = "A row for each window with the probability lost." if isinstance(heat, Covered) else "A row for each cell."
    ui.download(f"{title} (CSV)", lambda: to_csv(heat), f"{stem}.csv", rows)
