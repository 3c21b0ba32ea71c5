"""What a visitor of the transfer-learning page does, in a real browser: upload, train, watch, stop, look, take away."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Download, Locator, Page, expect

from tests.browser.axe import grave
from tests.browser.conftest import LONG, Visit, ready, serve, settle, upload
from tests.browser.pages import FEW

PATH = "/transfer_learning"


def section(name: str, **settings: str) -> str:
    return f"{PATH}?{urlencode({'transfer_section': name, **FEW, **settings})}"


def no_exception(page: Page) -> None:
    expect(page.get_by_test_id("stException")).to_have_count(0)


def go(page: Page, name: str) -> None:
    """Open another section by its button."""
    page.get_by_test_id("stButtonGroup").first.get_by_text(name, exact=True).click()
    settle(page)


def metric(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=label).first.get_by_test_id("stMetricValue")


def class_zip(classes: int = 2, each: int = 8) -> bytes:
    """A zip of class folders: noise of another colour in each."""
    random = np.random.default_rng(0)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for label in range(classes):
            for number in range(each):
                pixels = random.integers(0, 90, (48, 40, 3), dtype=np.uint8)
                pixels[..., label] += 150
                picture = io.BytesIO()
                Image.fromarray(pixels).save(picture, "PNG")
                archive.writestr(f"mine/{('rubies', 'emeralds')[label]}/{number}.png", picture.getvalue())
    return file.getvalue()


def test_the_first_visit_shows_pictures_and_a_probe(visit: Visit) -> None:
    page = visit(PATH)
    assert page.title() == "Transfer learning · CNN Classroom", "the frame is there"
    expect(page.get_by_text("360 pictures in 3 classes")).to_be_visible(timeout=LONG)  # the first to need torch
    go(page, "Probes")
    ready(page)
    accuracy = float(metric(page, "Validation accuracy").inner_text().strip("%"))
    assert accuracy > 75, "textures by features of photographs"
    expect(metric(page, "Test accuracy")).to_have_text("locked")
    no_exception(page)


def test_a_zip_of_class_folders_is_uploaded_raced_stopped_and_kept(visit: Visit) -> None:
    page = visit(PATH)
    upload(page, "jewels.zip", class_zip())
    ready(page)
    expect(page.get_by_text(re.compile("16 pictures in 2 classes"))).to_be_visible()
    assert "jewels" not in page.url, "nothing of one's own stands in the link"
    go(page, "Race")
    page.get_by_role("spinbutton", name="Seconds each").fill("60")
    page.keyboard.press("Enter")
    settle(page)
    page.get_by_role("button", name="Start the race").click()
    expect(page.get_by_test_id("stProgress")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible(timeout=LONG)

    # a second visitor neither waits for it nor sees it, and is told where they stand
    other = visit(section("Race", transfer_race_budget="10"))
    other.get_by_role("button", name="Start the race").click()
    expect(other.get_by_text("queued, 1 before it")).to_be_visible(timeout=LONG)
    go(other, "Data")
    expect(other.get_by_text(re.compile("pictures in 3 classes"))).to_be_visible()
    no_exception(other)

    # meanwhile the first one's curve has grown
    expect(page.get_by_text(re.compile(r"The race: .+, [1-9]\d* of 60 s"))).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Stop training").click()
    expect(page.get_by_test_id("stProgress")).to_have_count(0, timeout=LONG)
    settle(page)
    expect(page.get_by_text("Fixed feature extractor").first).to_be_visible()
    no_exception(page)
    other.close()  # its job ends with its tab

    # what was stopped is kept: it can be looked into and taken away
    go(page, "Take away")
    ready(page)
    page.get_by_role("combobox", name="Experiment").click()
    expect(page.get_by_role("option", name=re.compile("Fixed feature extractor"))).to_be_visible()
    page.keyboard.press("Escape")


def test_a_bad_zip_leaves_a_sentence_and_the_earlier_set(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit(section("Data"))
    for name, data, sentence in (
        ("no zip.zip", b"not a zip at all", "not a zip file"),
        ("one class.zip", class_zip(classes=1), "one class only"),
        ("cut short.zip", class_zip()[:-40], "cut short"),
    ):
        with subtests.test(name):
            upload(page, name, data)
            ready(page)
            expect(page.get_by_role("alert")).to_contain_text(sentence)
            expect(page.get_by_text(re.compile("pictures in 3 classes"))).to_be_visible()
            no_exception(page)


def test_a_guess_is_shown_before_it_is_used_and_fits_a_phone(visit: Visit) -> None:
    page = visit(section("Data"), scheme="dark")
    with zipfile.ZipFile(io.BytesIO(class_zip())) as archive:
        files = {name.removeprefix("mine/"): archive.read(name) for name in archive.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"{'my_test' if '/7' in name else 'my_train'}/{name}", data)
    upload(page, "jewels.zip", file.getvalue())
    ready(page)
    expect(page.get_by_text("It is not used yet.")).to_be_visible()
    expect(page.get_by_text(re.compile("pictures in 3 classes"))).to_be_visible()
    assert grave(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    settle(page)
    page.wait_for_function("() => !window.misfits().length", polling=200, timeout=20_000)
    page.get_by_role("button", name="Use this set").click()
    ready(page)
    expect(page.get_by_text("It is not used yet.")).to_have_count(0)
    expect(page.get_by_text(re.compile("16 pictures in 2 classes"))).to_be_visible()
    assert "jewels" not in page.url
    no_exception(page)


def test_a_schedule_is_trained_and_what_was_frozen_is_proved(visit: Visit) -> None:
    page = visit(section("Schedule", transfer_per_class="2"))
    page.get_by_role("combobox", name="Start from").click()
    page.get_by_role("option", name="The usual mistake").click()
    settle(page)
    page.get_by_role("button", name="Start training").click()
    ready(page)
    expect(page.get_by_text(re.compile("statistics drifted|drifted")).first).to_be_visible(timeout=LONG)
    no_exception(page)


def test_test_predictions_go_to_the_metrics_explorer(visit: Visit) -> None:
    page = visit(section("Probes"))
    ready(page)
    page.get_by_role("button", name="Test accuracy (once)").click()
    settle(page)
    expect(metric(page, "Test accuracy")).to_have_text(re.compile(r"%$"))
    page.get_by_role("button", name=re.compile("metrics explorer", re.IGNORECASE)).first.click()
    expect(page).to_have_url(re.compile("metrics_explorer"))
    settle(page)
    expect(page.get_by_role("combobox", name="Predictions")).to_have_value(re.compile("^From "))
    no_exception(page)


def test_a_network_is_taken_away(visit: Visit) -> None:
    page = visit(section("Take away"))
    ready(page)
    with page.expect_download(timeout=LONG) as started:
        page.get_by_role("button", name=re.compile("safetensors")).click()
    found: Download = started.value
    assert found.suggested_filename.endswith(".safetensors")
    assert found.path().stat().st_size > 10_000_000
    page.get_by_role("button", name=re.compile(r"Make the ONNX file \(about \d+ s\)")).click()
    expect(page.get_by_text(re.compile("Making the ONNX file: "))).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    ready(page)
    with page.expect_download(timeout=LONG) as started:
        page.get_by_role("button", name="Network (ONNX)").click()
    assert started.value.suggested_filename.endswith(".onnx")
    assert started.value.path().stat().st_size > 10_000_000
    settle(page)
    no_exception(page)


def test_a_cold_deep_link_opens_its_section_in_the_frame(visit: Visit) -> None:
    with serve() as fresh:
        page = visit(section("Schedule"), at=fresh)
        expect(page.get_by_test_id("stTopNavLink").first).to_be_visible()
        expect(page.get_by_role("button", name="Start training")).to_be_visible()
        page.close()  # before its server goes
