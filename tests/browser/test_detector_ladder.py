"""The section "2013 to 2016" in a real browser: what it opens with, and a run of one's own as `core` computes it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from core.detection import StagedDetector, load
from core.detection.ladder.recorded import read
from core.detection.ladder.result import Method
from core.detection.ladder.settings import Settings, look
from core.detection.ladder.sliding import Windows
from core.images import decode
from core.jobs import silent
from core.samples import SAMPLES
from tests.browser.conftest import Visit, settle

PATH = "/faster_rcnn?rcnn_section=2013+to+2016&rcnn_picture=coffee"


def metric(page: Page, label: str) -> Locator:
    shown = page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True))
    return shown.get_by_test_id("stMetricValue")


def above(page: Page, panel: int) -> Locator:
    """The number above a panel: 0 the regions, 1 the detections."""
    return page.locator("figure").nth(panel).locator("figcaption b")


def test_the_slider_moves_through_what_was_recorded(visit: Visit) -> None:
    page = visit(PATH)
    slider = page.get_by_role("slider", name="Method")
    for method, rung in read("coffee").rungs.items():
        expect(metric(page, "Passes")).to_have_text(f"{rung.passes:,}")
        expect(above(page, 0)).to_have_text(f"{len(rung.regions):,}")
        expect(above(page, 1)).to_have_text(f"{len(rung.detections(0.3)):,}")
        if method is not Method.FASTER:
            slider.press("ArrowRight")
            settle(page)


def test_a_run_in_the_browser_counts_what_core_counts(visit: Visit) -> None:
    page = visit(f"{PATH}&rcnn_ladder_windows=200x240&rcnn_ladder_scales=1")
    page.get_by_role("button", name="Run it on this picture").click()
    detector = load()
    assert isinstance(detector, StagedDetector)
    settings = Settings(Windows(((200, 240),), 32, (1.0,)))
    image = decode(SAMPLES["coffee"].read())
    rung = look(Method.SLIDING, detector, image, settings, silent, short_side=320)
    expect(page.get_by_text("Run on this machine")).to_be_visible()
    expect(metric(page, "Regions")).to_have_text(str(len(rung.regions)))
    expect(metric(page, "Detections")).to_have_text(str(len(rung.detections(0.3))))
    expect(above(page, 1)).to_have_text(str(len(rung.detections(0.3))))
