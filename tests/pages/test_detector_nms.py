"""The section NMS in depth: its parts, what it keeps, and what it is given that cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.detection.nms.examples import Name
from core.detection.results import Candidates
from core.ui.detector.nms.controls import Part
from tests.synthetic import candidates

SCRIPT = "from core.ui.detector.nms.view import section; section()"


def opened(script: str = SCRIPT, **query: str | list[str]) -> AppTest:
    at = AppTest.from_string(script, default_timeout=60)
    at.query_params.update(query)
    at.run()
    assert not at.exception
    return at


def texts(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.markdown, *at.caption, *at.info, *at.success))


def run(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def test_the_first_visit_shows_that_nms_is_not_monotone() -> None:
    at = opened()
    assert at.slider(key="rcnn_nms_iou").value == 0.45
    assert "3 boxes at 0\\.45" in texts(at)
    assert "3 to 2 at 0\\.48" in texts(at)
    at.button(key="rcnn_nms_other").click()
    run(at)
    assert at.slider(key="rcnn_nms_iou").value == 0.52
    assert "2 boxes at 0\\.52" in texts(at)


def test_other_boxes_begin_with_their_own_thresholds() -> None:
    at = opened()
    at.selectbox(key="rcnn_nms_example").set_value(str(Name.NOT_NESTED))
    assert run(at).slider(key="rcnn_nms_iou").value == 0.0
    assert "At **0.00**: **2** kept, 1 and 3" in texts(at)
    assert "At **0.10**: **2** kept, 1 and 2" in texts(at)


@pytest.mark.parametrize("part", [str(part) for part in Part])
@pytest.mark.parametrize("query", [{"rcnn_nms_iou": "0"}, {"rcnn_nms_iou": "1"}, {"rcnn_nms_score": "0.9"}])
def test_thresholds_at_their_ends_and_one_box(part: str, query: dict[str, str]) -> None:
    at = opened(rcnn_nms_part=part, **query)
    assert not at.error


@pytest.mark.parametrize("part", [str(part) for part in Part])
def test_no_box_is_a_sentence(part: str) -> None:
    at = opened(rcnn_nms_part=part, rcnn_nms_score="1")
    assert [info.value for info in at.info] == [
        "No box scores above 1.00; the best of 4 candidates scores 0.950. Lower the score threshold."
    ]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"rcnn_nms_example": "no such boxes"}, "no such boxes"),
        ({"rcnn_nms_part": "Classes", "rcnn_nms_classes": ["cat", "unicorn"]}, "unicorn"),
    ],
)
def test_a_link_asks_for_what_is_not_there(query: dict[str, Any], said: str) -> None:
    assert f"The link also asks for what is not there: {said}" in texts(opened(**query))


def found(count: int) -> Callable[..., Candidates]:
    return lambda *_: candidates(count, classes=3)


@pytest.mark.parametrize("part", [str(part) for part in Part])
@pytest.mark.parametrize("count", [0, 1, 1000])
def test_any_number_of_candidates(part: str, count: int) -> None:
    st.cache_data.clear()  # of the same picture there are other candidates now
    with patch("core.ui.detector.nms.scene.candidates_of", found(count)):
        at = opened(rcnn_nms_part=part, rcnn_nms_example=str(Name.PICTURE), rcnn_nms_score="0.02")
    assert not at.error
    if not count:
        assert "The network found nothing here" in texts(at)
    st.cache_data.clear()


def test_classes_differ_and_an_example_of_one_class_offers_another() -> None:
    at = opened(rcnn_nms_part="Classes")
    at.button(key="rcnn_nms_take_classes").click()
    run(at)
    assert [metric.value for metric in at.metric] == ["3", "2", "3", "2"]
    at.multiselect(key="rcnn_nms_classes").set_value(["dog"])
    assert "No box here is of a chosen class: choose among apple, orange, clock." in texts(run(at))


PAGE = """
import streamlit as st
from core.ui.detector.nms.view import section
if st.toggle("away", key="away"):
    st.write("another section")
else:
    section()
"""


def press(at: AppTest, key: str) -> AppTest:
    at.button(key=f"rcnn_nms_{key}").click()
    return run(at)


def test_the_game_survives_a_look_at_another_section() -> None:
    at = opened(PAGE, rcnn_nms_part="Be the NMS")
    press(at, "box_0")
    press(at, "box_1")
    assert "it had gone" in texts(at)
    at.toggle(key="away").set_value(True)
    run(at)
    at.toggle(key="away").set_value(False)
    run(at)
    assert [metric.value for metric in at.metric] == ["4", "2", "1"]
    press(at, "box_3")
    press(at, "none")
    assert "**3 of 4 choices** as NMS made them, 75%." in texts(at)
    press(at, "undo")
    assert [metric.value for metric in at.metric] == ["4", "3", "2"]
    press(at, "start_over")
    assert [metric.value for metric in at.metric] == ["4", "0", "0"]


def test_reset_ends_the_game_and_another_threshold_is_another_game() -> None:
    at = opened(rcnn_nms_part="Be the NMS")
    press(at, "box_0")
    at.slider(key="rcnn_nms_iou").set_value(0.52)
    assert [metric.value for metric in run(at).metric] == ["4", "0", "0"]
    at.slider(key="rcnn_nms_iou").set_value(0.45)
    assert [metric.value for metric in run(at).metric] == ["4", "1", "1"], "and this one is as it was left"
    press(at, "reset")
    assert [metric.value for metric in at.metric] == ["4", "0", "0"]
