"""Several pictures, uploaded as a visitor does."""

from __future__ import annotations

from playwright.sync_api import expect

from core.samples import SAMPLES
from tests.browser.conftest import Visit, ready

LINK = "/faster_rcnn?rcnn_section=Several+pictures&rcnn_size=224"
FILES = {"mine.png": SAMPLES["cat"].read(), "page.jpg": b"<!doctype html>", "cup.png": SAMPLES["coffee"].read()}


def test_three_pictures_of_which_one_is_broken(visit: Visit) -> None:
    page = visit(LINK)
    ready(page)
    expect(page.get_by_role("figure")).to_have_count(len(SAMPLES))
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in FILES.items()]
    )
    expect(page.get_by_role("figure")).to_have_count(2, timeout=30_000)
    ready(page)
    expect(page.get_by_role("alert").filter(has_text="page.jpg")).to_have_count(1)
    page.get_by_role("button", name="Look inside").first.click()
    expect(page.get_by_text("before NMS").first).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
