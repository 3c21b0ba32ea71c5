"""The controls of "Receptive field": network, layer, cell, weights."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.conv.effective.gradient import MOST_SEEDS, Weights, seeds_within_budget
from core.errors import UserError
from core.ui.conv.field_subject import FALLBACK, NETWORKS, ZOO_TITLE, Question, Subject, subject_of
from core.ui.framework.show import escape_markdown, reset_button
from core.ui.pictures import Picture, choose_picture

KEY = "conv_field"
WEIGHTS = {
    Weights.RANDOM: "Random",
    Weights.LINEAR: "Random, without ReLU",
    Weights.EQUAL: "All equal, without ReLU",
    Weights.TRAINED: "Trained on ImageNet",
}
THEORY, EFFECTIVE, BOTH = VIEWS = ("Theoretical", "Effective", "Both")
VIEW = f"{KEY}_view"
AVERAGED = 8


@dataclass(frozen=True)
class Settings:
    """What the controls ask for.

    Attributes:
        picture: to look at.
        subject: the network.
        question: what is asked of it.
        wanted: seeds that were asked for, which may be more than the question has.
    """

    picture: Picture
    subject: Subject
    question: Question
    wanted: int


def controls_of() -> Settings:
    """Draw them."""
    picture = choose_picture("conv_picture")
    subject = _network()
    number = _layer(subject)
    cell = _cell(subject, number)
    weights = _weights(subject)
    seed, wanted = _seeds(weights)
    reset_button(f"{KEY}_reset", _defaults())
    count = seeds_within_budget(subject.network, number, cell, wanted) if weights.drawn else 1
    if count < wanted and weights.drawn:
        st.caption(f"This network is large: {count} instead of {wanted} seeds are averaged, so that nobody waits.")
    return Settings(picture, subject, Question(number, cell, weights, seed if weights.drawn else 0, count), wanted)


def _defaults() -> dict[str, str | int | None]:
    """First value of every control; the network of a first visit says which layer is worth looking through."""
    first = subject_of(FALLBACK)
    return {
        f"{KEY}_network": FALLBACK,
        f"{KEY}_layer": next(name for name, number in first.labels.items() if number == first.default),
        f"{KEY}_row": None,
        f"{KEY}_column": None,
        f"{KEY}_weights": WEIGHTS[first.network.weights[0]],
        f"{KEY}_seed": 0,
        f"{KEY}_average": AVERAGED,
        VIEW: BOTH,
    }


def pick(row: int, column: int) -> None:
    """Callback of a click on the feature map."""
    st.session_state[f"{KEY}_row"], st.session_state[f"{KEY}_column"] = row, column


def _middle() -> None:
    """Callback: another map, whose middle is looked at first."""
    st.session_state[f"{KEY}_row"] = st.session_state[f"{KEY}_column"] = None


def _another_network() -> None:
    """Callback: its middle, and its usual weights."""
    _middle()
    trained = st.session_state[f"{KEY}_network"] == ZOO_TITLE
    st.session_state[f"{KEY}_weights"] = WEIGHTS[Weights.TRAINED if trained else Weights.RANDOM]


def _network() -> Subject:
    title = st.selectbox(
        "Network",
        NETWORKS,
        key=f"{KEY}_network",
        bind="query-params",
        on_change=_another_network,
        help='The networks of the lecture, one with trained weights, and what "A stack of layers" holds.',
    )
    try:
        return subject_of(title)
    except UserError as error:
        st.warning(f"{escape_markdown(str(error))} Below is {FALLBACK}.", icon=":material/info:")
        return subject_of(FALLBACK)


def _layer(subject: Subject) -> int:
    key, labels = f"{KEY}_layer", subject.labels
    names = list(labels)
    if st.session_state.get(key, names[0]) not in labels:  # of another network
        del st.session_state[key]
    number = subject.default
    default = next(place for place, name in enumerate(names) if labels[name] == number)
    name = st.selectbox(
        "Layer",
        names,
        default,
        key=key,
        bind="query-params",
        on_change=_middle,
        help="Its feature map is shown. Layers that give a vector have no cells: they see the whole picture.",
    )
    return labels.get(name, number)


def _cell(subject: Subject, number: int) -> tuple[int, int]:
    _, rows, columns = subject.network.places[number].shape
    found = []
    for place, name, size in zip(st.columns(2), ("row", "column"), (rows, columns), strict=True):
        key = f"{KEY}_{name}"
        held = st.session_state.get(key)
        if held is not None and not 0 <= held < size:  # left from a larger map
            st.session_state[key] = None
        value = place.number_input(
            name.capitalize(),
            0,
            size - 1,
            None,
            key=key,
            bind="query-params",
            placeholder=str(size // 2),
            help=f"Of the cell, 0 to {size - 1:,}. Or click the feature map, or walk over it with the arrow keys "
            "and press Enter. Empty is the middle.",
        )
        found.append(size // 2 if value is None else min(max(int(value), 0), size - 1))
    return found[0], found[1]


def _weights(subject: Subject) -> Weights:
    key, offered = f"{KEY}_weights", {WEIGHTS[weights]: weights for weights in subject.network.weights}
    if st.session_state.get(key, next(iter(offered))) not in offered:
        del st.session_state[key]
    name = st.selectbox(
        "Weights",
        list(offered),
        key=key,
        bind="query-params",
        help="Random is Kaiming's start of training. Without ReLU, and with means for maxima, the network is linear. "
        "Equal positive weights let every pixel of the theoretical field answer.",
    )
    return offered.get(name, subject.network.weights[0])


def _seeds(weights: Weights) -> tuple[int, int]:
    left, right = st.columns(2)
    seed = left.number_input(
        "Seed", 0, 9999, 0, key=f"{KEY}_seed", bind="query-params", disabled=not weights.drawn,
        help="Of the random weights; the feature map is that of this seed.",
    )  # fmt: skip
    wanted = right.number_input(
        "Averaged", 1, MOST_SEEDS, AVERAGED, key=f"{KEY}_average", bind="query-params", disabled=not weights.drawn,
        help="How many seeds are averaged, this one and those that follow: the more, the smoother the field.",
    )  # fmt: skip
    return int(seed or 0), int(wanted or AVERAGED)
