"""NMS in depth in a browser: two thresholds of the boxes that show it is not monotone, and a cell of the matrix."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit, move, settle

PATH = "/faster_rcnn?rcnn_section=NMS+in+depth"


def test_a_higher_threshold_keeps_fewer(visit: Visit) -> None:
    page = visit(PATH)
    kept = page.locator("figure figcaption b")
    expect(kept).to_have_text("3 of 4")
    slider = page.get_by_role("slider", name=re.compile("NMS threshold"))
    move(page, slider, "ArrowRight", 7)
    expect(slider).to_have_value("0.52")
    expect(kept).to_have_text("2 of 4")
    assert "rcnn_nms_iou=0.52" in page.url


def test_a_cell_is_picked_by_keyboard(visit: Visit) -> None:
    page = visit(PATH)
    expect(page.get_by_text("1 person 0.95 suppresses 2 person 0.85")).to_be_visible()
    page.locator("rect.area").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    settle(page)
    expect(page.get_by_text("what is gone suppresses nobody")).to_be_visible()
    expect(page.locator("figure .tag", has_text="3 person 0.75")).to_be_visible()


def test_the_class_picks_a_box_in_the_picture(visit: Visit) -> None:
    page = visit(f"{PATH}&rcnn_nms_part=Be+the+NMS")
    expect(page.get_by_text("Round 1.")).to_be_visible()
    page.locator("figure .stage [role=option]").last.focus()  # the highest-scoring, which lies on top
    page.keyboard.press("Enter")
    settle(page)
    expect(page.get_by_text("Round 2.")).to_be_visible()
    expect(page.locator("figure figcaption b")).to_have_text("1")
