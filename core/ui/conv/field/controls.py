"""Controls of the section "Receptive field": network, layer, cell, weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.conv.effective.gradient import MOST_SEEDS, Weights, seeds_within_budget
from core.conv.effective.subject import CellSettings, Subject
from core.errors import UserError
from core.ui import framework as ui
from core.ui.conv.field.subject import FALLBACK, NETWORKS, ZOO_TITLE, subject_of
from core.ui.pictures import Picture, choose_picture

KEY = "conv_field"
WEIGHTS = {
    Weights.RANDOM: "Random",
    Weights.LINEAR: "Random, without ReLU",
    Weights.EQUAL: "All equal, without ReLU",
    Weights.TRAINED: "Trained on ImageNet",
}
_BY_NAME = {name: weights for weights, name in WEIGHTS.items()}
THEORY, EFFECTIVE, BOTH = VIEWS = ("Theoretical", "Effective", "Both")


def pick(row: int | None, column: int | None) -> None:
    """Callback of a click on the feature map."""
    ui.reset({f"{KEY}_row": row, f"{KEY}_column": column})


def _another_network() -> None:
    """Callback: its middle, and its usual weights."""
    pick(None, None)
    trained = st.session_state[f"{KEY}_network"] == ZOO_TITLE
    st.session_state[f"{KEY}_weights"] = WEIGHTS[Weights.TRAINED if trained else Weights.RANDOM]


def _drawn(chosen: Mapping[str, Any]) -> dict[str, bool]:
    return {"disabled": not _BY_NAME[chosen["weights"]].drawn}


@dataclass(frozen=True)
class ChosenNetwork:
    """Which network."""

    network: str = ui.choice(
        "Network",
        NETWORKS,
        FALLBACK,
        'The networks of the lecture, one with trained weights, and what "A stack of layers" holds.',
        arguments={"on_change": _another_network},
    )


@dataclass(frozen=True)
class ChosenLayer:
    """Which of its layers: these are the subject's."""

    layer: str = ui.choice(
        "Layer",
        (),
        subject_of(FALLBACK).default_label,
        "Its feature map is shown. Layers that give a vector have no cells: they see the whole picture.",
        arguments={"on_change": pick, "args": (None, None)},
    )


@dataclass(frozen=True)
class ChosenCell:
    """Which of its cells, and the weights; empty is the middle."""

    row: int | None = ui.whole("Row", 0, 0, None, "", half=True)
    column: int | None = ui.whole("Column", 0, 0, None, "", half=True)
    weights: str = ui.choice(
        "Weights",
        (),
        WEIGHTS[Weights.RANDOM],
        "Random: Kaiming initialisation, as before training. Without ReLU, and with average for max pooling, the "
        "network is linear. With equal positive weights every pixel of the theoretical field counts.",
    )
    seed: int = ui.whole(
        "Seed", 0, 9999, 0, "Of the random weights; the feature map is that of this seed.", half=True, follows=_drawn
    )
    average: int = ui.whole(
        "Seeds averaged",
        1,
        MOST_SEEDS,
        8,
        "How many seeds are averaged, this one and those that follow: the more, the smoother the field.",
        half=True,
        follows=_drawn,
    )
    view: str = ui.segments(
        "Show",
        VIEWS,
        BOTH,
        "Theoretical: the pixels that can reach the cell. Effective: how much each really moves it.",
    )


DEFAULTS = ui.defaults(ChosenNetwork, KEY) | ui.defaults(ChosenLayer, KEY) | ui.defaults(ChosenCell, KEY)


@dataclass(frozen=True)
class FieldSettings:
    """What the controls ask for."""

    picture: Picture
    subject: Subject
    cell: CellSettings
    view: str

    @property
    def question(self) -> tuple[str, int]:
        """What is to be guessed about."""
        return self.subject.key, self.cell.number


def controls() -> FieldSettings:
    """Draw them."""
    picture = choose_picture("conv_picture")
    title = ui.draw(ChosenNetwork, KEY).network
    try:
        subject = subject_of(title)
    except UserError as error:
        st.warning(f"{ui.escape_markdown(str(error))} Below is {FALLBACK}.", icon=":material/info:")
        subject = subject_of(FALLBACK)
    labels, network = subject.labels, subject.network
    layer = {"options": list(labels), "default": subject.default_label}
    number = labels[ui.draw(ChosenLayer, KEY, layer=layer).layer]
    _, rows, columns = network.places[number].shape
    names = [WEIGHTS[weights] for weights in network.weights]
    chosen = ui.draw(
        ChosenCell, KEY, row=_ends(rows), column=_ends(columns), weights={"options": names, "default": names[0]}
    )
    at = rows // 2 if chosen.row is None else chosen.row, columns // 2 if chosen.column is None else chosen.column
    weights, wanted = _BY_NAME[chosen.weights], chosen.average
    if not weights.drawn:
        return FieldSettings(picture, subject, CellSettings(number, at, weights, 0, 1), chosen.view)
    count = seeds_within_budget(network, number, at, wanted)
    if count < wanted:
        st.caption(f"This network is large: {count} instead of {wanted} seeds are averaged, to keep it fast.")
    return FieldSettings(picture, subject, CellSettings(number, at, weights, chosen.seed, count), chosen.view)


def _ends(size: int) -> dict[str, Any]:
    about = (
        f"Of the cell, 0 to {size - 1:,}. Or click the feature map, or walk over it with the arrow keys and press "
        "Enter. Empty is the middle."
    )
    return {"max_value": size - 1, "placeholder": str(size // 2), "help": about}
