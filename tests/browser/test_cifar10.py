"""The page CIFAR-10 in a real browser: the race replayed, predictions handed in, two visitors, the printed report."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from core.models.cifar10.members import League
from core.transfer.cifar10.order import CLASSES, Order, labels, names
from core.transfer.cifar10.record_file import shipped
from tests.browser.conftest import LONG, Visit, settle, upload

RECORD = next(record for record in shipped() if record.league is League.LAPTOP and record.family == "DenseNet")
POINTS = "() => document.querySelector('.js-plotly-plot').data[0].x.length"


def section(title: str) -> str:
    return f"/cifar10?cifar10_section={title.replace(' ', '+')}"


def csv(pictures: tuple[str, ...], predicted: np.ndarray) -> bytes:
    rows = (f'"{name}",{CLASSES[said]}' for name, said in zip(pictures, predicted, strict=True))
    return ("picture,prediction\n" + "\n".join(rows) + "\n").encode()


def metric(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def enter(page: Page, group: str, token: str = "") -> None:
    page.get_by_role("textbox", name="Group").fill(group)
    page.get_by_role("textbox", name="Token").fill(token)
    page.keyboard.press("Enter")  # which only takes over what was typed
    settle(page)
    page.get_by_role("button", name="Enter").click()
    settle(page)


def test_the_race_is_replayed(visit: Visit) -> None:
    page = visit(section("Race"))
    # Plotly rejects the promise of an animation that another one ends, with nothing for a reason
    page.evaluate("() => addEventListener('unhandledrejection', event => event.reason ?? event.preventDefault())")
    whole = page.evaluate(POINTS)
    assert whole > 10
    page.locator(".updatemenu-button").filter(has_text="Play").click()
    page.wait_for_function(f"whole => ({POINTS})() < whole / 2", arg=whole)
    page.wait_for_function(f"whole => ({POINTS})() > 3", arg=whole)
    page.locator(".updatemenu-button").filter(has_text="Pause").click()
    page.wait_for_timeout(400)  # the frame that was under way
    paused = page.evaluate(POINTS)
    page.wait_for_timeout(1_000)
    assert page.evaluate(POINTS) == paused < whole
    rail = page.locator(".slider-rail-touch-rect").bounding_box()
    assert rail is not None
    page.mouse.click(rail["x"] + 0.8 * rail["width"], rail["y"] + rail["height"] / 2)
    page.wait_for_function(f"paused => ({POINTS})() > paused", arg=paused)
    page.get_by_test_id("stButtonGroup").get_by_role("radio", name="epochs").click()
    settle(page)
    expect(page.locator(".gtitle")).to_have_text(re.compile("against epochs"))
    expect(page.get_by_text("Exception")).to_have_count(0)


def test_predictions_are_handed_in_in_both_orders_and_two_visitors_see_one_ranking(visit: Visit) -> None:
    first = visit(section("Hand in"))
    first.get_by_test_id("stButtonGroup").get_by_role("radio", name="file names").click()
    settle(first)
    upload(first, "ours.csv", csv(RECORD.names, RECORD.answers))
    expect(metric(first, "Accuracy")).to_have_text(f"{RECORD.test:.2%}")
    enter(first, "Nhóm <b>7</b>")
    expect(first.get_by_text("Keep this token")).to_be_visible()
    token = first.get_by_test_id("stCode").inner_text().strip()
    assert len(token) > 8

    second = visit(section("Hand in"))
    numbered = tuple(str(number) for number in range(len(RECORD.names)))
    upload(second, "numbers.csv", csv(numbered, RECORD.answers))
    expect(second.get_by_text("Wrong order?")).to_be_visible()
    expect(second.get_by_text(f"it would be {RECORD.test:.1%}")).to_be_visible()
    upload(second, "short.csv", csv(numbered[:-1], RECORD.answers[:-1]))
    expect(second.get_by_text('1 picture is missing: "test 9,999"')).to_be_visible()
    upload(second, "right.csv", csv(names(Order.TORCHVISION), labels(Order.TORCHVISION)))
    expect(metric(second, "Accuracy")).to_have_text("100.00%")
    enter(second, "nhóm <B>7</B>", "a wrong one")
    expect(second.get_by_text("This is not the token")).to_be_visible()
    enter(second, "The others")
    expect(second.get_by_text("Keep this token")).to_be_visible()
    expect(first.get_by_label(re.compile("2 groups, the best first")).first).to_be_attached()  # without a press
    enter(first, "Nhóm <b>7</b>", token)
    expect(first.get_by_text("Your entry was replaced")).to_be_visible()


@pytest.mark.parametrize("family", ["ResNet", "Inception-v4", "EfficientNet"])
def test_the_report_prints_on_two_sides(visit: Visit, family: str) -> None:
    page = visit(f"{section('Report')}&cifar10_family={family}")
    page.get_by_role("textbox", name="Group").fill("The printers")
    page.keyboard.press("Enter")
    settle(page)
    with page.expect_download(timeout=LONG) as started:
        page.get_by_role("button", name="Page to print").click()
    html = started.value.path().read_text(encoding="utf-8")
    assert "The printers" in html
    printed = page.context.new_page()
    printed.set_content(html)
    fill = "words => document.querySelectorAll('.yours').forEach(one => { one.textContent = words })"
    printed.evaluate(
        fill,
        "A sentence of the student's own, of some twenty words, says what the paper wants and why it matters. " * 2,
    )
    assert printed.locator("img").count() == 3
    assert all(printed.evaluate("() => [...document.images].map(one => one.naturalWidth > 50)"))
    sides = re.findall(rb"/Type\s*/Page\b", printed.pdf(prefer_css_page_size=True))
    printed.close()
    assert len(sides) == 2


def test_one_family_leads_to_the_other_pages(visit: Visit) -> None:
    page = visit(f"{section('One family')}&cifar10_family=MobileNet")
    page.get_by_role("button", name="Open in the calculator").click()
    expect(page).to_have_url(re.compile("conv_calculator.*MobileNet"))
    settle(page)
    expect(page.get_by_role("combobox", name="Network")).to_have_value(re.compile("MobileNet"))
    other = visit(f"{section('One family')}&cifar10_family=VGG")
    other.get_by_role("button", name="Open in transfer learning").click()
    expect(other).to_have_url(re.compile("transfer_learning.*VGG"))
    settle(other)
    assert other.get_by_test_id("stException").count() == 0
