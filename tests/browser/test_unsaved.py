"""The browser asks before a tab with something to lose is closed or loaded anew, and the page says what is gone."""

from __future__ import annotations

import re

from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import LONG, Visit, ready, settle, upload
from tests.core.transfer.data.made import picture


def reload(page: Page) -> list[str]:
    """Load the page anew as somebody who has touched it; the kinds of dialogs that were asked, and agreed to."""
    page.mouse.click(5, 300)  # Chromium asks nobody who has done nothing
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", agree)
    page.reload()
    page.remove_listener("dialog", agree)
    settle(page)
    return asked


def test_it_asks_while_there_is_something_to_lose_and_says_what_is_gone(visit: Visit) -> None:
    page = visit("/conv_calculator?conv_section=Kernels+on+a+picture")
    line = page.get_by_text("The page was loaded again")
    assert reload(page) == []
    expect(line).to_have_count(0)
    upload(page, "mine.png", picture(0, (64, 48)))
    expect(page.get_by_text("mine.png").first).to_be_visible()
    page.get_by_role("link", name="Metrics explorer").first.click()  # another page of the same visit
    settle(page)
    assert reload(page) == ["beforeunload"]
    expect(line).to_contain_text("your own pictures")
    expect(page).to_have_url(re.compile("metrics_explorer"))
    page.get_by_role("button", name="Close", exact=True).click()
    settle(page)
    expect(line).to_have_count(0)
    assert reload(page) == [], "nothing is at stake any more"
    expect(line).to_have_count(0)


def test_a_training_is_asked_about_until_its_network_is_downloaded(visit: Visit) -> None:
    page = visit("/transfer_learning?transfer_section=Schedule&transfer_data=Textures&transfer_per_class=2")
    page.get_by_role("combobox", name="Start from").click()
    page.get_by_role("option", name="The usual mistake").click()
    settle(page)
    page.get_by_role("button", name="Start training").click()
    ready(page)
    kept = "() => sessionStorage.getItem('classroom-unsaved')"
    assert "TRAININGS" in page.evaluate(kept)
    page.get_by_test_id("stButtonGroup").first.get_by_text("Take away", exact=True).click()
    settle(page)
    with page.expect_download(timeout=LONG) as started:
        page.get_by_role("button", name=re.compile("safetensors")).click()
    assert started.value.path().stat().st_size > 10_000_000
    settle(page)
    assert page.evaluate(kept) is None
    assert reload(page) == []


def test_a_tab_that_was_duplicated_has_lost_nothing(visit: Visit) -> None:
    page = visit("/conv_calculator?conv_section=Kernels+on+a+picture")
    upload(page, "mine.png", picture(0, (64, 48)))
    memory = page.evaluate("() => JSON.stringify(sessionStorage)")
    assert "PICTURES" in memory
    other = visit("/conv_calculator?conv_section=Kernels+on+a+picture")
    other.evaluate("memory => Object.assign(sessionStorage, JSON.parse(memory))", memory)
    assert reload(other) == []
    expect(other.get_by_text("The page was loaded again")).to_have_count(0)
