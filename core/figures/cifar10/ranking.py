"""Accuracy against cost: who is good for what, and whom nobody beats at both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import plotly.graph_objects as go

from core.figures.cifar10.looks import LOOKS
from core.figures.plots import Plot, axis, chart, from_lowest
from core.figures.style import MUTED
from core.transfer.cifar10.ranking import pareto
from core.transfer.cifar10.record import Record


class Cost(StrEnum):
    """What accuracy is held against."""

    PARAMETERS = "parameters"
    MACS = "multiply-adds"
    SECONDS = "seconds"


@dataclass(frozen=True)
class _Axis:
    title: str
    of: Callable[[Record], float]
    form: str


_AXES = {
    Cost.PARAMETERS: _Axis("parameters (log scale)", lambda record: record.parameters, ",.0f"),
    Cost.MACS: _Axis("multiply-adds for one picture (log scale)", lambda record: record.macs, ",.0f"),
    Cost.SECONDS: _Axis("seconds of training", lambda record: record.seconds, ",.0f"),
}
HEIGHT = 440


def front(records: Sequence[Record], cost: Cost) -> tuple[Record, ...]:
    """Those that no other beats in test accuracy and this cost, the cheapest first."""
    of = _AXES[cost].of
    return tuple(records[index] for index in pareto([(of(record), record.test) for record in records]))


def ranking(records: Sequence[Record], cost: Cost) -> Plot:
    """Test accuracy against a cost, a point a record, with the Pareto front as a line.

    Args:
        records: of one league, one at least.
        cost: on the axis to the right.
    """
    about = _AXES[cost]
    best = front(records, cost)
    line = go.Scatter(
        x=[about.of(record) for record in best],
        y=[record.test for record in best],
        mode="lines",
        line={"color": MUTED, "width": 2, "dash": "dot"},
        hoverinfo="skip",
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
    log = {} if cost is Cost.SECONDS else {"type": "log", "dtick": "D2"}
    return chart(
        f"Test accuracy against {about.title.split(' (')[0]}",
        line,
        *points,
        x=axis(about.title, **log),
        y=axis("test accuracy", range=from_lowest([record.test for record in records]), tickformat=".0%"),
        alt=f"A point each for {len(records)} networks; the Pareto front, from cheap to costly: {named}",
        height=HEIGHT,
    )
