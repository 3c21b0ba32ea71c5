"""Settled charts: their look, and what strangers' names become on them."""

from __future__ import annotations

import pytest

from core.figures.plots import chart, level, names_axis, plain
from core.figures.style import SMALLEST


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("cat", "cat"),
        ("chó & mèo", "chó &amp; mèo"),
        ('<a href="https://evil.example">cat</a>', '&lt;a href="https://evil.example"&gt;cat&lt;/a&gt;'),
        ("a<br>b", "a&lt;br&gt;b"),
        ("$x^2$", "&#36;x^2&#36;"),
    ],
)
def test_a_stranger_s_name_is_no_markup(name: str, shown: str) -> None:
    assert plain(name) == shown


def test_names_on_an_axis_stay_apart_however_alike_they_begin() -> None:
    names = [f"{'very long ' * 9}{number}" for number in range(3)]
    axis = names_axis(names)
    assert axis["tickvals"] == [0, 1, 2]
    assert all(len(text) == 28 for text in axis["ticktext"])


def test_every_chart_says_its_letters_itself() -> None:
    layout = chart("Title", x="seconds", y="accuracy", alt="Nothing", shapes=[level(0.5, "chance")]).plot.layout
    sizes = [layout.xaxis.tickfont.size, layout.yaxis.tickfont.size, layout.legend.font.size, layout.title.font.size]
    assert min(sizes) >= SMALLEST
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("seconds", "accuracy")
