"""What is explained, and how: network, picture, class, layer, window, and how the map lies over the picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from core.errors import UserError
from core.figures.transfer.where_answers import prediction_label
from core.images import decode, fingerprint
from core.samples import SAMPLES
from core.transfer.attribution.layers import Layer
from core.transfer.attribution.occlusion import GREY, MOST_WINDOWS
from core.transfer.data.square_crop import LARGEST, to_square
from core.transfer.subject import Subject
from core.transfer.training.answers import mistakes_first
from core.transfer.training.run import LabelledPredictions
from core.ui import framework as ui
from core.ui.framework.controls import choice, segments, slider, steps, switch, whole
from core.ui.framework.unsaved import Kind, holds
from core.ui.pictures import FORMATS, MEGABYTES, open_sample
from core.ui.transfer.probes.state import TITLE as PROBE
from core.ui.transfer.subject import DEFAULTS as SUBJECT
from core.ui.transfer.where.state import KEY, MapSettings, Picture, Window, networks_for

NETWORK, PICK, LAYER = f"{KEY}_network", f"{KEY}_pick", f"{KEY}_layer"
PREDICTED, TRUE = "what it predicts", "the true class"
VALIDATION, PHOTOGRAPH = "validation", "photograph"
UPLOADED = "my own"
_OWN, _PROBLEM = f"{KEY}_own", f"{KEY}_problem"  # what was uploaded last, and what was wrong with it
_SIDES = {"1/8": 8, "1/6": 6, "1/4": 4, "1/3": 3, "1/2": 2}
_STEPS = {"1/4": 4, "1/2": 2, "whole": 1}
_EXPLAIN = ("Explain", (PREDICTED, TRUE), PREDICTED, "The class to explain: an unlikely class has its map, too.")


@dataclass(frozen=True)
class _Source:
    source: str = segments(
        "Picture",
        (VALIDATION, PHOTOGRAPH),
        VALIDATION,
        "One of the set's validation pictures, or a photograph. Test pictures are not offered: who looks at their "
        "mistakes and then changes something has used them for more than a test.",
    )


@dataclass(frozen=True)
class _Photograph:
    photograph: str = choice(
        "Photograph",
        tuple(SAMPLES),
        "cat",
        "Four photographs come with the app. The network takes each for one of the classes that it knows.",
    )


@dataclass(frozen=True)
class _Class:
    target: str = choice(*_EXPLAIN, key="class")


@dataclass(frozen=True)
class _OwnClass:
    target: str = choice(*_EXPLAIN, key="class", linked=False)  # its names are the visitor's


@dataclass(frozen=True)
class _Opacity:
    opacity: float = slider(
        "Opacity of the map", 0.0, 1.0, 0.6, 0.05, "0: the picture alone. Nothing is computed again."
    )


@dataclass(frozen=True)
class _Details:
    smooth: bool = switch(
        "Smooth", "Interpolated between the cells, as papers print it. Off: what was really computed.", True
    )
    window: str = steps(
        "Side of the window",
        list(_SIDES),
        "1/4",
        "Of the grey square, as a share of the picture's side. A small one shows more detail and takes less away.",
    )
    step: str = steps(
        "Step",
        list(_STEPS),
        "1/2",
        f"From one place to the next, as a share of the square. At most {MOST_WINDOWS:,} places are tried.",
    )
    grey: int = whole("Grey", 0, 255, GREY, "The colour of the square: 0 is black, 255 is white.")


@dataclass(frozen=True)
class RandomWeights:
    """Below the first screen."""

    random: bool = switch(
        "Compare with random weights",
        "Makes the same map with a random head, then with all weights random. If it stays the same, it explains "
        "nothing.",
    )


DEFAULTS = {
    **SUBJECT,
    **{k: v for form in (_Class, _Opacity, _Details, RandomWeights) for k, v in ui.defaults(form, KEY).items()},
    LAYER: None,  # the last one
    NETWORK: PROBE,
}
"""For the section's reset button: all but which picture it is."""


def choose_network(subject: Subject) -> str:
    """Draw the menu; returns `PROBE` or the title of a trained network that knows these pictures' classes."""
    names = [PROBE, *networks_for(subject)]
    if st.session_state.get(NETWORK) not in (None, *names):
        del st.session_state[NETWORK]  # it is gone, or belongs to other pictures
    name: str = st.selectbox(
        "Explained network", names, key=NETWORK,
        help="The logistic probe on the network above, or a network that you trained in another section on these "
        "pictures.",
    )  # fmt: skip
    return name


def choose_source() -> str:
    """Draw the switch between the set's pictures and photographs."""
    return ui.draw(_Source, KEY).source


def choose_validation(subject: Subject, predictions: LabelledPredictions) -> Picture:
    """Draw the menu of validation pictures.

    Raises:
        UserError: there are none.
    """
    order, images = mistakes_first(predictions).tolist(), subject.images
    if not order:
        raise UserError("There are no validation pictures: add more pictures to each class, or choose a photograph.")
    labels = {int(predictions.indices[at]): prediction_label(images, predictions, at) for at in order}
    if st.session_state.get(PICK) not in (None, *labels):
        del st.session_state[PICK]  # of the set before
    index: int = st.selectbox(
        "Which", list(labels), format_func=lambda index: labels.get(index, str(index)), key=PICK,
        help="Mistakes first, the most confident on top; or click one on the sheet. The number is the probability of "
        "the predicted class.",
    )  # fmt: skip
    return Picture((images.digest, index), images.names[index], images.images[index], int(images.labels[index]))


@holds(Kind.PICTURES)
def _has_photograph() -> bool:
    return _OWN in ui.session().shown


def choose_photograph() -> Picture:
    """Draw the menu of photographs and the uploader."""
    mine = ui.session().shown
    names = [*([UPLOADED] if _OWN in mine else []), *SAMPLES]
    name = ui.draw(_Photograph, KEY, photograph={"options": names}).photograph
    st.file_uploader(
        "Upload a photograph", FORMATS, max_upload_size=MEGABYTES, key=f"{KEY}_file", on_change=_uploaded,
        label_visibility="collapsed", help="Its middle square is used. It is saved in this visit only.",
    )  # fmt: skip
    if mine.get(_PROBLEM):
        ui.problem(UserError(mine[_PROBLEM]))
    if name == UPLOADED and _OWN in mine:
        own: Picture = mine[_OWN]
        return own
    return _sample(name if name in SAMPLES else next(iter(SAMPLES)))


@lru_cache(maxsize=len(SAMPLES))
def _sample(name: str) -> Picture:
    """A sample photograph's middle, made once a process; shared, only to be read."""
    sample = open_sample(name)
    return Picture(sample.digest, name, to_square(decode(sample.data), LARGEST), None)


def _uploaded() -> None:
    """Callback: the uploader has a new file, or lost the one it had."""
    mine, file = ui.session().shown, st.session_state[f"{KEY}_file"]
    mine[_PROBLEM] = ""
    if file is None:
        return
    data = file.getvalue()
    try:
        # decoded here and not through the cache of all visitors: nothing of it may outlive the visit
        mine[_OWN] = Picture(fingerprint(data), file.name, to_square(decode(data), LARGEST), None)
    except UserError as error:
        mine[_PROBLEM] = str(error)
        return
    st.session_state[f"{KEY}_photograph"] = UPLOADED


def choose_class(classes: tuple[str, ...], predicted: int, target: int | None, own: bool) -> int:
    """The index of the class to explain.

    Args:
        classes: names.
        predicted: index of the likeliest.
        target: index of the true one, where that is known.
        own: whether the names are a visitor's, which must not stand in a link.
    """
    names = [PREDICTED, *([TRUE] if target is not None else []), *classes]
    form: type[_Class | _OwnClass] = _OwnClass if own else _Class
    name = ui.draw(form, KEY, target={"options": names}).target
    if name == TRUE and target is not None:
        return target
    return classes.index(name) if name in classes else predicted


def choose_layer(layers: tuple[Layer, ...]) -> Layer:
    """The layer that Grad-CAM reads; the last unless another is chosen."""
    names = [layer.name for layer in layers]
    if LAYER in st.session_state and st.session_state[LAYER] not in names:  # of the network before, or reset
        st.session_state[LAYER] = names[-1]
    if len(layers) == 1:
        return layers[0]
    name = st.select_slider(
        "Layer of Grad-CAM", names, names[-1], key=LAYER, bind="query-params",
        help="On the right the last layer with a map: coarse, and nearest to the classes. Further left the map is "
        "finer and says less about the class.",
    )  # fmt: skip
    return next((layer for layer in layers if layer.name == name), layers[-1])


def choose_details(size: int) -> tuple[MapSettings, Window]:
    """How maps are drawn, and what is covered.

    Args:
        size: side of what the network sees, pixels.
    """
    opacity = ui.draw(_Opacity, KEY).opacity
    with st.expander("Smoothing, occlusion's window", icon=ui.FOLDED):
        chosen = ui.draw(_Details, KEY)
        pixels = max(1, round(size / _SIDES[chosen.window]))
        window = Window(pixels, max(1, pixels // _STEPS[chosen.step]), chosen.grey)
        st.caption(f"{window.side} × {window.side} px every {window.step} px of what the network sees.")
    return MapSettings(opacity, chosen.smooth), window
