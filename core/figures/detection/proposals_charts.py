"""Recall of proposals as a chart and a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from core.detection.proposing.recall import Hits
from core.figures.figure import ACCENT, OKABE_ITO, Figure
from core.figures.vega import colours, marker, number, tip, where

RECALL, AVERAGE = "recall", "average recall"


def recall_curve(hits: Hits, count: int) -> Figure:
    """Share of the objects that the first N proposals hit, and average recall, over N, with the N of the slider marked.

    Args:
        hits: G objects against R proposals, both at least 1.
        count: N, at most R.
    """
    recall, average = hits.recall().tolist(), hits.average_recall().tolist()
    rows = [
        (part, at, value, "")
        for part, values in ((RECALL, recall), (AVERAGE, average))
        for at, value in enumerate(values, start=1)
    ]
    now = [(part, count, values[count - 1], "now") for part, values in ((RECALL, recall), (AVERAGE, average))]
    data = pd.DataFrame([*rows, *now], columns=["curve", "proposals", "share", "at"])
    x = number("proposals", "first N proposals (log scale)", log=True, format="d", ticks=5)
    y = number("share", "share of objects", domain=[0, 1], format=".0%")
    colour = colours("curve", (RECALL, AVERAGE), (OKABE_ITO[4], OKABE_ITO[0]), labelLimit=240)
    only_now = where("at", "now")
    layers = [
        {
            "transform": where("at", ""),
            "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2.5},
            "encoding": {"x": x, "y": y, "color": colour},
        },
        marker(only_now, x=x),
        {
            "transform": only_now,
            "mark": {"type": "point", "filled": True, "size": 90, "color": ACCENT, "opacity": 1},
            "encoding": {
                "x": x, "y": y,
                "tooltip": [tip("curve"), tip("proposals", "first N"), tip("share", format=".1%")],
            },
        },
    ]  # fmt: skip
    spec = {"title": "Recall of the first N proposals", "height": 250, "layer": layers}
    reading = (
        f"The first {count:,} hit {hits.hit_by(count)} of {hits.objects} at IoU {hits.threshold:.2f} or more: recall "
        f"{recall[count - 1]:.0%}, average recall {average[count - 1]:.0%}."
    )
    alt = "Recall at the threshold and average recall over the number of proposals, with that of the slider marked"
    return Figure(spec, data, alt, reading)


def object_table(hits: Hits, names: Sequence[str], count: int) -> pd.DataFrame:
    """One row an object: its class, the first proposal that hits it (from 1; none: missing), its best IoU.

    Columns: object, first hit by, IoU of the closest among the first N, and among all.
    """
    best = hits.best()
    firsts = [None if first is None else first + 1 for first in hits.first_hit()]
    rows, some = len(names), min(count, hits.proposals) - 1
    return pd.DataFrame(
        {
            "object": list(names),
            "first hit by": pd.array(firsts, dtype="Int64"),
            "best IoU, first N": best[:, some].tolist() if some >= 0 else [math.nan] * rows,
            "best IoU, all": best[:, -1].tolist() if some >= 0 else [math.nan] * rows,
        }
    )
