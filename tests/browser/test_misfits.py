"""What tells that a page does not fit is told itself what does not: on pages made for it, without a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import MISFITS

FRAME = """<!doctype html><style>body {{ margin: 0; font: 16px/20px sans-serif }} p {{ margin: 0 }}</style>
<div data-testid="stMain" style="overflow: auto; height: 500px">{}</div>"""
AT = "position: absolute; white-space: nowrap; left: {}px; top: {}px"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 600, "height": 500})
    yield page
    page.close()


def misfits(page: Page, body: str) -> list[str]:
    page.set_content(FRAME.format(body))
    page.evaluate(MISFITS.read_text(encoding="utf-8"))
    return list(page.evaluate("() => window.misfits()"))


def put(text: str, left: int, top: int) -> str:
    return f'<p style="{AT.format(left, top)}">{text}</p>'


FITS = {
    "one below the other": "<p>first</p><p>second</p>",
    "close together": put("first", 10, 10) + put("second", 10, 27),
    "a wide table in a frame of its own": '<div style="overflow-x: auto"><p style="width: 900px">wide</p></div>',
    "totals that stay in sight": '<div style="overflow-x: auto; width: 100px; position: relative"><table><tr>'
    '<td style="min-width: 90px">one</td><td style="min-width: 90px">two</td><td style="position: sticky; right: 0; '
    'background: #fff">total</td></tr></table></div>',
    "words for screen readers": put("shown", 10, 10)
    + '<p style="position: absolute; left: 10px; top: 10px; width: 1px; height: 1px; overflow: hidden">said</p>',
    "what is hidden": put("shown", 10, 10) + f'<p hidden style="{AT.format(10, 10)}; display: none">hidden</p>',
    "what is scrolled down to": '<p style="margin-top: 900px">below</p>',
}
DOES_NOT = {
    "two texts on one another": (put("first", 10, 10) + put("second", 20, 14), ["“first” lies on “second”"]),
    "a total on a column": (
        '<div style="width: 70px; position: relative"><p>column</p>'
        '<p style="position: absolute; right: 0; top: 0">total</p></div>',
        ["“column” lies on “total”"],
    ),
    "a word that is shortened": (
        '<p style="width: 40px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap">shortened</p>',
        ["cut off: “shortened”"],
    ),
    "a title that leaves its picture": (
        '<svg width="60" height="40"><text x="0" y="20">far too long</text></svg>',
        ["cut off: “far too long”"],
    ),
    "a page that is too wide": ('<p style="width: 900px">wide</p>', ["the page scrolls sideways: 900 in 600 px"]),
    "in the shadow of a component": (
        '<div><template shadowrootmode="open"><svg width="200" height="60"><text x="5" y="30">one</text>'
        '<text x="10" y="32">two</text></svg></template></div>',
        ["“one” lies on “two”"],
    ),
}


@pytest.mark.parametrize("body", FITS.values(), ids=FITS)
def test_nothing_is_said_of_what_fits(page: Page, body: str) -> None:
    assert misfits(page, body) == []


@pytest.mark.parametrize(("body", "said"), DOES_NOT.values(), ids=DOES_NOT)
def test_what_does_not_fit_is_named(page: Page, body: str, said: list[str]) -> None:
    assert misfits(page, body) == said


def test_a_slider_far_from_its_picture_is_named(page: Page) -> None:
    slider = '<div data-testid="stSlider" style="margin-top: {}px">Threshold</div>'
    picture = '<div data-testid="stImage" style="height: 200px"></div>'
    misfits(page, picture + slider.format(250))
    assert page.evaluate("() => window.alone()") == []
    misfits(page, picture + slider.format(400))
    assert page.evaluate("() => window.alone()") == ["a screen away from every picture: “Threshold”"]
