"""Accuracy against cost: who is good for what, and whom nobody beats at both."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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

HEIGHT = 440
_PLACES = {
    "top center": (0.0, 0.06), "bottom center": (0.0, -0.06), "middle right": (0.11, 0.0), "middle left": (-0.11, 0.0),
    "top left": (-0.09, 0.05), "bottom right": (0.09, -0.05), "top right": (0.09, 0.05), "bottom left": (-0.09, -0.05),
}  # fmt: skip
"""Where the middle of a name stands from its point, in widths and heights of what the points span."""
_ROOM = (0.17, 0.065)
"""What a name takes, likewise, to each side."""


class Cost(StrEnum):
    """What accuracy is held against."""

    PARAMETERS = "parameters"
    MACS = "macs"
    SECONDS = "seconds"


@dataclass(frozen=True)
class _Axis:
    name: str
    title: str
    of: Callable[[Record], float]
    form: str
    cheapest: str


_AXES = {
    Cost.PARAMETERS: _Axis(
        "parameters", "parameters", lambda record: record.parameters, ",.0f", "the fewest parameters"
    ),
    Cost.MACS: _Axis(
        "multiply-adds", "multiply-adds for one picture", lambda record: record.macs, ",.0f", "the fewest multiply-adds"
    ),
    Cost.SECONDS: _Axis(
        "seconds an epoch",
        "seconds of training an epoch",
        lambda record: record.pictures["train"] / record.images_per_second,
        ",.0f",
        "the shortest epoch",
    ),
}


def front(records: Sequence[Record], cost: Cost) -> tuple[Record, ...]:
    """Those that no other beats in test accuracy and this cost, the cheapest first."""
    of = _AXES[cost].of
    return tuple(records[index] for index in pareto([(of(record), record.test) for record in records]))


def ranking(records: Sequence[Record], cost: Cost, *, front_line: bool = True, narrow: bool = False) -> Plot:
    """Test accuracy against a cost, a point a record.

    Args:
        records: of one league, one at least.
        cost: on the axis to the right, which is logarithmic.
        front_line: with the Pareto front as a line.
        narrow: there is room for few names: those on the front.
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
    shown = from_lowest([record.test for record in records])
    shown[1] = min(shown[1], 0.05 + max(record.test for record in records))
    named = [record in best or not narrow for record in records]
    points_at = [(math.log(about.of(record)), record.test) for record in records]
    where = _beside(points_at, named, shown[1] - shown[0], 2.3 if narrow else 1.0)
    points = [
        go.Scatter(
            x=[about.of(record)],
            y=[record.test],
            name=record.family,
            text=[record.family if says_who else ""],
            mode="markers+text",
            textposition=place,
            marker={
                "size": 12,
                "color": LOOKS[record.family]["color"],
                "symbol": "circle" if LOOKS[record.family]["dash"] == "solid" else "diamond",
            },
            hovertemplate=f"{record.title}<br>%{{x:{about.form}}}: %{{y:.2%}}<extra></extra>",
        )
        for record, says_who, place in zip(records, named, where, strict=True)
    ]
    front_names = ", ".join(record.family for record in best)
    return chart(
        f"Test accuracy against {about.name}",
        line,
        *points,
        x=axis(f"{about.title} (log scale)", type="log", **_ticks([about.of(record) for record in records], narrow)),
        y=axis("test accuracy", range=shown, tickformat=".0%"),
        alt=f"A point each for {len(records)} networks; the Pareto front, from cheap to costly: {front_names}",
        height=HEIGHT,
    )


def _ticks(values: Sequence[float], narrow: bool) -> dict[str, Any]:
    """Round numbers between the least and the largest, which Plotly's own ticks of a short logarithmic axis are not."""
    decades = range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)
    marks = [digit * 10.0**decade for decade in decades for digit in (1, 1.5, 2, 3, 5, 7)]
    found = [mark for mark in marks if 0.8 * min(values) <= mark <= 1.2 * max(values)]
    least, most = math.log10(min(values)), math.log10(max(values))
    aside = (0.25 if narrow else 0.2) * (most - least or 1.0)  # where names stand beside the outermost points
    return {"tickvals": found, "ticktext": [_short(mark) for mark in found], "range": [least - aside, most + aside]}


def _short(mark: float) -> str:
    return f"{mark / 1e6:g} M" if mark >= 1e6 else f"{mark / 1e3:g} k" if mark >= 1e3 else f"{mark:g}"


def _beside(points: Sequence[tuple[float, float]], named: Sequence[bool], height: float, wide: float) -> list[str]:
    """Where the name of each point has room: above it, else below, to the right or to the left.

    Args:
        points: all of them.
        named: which have a name.
        height: of the axis upwards.
        wide: how many times as much of the width a name takes as on a laptop.
    """
    xs, ys = zip(*points, strict=True)
    width = 1.2 * (max(xs) - min(xs)) or 1.0
    taken = [((x - min(xs)) / width, (y - min(ys)) / height) for x, y in points]  # both from 0 to 1
    chosen: list[str] = []
    for (x, y), has_name in zip(list(taken), named, strict=True):
        if not has_name:
            chosen.append("top center")
            continue
        others = [point for point in taken if point != (x, y)]
        names = {place: (x + wide * right, y + up) for place, (right, up) in _PLACES.items()}
        room = {
            place: min(max(abs(a - c) / (wide * _ROOM[0]), abs(b - d) / _ROOM[1]) for c, d in others) if others else 9.0
            for place, (a, b) in names.items()
        }
        chosen.append(next((place for place in room if room[place] > 1), max(room, key=room.__getitem__)))
        taken.append(names[chosen[-1]])
    return chosen


def says(records: Sequence[Record], cost: Cost) -> str:
    """What the front says, two sentences in Markdown."""
    best = front(records, cost)
    names = ", ".join(f"**{record.family}**" for record in best)
    cheapest = best[0]
    beaten = [record for record in records if record not in best]
    said = (
        f"On the Pareto front: {names}. {cheapest.family} has {_AXES[cost].cheapest} and gets {cheapest.test:.1%}"
        + (f", {best[-1].family} is best with {best[-1].test:.1%}." if len(best) > 1 else ", more than all others.")
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
                "test, %": 100 * record.test,
                "validation, %": 100 * record.validation,
                "parameters": record.parameters,
                "multiply-adds": record.macs,
                "images/s": round(record.images_per_second),
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
                "test, %": "not measured",
                "parameters": one.architecture.parameters,
                "multiply-adds": cost_of(one.name).macs,
                "others report, %": "none found" if known is None else f"{100 * known.accuracy:.2f}",
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
                "test, %": 100 * one.accuracy,
                "trained for": one.about,
                "source": one.url,
            }
            for one in PUBLISHED
        ]
    )
