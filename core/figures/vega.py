"""Words for Vega-Lite (https://vega.github.io/vega-lite/docs/): axes of numbers, colours of names, filters, lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from core.figures.style import ACCENT, MUTED

Part = dict[str, Any]
"""A part of a specification."""


def number(
    field: str = "",
    title: str | None = "",
    *,
    domain: Sequence[float] | None = None,
    log: bool = False,
    format: str = "",
    ticks: int | None = None,
    scale: Part | None = None,
    axis: Part | Literal[False] | None = None,
    **more: Any,
) -> Part:
    """A channel of numbers, an axis mostly.

    Args:
        field: column of the data; "" where the layer says it.
        title: of the axis; None for none, "" for the field's name.
        domain: from where to where, exactly.
        log: logarithmic.
        format: of its numbers (https://d3js.org/d3-format).
        ticks: about how many.
        scale: more of the scale.
        axis: more of the axis; False: none is drawn.
        more: of the channel.
    """
    channel: Part = {"field": field} if field else {}
    channel["type"] = "quantitative"
    if title != "":
        channel["title"] = title
    scales: Part = {"type": "log"} if log else {}
    if domain is not None:
        scales["domain"] = list(domain)
    if log or domain is not None:
        scales["nice"] = False
    axes: Part = {name: value for name, value in (("format", format), ("tickCount", ticks)) if value}
    if scales or scale:
        channel["scale"] = {**scales, **(scale or {})}
    if axis is False:
        channel["axis"] = None
    elif axes or axis:
        channel["axis"] = {**axes, **(axis or {})}
    return {**channel, **more}


def colours(field: str, names: Iterable[str], palette: Iterable[Any], legend: str | None = "top", **more: Any) -> Part:
    """The colours of names.

    Args:
        field: column of the data.
        names: in the order of the legend.
        palette: a colour for each; for other channels than colours, what they have.
        legend: where it stands; None: nowhere.
        more: of the legend.
    """
    described = None if legend is None else {"title": None, "orient": legend, **more}
    scale = {"domain": list(names), "range": list(palette)}
    return {"field": field, "type": "nominal", "scale": scale, "legend": described}


def where(field: str, value: object) -> list[Part]:
    """A layer's `transform`: only rows with this value."""
    return [{"filter": f"datum[{json.dumps(field)}] === {json.dumps(value)}"}]


def unless(field: str, value: object) -> list[Part]:
    """A layer's `transform`: all rows but those with this value."""
    return [{"filter": f"datum[{json.dumps(field)}] !== {json.dumps(value)}"}]


def only(field: str) -> list[Part]:
    """A layer's `transform`: rows where it is true."""
    return [{"filter": f"datum[{json.dumps(field)}]"}]


def tip(field: str, title: str = "", format: str = "") -> Part:
    """A line of what pointing at a mark shows."""
    return {"field": field, **({"title": title} if title else {}), **({"format": format} if format else {})}


def marker(transform: list[Part], **encoding: Part) -> Part:
    """A layer: the line of the thing that is being changed."""
    mark = {"type": "rule", "color": ACCENT, "strokeWidth": 2, "aria": False}
    return {"transform": transform, "mark": mark, "encoding": encoding}


def dashed(values: Sequence[Part], **encoding: Part) -> Part:
    """A layer: dashed lines for what needs no network; `values` are its rows."""
    mark = {"type": "rule", "color": MUTED, "strokeDash": [5, 4], "aria": False}
    return {"data": {"values": list(values)}, "mark": mark, "encoding": encoding}
