"""Section "Where it looks": which places of a picture a prediction depends on, by Grad-CAM and by occlusion."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import UserError
from core.figures.transfer import where as figures
from core.figures.transfer.contact import OTHER, contact, index_at
from core.figures.transfer.where_answers import (
    answers,
    prediction_label,
)
from core.transfer.attribution.heat import Covered
from core.transfer.attribution.layers import Layer
from core.transfer.subject import Subject
from core.transfer.training.answers import mistakes_first
from core.transfer.training.run import LabelledPredictions
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.transfer.subject import choose_subject
from core.ui.transfer.where import analysis, controls
from core.ui.transfer.where.controls import DEFAULTS, PHOTOGRAPH, PICK
from core.ui.transfer.where.state import KEY, Explained, Maps, MapSettings, Picture, Window, network_of, predictions

EMPTY = "Nothing in this layer speaks for this class: ReLU left no cell above zero."
COLUMNS = 12
ON_SHEET = 3 * COLUMNS
_CLICKED = f"{KEY}_window"  # a map of occlusion, and the (row, column) that was clicked on it


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
            found = network_of(name, subject)
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
    analysis.numbers(explained)
    analysis.layer_by_layer(explained, layers)
    analysis.random_weights(explained)
    analysis.files(explained)


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
