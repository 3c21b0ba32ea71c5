"""Accuracy against cost: who is good for what, and whom nobody beats at both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd
import plotly.graph_objects as go

from core.figures.cifar10.looks import LOOKS
from core.figures.plots import Plot, axis, chart, from_lowest
from core.figures.style import MUTED
from core.models.cifar10.analysis import cost_of
from core.models.cifar10.members import FAMILIES, League, member
from core.transfer.cifar10.published import BEST, PUBLISHED
from core.transfer.cifar10.ranking import pareto
from core.transfer.cifar10.record import Record

HEIGHT = 460


class Cost(StrEnum):
    """What accuracy is held against."""

    PARAMETERS = "parameters"
    MACS = "macs"
    SPEED = "speed"


@dataclass(frozen=True)
class _Axis:
    title: str
    of: Callable[[Record], float]
    form: str
    cheapest: str


_AXES = {
    Cost.PARAMETERS: _Axis("parameters", lambda record: record.parameters, ",.0f", "the fewest parameters"),
    Cost.MACS: _Axis("multiply-adds for one picture", lambda record: record.macs, ",.0f", "the fewest multiply-adds"),
    Cost.SPEED: _Axis(
        "ms of training a picture", lambda record: 1000 / record.images_per_second, ".2f", "the least time a picture"
    ),
}


def front(records: Sequence[Record], cost: Cost) -> tuple[Record, ...]:
    """Those that no other beats in test accuracy and this cost, the cheapest first."""
    of = _AXES[cost].of
    return tuple(records[index] for index in pareto([(of(record), record.test) for record in records]))


def ranking(records: Sequence[Record], cost: Cost, *, front_line: bool = True) -> Plot:
    """Test accuracy against a cost, a point a record.

    Args:
        records: of one league, one at least.
        cost: on the axis to the right, which is logarithmic.
        front_line: with the Pareto front as a line.
    """
    about, best = _AXES[cost], front(records, cost)
    line = go.Scatter(
        x=[about.of(record) for record in best],
        y=[record.test for record in best],
        mode="lines",
        line={"color": MUTED, "width": 2, "dash": "dot"},
        hoverinfo="skip",
        visible=front_line,
    )
    points = [
        go.Scatter(
            x=[about.of(record)],
            y=[record.test],
            name=record.family,
            text=[record.family],
            mode="markers+text",
            textposition="top center",
            marker={
                "size": 12,
                "color": LOOKS[record.family]["color"],
                "symbol": "circle" if LOOKS[record.family]["dash"] == "solid" else "diamond",
            },
            hovertemplate=f"{record.title}<br>%{{x:{about.form}}}: %{{y:.2%}}<extra></extra>",
        )
        for record in records
    ]
    named = ", ".join(record.family for record in best)
    return chart(
        f"Test accuracy against {about.title}",
        line,
        *points,
        x=axis(f"{about.title} (log scale)", type="log", dtick="D2"),
        y=axis("test accuracy", range=from_lowest([record.test for record in records]), tickformat=".0%"),
        alt=f"A point each for {len(records)} networks; the Pareto front, from cheap to costly: {named}",
        height=HEIGHT,
    )


def says(records: Sequence[Record], cost: Cost) -> str:
    """What the front says, two sentences in Markdown."""
    best = front(records, cost)
    names = ", ".join(f"**{record.family}**" for record in best)
    cheapest = best[0]
    beaten = [record for record in records if record not in best]
    said = (
        f"On the Pareto front: {names}. {cheapest.family} has {_AXES[cost].cheapest} and gets {cheapest.test:.1%}, "
        f"{best[-1].family} is best with {best[-1].test:.1%}."
    )
    if beaten:
        of = _AXES[cost].of
        worst = min(beaten, key=lambda record: record.test)
        better = next(one for one in best if of(one) <= of(worst) and one.test >= worst.test)
        said += f" {worst.family} is beaten: {better.family} costs no more and gets {better.test:.1%}."
    return said


def table(records: Sequence[Record]) -> pd.DataFrame:
    """One row a record with its configuration, the best first."""
    return pd.DataFrame(
        [
            {
                "family": record.family,
                "network": record.title,
                "test accuracy": record.test,
                "validation": record.validation,
                "parameters": record.parameters,
                "multiply-adds": record.macs,
                "images/s": record.images_per_second,
                "epochs": record.epochs,
                "seconds": record.seconds,
                "optimiser": record.configuration.get("optimiser", ""),
                "rate": record.configuration.get("rate"),
                "batch": record.configuration.get("batch"),
                "seed": record.configuration.get("seed"),
                "device": record.device,
                "pictures": record.source,
            }
            for record in sorted(records, key=lambda record: -record.test)
        ]
    )


def unmeasured() -> pd.DataFrame:
    """The full-size members with what is known of them without training, and what others report."""
    rows = []
    for family in FAMILIES:
        one = member(family, League.GPU)
        known = BEST.get(family)
        rows.append(
            {
                "family": family,
                "network": one.architecture.title,
                "test accuracy": "not measured",
                "parameters": one.architecture.parameters,
                "multiply-adds": cost_of(one.name).macs,
                "others report": "none found" if known is None else f"{known.accuracy:.2%}",
            }
        )
    return pd.DataFrame(rows)


def published() -> pd.DataFrame:
    """What others report, each with its source."""
    return pd.DataFrame(
        [
            {
                "family": one.family,
                "network": one.network,
                "test accuracy": one.accuracy,
                "trained for": one.about,
                "source": one.url,
            }
            for one in PUBLISHED
        ]
    )
