"""The freeze inspector: what changed and what did not, layer by layer, as charts and as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any

import pandas as pd

from core.figures.figure import MUTED, OKABE_ITO, Figure
from core.figures.words import counted
from core.transfer.training.run import LayerChange

FROZEN, TRAINED = "frozen", "trained"
_COLOURS = {FROZEN: OKABE_ITO[4], TRAINED: OKABE_ITO[5]}
_SHAPES = {FROZEN: "circle", TRAINED: "triangle-up"}
_CEILING = 100.0  # what the axis shows for anything above it, infinity too
_NARROWEST = 0.05  # share of all layers that a group needs to have room for its name


class What(StrEnum):
    """What may change in a layer."""

    WEIGHTS = "weights"
    STATISTICS = "statistics"


def chart(weight_change: Sequence[LayerChange], what: What) -> Figure:
    """How far each layer went from where it began, coloured by whether its group learned.

    Args:
        weight_change: of all layers in forward order; both charts of a run have the same axis.
        what: its weights, or the means and variances of batch normalisation.
    """
    weights = what is What.WEIGHTS
    rows = [
        {
            "layer": place,
            "name": layer.name,
            "group": layer.group,
            "kind": layer.kind,
            "change": min(layer.moved if weights else layer.drifted, _CEILING),
            "said": amount(layer.moved if weights else layer.drifted),
            "learned": TRAINED if layer.trained else FROZEN,
        }
        for place, layer in enumerate(weight_change, start=1)
        if (layer.weights if weights else layer.statistics)
    ]
    data = pd.DataFrame(rows, columns=["layer", "name", "group", "kind", "change", "said", "learned"])
    largest = max([*(layer.moved for layer in weight_change), *(layer.drifted for layer in weight_change), 0.01])
    top = min(10.0 ** math.ceil(math.log10(largest)), _CEILING) if math.isfinite(largest) else _CEILING
    spec = {
        "title": "How much weights changed" if weights else "How much BatchNorm statistics drifted",
        "height": 320 if weights else 260,
        "layer": [*_groups(weight_change), *_lollipops(len(weight_change), top)],
    }
    word = "weights changed" if weights else "statistics drifted"
    changed = {which: int(((data["learned"] == which) & (data["change"] > 0)).sum()) for which in (FROZEN, TRAINED)}
    alt = (
        f"Of {counted(len(data), 'layer')} with {what}, {word} in {changed[TRAINED]:,} trained and "
        f"{changed[FROZEN]:,} frozen"
    )
    return Figure(spec, data, alt)


def _lollipops(last: int, top: float) -> list[dict[str, Any]]:
    x = {
        "field": "layer",
        "type": "quantitative",
        "scale": {"domain": [0.5, last + 0.5], "nice": False},
        "title": "layer, in forward order",
        "axis": {"grid": False, "tickMinStep": 1, "format": "d"},
    }
    y = {
        "field": "change",
        "type": "quantitative",
        # logarithmic down to 1e-4 and linear below it, since what is bit-identical lies at 0
        "scale": {"type": "symlog", "constant": 1e-4, "domain": [0, top], "nice": False, "clamp": True},
        "axis": {"values": [0, *(10.0**power for power in range(-4, 3) if 10.0**power <= top)], "format": "~g"},
        "title": "relative change",
    }
    colour = {
        "field": "learned",
        "type": "nominal",
        "scale": {"domain": list(_COLOURS), "range": list(_COLOURS.values())},
        "legend": {"title": None, "orient": "right"},
    }
    shape = {**colour, "scale": {"domain": list(_SHAPES), "range": list(_SHAPES.values())}}
    tips = [
        {"field": "name", "title": "layer"},
        {"field": "kind"},
        {"field": "group"},
        {"field": "said", "title": "change"},
        {"field": "learned", "title": "its group was"},
    ]
    return [
        {
            "mark": {"type": "rule", "strokeWidth": 1.5, "aria": False},
            "encoding": {"x": x, "y": y, "y2": {"datum": 0}, "color": colour, "tooltip": tips},
        },
        {
            "mark": {"type": "point", "filled": True, "opacity": 1, "size": 30},
            "encoding": {"x": x, "y": y, "color": colour, "shape": shape, "tooltip": tips},
        },
    ]


def _groups(weight_change: Sequence[LayerChange]) -> list[dict[str, Any]]:
    """Names of the groups above their layers, and a line between two of them."""
    spans, place = [], 0
    for group, layers in groupby(weight_change, key=lambda layer: layer.group):
        count = len(list(layers))
        spans.append({"group": group, "from": place + 0.5, "middle": place + 0.5 + count / 2, "count": count})
        place += count
    wide = [span for span in spans if span["count"] >= _NARROWEST * place]  # the others' would lie on each other
    return [
        {
            "data": {"values": spans[1:]},
            "mark": {"type": "rule", "color": MUTED, "opacity": 0.5, "strokeDash": [2, 3], "aria": False},
            "encoding": {"x": {"field": "from", "type": "quantitative"}},
        },
        {
            "data": {"values": wide},
            "mark": {"type": "text", "y": -6, "aria": False},
            "encoding": {"x": {"field": "middle", "type": "quantitative"}, "text": {"field": "group"}},
        },
    ]


def amount(change: float) -> str:
    """A relative change in words."""
    if change == 0:
        return "0, bit-identical"
    return "it began at 0" if math.isinf(change) else f"{change:.3g}"


def table(weight_change: Sequence[LayerChange]) -> pd.DataFrame:
    """One row a layer."""
    return pd.DataFrame(
        [
            {
                "layer": layer.name,
                "group": layer.group,
                "kind": layer.kind,
                "learned": layer.trained,
                "weights": layer.weights,
                "weights moved": layer.moved if layer.weights else None,
                "statistics": layer.statistics,
                "statistics drifted": layer.drifted if layer.statistics else None,
                "bit-identical": layer.identical,
            }
            for layer in weight_change
        ]
    )
