"""Section "One family": its idea, its block, what a stage costs, and what its training came to."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.figures.cifar10 import block
from core.figures.cifar10 import family as figures
from core.models.cifar10.analysis import cost_of
from core.models.cifar10.blocks import BLOCKS, block_of
from core.models.cifar10.members import League, Member, member
from core.models.zoo import ZOO
from core.transfer.cifar10.answers import answers_of
from core.transfer.cifar10.record import Record
from core.ui import framework as ui
from core.ui.cifar10 import chosen
from core.ui.cifar10.mistakes import show_confusion, show_pictures
from core.ui.cifar10.records import records
from core.ui.components.drawing import show_drawing
from core.ui.transfer.subject import network_label

KEY = "cifar10_family"
HELP = "cifar10/family"
_NUMBER = st.column_config.NumberColumn(format="localized")
_LEAGUES = {League.LAPTOP: "slim", League.GPU: "full size"}


@dataclass(frozen=True)
class _Size:
    league: League = ui.segments(
        "Size",
        tuple(League),
        League.LAPTOP,
        "The slim member of the laptop league, which was trained, or the full-size one.",
        labels=_LEAGUES,
    )


@dataclass(frozen=True)
class _Asked:
    family: str
    league: League


DEFAULTS = chosen.DEFAULTS | ui.defaults(_Size, KEY)
Answer = tuple[Member, Record | None]


def _controls() -> _Asked:
    return _Asked(chosen.choose_family(), ui.draw(_Size, KEY).league)


def _answer(asked: _Asked) -> Answer:
    one = member(asked.family, asked.league)
    return one, next((record for record in records(asked.league) if record.key == one.name), None)


def _legend(_: _Asked, answer: Answer) -> None:
    one, _record = answer
    paper = one.architecture.paper
    st.markdown(f"{paper.authors}: [{paper.title}]({paper.url}), {paper.year}.")
    st.markdown(one.idea)


def _elsewhere(one: Member) -> None:
    """The network of the family that is made for ImageNet, on the pages that take it apart and put it to work."""
    network = ZOO[one.base]
    with st.container(horizontal=True):
        if st.button(
            "Open in the calculator", icon=":material/calculate:", key=f"{KEY}_calculator",
            help=f"{network.title}, layer by layer: shapes, costs, receptive fields.",
        ):  # fmt: skip
            query = {"conv_section": "A stack of layers", "conv_stack_network": network.title}
            st.switch_page("pages/conv_calculator.py", query_params=query)
        if st.button(
            "Open in transfer learning", icon=":material/school:", key=f"{KEY}_transfer",
            help=f"{network.title} in the race of the lecture's scenarios, on pictures of your choice.",
        ):  # fmt: skip
            query = {"transfer_section": "Race", "transfer_network": network_label(network.name)}
            st.switch_page("pages/transfer_learning.py", query_params=query)


def _picture(asked: _Asked, answer: Answer) -> None:
    one, _record = answer
    name = BLOCKS[asked.family]
    whose = "its block" if asked.league is League.LAPTOP else "drawn with the numbers of the slim member: the block"
    st.markdown(f"**{one.architecture.title}**, {whose} `{name}`")
    show_drawing(block.block(block_of(asked.family), name), key=f"{KEY}_block")
    st.caption(ui.prose(HELP, "Block"))


def _numbers(_: _Asked, answer: Answer) -> None:
    one, record = answer
    cost = cost_of(one.name)
    with st.container(horizontal=True):
        st.metric("Parameters", f"{cost.params:,}")
        st.metric("Multiply-adds", f"{cost.macs / 1e6:,.1f} M", help="For one picture of 32 px.")
        st.metric("Test accuracy", "not measured" if record is None else f"{record.test:.1%}")
    st.markdown(figures.unproductive_says(one))
    _elsewhere(one)


def _below(_: _Asked, answer: Answer) -> None:
    one, record = answer
    st.header("What it is at 32 px", anchor=False)
    for label, text in (
        ("Size", one.size),
        ("Surgery", one.surgery),
        ("Not as in the paper", one.architecture.differs),
    ):
        if text:
            st.markdown(f"**{label}.** {text}")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.dataframe(
            figures.stages(one),
            hide_index=True,
            key=f"{KEY}_stages",
            alt=f"The stages of {one.architecture.title}: what each gives, its parameters and multiply-adds",
            column_config={"parameters": _NUMBER, "multiply-adds": _NUMBER},
        )
    with right:
        layers = figures.unproductive_table(one)
        if len(layers):
            st.dataframe(
                layers,
                hide_index=True,
                key=f"{KEY}_unproductive",
                alt="Unproductive and critical layers with the receptive fields of their inputs",
                column_config={"multiply-adds": _NUMBER},
            )
    if record is not None:
        _trained(record)


def _trained(record: Record) -> None:
    st.header("What its training came to", anchor=False)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        ui.show(figures.curve(record), key=f"{KEY}_curve")
        ui.show(figures.per_class(record), key=f"{KEY}_per_class")
        st.dataframe(figures.mistakes(record), hide_index=True, key=f"{KEY}_mistakes", alt="The most frequent mistakes")
    with right:
        answers = answers_of(record)
        show_confusion(KEY, answers, record.title)
        show_pictures(KEY, answers)


section = ui.Section(
    key=KEY,
    controls=_controls,
    defaults=DEFAULTS,
    answer=_answer,
    picture=_picture,
    legend=_legend,
    numbers=_numbers,
    below=_below,
    help=HELP,
)
