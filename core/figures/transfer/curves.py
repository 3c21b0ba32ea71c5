"""Accuracy while networks race, against seconds. The axes reach to the budget from the start, so that they stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.figures.figure import MUTED, OKABE_ITO, Figure
from core.transfer.training.run import Point

HEIGHT = 420
COLOURS = (OKABE_ITO[4], OKABE_ITO[0], OKABE_ITO[2], OKABE_ITO[6])
"""Of lines side by side; readable on both themes."""

Lines = Mapping[tuple[str, int], Sequence[Point]]
"""(name of the line, seed) -> points."""


def accuracy_axis(title: str = "validation accuracy") -> dict[str, Any]:
    """The upward axis of all accuracies: from 0 to 100 %, so that charts can be compared."""
    return {
        "field": "accuracy",
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": {"format": ".0%", "tickCount": 6},
        "title": title,
    }


def seconds_axis(budget_s: float) -> dict[str, Any]:
    """The axis of time: to the end of the budget, or of a last step after it, whose point is often the best."""
    return {
        "field": "seconds",
        "type": "quantitative",
        "scale": {"domain": {"unionWith": [0, budget_s]}, "nice": False},
        "title": "seconds of training",
    }


def race(lines: Lines, names: Sequence[str], budget_s: float, chance: float) -> Figure:
    """Accuracy against seconds of training, one colour a runner, one line a seed.

    Args:
        lines: the points so far, each line's first from before any step.
        names: of the runners, in the order of their colours.
        budget_s: seconds each runner has.
        chance: accuracy of always saying the most frequent class.
    """
    rows = [
        (name, f"{name}, seed {seed}", seed, point.seconds, point.accuracy)
        for (name, seed), points in lines.items()
        for point in points
    ]
    data = pd.DataFrame(rows, columns=["runner", "line", "seed", "seconds", "accuracy"])
    colour = {
        "field": "runner",
        "type": "nominal",
        "scale": {"domain": list(names), "range": [COLOURS[i % len(COLOURS)] for i in range(len(names))]},
        "legend": {"title": None, "orient": "top", "columns": 2, "labelLimit": 260},
    }
    tips = [
        {"field": "line", "title": "run"},
        {"field": "seconds", "format": ".1f"},
        {"field": "accuracy", "format": ".1%"},
    ]
    spec = {
        "title": "Accuracy on the validation pictures against seconds of training",
        "height": HEIGHT,
        "layer": [
            _level(chance),
            {
                "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 22}},
                "encoding": {
                    "x": seconds_axis(budget_s),
                    "y": accuracy_axis(),
                    "color": colour,
                    "detail": {"field": "line", "type": "nominal"},
                    "order": {"field": "seconds", "type": "quantitative"},
                    "tooltip": tips,
                },
            },
        ],
    }
    best = data.groupby("runner", sort=False)["accuracy"].max()  # several seeds a runner would be a long sentence
    told = ", ".join(f"{name} {accuracy:.1%}" for name, accuracy in best.items())
    alt = f"Lines: validation accuracy against seconds of training, one a run of {', '.join(names)}"
    return Figure(spec, data, alt, f"Best so far: {told}." if told else "No evaluation yet.")


def _level(accuracy: float) -> dict[str, Any]:
    """A dashed line for what needs no network."""
    return {
        "data": {"values": [{"accuracy": accuracy, "says": f"always the most frequent class: {accuracy:.1%}"}]},
        "mark": {"type": "rule", "color": MUTED, "strokeDash": [5, 4], "aria": False},
        "encoding": {
            "y": {"field": "accuracy", "type": "quantitative"},
            "tooltip": {"field": "says", "title": "guessing"},
        },
    }
