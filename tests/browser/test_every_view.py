"""What holds for every section of every page: accessible and readable in both themes, in windows of every width."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as Late

from tests.browser.axe import grave
from tests.browser.conftest import Visit, expect_theme, ready
from tests.browser.pages import FEW, VIEWS
from tests.browser.texts import shrunk, texts, unreadable

PHONE = {"width": 390, "height": 844}
ZOOMS = (1.0, 1.25, 1.5, 2.0)
"""Of a laptop's window of 1366 × 768 pixels: what the browser zooms in by leaves so much fewer CSS pixels."""
OTHERS = ({"width": 1920, "height": 1080}, {"width": 1024, "height": 768}, PHONE)
PATIENCE = 3_000
"""ms in which a page that was given another width finds its place; tables measure themselves a second time."""


def resize(page: Page, size: dict[str, int]) -> None:
    """Give the window another size and wait until all that watches it has followed: it hears of it a frame later."""
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    # most of what a page sends then starts no run, and what starts one does so at once
    page.wait_for_function("() => window.settled(400)", polling=40, timeout=60_000)


def check_phone(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def misfits(page: Page, size: dict[str, int]) -> list[str]:
    """What does not fit in a window of this size, when the page has found its place in it."""
    resize(page, size)
    try:
        page.wait_for_function("() => !window.misfits().length", polling=200, timeout=PATIENCE)
    except Late:
        return list(page.evaluate("() => window.misfits()"))
    return []


@pytest.mark.parametrize("name", VIEWS)
def test_accessible_readable_and_fitting_in_every_window(visit: Visit, name: str) -> None:
    view = VIEWS[name]
    works = view.page == "transfer_learning"  # in the background
    page = visit(view.link(**(FEW if works else {})))
    if works:
        ready(page)
    expect_theme(page, "light")
    assert not grave(page)
    hard = {"light": unreadable(texts(page))}
    page.emulate_media(color_scheme="dark")
    expect_theme(page, "dark")
    assert not grave(page)
    zoomed = {}
    for zoom in ZOOMS:
        size = {"width": round(1366 / zoom), "height": round(768 / zoom)}
        hard[f"does not fit at {zoom:.0%}"] = misfits(page, size)
        zoomed[zoom] = texts(page)
        hard[f"dark, {zoom:.0%}"] = unreadable(zoomed[zoom])
    for before, after in pairwise(ZOOMS):
        hard[f"smaller at {after:.0%}"] = shrunk(zoomed[before], zoomed[after], after / before)
    for size in OTHERS:
        hard[f"does not fit in {size['width']} pixels"] = misfits(page, size)
    check_phone(page)
    hard["a phone"] = unreadable(texts(page)) + list(page.evaluate("() => window.alone()"))
    assert not {where: found for where, found in hard.items() if found}


@pytest.mark.parametrize("page_name", sorted({view.page for view in VIEWS.values()}))
def test_a_phone_that_comes_in_dark(visit: Visit, page_name: str) -> None:
    """Not turned to it later: the sidebar begins closed there, and the theme is that of the first drawing."""
    page = visit(VIEWS[page_name].link(), scheme="dark", **PHONE)
    expect_theme(page, "dark")
    check_phone(page)
