"""Section "Ranking": accuracy against cost, the Pareto front, and every row's configuration."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.figures.cifar10 import ranking as figures
from core.figures.cifar10.ranking import Cost
from core.models.cifar10.members import League
from core.transfer.cifar10.record import Record
from core.ui import framework as ui
from core.ui.cifar10.records import records

KEY = "cifar10_ranking"
HELP = "cifar10/ranking"
_number = st.column_config.NumberColumn
_COSTS = {Cost.PARAMETERS: "parameters", Cost.MACS: "multiply-adds", Cost.SECONDS: "seconds an epoch"}


@dataclass(frozen=True)
class _Ranking:
    cost: Cost = ui.segments(
        "Against",
        tuple(Cost),
        Cost.MACS,
        "What accuracy is held against: numbers to store, multiplications for one picture, or seconds of "
        "training, which are those of an epoch, since all were trained for the same minutes.",
        labels=_COSTS,
    )
    front: bool = ui.switch(
        "Pareto front", "The line through those that no other network beats in accuracy and cost at once.", True
    )


DEFAULTS = ui.defaults(_Ranking, KEY)


def _picture(asked: _Ranking, found: tuple[Record, ...]) -> None:
    ui.show(figures.ranking(found, asked.cost, front_line=asked.front, narrow=ui.is_narrow()), key=f"{KEY}_chart")


def _numbers(asked: _Ranking, found: tuple[Record, ...]) -> None:
    st.markdown(figures.says(found, asked.cost))


def _below(_: _Ranking, found: tuple[Record, ...]) -> None:
    st.header("Laptop league", anchor=False)
    table = figures.table(found)
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        key=f"{KEY}_laptop",
        alt="One row a network of the laptop league with its test accuracy, its cost and its configuration",
        column_config={
            "test, %": _number(format="%.2f"),
            "validation, %": _number(format="%.2f"),
            "parameters": _number(format="localized"),
            "multiply-adds": _number(format="localized"),
            "images/s": _number(format="localized"),
            "seconds": _number("s of training", format="%.0f"),
            "epochs": _number(format="%.1f"),
            "pictures": st.column_config.TextColumn(help="Which copy of CIFAR-10: accuracies on two are not one."),
        },
    )
    st.caption(ui.prose(HELP, "Laptop"))
    with st.container(horizontal=True):
        ui.download("Table (CSV)", lambda: table.to_csv(index=False), "cifar10_ranking.csv", "One line a network.")
    st.header("GPU league", anchor=False)
    full = records(League.GPU)
    if full:
        st.dataframe(
            figures.table(full), hide_index=True, height="content", key=f"{KEY}_gpu", alt="The same of the GPU league"
        )
    else:
        st.info(ui.prose(HELP, "Not measured"), icon=":material/hourglass_empty:")
        st.dataframe(
            figures.unmeasured(),
            hide_index=True,
            height="content",
            key=f"{KEY}_unmeasured",
            alt="The networks of the GPU league, which were not measured, with their parameters and multiply-adds",
            column_config={
                "parameters": _number(format="localized"),
                "multiply-adds": _number(format="localized"),
            },
        )
    st.header("What others report", anchor=False)
    st.dataframe(
        figures.published(),
        hide_index=True,
        height="content",
        key=f"{KEY}_published",
        alt="Published test accuracies of re-implementations, with their sources",
        column_config={
            "test, %": _number(format="%.2f"),
            "source": st.column_config.LinkColumn(),
        },
    )
    st.caption(ui.prose(HELP, "Published"))


section = ui.Section(
    key=KEY,
    controls=lambda: ui.draw(_Ranking, KEY),
    defaults=DEFAULTS,
    answer=lambda _: records(),
    picture=_picture,
    numbers=_numbers,
    below=_below,
    help=HELP,
)
