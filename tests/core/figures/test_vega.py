"""Words for Vega-Lite: what they come to, and that figure modules use them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from core.figures.vega import colours, dashed, marker, number, only, tip, unless, where

FIGURES = Path(__file__).parents[3] / "core" / "figures"


def test_a_number_is_a_channel() -> None:
    assert number("loss") == {"field": "loss", "type": "quantitative"}
    assert number("share", "share of all", domain=(0, 1), format=".0%", ticks=5) == {
        "field": "share",
        "type": "quantitative",
        "title": "share of all",
        "scale": {"domain": [0, 1], "nice": False},
        "axis": {"format": ".0%", "tickCount": 5},
    }
    assert number("rate", None, log=True, scale={"clamp": True}) == {
        "field": "rate",
        "type": "quantitative",
        "title": None,
        "scale": {"type": "log", "nice": False, "clamp": True},
    }
    assert number("x", axis=False)["axis"] is None
    assert number(title="score", stack=None) == {"type": "quantitative", "title": "score", "stack": None}


def test_colours_have_a_legend_or_none() -> None:
    shown = colours("part", ("a", "b"), ("#000", "#fff"), columns=2)
    assert shown["scale"] == {"domain": ["a", "b"], "range": ["#000", "#fff"]}
    assert shown["legend"] == {"title": None, "orient": "top", "columns": 2}
    assert colours("part", ("a",), ("#000",), None)["legend"] is None


@pytest.mark.parametrize("value", ["chosen", "it's", 'a "quote"', "chó", 3, True])
def test_rows_are_chosen_by_value(value: object) -> None:
    """Whatever stands in the value is data and no part of the expression."""
    (same,), (other,) = where("what", value), unless("what", value)
    assert same["filter"].startswith('datum["what"] === ')
    assert other["filter"] == same["filter"].replace("===", "!==")
    said = same["filter"].removeprefix('datum["what"] === ').replace("true", "True")
    assert ast.literal_eval(said) == value
    assert only("what") == [{"filter": 'datum["what"]'}]


def test_tips_and_lines() -> None:
    assert tip("f1") == {"field": "f1"}
    assert tip("f1", "F1", ".3f") == {"field": "f1", "title": "F1", "format": ".3f"}
    assert marker(only("here"), x=number("k"))["encoding"] == {"x": number("k")}
    assert dashed([{"y": 1}], y=number("y"))["data"] == {"values": [{"y": 1}]}


def test_figures_say_numbers_with_these_words() -> None:
    written = [
        file.name
        for file in FIGURES.rglob("*.py")
        if file.name != "vega.py" and '"type": "quantitative"' in file.read_text(encoding="utf-8")
    ]
    assert written == ["neighbours_clusters.py"], "one text that is no axis; for the rest there is number()"
