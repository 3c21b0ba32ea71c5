"""Boxes drawn by hand, through the server: a box changes AP, the keyboard deletes it, and it can be had again."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.axe import grave
from tests.browser.conftest import Visit, settle

PATH = "/faster_rcnn?rcnn_section=Your+boxes&rcnn_picture=coffee"


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """In shares of the picture."""
    frame = page.locator(".editor .stage").bounding_box()
    assert frame is not None
    for act, (x, y) in ((page.mouse.down, start), (page.mouse.up, end)):
        page.mouse.move(frame["x"] + x * frame["width"], frame["y"] + y * frame["height"], steps=4)
        act()
    settle(page)


def metric(page: Page, label: str) -> str:
    box = page.get_by_test_id("stMetric").filter(has_text=re.compile(f"^{label}"))
    return box.get_by_test_id("stMetricValue").inner_text()


def test_a_box_is_drawn_deleted_and_brought_back_and_the_scores_follow(visit: Visit) -> None:
    page = visit(PATH, width=1093, height=614)
    shown = page.locator(".editor .stage").bounding_box()
    assert shown is not None
    assert shown["y"] + shown["height"] <= 614, "the picture is on the first screen, also at 125 %"
    first = metric(page, "mAP at IoU 0.50"), metric(page, "FN")
    drag(page, (0.1, 0.1), (0.3, 0.3))
    boxes = page.locator(".editor rect.box")
    expect(boxes).to_have_count(4)
    page.get_by_label("Class of box 4").fill("apple")
    page.keyboard.press("Enter")
    settle(page)
    drawn = metric(page, "mAP at IoU 0.50"), metric(page, "FN")
    assert drawn[0] < first[0], "a class that nothing finds lowers the mean"
    assert int(drawn[1]) == int(first[1]) + 1
    boxes.nth(3).focus()
    page.keyboard.press("Delete")
    settle(page)
    expect(boxes).to_have_count(3)
    assert (metric(page, "mAP at IoU 0.50"), metric(page, "FN")) == first
    page.keyboard.press("Control+z")
    settle(page)
    expect(boxes).to_have_count(4)
    assert (metric(page, "mAP at IoU 0.50"), metric(page, "FN")) == drawn
    assert grave(page) == []
    page.get_by_role("link", name="Open in the metrics explorer").click()
    settle(page)
    expect(page.get_by_text("Ground truth: your boxes.")).to_be_visible()
    expect(page.locator("figure .tag", has_text="apple")).to_be_visible()
