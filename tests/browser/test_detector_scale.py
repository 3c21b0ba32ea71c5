"""What a visitor of "Scale" sees and clicks, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit, ready, settle

LINK = "/faster_rcnn?rcnn_section=Scale&rcnn_picture=coffee"


def test_a_click_on_a_copy_and_the_image_pyramid(visit: Visit) -> None:
    page = visit(LINK)
    drawings = page.locator(".drawing")
    expect(page.get_by_text("the window of 108 px")).to_be_visible()
    on_screen = drawings.nth(1).bounding_box()
    assert on_screen is not None
    assert on_screen["y"] + on_screen["height"] <= 768, "all three are on the first screen"
    row = drawings.first.locator(".area")
    box = row.bounding_box()
    assert box is not None
    row.click(position={"x": box["width"] * 0.92, "y": box["height"] / 2})
    settle(page)
    assert "rcnn_scale_which=eighth" in page.url
    expect(page.get_by_text("no answer; the best is the window of 27 px")).to_be_visible()
    page.get_by_role("button", name="Run (a) images").click()
    ready(page)
    expect(page.get_by_text(re.compile("the picture ×2, IoU"))).to_be_visible()
    expect(page.get_by_role("button", name="Run (a) images")).to_have_count(0)
