"""A chart and what stands below it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

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
