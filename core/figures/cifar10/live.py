"""A training that goes on, beside the recorded one of the same family."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.figures.figure import Figure
from core.figures.style import ACCENT, MUTED
from core.figures.vega import colours, number
from core.transfer.cifar10.record import Record
from core.transfer.training.run import Point

LIVE, RECORDED = "live", "recorded"
HEIGHT = 300
BEYOND = 2.0
"""So many budgets of the recorded curve are shown beside the live one."""


def curve(family: str, points: Sequence[Point], recorded: Record | None, budget: float | None = None) -> Figure:
    """Validation accuracy against seconds of training, as it is now.

    Args:
        family: that trains.
        points: of it, as far as it is.
        recorded: its record, where there is one.
        budget: seconds that the training has; None: none is under way.
    """
    whole = recorded.seconds if recorded else 0.0
    end = max(budget, min(whole, BEYOND * budget)) if budget else whole
    rows = [(LIVE, point.seconds, point.accuracy) for point in points]
    rows += [(RECORDED, point.seconds, point.accuracy) for point in (recorded.curve if recorded else ())]
    spec = {
        "title": f"Validation accuracy of {family} against seconds of training",
        "height": HEIGHT,
        "mark": {"type": "line", "point": True, "strokeWidth": 2.5, "clip": True},
        "encoding": {
            "x": number("seconds", "seconds of training", domain=(0, 1.02 * end)),
            "y": number("accuracy", "validation accuracy", domain=(0, 1), format=".0%"),
            "color": colours("run", (LIVE, RECORDED), (ACCENT, MUTED)),
            "tooltip": [
                {"field": "run"},
                {"field": "seconds", "format": ".0f"},
                {"field": "accuracy", "format": ".1%"},
            ],
        },
    }
    reading = f"Live: {points[-1].accuracy:.1%} after {points[-1].seconds:.0f} s." if points else ""
    data = pd.DataFrame(rows, columns=["run", "seconds", "accuracy"])
    return Figure(spec, data, f"Two lines: {family} as it trains, and its recorded training", reading)


def verdict(record: Record, recorded: Record | None) -> str:
    """What came of it, held against the recorded one, in Markdown."""
    said = (
        f"**{record.test:.1%}** of the test pictures after {record.epochs:.1f} epochs "
        f"({record.images_per_second:,.0f} pictures a second)."
    )
    if recorded is not None:
        said += (
            f" The recorded training reached {recorded.test:.1%} after {recorded.epochs:.1f} epochs in "
            f"{recorded.seconds / 60:.0f} minutes."
        )
    return said
