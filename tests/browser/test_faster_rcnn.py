"""What a visitor of the detector page sees, in a real browser."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from core.samples import SAMPLES
from tests.browser.conftest import Visit, move, serve, settle, upload
from tests.core.pictures import hostile

PATH = "/faster_rcnn"
MANY = f"{PATH}?rcnn_picture=motorcycle"
"""The picture in which the network finds most: 5 boxes at the first threshold, 12 at 0.95."""


def panels(page: Page) -> Locator:
    return page.locator("figure")


def count(page: Page, panel: int) -> Locator:
    """The number above a panel: 0 before NMS, 1 after."""
    return panels(page).nth(panel).locator("figcaption b")


def boxes(page: Page, panel: int) -> Locator:
    return panels(page).nth(panel).locator("svg rect:not(.casing)")


def tag(page: Page, text: str) -> Locator:
    """The label of a kept box, in the panel after NMS."""
    return panels(page).nth(1).locator(".tag", has_text=text).first


def nms_slider(page: Page) -> Locator:
    return page.get_by_role("slider", name=re.compile("NMS threshold"))


def test_the_first_visit_shows_boxes_on_a_sample(visit: Visit) -> None:
    page = visit(PATH)
    expect(count(page, 0)).to_have_text("10")
    expect(count(page, 1)).to_have_text("2")
    expect(boxes(page, 1)).to_have_count(2)
    expect(tag(page, "cup 0.7")).to_be_visible()
    expect(tag(page, "dining table 0.3")).to_be_visible()
    assert "rcnn_picture=coffee" in page.url, "the link shows the same tomorrow"
    assert page.title() == "Faster R-CNN · CNN Classroom", "the frame is there"
    picture = panels(page).nth(1).locator("img")
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 0
    on_screen = panels(page).nth(1).bounding_box()
    assert on_screen is not None
    assert on_screen["y"] + on_screen["height"] <= 768, "the result is on the first screen of a laptop"


def test_the_nms_slider_changes_the_picture_and_back(visit: Visit) -> None:
    page = visit(MANY)
    slider = nms_slider(page)
    move(page, slider, "ArrowRight", 45)
    expect(slider).to_have_value("0.95")
    expect(count(page, 1)).to_have_text("12")
    expect(boxes(page, 1)).to_have_count(12)
    assert "rcnn_iou=0.95" in page.url, "the link holds the setting"
    move(page, slider, "ArrowLeft", 45)
    expect(count(page, 1)).to_have_text("5")


def test_one_visitors_slider_is_not_anothers(visit: Visit) -> None:
    first, second = visit(MANY), visit(MANY)
    move(second, nms_slider(second), "End", 1)
    expect(count(second, 1)).not_to_have_text("5")
    expect(count(first, 1)).to_have_text("5")
    move(first, first.get_by_role("slider", name=re.compile("Score")), "ArrowRight", 1)
    expect(nms_slider(first)).to_have_value("0.5")
    move(first, first.get_by_role("slider", name=re.compile("Score")), "ArrowLeft", 1)
    expect(count(first, 1)).to_have_text("5")


def test_uploading_the_astronaut_shows_a_person(visit: Visit) -> None:
    page = visit(PATH)
    upload(page, "astronaut.png", SAMPLES["astronaut"].read())
    expect(tag(page, "person")).to_be_visible()
    expect(count(page, 1)).to_have_text("2")


def test_several_at_once_and_one_of_them_no_picture(visit: Visit, tmp_path: Path) -> None:
    page = visit(PATH)
    files = {"a cat.png": SAMPLES["cat"].read(), "notes.png": b"my notes", "coffee.png": SAMPLES["coffee"].read()}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files([tmp_path / name for name in files])
    settle(page)
    expect(page.get_by_role("alert").filter(has_text="notes.png")).to_be_visible()
    expect(tag(page, "cup")).to_be_visible()


def test_a_bad_upload_leaves_a_sentence_and_the_earlier_result(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit(f"{MANY}&rcnn_iou=0.95")
    expect(count(page, 1)).to_have_text("12")
    for kind in ("text", "cut_jpeg", "bomb_80_mpx", "thin", "empty", "svg", "heic"):
        with subtests.test(kind):
            upload(page, f"{kind} is strange.png", hostile()[kind])
            expect(page.get_by_role("alert").filter(has_text=f"{kind} is strange.png")).to_be_visible()
            expect(count(page, 1)).to_have_text("12")
            assert page.get_by_test_id("stException").count() == 0


def test_every_box_can_be_pointed_at(visit: Visit) -> None:
    """However many lie on top of each other: the one whose edge is nearest to the pointer speaks."""
    page = visit(MANY)
    for panel in (0, 1):
        stage = panels(page).nth(panel).locator(".stage")
        total = boxes(page, panel).count()
        spoken = stage.evaluate(
            """stage => {
              const svg = stage.querySelector("svg"), tip = stage.querySelector(".tip")
              const spoken = new Set()
              const point = (clientX, clientY) => {
                svg.dispatchEvent(new PointerEvent("pointermove", {clientX, clientY, bubbles: true}))
                if (!tip.hidden) spoken.add(tip.textContent)
              }
              for (const rect of svg.querySelectorAll("rect:not(.casing)")) {
                const {left, top, right, bottom, width, height} = rect.getBoundingClientRect()
                for (let part = 0; part <= 1; part += 1 / 24) {
                  for (const x of [left, right]) point(x, top + part * height)
                  for (const y of [top, bottom]) point(left + part * width, y)
                }
              }
              return spoken.size
            }"""
        )
        assert spoken >= 0.9 * total, f"{spoken} of {total} boxes of panel {panel} can be reached"
    before = panels(page).nth(0)
    place = before.locator("rect.dashed").first.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 1, place["y"] + place["height"] / 2)
    tip = before.locator(".tip:not([hidden])")
    expect(tip).to_be_visible()
    assert page.locator(".panels.linked").count() == 1
    page.mouse.move(5, 5)
    expect(tip).to_have_count(0)
    # a kept box is also reached with the Tab key
    panels(page).nth(1).locator("rect[tabindex]").first.focus()
    expect(panels(page).nth(1).locator(".tip:not([hidden])")).to_be_visible()


def test_own_pictures_outlive_other_pages_and_further_uploads(visit: Visit) -> None:
    page = visit(PATH)
    upload(page, "first.png", SAMPLES["cat"].read())
    page.get_by_test_id("stTopNavLink").filter(has_text="Home").click()
    expect(page.get_by_role("heading", name="CNN Classroom")).to_be_visible()
    settle(page)
    page.get_by_test_id("stTopNavLink").filter(has_text="Faster R-CNN").click()
    expect(tag(page, "cat")).to_be_visible()
    settle(page)
    upload(page, "second.png", SAMPLES["coffee"].read())
    expect(tag(page, "cup")).to_be_visible()
    page.get_by_role("combobox", name="Picture").click()
    for name in ("first.png", "second.png"):
        expect(page.get_by_role("option", name=name)).to_be_visible()


def test_a_sample_on_home_opens_the_detector_with_it(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("link", name="coffee").click()
    expect(tag(page, "cup")).to_be_visible()
    settle(page)
    assert "rcnn_picture=coffee" in page.url


def test_downloads_hold_what_is_on_the_screen(visit: Visit) -> None:
    page = visit(MANY)

    def fetch(label: str) -> bytes:
        with page.expect_download() as download:
            page.get_by_role("button", name=label, exact=True).click()
        return Path(download.value.path()).read_bytes()

    rows = list(csv.DictReader(io.StringIO(fetch("CSV").decode())))
    assert sum(row["status"] == "kept" for row in rows) == 5
    assert sum(row["status"] == "suppressed" for row in rows) > 0
    assert rows[0]["class"] == "motorcycle"
    assert len(json.loads(fetch("COCO JSON"))["annotations"]) == 5
    assert len(fetch("YOLO text").decode().splitlines()) == 5
    assert Image.open(io.BytesIO(fetch("Annotated picture"))).size == (741, 500)


def test_the_camera_takes_a_picture(visit: Visit) -> None:
    page = visit(PATH)
    page.get_by_text("Use the camera").click()
    page.wait_for_function("document.querySelector('video')?.videoWidth > 0")
    page.get_by_test_id("stCameraInputButton").click()
    settle(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("combobox", name="Picture")).to_have_value("camera")
    assert page.get_by_test_id("stException").count() == 0


def test_a_cold_deep_link_opens_the_page_in_its_frame(visit: Visit) -> None:
    with serve() as fresh:
        page = visit(
            f"{PATH}?rcnn_iou=0.95&rcnn_picture=astronaut&rcnn_classes_everyday=person&rcnn_classes_everyday=tie",
            at=fresh,
        )
        expect(page.get_by_test_id("stTopNavLink").first).to_be_visible()
        expect(page.get_by_role("heading", name="Faster R-CNN")).to_be_visible()
        expect(tag(page, "person")).to_be_visible()
        expect(nms_slider(page)).to_have_value("0.95")
        assert "rcnn_iou=0.95" in page.url
        assert "rcnn_picture=astronaut" in page.url
        assert page.url.count("rcnn_classes_coco=") == 2, "all of the link, not its last part only, under today's name"
        page.close()  # before its server goes


def test_a_phone_shows_one_panel_below_the_other(visit: Visit) -> None:
    page = visit(PATH, width=390, height=844)
    expect(panels(page).nth(1)).to_be_visible()
    before, after = (panels(page).nth(panel).bounding_box() for panel in (0, 1))
    assert before is not None
    assert after is not None
    assert after["y"] > before["y"] + before["height"] - 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
