"""Copy link: what a phone reads from the screen opens the same view."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import numpy as np
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Visit, settle
from tests.browser.test_conv_calculator import fill, metric


def test_a_phone_reads_the_view_off_the_screen(visit: Visit, address: str) -> None:
    page = visit("/conv_calculator")
    fill(page, "F", "7")
    fill(page, "P", "3")
    expect(metric(page, "Output volume")).to_have_text("64 × 56 × 56")
    page.get_by_role("button", name="Copy link").click()
    settle(page)
    code = page.get_by_role("img", name="QR code of the link above")
    expect(code).to_be_visible()
    link = page.get_by_test_id("stDialog").locator("pre").inner_text().strip()
    picture = np.asarray(Image.open(io.BytesIO(code.screenshot())).convert("L"))
    found = zxingcpp.read_barcodes(picture)
    assert [one.text for one in found] == [link]
    assert parse_qs(urlsplit(link).query) == {"conv_size_f": ["7"], "conv_size_p": ["3"]}
    opened = visit(link.removeprefix(address))
    expect(metric(opened, "Output volume")).to_have_text("64 × 56 × 56")
