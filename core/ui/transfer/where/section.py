"""Section "Where it looks": which places of a picture an answer hangs on, by Grad-CAM and by occlusion."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import UserError
from core.transfer.model.classifier import Trained
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions
from core.ui.framework.layout import WHOLE, beside, panes
from core.ui.framework.show import problem, reset_button
from core.ui.transfer.subject import DEFAULTS as SUBJECT
from core.ui.transfer.subject import choose_subject
from core.ui.transfer.where import details
from core.ui.transfer.where.how import how
from core.ui.transfer.where.maps import Maps
from core.ui.transfer.where.networks import NETWORK, PROBE, asked, choose_network, network_of
from core.ui.transfer.where.picture import (
    PHOTOGRAPH,
    Looked,
    choose_photograph,
    choose_source,
    choose_validation,
    show_sheet,
)
from core.ui.transfer.where.settings import (
    DEFAULTS,
    Look,
    choose_class,
    choose_details,
    choose_layer,
    choose_opacity,
)
from core.ui.transfer.where.state import KEY
from core.ui.transfer.where.view import show_answers, show_maps


def section() -> None:
    """Draw the section."""
    controls, result, numbers = panes()
    with controls:
        moved, knobs = st.container(), st.container()  # what is moved stays above what is chosen once
        reset_button(f"{KEY}_reset", {**SUBJECT, **DEFAULTS, NETWORK: PROBE})
    with knobs:
        subject = choose_subject()
        name = choose_network(subject)
        source = choose_source()
    try:
        with result:
            found = network_of(name, subject)
            scored = None
            if found is not None and source != PHOTOGRAPH:
                scored = asked(*found, subject)
        with knobs:
            looked = _choose_picture(subject, source, scored)
        if found is not None and looked is not None:
            _explain(moved, result, numbers, subject, found[0], looked, scored)
    except UserError as error:
        with result:
            problem(error)
    how(subject.size)


def _choose_picture(subject: Subject, source: str, scored: LabelledPredictions | None) -> Looked | None:
    if source == PHOTOGRAPH:
        return choose_photograph()
    return choose_validation(subject, scored) if scored is not None else None


def _explain(
    moved: DeltaGenerator,
    result: DeltaGenerator,
    numbers: DeltaGenerator,
    subject: Subject,
    trained: Trained,
    looked: Looked,
    scored: LabelledPredictions | None,
) -> None:
    """The rest of the controls, the first screen, and what is below it."""
    maps = Maps(trained, looked)
    with result:
        said = int(maps.probabilities().argmax())
        layers = maps.layers()
    with moved:
        target = choose_class(trained.classes, said, looked.label, subject.images.own)
        layer = choose_layer(layers)
        opacity = choose_opacity()
        smooth, window = choose_details(trained.spec.size)
        look = Look(opacity, smooth)
    with result:
        explained = show_maps(maps, target, layer, window, look)
    with numbers:
        bars, sheet = beside([1, 2], WHOLE)
        with bars:
            show_answers(explained)
        if scored is not None:
            with sheet:
                show_sheet(subject, scored, looked)
    details.numbers(explained)
    details.layer_by_layer(explained, layers, look)
    details.random_weights(explained, look)
    details.take_away(explained, look)
