"""A slider swaps the rows of a chart in place: its node on the page stays, so nothing is blank or jumps meanwhile."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, move

STEPS = ["anchors", "best of each level", "proposals", "class boxes", "score over", "kept"]


class Held:
    """A drawn chart whose node is marked, so that it can be told from one that is drawn anew."""

    def __init__(self, page: Page, title: str) -> None:
        self.chart = page.get_by_test_id("stVegaLiteChart").filter(has_text=title)
        self.svg = self.chart.locator("svg.marks")
        expect(self.svg).to_have_count(1)
        self.svg.evaluate("node => { node.held = true }")
        self.before = self.drawn()

    def drawn(self) -> str:
        """All marks, axes and titles."""
        return self.svg.inner_html()

    def moved_in_place(self) -> bool:
        """Whether other marks are on the same node."""
        same: bool = self.svg.evaluate("node => node.held === true")
        return same and self.drawn() != self.before


def caption(page: Page, words: str) -> Locator:
    return page.get_by_test_id("stCaptionContainer").filter(has_text=re.compile(words))


def labels(chart: Locator) -> list[str]:
    """The texts of the upward axis from top to bottom, wherever they stand in the document."""
    texts = chart.locator(".role-axis-label text").evaluate_all(
        "found => found.map(text => [text.getBoundingClientRect().top, text.textContent])"
    )
    return [text for _, text in sorted(texts)]


def test_the_charts_of_the_detector_stay_while_its_sliders_move(visit: Visit) -> None:
    page = visit("/faster_rcnn?rcnn_picture=motorcycle")
    funnel, curve = Held(page, "Boxes after each step"), Held(page, "Boxes kept at every threshold")
    expect(caption(page, r"boxes at 0\.50; from")).to_be_visible()
    move(page, page.get_by_role("slider", name=re.compile("NMS threshold")), "Home", 1)
    expect(caption(page, r"boxes? at 0\.00; from")).to_be_visible()
    assert funnel.moved_in_place()
    assert curve.moved_in_place()
    move(page, page.get_by_role("slider", name=re.compile("Score threshold")), "ArrowRight", 5)
    assert funnel.moved_in_place()
    assert curve.moved_in_place()
    names = [re.sub(r"^[\d,]+ ", "", text) for text in labels(funnel.chart)]
    assert len(names) == len(STEPS)
    assert all(name.startswith(step) for name, step in zip(names, STEPS, strict=True)), names


def test_the_curves_of_predictions_stay_while_the_threshold_moves(visit: Visit) -> None:
    page = visit("/metrics_explorer?metrics_section=Predictions")
    charts = [Held(page, title) for title in ("ROC: area", "Precision-recall: AP", "Cost, and where it is least")]
    before = caption(page, "At .*: false positive rate").inner_text()
    move(page, page.get_by_role("slider", name=re.compile("^Threshold")), "ArrowRight", 5)
    expect(caption(page, "At .*: false positive rate")).not_to_have_text(before)
    assert all(chart.moved_in_place() for chart in charts)
