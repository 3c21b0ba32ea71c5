"""What the browser computes while a box is dragged against what Python computes when it is let go: no server needed."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import Browser

from core.detection.box_pairs import PRESETS
from core.detection.overlap import compare
from core.figures.detection.two_boxes import signed
from tests.browser.module import call


def test_live_numbers_are_torchvisions(browser: Browser) -> None:
    dice = random.Random(7)

    def box() -> tuple[int, int, int, int]:
        x1, y1 = dice.randrange(0, 700), dice.randrange(0, 450)
        return x1, y1, dice.randrange(x1 + 1, 742), dice.randrange(y1 + 1, 501)

    pairs = [(box(), box()) for _ in range(300)]
    pairs += [(preset.first, preset.second) for preset in PRESETS.values()]
    asked = [(*pair, inclusive) for pair in pairs for inclusive in (False, True)]
    live = call(browser, "two_boxes", [["measure", *one] for one in asked])
    for (*pair, inclusive), found in zip(asked, live, strict=True):
        expected = compare(*pair, inclusive=inclusive)
        for name in ("intersection", "union", "enclosing", "iou", "dice", "giou", "diou"):
            assert found[name] == pytest.approx(getattr(expected, name), abs=1e-6), (name, pair)
        # a hit at a threshold of the slider is a hit here and there
        for step in range(1, 20):
            threshold = round(0.05 * step, 2)
            assert (found["iou"] >= threshold) == (expected.iou >= threshold)


def test_live_numbers_are_written_as_pythons(browser: Browser) -> None:
    values = [0, 1, 0.5, 2 / 3, -0.0001, -0.12345, 0.0004, -1, 1 / 7]
    live = call(browser, "two_boxes", [["score", value] for value in values])
    assert [text.replace("−", "-") for text in live] == [signed(value) for value in values]


BOX = [100, 50, 200, 150]
WHOLE, UPPER_LEFT, LOWER_RIGHT = {"x": 0, "y": 0}, {"x": -1, "y": -1}, {"x": 1, "y": 1}


@pytest.mark.parametrize(
    ("part", "step", "moved"),
    [
        (WHOLE, (10, -20), [110, 30, 210, 130]),
        (WHOLE, (0.4, 0.6), [100, 51, 200, 151]),
        (WHOLE, (-500, 0), [0, 50, 100, 150]),
        (WHOLE, (5000, 5000), [380, 220, 480, 320]),
        (UPPER_LEFT, (-30, 10), [70, 60, 200, 150]),
        (UPPER_LEFT, (-500, -500), [0, 0, 200, 150]),
        (UPPER_LEFT, (500, 500), [198, 148, 200, 150]),
        (LOWER_RIGHT, (30.2, -10), [100, 50, 230, 140]),
        (LOWER_RIGHT, (5000, 5000), [100, 50, 480, 320]),
        (LOWER_RIGHT, (-5000, -5000), [100, 50, 102, 52]),
    ],
)
def test_a_box_stays_in_the_frame_and_keeps_an_area(
    browser: Browser, part: dict[str, int], step: tuple[float, float], moved: list[int]
) -> None:
    assert call(browser, "two_boxes", [["move", BOX, part, *step, 480, 320]]) == [moved]
