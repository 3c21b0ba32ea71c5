"""The book of links: what counts as a difference, what a change on purpose may say, and the order of its files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.links.book import RECORDED, Link, differences, expected, recorded, tidy
from tests.links.view import Control, View, parts, url

VIEW = View(
    controls={
        "size": Control("number_input", "5", "3", ()),
        "classes": Control("multiselect", ["a", "b", "c"], [], ("a", "b", "c")),
    },
    others={"picture": "cat"},
    metrics=[("Parameters", "10"), ("Depth", "2"), ("Parameters", "30")],
    texts=["Take away", "The kernel is 5 × 5."],
    formulas=[r"\mathbf{0.5}"],
    code=["a = 1"],
    tables=[[";name;count", "0;cat;3"]],
    pictures=['{"text": "76.2%"}'],
)
SHOWN = {
    "metrics": {"Depth": "2", "Parameters": ["10", "30"]},
    "controls": {"size": "5", "classes": ["a", "b", "c"], "picture": "cat"},
    "says": ["5 × 5"],
    "never_says": ["6 × 6"],
    "formulas": ["0.5"],
    "code": ["a = 1"],
    "rows": ["cat;3"],
    "draws": ["76.2%"],
}
BARE = Link("as it opens", "conv_calculator", {"conv_section": ["Step by step"]}, {"metrics": {"Steps": "16"}})
CHANGE: dict[str, Any] = {
    "link": BARE.id,
    "date": "2027-01-31",
    "why": "A larger input.",
    "old": {"metrics": {"Steps": "16"}},
    "new": {"metrics": {"Steps": "25"}},
}


def test_the_same_view() -> None:
    assert not differences(SHOWN, VIEW)
    assert not differences({"controls": {"classes": 3}, "metrics": {"Parameters": "10"}}, VIEW), "how many, the first"


@pytest.mark.parametrize(
    "shows",
    [
        {"metrics": {"Depth": "3"}},
        {"metrics": {"Width": "2"}},
        {"metrics": {"Parameters": ["10"]}},
        {"controls": {"size": "3"}},
        {"controls": {"classes": ["a", "b"]}},
        {"controls": {"classes": 2}},
        {"controls": {"nothing": "5"}},
        {"controls": {"picture": "coffee"}},
        {"says": ["6 × 6"]},
        {"never_says": ["5 × 5"]},
        {"formulas": ["0.6"]},
        {"code": ["a = 2"]},
        {"rows": ["cat;4"]},
        {"draws": ["76.3%"]},
    ],
    ids=str,
)
def test_a_difference_is_said(shows: dict[str, Any]) -> None:
    assert len(differences(shows, VIEW)) == 1


def test_what_was_shown_instead_is_said() -> None:
    (sentence,) = differences({"says": ["kernel is 6 × 6"]}, VIEW)
    assert "kernel is 6 × 6" in sentence
    assert "The kernel is 5 × 5." in sentence


def test_a_page_that_fails_differs() -> None:
    assert differences({}, replace(VIEW, problems=["ValueError"])) == ["the page failed: ValueError"]


def test_links_and_their_parts() -> None:
    query = {"x": ["1 2\n3 4"], "c": ["a", "b"]}
    assert url("conv_calculator", query) == "/conv_calculator?x=1+2%0A3+4&c=a&c=b"
    assert parts(f"http://localhost:8501{url('conv_calculator', query)}") == ("conv_calculator", query)
    assert url("home", {}) == "/"
    assert parts("/") == ("home", {})


def test_without_changes_all_is_as_recorded() -> None:
    assert expected([BARE], []) == [BARE]


def test_a_change_on_purpose_is_what_is_expected_from_then_on() -> None:
    again = {**CHANGE, "old": CHANGE["new"], "new": {"metrics": {"Steps": "36"}}}
    assert expected([BARE], [CHANGE])[0].shows == {"metrics": {"Steps": "25"}}
    assert expected([BARE], [CHANGE, again])[0].shows == {"metrics": {"Steps": "36"}}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"link": "conv_calculator: gone"}, "no recorded link"),
        ({"old": {"metrics": {"Steps": "9"}}}, "old view"),
        ({"new": CHANGE["old"]}, "another view"),
        ({"why": " "}, "a reason"),
        ({"date": ""}, "a date"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_change_that_says_too_little_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        expected([BARE], [{**CHANGE, **change}])


def test_a_link_with_settings_may_not_change() -> None:
    link = replace(BARE, query={**BARE.query, "conv_step_s": ["2"]})
    with pytest.raises(ValueError, match="holds settings"):
        expected([link], [CHANGE])


@pytest.mark.parametrize("page", [path.stem for path in sorted(RECORDED.glob("*.json"))])
def test_files_are_in_order(page: str) -> None:
    text = (RECORDED / f"{page}.json").read_text(encoding="utf-8")
    assert text == tidy(link for link in recorded() if link.page == page), "python -m tests.links.record --tidy"
