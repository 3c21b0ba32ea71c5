"""How the receptive field grows from layer to layer."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.vega import number, only, unless, where

_THEORY, _ESTIMATE = "theoretical: r", "Gaussian estimate of the effective: 4σ"
_SIDE = "side"


@dataclass(frozen=True)
class Point:
    """One layer of the chart: its number, what it is called, r along the width and σ, None where unknown."""

    number: int
    name: str
    size: float
    sigma: float | None = None


def field_chart(points: list[Point], chosen: int, side: int) -> Figure:
    """The field's size over the layers, with the picture's side as a line.

    Args:
        points: layer by layer.
        chosen: number of the one looked through.
        side: of the picture, pixels.
    """
    rows = [(point.number, point.name, _THEORY, point.size) for point in points]
    rows += [
        (point.number, point.name, _ESTIMATE, min(4 * point.sigma, point.size))
        for point in points
        if point.sigma is not None
    ]
    rows.append((points[0].number, f"the picture: {side:,} pixels", _SIDE, side))
    data = pd.DataFrame(rows, columns=["number", "layer", "what", "size"])
    data["chosen"] = (data["number"] == chosen) & (data["what"] == _THEORY)
    kinds = [_THEORY, *([_ESTIMATE] if any(point.sigma is not None for point in points) else [])]
    x = number("number", "layer", format="d", axis={"tickMinStep": 1})
    y = number("size", "pixels along the width")
    colour = {
        "field": "what",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": kinds, "range": [OKABE_ITO[4], OKABE_ITO[2]][: len(kinds)]},
        "legend": {"title": None, "orient": "top", "direction": "vertical", "labelLimit": 300},
    }
    tips = [{"field": "layer"}, {"field": "what"}, {"field": "size", "format": ",.3~f", "title": "pixels"}]
    picture, fields = where("what", _SIDE), unless("what", _SIDE)
    spec = {
        "title": "Receptive field over the layers",
        "height": 330,
        "layer": [
            {
                "transform": picture,
                "mark": {"type": "rule", "aria": False, "color": MUTED, "strokeDash": [6, 4]},
                "encoding": {"y": y},
            },
            {
                "transform": picture,
                "mark": {"type": "text", "aria": False, "align": "left", "baseline": "bottom", "dx": 4},
                "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "layer"}},
            },
            {
                "transform": fields,
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {"x": x, "y": y, "color": colour},
            },
            {
                "transform": fields,
                "mark": {"type": "point", "filled": True, "size": 35, "opacity": 1},
                "encoding": {"x": x, "y": y, "color": colour, "tooltip": tips},
            },
            {
                "transform": only("chosen"),
                "mark": {"type": "point", "filled": True, "size": 170, "opacity": 1, "color": ACCENT},
                "encoding": {"x": x, "y": y, "tooltip": tips},
            },
        ],
    }
    here = next((point for point in points if point.number == chosen), points[-1])
    grown = f"from {points[0].size:,.4g} pixels behind layer {points[0].number} to {points[-1].size:,.4g} at the end"
    reading = f"It grows {grown}; {here.size:,.4g} at the chosen one, {here.name}."
    alt = "Receptive field over the layers, in pixels along the width, with the chosen layer and the picture's side"
    return Figure(spec, data, alt, reading)
