"""How the text of every chart looks: large enough for the last row of a lecture hall, and dark enough on both themes.

No one colour has a contrast of 4.5 : 1 both to a light and to a dark background, so that a chart's text asks which one
it stands on: Vega knows it as the signal `background`, which Streamlit sets to the theme's and a report to white.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
"""Colours that colour-blind readers can tell apart (https://jfly.uni-koeln.de/color/), black left to text."""

ACCENT = "#D55E00"
"""The colour of the thing that is being changed."""

MUTED = "#8A94A0"
"""A bar or a line that is there but not meant; seen on both themes, but too faint for text."""

SMALLEST = 14
"""Size of the smallest text of charts and drawings, CSS pixels as shown."""

CONTRAST = 4.5
"""Least contrast of text to what is behind it (https://www.w3.org/TR/WCAG22/#contrast-minimum)."""

LIGHT, DARK = "#FCFCFA", "#10161E"
"""Backgrounds of the themes, as in `.streamlit/config.toml`."""


def by_theme(light: str, dark: str) -> dict[str, str]:
    """A colour for a mark or an axis: the first on a light background, the second on a dark one."""
    return {"expr": f"luminance(background) < 0.5 ? '{dark}' : '{light}'"}


INKS = ("#0A121C", "#E8EDF2")
"""The themes' own colours of text, on a light and on a dark background."""

QUIET_INKS = ("#414C59", "#BCC5CE")
"""Text that says how to read a chart: axes, legends, what is there but not meant."""

ACCENT_INKS = ("#B8430A", "#FF8A4C")
"""Text about the thing that is being changed."""

RIGHT_INKS = ("#00714F", "#2CC295")
"""Text about what is right."""

INK, QUIET, ACCENT_INK, RIGHT_INK = (by_theme(*pair) for pair in (INKS, QUIET_INKS, ACCENT_INKS, RIGHT_INKS))

_LABELS = {"labelFontSize": SMALLEST, "labelColor": QUIET, "titleFontSize": SMALLEST, "titleColor": QUIET}
CONFIG: Mapping[str, Any] = MappingProxyType(
    {
        # what larger letters need is taken from the space that Streamlit leaves around them
        "title": {"offset": 14},
        "axisBand": {"labelFlush": False},  # or the first and the last name stand beside their bars
        "axis": {**_LABELS, "labelPadding": 8, "titlePadding": 10, "labelLimit": 140},
        "legend": {**_LABELS, "labelPadding": 8},
        "header": _LABELS,
        "text": {"fontSize": SMALLEST, "color": INK},
    }
)
"""Vega-Lite's configuration of every chart (https://vega.github.io/vega-lite/docs/config.html); what is not said here
is Streamlit's."""


PADDING: Mapping[str, int] = MappingProxyType({"left": 2, "top": 2, "right": 12, "bottom": 12})
"""Pixels around a chart: half of a last number on an axis reaches beyond it."""


def dressed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A specification with this configuration and padding; what it says itself counts."""
    own = spec.get("config", {})
    merged = {name: {**CONFIG.get(name, {}), **own.get(name, {})} for name in (*CONFIG, *own)}
    return {"padding": dict(PADDING), **spec, "config": merged}
