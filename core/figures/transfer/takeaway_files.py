"""Figures as files, drawn without a browser and without a network (https://github.com/vega/vl-convert)."""

from __future__ import annotations

import json
from typing import Any

import vl_convert

from core.figures.figure import Figure

WIDTH = 560
"""Of a figure that has no width of its own, pixels."""
SCALE = 2.0
"""Pixels of a PNG for each of the figure's: sharp in print, too."""
_CONFIG = {"background": "white", "padding": 12, "title": {"fontSize": 15, "anchor": "start"}}


def _whole(figure: Figure) -> dict[str, Any]:
    """The specification with its data and a width."""
    # NaN and infinite numbers become null, which Vega leaves out
    rows = json.loads(figure.data.to_json(orient="records"))
    return {"width": WIDTH, **figure.spec, "data": {"values": rows}, "description": figure.alt}


def to_png(figure: Figure) -> bytes:
    """On white; letters that no font of this machine has come out as boxes, not so in the SVG."""
    return vl_convert.vegalite_to_png(_whole(figure), scale=SCALE, config=_CONFIG, allowed_base_urls=[])


def to_svg(figure: Figure) -> str:
    """On white; text stays text."""
    return vl_convert.vegalite_to_svg(_whole(figure), config=_CONFIG, allowed_base_urls=[])
