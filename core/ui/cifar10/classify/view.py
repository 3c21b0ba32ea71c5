"""Section "Classify": one picture, what the networks are shown of it, and what each of them says."""

from __future__ import annotations

import streamlit as st

from core.figures.cifar10 import classify as figures
from core.transfer.cifar10.classify import Said, classify
from core.ui import cache
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.pictures import Picture, choose_picture

KEY = "cifar10_classify"
PICTURE = "cifar10_picture"
HELP = "cifar10/classify"
OPENING = "cat"
"""Of the samples the only one that belongs to one of the ten classes."""


@st.cache_resource(max_entries=64, show_spinner="Asking eleven networks…")
def _said(digest: str, _data: bytes) -> Said:
    return classify(cache.opened(digest, _data).image)


def _picture(asked: Picture, said: Said) -> None:
    seen, chart = st.columns([1, 3], gap="medium")
    with seen:
        show_drawing(figures.seen(said), key=f"{KEY}_seen")
        st.caption("What the networks are shown: 32 × 32 pixels.")
        st.image(asked.uri, caption=ui.escape_markdown(asked.name), alt=f"The picture {asked.name}", width="stretch")
    with chart:
        ui.show(figures.heat(said), key=f"{KEY}_heat")


def _numbers(_: Picture, said: Said) -> None:
    st.dataframe(
        figures.table(said),
        hide_index=True,
        height="content",
        key=f"{KEY}_table",
        alt="One row a network: its answer and the probability that it gives it",
        column_config={"probability, %": st.column_config.ProgressColumn(min_value=0, max_value=100, format="%.0f")},
    )


section = ui.Section(
    key=KEY,
    controls=lambda: choose_picture(PICTURE, default=OPENING),
    defaults={},
    answer=lambda asked: _said(asked.digest, asked.data),
    picture=_picture,
    numbers=_numbers,
    guesses=(
        ui.Guess(
            "How many give the commonest answer?",
            "Of eleven networks.",
            lambda said: next(iter(said.votes.values())),
        ),
    ),
    question=lambda _, said: show_drawing(figures.seen(said), key=f"{KEY}_seen"),
    signature=lambda asked: asked.digest,
    help=HELP,
)
