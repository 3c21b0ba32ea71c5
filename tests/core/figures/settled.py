"""What every settled chart has to fulfil."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from core.figures.figure import Plot
from core.figures.style import SMALLEST


def sound(plot: Plot) -> dict[str, Any]:
    """A title, axes that say what they show, letters large enough, numbers that JSON has, words for the blind.

    Returns:
        the figure as the browser gets it.
    """
    figure: dict[str, Any] = json.loads(plot.plot.to_json())
    layout = figure["layout"]
    assert layout["title"]["text"]
    assert plot.alt
    assert layout["height"] >= 120
    axes = [layout["xaxis"], layout["yaxis"]]
    names = [axis for axis in axes if not axis.get("title", {}).get("text")]
    assert len(names) <= 1, "only an axis of names may go without a title"
    assert all(size >= SMALLEST for size in _sizes(layout))
    for trace in figure["data"]:
        if trace.get("hoverinfo") != "skip":
            assert trace["hovertemplate"]
        for direction in ("x", "y"):
            assert not any(isinstance(value, float) and math.isnan(value) for value in numbers(trace, direction))
    if sum(bool(trace.get("name")) for trace in figure["data"]) > 1:
        assert layout["showlegend"]
    return figure


def numbers(trace: dict[str, Any], direction: str) -> list[Any]:
    """The values of a trace along an axis; Plotly packs arrays of numbers."""
    values = trace.get(direction, [])
    if isinstance(values, dict):
        import base64

        import numpy as np

        return np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"]).tolist()
    return list(values)


def _sizes(node: object) -> Iterator[float]:
    """Sizes of letters anywhere in a layout."""
    if isinstance(node, dict):
        if isinstance(node.get("font"), dict) and "size" in node["font"]:
            yield node["font"]["size"]
        for value in node.values():
            yield from _sizes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _sizes(value)
