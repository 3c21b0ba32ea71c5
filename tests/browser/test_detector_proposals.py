"""What a visitor of the section about proposals sees and does, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit, move, settle

LINK = "/faster_rcnn?rcnn_section=Proposals&rcnn_picture=motorcycle"


def test_boxes_follow_n_and_a_cell_tells_its_objectness(visit: Visit) -> None:
    page = visit(LINK)
    panel = page.locator("figure").first
    expect(panel.locator("figcaption b")).to_have_text("20")
    expect(panel.locator("svg rect:not(.casing)")).to_have_count(25)  # and five objects
    maps = page.locator(".drawing").filter(has=page.locator(".area"))
    expect(maps).to_have_count(3)
    lowest = max(box["y"] + box["height"] for box in (panel.bounding_box(), maps.last.bounding_box()) if box)
    assert lowest <= 768, "picture and heat maps are on the first screen of a laptop"
    maps.last.locator(".area").hover()
    told = maps.last.locator(".area title")
    expect(told).to_have_text(re.compile(r"row [45], column 7\s+objectness 0\.\d{3}\s+anchor \d+ × \d+ px"))
    maps.first.locator(".area").click()  # and so does a tap
    expect(maps.first.get_by_role("status")).to_have_text(re.compile("row (19|20), column (29|30)"))
    page.keyboard.press("End")
    expect(maps.first.get_by_role("status")).to_have_text(re.compile("row (19|20), column 59"))
    move(page, page.get_by_role("slider", name="First N proposals"), "ArrowRight", 4)
    expect(panel.locator("figcaption b")).to_have_text("50")
    expect(page.get_by_text("The first 50 hit")).to_be_visible()
    assert "rcnn_proposals_count=50" in page.url


def test_the_heads_run_on_other_proposals_when_asked(visit: Visit) -> None:
    page = visit(f"{LINK}&rcnn_proposals_iou=0.3")
    expect(page.get_by_text("with the network's own")).to_have_count(0)
    page.get_by_role("button", name="Run the heads on these").click()
    settle(page)
    expect(page.get_by_text("with the network's own 298 proposals")).to_be_visible()
    expect(page.get_by_text("with these 75, NMS at 0.30")).to_be_visible()
    expect(page.get_by_text(re.compile("detections before, .* now"))).to_be_visible()
    with page.expect_download() as ready:
        page.get_by_role("button", name="CSV of the proposals").click()
    lines = ready.value.path().read_text(encoding="utf-8").splitlines()
    assert len(lines) == 76
    assert lines[0].startswith("rank,x1,y1,x2,y2,objectness,level")
