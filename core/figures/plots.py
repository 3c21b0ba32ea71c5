"""Charts that are drawn once for a button, an upload or a data set, with Plotly: to hover over, zoom into and download.

A chart that a slider, a threshold or a timer moves is Vega-Lite (`core.figures.figure`), which swaps its rows in place;
Streamlit gives a changed Plotly chart a new identity, and its place is blank for some 300 ms. Only the figure modules
of such charts import this one: Plotly takes a moment to import, and start-up and home do without.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

from core.figures.figure import Plot
from core.figures.style import MUTED, OKABE_ITO, SMALLEST

__all__ = ["LOOK", "NAMES", "SHARES", "Plot", "axis", "chart", "from_lowest", "level", "names_axis", "plain"]

LETTERS: Mapping[str, Any] = MappingProxyType({"size": SMALLEST})
_AXIS: Mapping[str, Any] = MappingProxyType(
    {"automargin": True, "zeroline": False, "nticks": 6, "tickfont": LETTERS, "title": {"standoff": 8}}
)
LOOK: Mapping[str, Any] = MappingProxyType(
    {
        "colorway": OKABE_ITO,
        "font": LETTERS,
        "margin": {"l": 8, "r": 12, "t": 40, "b": 8},
        "title": {
            "x": 0, "xanchor": "left", "y": 1, "yanchor": "top", "pad": {"t": 8},
            "font": {"size": SMALLEST + 2},
        },
        "showlegend": False,
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal", "font": LETTERS},
        "hovermode": "closest",
        "hoverlabel": {"font": {"size": SMALLEST}},
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "dragmode": "zoom",
        "uirevision": "kept",
    }
)  # fmt: skip
"""Layout of every settled chart, each its own copy: Streamlit's theme, which gives fonts, grid and background for light
and dark, replaces what a template says (seen in 1.67)."""
NAMES: Mapping[str, Any] = MappingProxyType({"autorange": "reversed", "type": "category", "dtick": 1, "nticks": 0})
"""An axis of names, the first on top, each of them written."""
SHARES: Mapping[str, Any] = MappingProxyType({"range": [0, 1.02], "tickformat": ".0%"})
"""An axis of shares, from 0 to 100 %."""


def chart(title: str, *traces: Any, x: Any = None, y: Any = None, alt: str, reading: str = "", **layout: Any) -> Plot:
    """Traces on one pair of axes, in the look of all charts.

    Args:
        title: says what the chart shows.
        traces: Plotly's.
        x: the axis to the right: its title, or Plotly's description of it.
        y: the axis upwards.
        alt: see `Plot`.
        reading: likewise.
        layout: more of Plotly's layout.
    """
    axes = {
        name: axis(described) if isinstance(described, str) else dict(described or {})
        for name, described in (("xaxis", x), ("yaxis", y))
    }
    if layout.get("showlegend"):  # it stands between the title and the plot
        layout.setdefault("margin", {"l": 8, "r": 12, "t": 72, "b": 8})
    figure = go.Figure(list(traces), _merged(LOOK, {"title": {"text": title}, **axes, **layout}))
    figure.update_traces({"textfont": dict(LETTERS)})
    return Plot(figure, alt, reading)


def plain(name: str) -> str:
    """A name that somebody else gave, as Plotly shows it: tags are no tags and dollars no formula."""
    return escape(name, quote=False).replace("$", "&#36;")


def names_axis(names: Sequence[str], longest: int = 28) -> dict[str, Any]:
    """An axis of names that somebody else gave, the first on top; bars stand at 0, 1 and so on."""
    short = [name if len(name) <= longest else f"{name[: longest - 1]}…" for name in names]
    places = list(range(len(names)))
    return {"autorange": "reversed", "tickmode": "array", "tickvals": places, "ticktext": [plain(n) for n in short]}


def level(value: float, says: str, *, upright: bool = False) -> dict[str, Any]:
    """A dashed line for what needs no network, as one of Plotly's shapes, with its words at its end.

    Args:
        value: where it lies.
        says: what it is.
        upright: the axis of values runs to the right.
    """
    ends = {"x0": value, "x1": value, "y0": 0, "y1": 1, "yref": "y domain"}
    if not upright:
        ends = {"y0": value, "y1": value, "x0": 0, "x1": 1, "xref": "x domain"}
    label = {"text": says, "textposition": "end" if upright else "start", "font": dict(LETTERS)}
    return {"type": "line", **ends, "line": {"dash": "dash", "color": MUTED, "width": 2}, "label": label}


def axis(title: str, **more: Any) -> dict[str, Any]:
    """An axis with a title."""
    return {"title": {"text": title, "font": dict(LETTERS)}, **more}


def from_lowest(shares: Iterable[float]) -> list[float]:
    """Range of an axis of shares that begins a little below the lowest: lines, unlike bars, need not stand on 0."""
    lowest = min(shares, default=0.0)
    return [max(0.0, math.floor(lowest * 10 - 0.5) / 10), 1.02]


def _merged(look: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A layout as dictionaries, which Plotly wants: the look, and what a chart says itself instead or besides."""
    plain = {name: _merged(part, {}) if isinstance(part, Mapping) else part for name, part in look.items()}
    for name, part in own.items():
        known = plain.get(name)
        plain[name] = _merged(known or {}, part) if isinstance(part, Mapping) else part
    return plain
