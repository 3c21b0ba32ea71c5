"""Draws charts; run as a process of its own by `core.figures.transfer.takeaway_files`.

Reads JSON from the input: {name: Vega-Lite specification}. Writes JSON: {name: [PNG in base64, SVG]}.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

import vl_convert

SCALE = 2.0
"""Pixels of a PNG for each of the chart's: sharp in print, too."""
CONFIG = {"background": "white", "title": {"fontSize": 15, "anchor": "start"}}


def draw(spec: dict[str, Any]) -> tuple[str, str]:
    """PNG in base64 and SVG, on white; data from elsewhere is refused."""
    spec = {**spec, "padding": 12}
    png = vl_convert.vegalite_to_png(spec, scale=SCALE, config=CONFIG, allowed_base_urls=[])
    return base64.b64encode(png).decode(), vl_convert.vegalite_to_svg(spec, config=CONFIG, allowed_base_urls=[])


def main() -> None:
    """From the input to the output."""
    json.dump({name: draw(spec) for name, spec in json.load(sys.stdin).items()}, sys.stdout)


if __name__ == "__main__":
    main()
