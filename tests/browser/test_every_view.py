"""What holds for every section of every page: accessible and readable in both themes, on a phone, zoomed in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import grave
from tests.browser.conftest import Visit, expect_theme, ready, settle
from tests.browser.pages import FEW, VIEWS
from tests.browser.texts import shrunk, texts, unreadable

PHONE = {"width": 390, "height": 844}
ZOOM = 1.25
ZOOMED = {"width": round(1366 / ZOOM), "height": round(768 / ZOOM)}
"""CSS pixels of a laptop's window after the browser was told to zoom in."""


def check_phone(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("name", VIEWS)
def test_accessible_and_readable_in_both_themes_and_on_a_phone(visit: Visit, name: str) -> None:
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
    wide = texts(page)
    page.set_viewport_size(ZOOMED)
    settle(page)
    zoomed = texts(page)
    page.set_viewport_size(PHONE)
    settle(page)
    check_phone(page)
    hard |= {"dark": unreadable(wide), "zoomed in": unreadable(zoomed), "a phone": unreadable(texts(page))}
    hard["smaller than before zooming in"] = shrunk(wide, zoomed, ZOOM)
    assert not {where: found for where, found in hard.items() if found}


@pytest.mark.parametrize("page_name", sorted({view.page for view in VIEWS.values()}))
def test_a_phone_that_comes_in_dark(visit: Visit, page_name: str) -> None:
    """Not turned to it later: the sidebar begins closed there, and the theme is that of the first drawing."""
    page = visit(VIEWS[page_name].link(), scheme="dark", **PHONE)
    expect_theme(page, "dark")
    check_phone(page)
