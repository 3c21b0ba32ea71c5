"""Accuracy while networks race, against seconds. The axes reach to the budget from the start, so that they stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.figures.figure import OKABE_ITO, Figure
from core.figures.vega import colours, dashed, number, tip
from core.transfer.training.run import Point

HEIGHT = 420
_HIGH = 0.95
"""Above it there is no room for letters."""
COLOURS = (OKABE_ITO[4], OKABE_ITO[0], OKABE_ITO[2], OKABE_ITO[6])
"""Of lines side by side; readable on both themes."""

Lines = Mapping[tuple[str, int], Sequence[Point]]
"""(name of the line, seed) -> points."""


def accuracy_axis(title: str = "validation accuracy") -> dict[str, Any]:
    """The upward axis of all accuracies: from 0 to 100 %, so that charts can be compared."""
    return number("accuracy", title, domain=[0, 1], format=".0%", ticks=6)


def seconds_axis(budget_s: float) -> dict[str, Any]:
    """The axis of time: to the end of the budget, or of a last step after it, whose point is often the best."""
    return number("seconds", "seconds of training", scale={"domain": {"unionWith": [0, budget_s]}, "nice": False})


def race(lines: Lines, names: Sequence[str], budget_s: float, chance: float, probe: float | None = None) -> Figure:
    """Accuracy against seconds of training, one colour a runner, one line a seed.

    Args:
        lines: the points so far, each line's first from before any step.
        names: of the runners, in the order of their colours.
        budget_s: seconds each runner has.
        chance: accuracy of always saying the most frequent class.
        probe: that of a logistic probe on the same pictures; None: there is none.
    """
    rows = [
        (name, f"{name}, seed {seed}", seed, point.seconds, point.accuracy)
        for (name, seed), points in lines.items()
        for point in points
    ]
    data = pd.DataFrame(rows, columns=["runner", "line", "seed", "seconds", "accuracy"])
    colour = colours("runner", names, [COLOURS[i % len(COLOURS)] for i in range(len(names))], columns=2, labelLimit=260)
    tips = [
        {"field": "line", "title": "run"},
        {"field": "seconds", "format": ".1f"},
        {"field": "accuracy", "format": ".1%"},
    ]
    spec = {
        "title": "Accuracy on the validation pictures against seconds of training",
        "height": HEIGHT,
        "layer": [
            level(chance, "always the most frequent class", "guessing"),
            {
                "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 22}},
                "encoding": {
                    "x": seconds_axis(budget_s),
                    "y": accuracy_axis(),
                    "color": colour,
                    "detail": {"field": "line", "type": "nominal"},
                    "order": number("seconds"),
                    "tooltip": tips,
                },
            },
            *probe_level(probe),
        ],
    }
    best = data.groupby("runner", sort=False)["accuracy"].max()  # several seeds a runner would be a long sentence
    told = ", ".join(f"{name} {accuracy:.1%}" for name, accuracy in best.items())
    alt = f"Lines: validation accuracy against seconds of training, one a run of {', '.join(names)}"
    return Figure(spec, data, alt, f"Best so far: {told}." if told else "No evaluation yet.")


def level(accuracy: float, says: str, what: str) -> dict[str, Any]:
    """A dashed line for what needs no training.

    Args:
        accuracy: where it lies.
        says: what pointing at it says.
        what: the name of that.
    """
    return dashed(
        [{"accuracy": accuracy, "says": f"{says}: {accuracy:.1%}"}],
        y=number("accuracy"),
        tooltip=tip("says", what),
    )


def probe_level(accuracy: float | None) -> list[dict[str, Any]]:
    """The dashed line of the logistic probe with its name above it; nothing where there is none."""
    if accuracy is None:
        return []
    name = {
        "data": {"values": [{"accuracy": accuracy, "name": "logistic probe"}]},
        "mark": {"type": "text", "x": 4, "align": "left", "dy": 9 if accuracy > _HIGH else -8, "aria": False},
        "encoding": {"y": number("accuracy"), "text": {"field": "name"}},
    }
    return [level(accuracy, "on features of the frozen backbone", "logistic probe"), name]
