"""What a visitor of the section about box regression sees and does, in a real browser."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import expect

from core.detection.regression.targets import beside, regress
from core.samples import SAMPLES, ground_truth
from tests.browser.conftest import Visit, move, settle

LINK = "/faster_rcnn?rcnn_section=Box+regression&rcnn_picture=coffee"
SIZE = (600, 400)


def test_p_is_dragged_and_the_formulas_follow(visit: Visit) -> None:
    page = visit(f"{LINK}&rcnn_regress_boxes_says=a+share+of+t")
    formulas = page.locator("annotation")
    p, g = beside(ground_truth(SAMPLES["coffee"])[0].xyxy, SIZE)
    begin = regress(p, g, SIZE, share=0.5)
    expect(formulas.first).to_contain_text(rf"\mathbf{{{begin.targets[0]:.3f}}}")
    places = [one.bounding_box() for one in (page.locator(".playground svg"), page.locator("figure svg").first)]
    lowest = max(place["y"] + place["height"] for place in places if place)
    assert lowest <= 768, "both pictures are on the first screen of a laptop"
    expect(page.locator(".playground .verdict")).to_be_hidden()
    expect(page.locator(".playground dd:visible")).to_have_count(1)
    box = page.get_by_label(re.compile("^Box P given$"))
    place = box.bounding_box()
    assert place is not None
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 30, y + 12, steps=5)
    page.mouse.up()
    settle(page)
    linked = parse_qs(urlparse(page.url).query)
    now = tuple(float(linked[f"rcnn_regress_boxes_p{corner}"][0]) for corner in ("x1", "y1", "x2", "y2"))
    assert now[0] < p[0]
    assert now[1] > p[1]
    found = regress(now, g, SIZE, share=0.5)
    expect(formulas.first).to_contain_text(rf"\mathbf{{{found.targets[0]:.3f}}}")
    expect(formulas.nth(1)).to_contain_text(rf"\mathbf{{{found.moved_centred[0]:.1f}}}")
    expect(page.locator("figcaption").first).to_contain_text(f"{found.after:.3f} after")
    expect(page.locator(".playground dd").first).to_have_text(f"{found.before:.3f}")


def test_λ_moves_the_boxes(visit: Visit) -> None:
    page = visit(f"{LINK}&rcnn_regress_part=Learned")
    caption = page.locator("figcaption").first
    before = caption.inner_text()
    expect(page.get_by_text("It overfits").first).to_be_visible()
    move(page, page.get_by_role("slider", name="λ"), "ArrowRight", 6)
    expect(page.get_by_text("nothing was learned that holds").first).to_be_visible()
    assert caption.inner_text() != before
    assert "rcnn_regress_fit_strength=1%2C000%2C000" in page.url
