"""The section "2013 to 2016" as a script: recorded runs, runs of one's own, and what bad input does not do."""

from __future__ import annotations

import time
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.detection import StagedDetector
from core.detection.ladder.recorded import read
from core.detection.ladder.result import Method, Rung
from core.detection.ladder.settings import Settings, look
from core.errors import UserError
from core.jobs import Report, silent
from core.samples import SAMPLES
from core.ui.detector.ladder.controls import KEY
from core.ui.pictures import open_picture
from tests.core.pictures import encode

SCRIPT = "import streamlit as st; from core.ui.detector.ladder.view import section; section()"


def visit(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def metrics(at: AppTest) -> dict[str, str]:
    return {box.label: box.value for box in at.metric}


def says(at: AppTest) -> str:
    assert not at.exception
    return " ".join(error.value.replace("\\", "") for error in at.error)


def captions(at: AppTest) -> str:
    return " ".join(box.value for box in at.caption)


def press(at: AppTest, label: str) -> None:
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


def finish(at: AppTest) -> None:
    """Until nothing runs any more."""
    for _ in range(400):
        if "Stop" not in labels(at) and "stops at its next step" not in captions(at):
            return
        time.sleep(0.05)
        at.run()
    pytest.fail("it does not end")


@pytest.mark.parametrize("sample", ["coffee", "cat"])
def test_the_slider_moves_through_recorded_runs(sample: str) -> None:
    page = visit(rcnn_picture=sample)
    for method, rung in read(sample).rungs.items():
        page.select_slider(key=f"{KEY}_method").set_value(method.value).run()
        found = metrics(page)
        assert found["Regions"] == f"{len(rung.regions):,}"
        assert found["Passes"] == f"{rung.passes:,}"
        assert found["Detections"] == f"{len(rung.detections(0.3)):,}"
        assert int(found["True"]) + int(found["False"]) == len(rung.regions)
        assert "Recorded" in captions(page)


def test_no_network_runs_while_the_slider_moves() -> None:
    page = visit(rcnn_picture="coffee")
    with patch.object(StagedDetector, "_forward", side_effect=AssertionError("a pass")):
        for method in Method:
            page.select_slider(key=f"{KEY}_method").set_value(method.value).run()
            page.slider(key=f"{KEY}_score").set_value(0.5).run()
            assert not page.exception


def test_a_run_of_ones_own_is_what_core_computes_and_stays(
    detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    page = visit(rcnn_picture="coffee", rcnn_ladder_regions="12", rcnn_ladder_method="R-CNN")
    assert "Not yet run" in captions(page)
    assert not page.metric
    press(page, "Run it on this picture")
    finish(page)
    settings = Settings(regions=12)
    rung = look(Method.RCNN, detector, photographs["coffee"], settings, silent, short_side=320)
    found = metrics(page)
    assert found["Passes"] == found["Regions"] == "12"
    assert found["Detections"] == str(len(rung.detections(0.3)))
    assert "Run on this machine" in captions(page)
    page.number_input(key=f"{KEY}_regions").set_value(13).run()
    assert not page.metric
    page.number_input(key=f"{KEY}_regions").set_value(12).run()
    assert metrics(page) == found, "it was kept"


def test_a_run_that_is_stopped_loses_nothing() -> None:
    def endless(*asked: Any, **_: object) -> Rung:
        report: Report = asked[-1]
        while True:
            report(0.5, "100 of 200 regions")
            time.sleep(0.01)

    page = visit(rcnn_picture="coffee", rcnn_ladder_method="R-CNN")
    before = metrics(page)
    with patch("core.ui.detector.ladder.state.look", endless):
        press(page, "Run it on this picture")
        assert metrics(page) == before, "the recording stays meanwhile"
        page.select_slider(key=f"{KEY}_method").set_value("Fast R-CNN").run()
        assert metrics(page)["Passes"] == "1", "the slider goes on"
        page.select_slider(key=f"{KEY}_method").set_value("R-CNN").run()
        press(page, "Stop")
        finish(page)
    assert any("was stopped" in box.value for box in page.info)
    assert metrics(page) == before
    assert "Start again" in labels(page)


def test_without_selective_search_the_other_methods_go_on() -> None:
    sentence = "Selective search is not installed on this server."
    page = visit(rcnn_picture="coffee", rcnn_ladder_method="Fast R-CNN", rcnn_ladder_regions="9")
    with patch("core.detection.ladder.fast.search", side_effect=UserError(sentence)):
        press(page, "Run it on this picture")
        finish(page)
    assert sentence.rstrip(".") in says(page)
    page.select_slider(key=f"{KEY}_method").set_value("Faster R-CNN").run()
    assert metrics(page)["Passes"] == "1"


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("windows", "0", "shows nothing"),
        ("windows", "large", "no size of a window"),
        ("windows", "9000", "No window fits"),
        ("windows", "", "no window sizes"),
        ("scales", "0", "no scale"),
        ("scales", "9, x", "no scale"),
    ],
)
def test_lines_that_cannot_be(key: str, value: str, sentence: str) -> None:
    page = visit(rcnn_picture="coffee")
    before = metrics(page)
    page.text_input(key=f"{KEY}_{key}").set_value(value).run()
    assert sentence in says(page)
    assert metrics(page) == before


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("stride", 0, "never moves on"),
        ("stride", 1, "2,000 is the most"),
        ("regions", 0, "nothing to look at"),
        ("regions", 100_000, "too many"),
    ],
)
def test_numbers_that_cannot_be(key: str, value: int, sentence: str) -> None:
    page = visit(rcnn_picture="coffee")
    before = metrics(page)
    page.number_input(key=f"{KEY}_{key}").set_value(value).run()
    assert sentence in says(page)
    assert metrics(page) == before


def test_a_link_with_a_one_stage_model_says_so_and_shows_the_bundled_one() -> None:
    page = visit(rcnn_picture="coffee", rcnn_model="NanoDet-g, one stage (bundled)")
    assert "works in one stage" in says(page)
    assert metrics(page)["Regions"] == "113"


def test_predict_first_hides_the_counts() -> None:
    hidden = partial(AppTest.from_string, "import streamlit as st; st.session_state.rcnn_hide = True; " + SCRIPT)
    page = hidden(default_timeout=120).run()
    assert not page.exception
    assert not page.metric
    assert [field.label for field in page.number_input if "guess" in str(field.key)] == ["Windows", "Passes of R-CNN"]
    assert "113" not in " ".join(box.value for box in page.markdown) + captions(page)


def test_a_picture_of_ones_own_has_faster_rcnn_at_once_and_says_what_counts_as_true() -> None:
    page = AppTest.from_string(SCRIPT, default_timeout=120)
    own = open_picture("own.png", encode(Image.new("RGB", (64, 40), "teal"), "PNG"))
    page.session_state["rcnn_picture_own"] = {"own.png": own}
    page.session_state["rcnn_picture"] = "own.png"
    page.session_state[f"{KEY}_method"] = "Faster R-CNN"
    page.run()
    assert not page.exception
    assert metrics(page)["Passes"] == "1"
    assert "Nobody drew the objects here" in captions(page)
    page.select_slider(key=f"{KEY}_method").set_value("R-CNN").run()
    assert not page.metric
    assert "Not yet run" in captions(page)


def test_samples_are_those_that_were_recorded() -> None:
    assert all(read(name).rungs.keys() == set(Method) for name in SAMPLES)
