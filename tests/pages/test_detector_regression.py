"""The section about box regression as a script: its two parts, and what bad input does not do."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from streamlit.testing.v1 import AppTest

from core.detection import stages
from core.detection.detector import Detector
from core.detection.regression.targets import beside, regress
from core.images import decode
from core.samples import SAMPLES, ground_truth
from core.ui.detector import results
from core.ui.framework.session import EVERYBODY
from tests.core.pictures import encode, photo

BOXES, FIT = "rcnn_regress_boxes", "rcnn_regress_fit"
SCRIPT = "import streamlit as st; {}from core.ui.detector.regression.view import section; section()"


def visit(before: str = "", **link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT.format(before), default_timeout=120)
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def learned(**link: str) -> AppTest:
    return visit(rcnn_regress_part="Learned", **link)


def metric(at: AppTest, label: str) -> str:
    return next(box.value for box in at.metric if box.label == label)


def says(at: AppTest, words: str) -> list[str]:
    boxes = [*at.caption, *at.info, *at.error, *at.warning, *at.markdown, *at.latex]
    return [box.value for box in boxes if words in box.value]


def test_it_opens_with_an_object_of_the_picture_and_d_is_t() -> None:
    page = visit()
    found = regress(*beside(ground_truth(SAMPLES["coffee"])[0].xyxy, (600, 400)), (600, 400))
    (first, second) = (box.value for box in page.latex)
    assert rf"\mathbf{{{found.targets[0]:.3f}}}" in first
    assert rf"\mathbf{{{found.g_centred[0]:.1f}}}" in second, "the box that d = t makes is G"
    assert not page.error


def test_a_share_of_t_and_numbers_of_one_s_own() -> None:
    page = visit()
    page.segmented_control(key=f"{BOXES}_says").set_value("a share of t").run()
    page.slider(key=f"{BOXES}_share").set_value(0.0).run()
    assert says(page, r"\cdot 0.000 + 317 = \mathbf{317.0}")
    page.segmented_control(key=f"{BOXES}_says").set_value("my own").run()
    page.slider(key=f"{BOXES}_dw").set_value(5.0).run()
    assert says(page, "The clamp bites")
    assert not page.exception


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"px1": "9", "px2": "9"}, "Box P has no area"),
        ({"gy1": "900", "gy2": "950"}, "Box G lies outside the picture"),
    ],
)
def test_a_link_whose_box_is_none_says_so_and_shows_the_beginning(link: dict[str, str], words: str) -> None:
    page = visit(rcnn_picture="cat", **{f"{BOXES}_{key}": value for key, value in link.items()})
    assert says(page, words)
    assert says(page, r"\frac{G_x - P_x}{P_w}")


def test_corners_are_kept_until_there_is_another_picture() -> None:
    page = visit(rcnn_picture="cat", **{f"{BOXES}_px1": "10"})
    page.number_input(key=f"{BOXES}_px2").set_value(110).run()
    assert says(page, "- 60}{100}")
    page.number_input(key=f"{BOXES}_px2").set_value(10).run()
    assert says(page, "Box P has no area")
    assert says(page, "- 60}{100}"), "the last that worked is still there"
    page.selectbox(key="rcnn_picture").set_value("astronaut").run()
    assert page.number_input(key=f"{BOXES}_px1").value is None
    assert not page.error


def test_what_reaches_out_is_said() -> None:
    assert says(visit(rcnn_picture="cat", **{f"{BOXES}_px1": "-20"}), "Box P")


@pytest.mark.parametrize("size", [(40, 40), (40, 300)])
def test_a_tiny_picture_without_any_object(size: tuple[int, int]) -> None:
    page = visit()
    page.file_uploader(key="rcnn_picture_files").upload("tiny.png", encode(photo(*size), "PNG")).run()
    assert not page.exception
    assert says(page, "the detector finds nothing") or says(page, "best detection")
    page.segmented_control(key="rcnn_regress_part").set_value("Learned").run()
    assert not page.exception
    assert says(page, "There is no object in this picture") or page.metric


def test_a_one_stage_detector_has_boxes_but_nothing_to_learn() -> None:
    page = visit()
    page.selectbox(key="rcnn_model").set_value("nanodet_g").run()
    assert not page.error
    assert page.latex
    page.segmented_control(key="rcnn_regress_part").set_value("Learned").run()
    assert says(page, "works in one stage")
    assert not page.exception


def test_a_regressor_is_learned_and_tried_on_other_objects() -> None:
    page = learned(rcnn_picture="cat")
    assert metric(page, "Held out, before") == "0.793"
    assert metric(page, "After ridge") == "0.814"
    assert metric(page, "After the network's own") == "0.911"
    assert says(page, "on 9 objects (432 boxes). Held out: 1 of this picture")
    page.select_slider(key=f"{FIT}_strength").set_value(0.01).run()
    assert metric(page, "Fitted, after") == "0.994"
    assert float(metric(page, "After ridge")) < 0.5
    assert says(page, "It overfits")
    page.segmented_control(key=f"{FIT}_mover").set_value("the network").run()
    page.toggle(key=f"{FIT}_by_class").set_value(True).run()
    assert says(page, "one regressor for all classes")
    assert not page.exception


def test_no_control_runs_the_network_again() -> None:
    """Also where tests before this one have left some of what it needs, and not all."""
    EVERYBODY.regressors.clear()
    page = learned(rcnn_picture="coffee")
    with patch.object(Detector, "_once", side_effect=AssertionError("the network ran")):
        page.select_slider(key=f"{FIT}_strength").set_value(1e6).run()
        page.selectbox(key=f"{FIT}_thing").set_value("spoon").run()
        page.toggle(key=f"{FIT}_by_class").set_value(True).run()
    assert not page.exception


@pytest.mark.parametrize("strength", ["0", "text", "-3", "5"])
def test_a_λ_in_a_link_that_there_is_not(strength: str) -> None:
    page = learned(rcnn_picture="cat", **{f"{FIT}_strength": strength})
    assert says(page, f"The link asks for λ = `{strength}`")
    assert metric(page, "After ridge") == "0.814"


def test_an_object_of_another_picture_is_forgotten() -> None:
    page = learned(rcnn_picture="cat", **{f"{FIT}_thing": "spoon"})
    assert page.selectbox(key=f"{FIT}_thing").options == ["cat"]
    page.selectbox(key="rcnn_picture").set_value("coffee").run()
    page.selectbox(key=f"{FIT}_thing").set_value("spoon").run()
    page.selectbox(key="rcnn_picture").set_value("cat").run()
    assert not page.exception
    assert page.selectbox(key=f"{FIT}_thing").value == "first"


def test_what_worked_in_one_part_is_no_answer_to_the_other() -> None:
    page = visit(rcnn_picture="cat")
    page.selectbox(key="rcnn_model").set_value("nanodet_g").run()
    page.segmented_control(key="rcnn_regress_part").set_value("Learned").run()
    assert not page.latex
    assert not page.metric
    page.selectbox(key="rcnn_model").set_value("bundled").run()
    assert metric(page, "After ridge") == "0.814"
    page.selectbox(key="rcnn_model").set_value("nanodet_g").run()
    assert says(page, "works in one stage")
    assert metric(page, "After ridge") == "0.814", "the last that worked is still there"


def test_a_visitor_s_picture_has_its_detections_for_objects() -> None:
    page = learned()
    page.file_uploader(key="rcnn_picture_files").upload("mine.png", SAMPLES["motorcycle"].read()).run()
    assert says(page, "stand in for objects")
    assert says(page, "on 5 objects (240 boxes)"), "the sample is the same photograph and is not fitted"
    assert not page.exception


def test_one_regressor_a_class_where_there_is_one() -> None:
    page = learned()
    image = decode(SAMPLES["astronaut"].read()).crop((0, 0, 400, 512))
    page.file_uploader(key="rcnn_picture_files").upload("mine.png", encode(image, "PNG")).run()
    page.toggle(key=f"{FIT}_by_class").set_value(True).run()
    assert says(page, "A regressor of its own: person")
    assert not page.exception


def test_maps_that_were_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "MEGABYTES", 0)
    results.EVERYBODY.inside.clear()
    results.EVERYBODY.regressors.clear()
    results._candidates.clear()
    try:
        assert says(learned(rcnn_picture="cat"), "too large to be kept")
    finally:
        results.EVERYBODY.inside.clear()
        results._candidates.clear()


def test_predict_first_hides_the_numbers() -> None:
    page = visit("st.session_state.rcnn_hide = True; ")
    assert not page.latex
    page.number_input(key="rcnn_regress_guess_t_x").set_value(-0.15)
    next(box for box in page.button if box.label == "Show the answers").click().run()
    assert says(page, "as guessed")
    assert page.latex
    page.segmented_control(key="rcnn_regress_part").set_value("Learned").run()
    assert not page.metric
    assert says(page, "overlap them with a mean IoU of **0.758**")
