"""Two heads on one backbone: both accuracies, whether their gradients agree, and what the weight of the loss trades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.plots import SHARES, Plot, axis, chart, plain
from core.figures.transfer.curves import accuracy_axis, seconds_axis
from core.figures.vega import colours, number
from core.transfer.training.run import Point, Run

HEIGHT = 340
FIRST, SECOND = OKABE_ITO[4], OKABE_ITO[0]
"""Colours of the two heads."""
_CLEAR = 0.1  # cosines nearer to 0 than this say little


def accuracies(
    points: Sequence[Point], names: tuple[str, str], budget_s: float, chances: tuple[float, float]
) -> Figure:
    """Validation accuracy of both heads against seconds, with a dashed line at what each has without learning.

    Args:
        points: so far.
        names: of the two tasks.
        budget_s: seconds of training.
        chances: accuracy of always giving the most frequent answer, of each task.
    """
    rows = [
        (name, point.seconds, value)
        for point in points
        for name, value in zip(names, (point.accuracy, point.second_accuracy), strict=True)
        if value is not None
    ]
    data = pd.DataFrame(rows, columns=["head", "seconds", "accuracy"])
    colour = colours("head", names, [FIRST, SECOND])
    levels = [
        {"head": name, "accuracy": chance, "says": f"always the most frequent answer: {chance:.1%}"}
        for name, chance in zip(names, chances, strict=True)
    ]
    spec = {
        "title": "Validation accuracy of both heads",
        "height": HEIGHT,
        "layer": [
            {
                "data": {"values": levels},
                "mark": {"type": "rule", "strokeDash": [5, 4], "opacity": 0.7, "aria": False},
                "encoding": {
                    "y": number("accuracy"),
                    "color": colour,
                    "tooltip": [{"field": "head"}, {"field": "says", "title": "guessing"}],
                },
            },
            {
                "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 22}},
                "encoding": {
                    "x": _seconds(budget_s),
                    "y": accuracy_axis(),
                    "color": colour,
                    "tooltip": [
                        {"field": "head"},
                        {"field": "seconds", "format": ".1f"},
                        {"field": "accuracy", "format": ".1%"},
                    ],
                },
            },
        ],
    }
    ends = ", ".join(f"{name} {value:.1%}" for name, value in _last(points, names))
    alt = f"Lines: validation accuracy of both heads, {' and '.join(names)}, against seconds of training"
    return Figure(spec, data, alt, f"At the end: {ends}." if ends else "No evaluation yet.")


def cosines(points: Sequence[Point], budget_s: float) -> Figure:
    """The cosine between the two gradients against seconds, with a line at 0."""
    rows = [(point.seconds, point.cosine) for point in points if point.cosine is not None]
    data = pd.DataFrame(rows, columns=["seconds", "cosine"])
    y = number("cosine", "cosine", scale={"domain": [-1, 1]}, ticks=5)
    spec = {
        "title": "Cosine between the two gradients",
        "height": HEIGHT,
        "layer": [
            {
                "mark": {"type": "rule", "color": MUTED, "strokeDash": [5, 4], "aria": False},
                "encoding": {"y": number(datum=0)},
            },
            {
                "mark": {
                    "type": "line",
                    "color": ACCENT,
                    "strokeWidth": 2,
                    "point": {"size": 22, "color": ACCENT},
                },
                "encoding": {
                    "x": _seconds(budget_s),
                    "y": y,
                    "tooltip": [{"field": "seconds", "format": ".1f"}, {"field": "cosine", "format": ".3f"}],
                },
            },
        ],
    }
    return Figure(spec, data, "Line: cosine between the gradients of the two losses against seconds of training")


def agreement(points: Sequence[Point]) -> str:
    """One sentence on what the cosine says."""
    found = [point.cosine for point in points if point.cosine is not None]
    if not found:
        return "No weight that both heads share has learned yet, so there is no cosine."
    mean = sum(found) / len(found)
    told = f"The mean cosine is **{mean:+.2f}**: ".replace("-", "−")
    if mean > _CLEAR:
        return f"{told}on the whole a step for one head is a step for the other, too. They **help each other**."
    if mean < -_CLEAR:
        return f"{told}on the whole a step for one head undoes some of the other's. They **work against each other**."
    return f"{told}the two gradients are nearly at right angles. The heads **hardly influence each other**."


def trade(runs: Mapping[str, Run], names: tuple[str, str], newest: str | None = None) -> Plot:
    """Accuracy of one head against that of the other at the end of training, one point a run.

    Args:
        runs: with a second head, by title.
        names: of the two tasks.
        newest: title of the run to mark.
    """
    ends = sorted(_ends(runs).items(), key=lambda end: end[1][1])  # by w, so that the line goes from one to the next
    points = go.Scatter(
        x=[first for _, (_, _, first, _) in ends],
        y=[second for _, (_, _, _, second) in ends],
        mode="lines+markers+text",
        line={"color": MUTED, "dash": "dash", "width": 1.5},
        marker={"size": 12, "color": [ACCENT if title == newest else OKABE_ITO[4] for title, _ in ends]},
        text=[f"w = {weight:g}" for _, (_, weight, _, _) in ends],
        textposition="top center",
        customdata=[[plain(title), *map(plain, names)] for title, _ in ends],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]} %{x:.1%}<br>%{customdata[2]} %{y:.1%}<extra></extra>",
    )
    told = "; ".join(
        f"w = {weight:g}: {names[0]} {first:.1%}, {names[1]} {second:.1%}" for _, (_, weight, first, second) in ends
    )
    return chart(
        "Trade-off: both accuracies at each weight w of the second loss",
        points,
        x=axis(f"accuracy: {plain(names[0])}", **SHARES),
        y=axis(f"accuracy: {plain(names[1])}", **{**SHARES, "range": [0, 1.1]}),
        alt=f"Accuracy of one head against the other's, a point a run. {told}",
        height=HEIGHT + 40,
    )


def table(runs: Mapping[str, Run], names: tuple[str, str]) -> pd.DataFrame:
    """One row a run: its weight, both accuracies at the end of training, the mean cosine."""
    rows = []
    for title, (_, weight, first, second) in _ends(runs).items():
        found = [point.cosine for point in runs[title].points if point.cosine is not None]
        rows.append(
            {
                "run": title,
                "w": weight,
                columns_of(names)[0]: first,
                columns_of(names)[1]: second,
                "mean cosine": sum(found) / len(found) if found else None,
                "seconds": runs[title].seconds,
            }
        )
    return pd.DataFrame(rows)


def columns_of(names: tuple[str, str]) -> tuple[str, str]:
    """The table's columns of the two accuracies; a label's name may be anything, that of another column too."""
    return f"accuracy: {names[0]}", f"accuracy: {names[1]}"


def _ends(runs: Mapping[str, Run]) -> dict[str, tuple[str, float, float, float]]:
    """Title -> (title, w, accuracy of the classes, of the second task) at the last point; runs with two heads only."""
    return {
        title: (title, run.recipe.second_weight, run.points[-1].accuracy, run.points[-1].second_accuracy)
        for title, run in runs.items()
        if run.points[-1].second_accuracy is not None
    }


def _last(points: Sequence[Point], names: tuple[str, str]) -> list[tuple[str, float]]:
    if not points:
        return []
    values = (points[-1].accuracy, points[-1].second_accuracy)
    return [(name, value) for name, value in zip(names, values, strict=True) if value is not None]


def _seconds(budget_s: float) -> dict[str, Any]:
    return {**seconds_axis(budget_s), "axis": {"tickCount": 6}}
