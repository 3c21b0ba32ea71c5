"""Section "Race": the recorded trainings of the families run again in ten seconds, and one of them live."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from core.errors import UserError
from core.figures.cifar10 import race as figures
from core.figures.cifar10.race import Against
from core.figures.figure import Plot
from core.models.cifar10.members import FAMILIES
from core.transfer.cifar10.record import Record
from core.ui import framework as ui
from core.ui.cifar10.race import live
from core.ui.cifar10.records import records

KEY = "cifar10_race"
HELP = "cifar10/race"
_number = st.column_config.NumberColumn
_AGAINST = {Against.SECONDS: "seconds", Against.EPOCHS: "epochs", Against.IMAGES: "pictures seen"}


@dataclass(frozen=True)
class _Race:
    against: Against = ui.segments(
        "Against",
        tuple(Against),
        Against.SECONDS,
        "What the axis to the right counts. Against seconds fast networks lead; against epochs those that make the "
        "most of each picture.",
        labels=_AGAINST,
    )
    families: tuple[str, ...] = ui.pills(
        "Families", FAMILIES, "Who runs. All of them at first.", arguments={"wrap": True}
    )


Asked = _Race
DEFAULTS = ui.defaults(_Race, KEY) | live.DEFAULTS


def _controls() -> Asked:
    return ui.draw(_Race, KEY)


def _answer(asked: Asked) -> tuple[Record, ...]:
    found = tuple(record for record in records() if record.family in asked.families)
    if not found:
        raise UserError("Choose at least one family.")
    return found


@lru_cache(maxsize=24)
def _replay(families: tuple[str, ...], against: Against) -> Plot:
    """Of the shipped records; the same object each time, since sixty frames of eleven lines take a while to build."""
    return figures.race([record for record in records() if record.family in families], against)


def _picture(asked: Asked, _: tuple[Record, ...]) -> None:
    ui.show(_replay(asked.families, asked.against), key=f"{KEY}_replay", note=ui.prose(HELP, "Replay"))


def _numbers(_: Asked, found: tuple[Record, ...]) -> None:
    if len(found) > 1:
        st.markdown(figures.teaches(found))
    table = figures.results(found)
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        key=f"{KEY}_results",
        alt="One row a family: test and validation accuracy, epochs, pictures a second, parameters, multiply-adds",
        column_config={
            "family": st.column_config.TextColumn(width=110),
            "network": st.column_config.TextColumn(width=210),
            "test, %": _number(format="%.2f", width=70),
            "validation, %": _number(format="%.2f", width=90),
            "epochs": _number(format="%.1f", width=70),
            "images/s": _number(format="localized", width=80),
            "parameters": _number(format="localized", width=95),
            "multiply-adds": _number(format="localized", width=110),
        },
    )
    st.caption(ui.prose(HELP, "Source", **figures.source(found)))
    with st.container(horizontal=True):
        ui.download("Results (CSV)", lambda: table.to_csv(index=False), "cifar10_race.csv", "One line a family.")


def _winner(found: tuple[Record, ...]) -> str:
    return max(found, key=lambda record: record.test).family


section = ui.Section(
    key=KEY,
    controls=_controls,
    defaults=DEFAULTS,
    answer=_answer,
    first=_Race(),
    picture=_picture,
    numbers=_numbers,
    after=lambda _: live.draw(),
    guesses=lambda asked: (
        (ui.Guess("Winner", "The family with the highest test accuracy.", _winner, options=asked.families),)
        if len(asked.families) > 1
        else ()
    ),
    signature=lambda asked: asked.families,
    help=HELP,
)
