"""Intervals of scores as charts: a forest plot before and after, and widths against the number of samples."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.metrics.whatif import title
from core.figures.vega import number, tip, where
from core.metrics.scores import Array
from core.metrics.whatif.uncertainty import Interval

_NOW, _THEN = "now", "with N samples"
_LINES = ("#0072B2", OKABE_ITO[2], OKABE_ITO[0], OKABE_ITO[6], OKABE_ITO[1])


def samples(n: float) -> str:
    """So many samples, in words."""
    return "1 sample" if round(n) == 1 else f"{n:,.0f} samples"


def forest(before: Sequence[Interval], after: Sequence[Interval], n_before: float, n_after: float) -> Figure:
    """The interval of each score, for the samples there are and below it for another number of them.

    Args:
        before, after: (S,) of the same scores; those without an interval are left out.
        n_before, n_after: samples.
    """
    rows = [
        (title(interval.measure), when, interval.value, interval.low, interval.high, str(interval.method))
        for pair in zip(before, after, strict=True)
        for when, interval in zip((_NOW, _THEN), pair, strict=True)
        if not math.isnan(interval.low)
    ]
    data = pd.DataFrame(rows, columns=["score", "when", "value", "low", "high", "method"])
    data["samples"] = data["when"].map({_NOW: f"{samples(n_before)} (now)", _THEN: samples(n_after)})
    names = [_NOW, _THEN]
    titles = [title(interval.measure) for interval in before]
    y = {
        "field": "score",
        "type": "nominal",
        "sort": titles,
        "title": None,
        "axis": {"labelLimit": 170, "ticks": False, "grid": True, "bandPosition": 0},
    }
    offset = {"field": "when", "type": "nominal", "sort": names, "scale": {"paddingOuter": 0.2}}
    colour = {
        "field": "when",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": names, "range": [MUTED, ACCENT]},
        "legend": {"title": None, "orient": "top", "offset": 6, "padding": 0},
    }
    # from 0, or from the lowest that there is: MCC and κ may be below it
    scale = {"zero": True, "domainMax": 1, "nice": True, "clamp": True}
    x = number(title="score", scale=scale)
    tooltip = [
        {"field": "score", "type": "nominal"},
        {"field": "samples", "type": "nominal"},
        *(tip(name, format=".3f") for name in ("low", "value", "high")),
        {"field": "method", "type": "nominal"},
    ]
    spec = {
        "title": {"text": "Where the scores may lie", "offset": 8},
        "height": {"step": 9},
        "encoding": {"y": y, "yOffset": offset, "color": colour, "tooltip": tooltip},
        "layer": [
            {
                "mark": {"type": "rule", "strokeWidth": 3, "strokeCap": "round", "tooltip": True},
                "encoding": {"x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 40, "opacity": 1},
                "encoding": {"x": {**x, "field": "value"}},
            },
        ],
    }
    alt = f"The interval of each score with the samples there are and, below it, with N samples: {', '.join(titles)}"
    return Figure(spec, data, alt)


def widths(sizes: Array, found: Mapping[str, Array], now: float, chosen: float) -> Figure:
    """Width of intervals against the number of samples, both axes logarithmic, with the line 1/sqrt(N) beside them.

    Args:
        sizes: (K,) numbers of samples.
        found: name -> (K,) widths.
        now, chosen: numbers of samples to mark.
    """
    rows = [
        ("width", name, n, w)
        for name, values in found.items()
        for n, w in zip(sizes.tolist(), values.tolist(), strict=True)
    ]
    rows += [("root", "1/√N", n, w) for n, w in zip(sizes.tolist(), (1 / np.sqrt(sizes)).tolist(), strict=True)]
    rows += [("now", "", now, 1.0), ("chosen", "", chosen, 1.0)]
    data = pd.DataFrame(rows, columns=["kind", "score", "n", "width"]).dropna()
    names = list(found)
    x = number(
        "n",
        "samples N (log)",
        domain=[float(sizes[0]), float(sizes[-1])],
        log=True,
        format="~s",
        axis={"values": [10**power for power in range(1, 7)], "labelOverlap": False},
    )
    y = number(
        "width",
        "width of the interval (log)",
        scale={"type": "log", "domainMax": 1, "clamp": True},
        format="~g",
        ticks=4,
    )
    colour = {
        "field": "score",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": [*names, "1/√N"], "range": [*_LINES[: len(names)], MUTED]},
        "legend": {"title": None, "orient": "bottom", "columns": 3, "labelLimit": 130},
    }
    marks = [
        {
            "transform": where("kind", kind),
            "mark": {"type": "rule", "color": tone, "strokeWidth": 2, "strokeDash": dash, "clip": True, "aria": False},
            "encoding": {"x": x},
        }
        for kind, tone, dash in (("now", MUTED, [4, 4]), ("chosen", ACCENT, [1, 0]))
    ]
    spec = {
        "title": "Four times the samples, half the width",
        "height": 360,
        "layer": [
            *marks,
            {
                "transform": where("kind", "root"),
                "mark": {"type": "line", "strokeDash": [6, 4], "strokeWidth": 2, "clip": True},
                "encoding": {"x": x, "y": y, "color": colour},
            },
            {
                "transform": where("kind", "width"),
                "mark": {"type": "line", "strokeWidth": 2.5, "clip": True},
                "encoding": {"x": x, "y": y, "color": colour},
            },
        ],
    }
    return Figure(
        spec,
        data,
        f"Widths of Wilson intervals from {samples(sizes[0])} to {samples(sizes[-1])} fall nearly as one over the "
        "square root of N; marked are the samples there are and the chosen number of them",
    )
