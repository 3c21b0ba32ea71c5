"""Anchors in a real browser: a click shows the nine around its place, with the right sides, and the link holds it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, settle

PATH = "/faster_rcnn?rcnn_section=Anchors&rcnn_picture=coffee"
SIDES = [(45, 91), (64, 64), (78, 52), (91, 181), (128, 128), (157, 105), (181, 362), (256, 256), (314, 209)]
"""Width and height of the lecture's nine, network pixels; the picture is 480 × 320 of them."""


def picture(page: Page) -> Locator:
    return page.locator(".drawing svg image")


def anchors(page: Page) -> tuple[list[tuple[int, int]], set[tuple[int, int]]]:
    """(width, height) of the dashed boxes, and their centres, in network pixels."""
    frame = picture(page).evaluate("one => ['x', 'y', 'width'].map(name => Number(one.getAttribute(name)))")
    boxes = page.locator(".drawing svg rect[stroke-dasharray]").evaluate_all(
        "all => all.map(one => ['x', 'y', 'width', 'height'].map(name => Number(one.getAttribute(name))))"
    )
    unit = frame[2] / 480
    sides = sorted((round(w / unit), round(h / unit)) for _, _, w, h in boxes)
    middles = {(round((x + w / 2 - frame[0]) / unit), round((y + h / 2 - frame[1]) / unit)) for x, y, w, h in boxes}
    return sides, middles


@pytest.mark.parametrize("width", [1366, 390])
def test_a_click_shows_nine_anchors_with_the_right_sides(visit: Visit, width: int) -> None:
    page = visit(PATH, width=width)
    assert anchors(page) == (SIDES, {(240, 160)})
    box = picture(page).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 98 / 480, box["y"] + box["height"] * 62 / 320)
    settle(page)
    expect(page.get_by_text("Chosen: (96, 64) of 480 × 320 network pixels")).to_be_visible()
    assert anchors(page) == (SIDES, {(96, 64)})
    assert "rcnn_anchors_x=20" in page.url
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert anchors(page) == (SIDES, {(240, 160)})
    assert "rcnn_anchors_x" not in page.url


def test_the_keyboard_walks_to_a_place(visit: Visit) -> None:
    page = visit(PATH)
    grid = page.locator(".drawing svg .area")
    grid.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    settle(page)
    assert anchors(page)[1] == {(272, 144)}
