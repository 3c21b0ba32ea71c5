"""The walk of one detection in a real browser: a click on a box, steps by keyboard, and the numbers core gives."""

from __future__ import annotations

import re

from PIL import Image
from playwright.sync_api import Page, expect

from core.detection.coding import centred
from core.detection.detector import StagedDetector
from tests.browser.conftest import Visit, move, settle
from tests.pages.test_detector_walk import walked

PATH = "/faster_rcnn?rcnn_section=One+detection&rcnn_picture=motorcycle"


def formulas(page: Page) -> str:
    """Their LaTeX, which KaTeX keeps for those who do not see them."""
    return " ".join(page.locator(".katex annotation").all_text_contents())


def test_a_click_on_a_box_and_steps_to_its_formulas(
    visit: Visit, detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    page = visit(PATH)
    third = walked(detector, photographs["motorcycle"], 3)
    box = page.get_by_role("option", name=re.compile(f"^{third.name}")).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 1, box["y"] + box["height"] / 2)
    settle(page)
    assert "rcnn_walk_box=3" in page.url
    move(page, page.get_by_role("slider", name="Step"), "ArrowRight", 6)
    assert "rcnn_walk_step=deltas" in page.url
    shown = formulas(page)
    for value in third.second.deltas.tolist():
        assert rf"\mathbf{{{value:.4f}}}" in shown
    for value in centred(third.second.moved[None])[0].tolist():
        assert rf"\mathbf{{{value:.1f}}}" in shown
    page.get_by_role("button", name="Next").click()
    settle(page)
    page.get_by_role("button", name="Next").click()
    settle(page)
    for value in third.kept.tolist():
        assert rf"\mathbf{{{value:.1f}}}" in formulas(page)
    expect(page.get_by_text("equal", exact=True)).to_be_visible()


def test_by_keyboard_to_a_box_and_on_to_what_its_cell_sees(
    visit: Visit, detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    page = visit(PATH)
    second = walked(detector, photographs["motorcycle"], 2)
    page.locator("svg.picks rect[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    settle(page)
    assert "rcnn_walk_box=2" in page.url
    page.get_by_role("link", name="What this cell sees").click()
    place = page.get_by_role("spinbutton", name="Row")
    expect(place).to_have_value(str(second.anchor.row))
    settle(page)
    expect(page.get_by_role("spinbutton", name="Column")).to_have_value(str(second.anchor.column))
    expect(page.get_by_text(f"What cell ({second.anchor.row}, {second.anchor.column}) sees")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
