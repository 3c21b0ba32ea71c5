"""What the texts of charts and drawings look like to somebody in the last row: `texts.js` measures, here is judged.

Sizes and contrasts are those that a page shows now, at its width and in its theme. What lies behind a text is the
topmost opaque paint of its own chart or drawing, else the page. Over a photograph a text needs a plate of its own (as
the labels of boxes have) or a stroke around its letters: a photograph alone counts as no contrast at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from playwright.sync_api import Page

from core.figures.style import CONTRAST, SMALLEST

SCRIPT = (Path(__file__).parent / "texts.js").read_text(encoding="utf-8")
ROUNDING = 0.05
"""Pixels of a size, and points of a contrast, that a browser's rounding may cost."""

EXEMPT: Mapping[str, str] = MappingProxyType({})
"""Key of a component, or title of a chart -> why its texts need not be read by all.

Equations (KaTeX) and tables that Streamlit draws are neither charts nor drawings and are not measured; buttons that can
not be pressed now may be faint (https://www.w3.org/TR/WCAG22/#contrast-minimum).
"""


@dataclass(frozen=True)
class Text:
    """One text as it is shown.

    Attributes:
        drawing: key of the component, or title of the chart.
        text: its words.
        size: CSS pixels.
        contrast: to what is behind it, 1 to 21.
        disabled: whether it belongs to a control that can not be used now.
    """

    drawing: str
    text: str
    size: float
    contrast: float
    disabled: bool


def texts(page: Page) -> list[Text]:
    """Every text of the charts and drawings on a page, in the page's order."""
    page.evaluate(f"() => {{ if (!window.texts) {{ {SCRIPT} }} }}")
    return [
        Text(drawing["name"], text["text"], text["size"], text["contrast"], text["disabled"])
        for drawing in page.evaluate("() => window.texts()")
        for text in drawing["texts"]
    ]


def unreadable(shown: Sequence[Text]) -> list[str]:
    """Those that are too small or too faint, one line each."""
    judged = [text for text in shown if text.drawing not in EXEMPT]
    small = [f"{text.size:.1f} px" if text.size < SMALLEST - ROUNDING else "" for text in judged]
    faint = [
        f"{text.contrast:.2f} : 1" if text.contrast < CONTRAST - ROUNDING and not text.disabled else ""
        for text in judged
    ]
    return [
        f"{text.drawing}: {text.text!r} has {' and '.join(filter(None, wrong))}"
        for text, *wrong in zip(judged, small, faint, strict=True)
        if any(wrong)
    ]


def shrunk(before: Sequence[Text], after: Sequence[Text], zoom: float) -> list[str]:
    """Words that are smaller to the eye after the browser zoomed in.

    Args:
        before: in a window of full width.
        after: in one narrower by the zoom.
        zoom: above 1.
    """
    old, new = _sizes(before), _sizes(after)
    return [
        f"{name}: {word!r} had {old[name, word]:.1f} px and has {zoom:.3g} x {new[name, word]:.1f} px"
        for name, word in sorted(old.keys() & new.keys())
        if zoom * new[name, word] < old[name, word] - ROUNDING
    ]


def _sizes(shown: Sequence[Text]) -> dict[tuple[str, str], float]:
    """Drawing and word -> CSS pixels, of the smallest where it stands there more than once."""
    return {(text.drawing, text.text): text.size for text in sorted(shown, key=lambda text: -text.size)}
