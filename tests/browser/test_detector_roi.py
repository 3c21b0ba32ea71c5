"""RoI pooling in a real browser: a bin is picked by click and by keyboard, and the numbers follow."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit

PATH = "/faster_rcnn?rcnn_section=RoI+pooling"


def grid(page: Page, number: int) -> Locator:
    """The bins of a drawing: RoI pooling on the map 0 and its output 1, RoIAlign on the map 2 and its output 3."""
    return page.locator(".area.picks").nth(number)


def step_by_step(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=f"Bin ({name}), step by step")).to_be_visible()


def test_a_bin_is_picked_by_click_and_by_keyboard(visit: Visit) -> None:
    page = visit(PATH)
    step_by_step(page, "0, 0")
    box = grid(page, 1).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.75)
    step_by_step(page, "1, 1")
    assert "rcnn_roi_row=1" in page.url
    grid(page, 2).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    step_by_step(page, "0, 1")


def test_the_result_is_on_the_first_screen(visit: Visit) -> None:
    page = visit(PATH)
    step_by_step(page, "0, 0")
    for number in range(4):
        box = grid(page, number).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 768
