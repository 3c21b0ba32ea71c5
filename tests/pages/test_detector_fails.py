"""Where it fails: the switches do what they say, and nothing else changes."""

from __future__ import annotations

import json

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.detection import StagedDetector, load
from core.detection.faults import compare
from core.detection.preprocessing import Preprocessing
from tests.pages.test_faster_rcnn import says, visit

SECTION = "Where it fails"


def numbers(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


@pytest.mark.parametrize(
    "link", [{}, {"rcnn_fails_raw": "true"}, {"rcnn_fails_bgr": "false", "rcnn_fails_raw": "true"}]
)
def test_the_numbers_are_core_s(
    link: dict[str, str], detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    at = visit(rcnn_section=SECTION, rcnn_picture="motorcycle", **link)
    how = Preprocessing(link.get("rcnn_fails_bgr") != "false", "rcnn_fails_raw" not in link)
    image = photographs["motorcycle"]
    right, wrong = (detector.candidates(image, preprocessing=one).suppress(0.5, 0.3) for one in (Preprocessing(), how))
    found = compare("motorcycle", right, wrong)
    assert numbers(at)["Still found"] == str(found.still)
    assert numbers(at)["Lost"] == str(found.lost)
    assert numbers(at)["Best score"] == f"{found.best_wrong:.3f}"


def test_without_a_mistake_all_is_found() -> None:
    at = visit(rcnn_section=SECTION, rcnn_picture="coffee", rcnn_fails_bgr="false")
    assert numbers(at)["Lost"] == "0"
    assert any("Switch a mistake on" in info.value for info in at.info)


def test_a_one_stage_detector_makes_the_same_mistakes(photographs: dict[str, Image.Image]) -> None:
    at = visit(rcnn_section=SECTION, rcnn_picture="cat", rcnn_model="NanoDet-g, one stage (bundled)")
    assert not says(at)
    right = load("nanodet_g").candidates(photographs["cat"]).suppress(0.5, 0.3)
    assert int(numbers(at)["Still found"]) + int(numbers(at)["Lost"]) == len(right)


def test_nothing_at_all_is_said() -> None:
    at = visit(rcnn_section=SECTION, rcnn_picture="cat", rcnn_fails_score="0.95")
    assert not at.exception
    assert any("lower it" in info.value for info in at.info)


def test_the_settings_outlive_a_look_at_detect() -> None:
    at = visit(rcnn_section=SECTION, rcnn_picture="cat", rcnn_fails_raw="true")
    at.segmented_control(key="rcnn_section").set_value("Detect").run()
    at.segmented_control(key="rcnn_section").set_value(SECTION).run()
    assert at.toggle(key="rcnn_fails_raw").value
    assert json.dumps(numbers(at))
