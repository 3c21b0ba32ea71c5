"""A chart and what stands below it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.figures.plots import chart
from core.figures.style import CONTRAST, DARK, LIGHT
from core.ui.framework.show import inked
from tests.core.figures.test_style import contrast

SCRIPT = """
import pandas as pd
from core.figures.figure import Figure
from core.ui.framework.show import show

show(Figure({{"mark": "bar"}}, pd.DataFrame({{"x": [1]}}), "Bars", {reading!r}), "chart", {note!r})
"""


@pytest.mark.parametrize(
    ("reading", "note", "captions"),
    [
        ("", "", []),
        ("Class *a*: 3 at 0.5.", "", [r"Class \*a\*\: 3 at 0\.5\."]),
        ("", "Mean **0.4**.", ["Mean **0.4**."]),
        ("3 at 0", "Mean **0.4**.", ["3 at 0 Mean **0.4**."]),
    ],
)
def test_reading_and_note_are_one_caption_in_which_the_reading_is_no_markdown(
    reading: str, note: str, captions: list[str]
) -> None:
    at = AppTest.from_string(SCRIPT.format(reading=reading, note=note)).run()
    assert not at.exception
    assert at.get("vega_lite_chart")[0].proto.alt == "Bars"
    assert [caption.value for caption in at.caption] == captions


@pytest.mark.parametrize("dark", [False, True])
def test_text_of_a_settled_chart_is_readable_on_the_theme_and_the_chart_itself_is_left(dark: bool) -> None:
    plot = chart("Title", x="seconds", y="accuracy", alt="Nothing").plot
    before = plot.to_json()
    shown = inked(plot, dark=dark).layout
    assert plot.to_json() == before
    for font in (shown.font, shown.xaxis.tickfont, shown.yaxis.title.font, shown.title.font, shown.legend.font):
        assert contrast(font.color, DARK if dark else LIGHT) >= CONTRAST
