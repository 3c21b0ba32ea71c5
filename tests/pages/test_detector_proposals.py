"""The section about proposals as a script: what its controls do, and what bad input does not do."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.detection import StagedCandidates, stages
from core.detection.detector import Detector, StagedDetector
from core.samples import SAMPLES
from core.ui.detector import results
from tests.core.pictures import encode, photo

KEY = "rcnn_proposals"


def visit(**link: str) -> AppTest:
    script = "import streamlit as st; from core.ui.detector.proposals.view import section; section()"
    at = AppTest.from_string(script, default_timeout=120)
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


@pytest.fixture
def page() -> AppTest:
    return visit(rcnn_picture="motorcycle")


def metric(at: AppTest, label: str) -> str:
    return next(box.value for box in at.metric if box.label == label)


def says(at: AppTest, words: str) -> list[str]:
    boxes = [*at.caption, *at.info, *at.error, *at.markdown]
    return [box.value for box in boxes if words in box.value]


def test_the_first_visit_shows_hits_and_misses(found: dict[str, StagedCandidates]) -> None:
    page = visit()
    assert page.selectbox(key="rcnn_picture").value == "coffee"
    assert metric(page, "Anchors") == f"{found['coffee'].anchors:,}"
    assert metric(page, "Best of each level") == "1,800"
    assert metric(page, "Proposals kept") == str(len(found["coffee"].proposals))
    assert metric(page, "Shown") == "20"
    assert metric(page, "Objects hit") == "3 of 3"
    assert says(page, "The first 20 hit 3 of 3")
    assert not page.error


def test_more_proposals_hit_more(page: AppTest) -> None:
    assert metric(page, "Objects hit") == "2 of 5"
    page.select_slider(key=f"{KEY}_count").set_value(1_000).run()
    assert metric(page, "Objects hit") == "4 of 5"
    assert metric(page, "Shown") == metric(page, "Proposals kept") == "298"
    page.select_slider(key=f"{KEY}_count").set_value(1).run()
    assert metric(page, "Objects hit") == "1 of 5"
    assert metric(page, "Shown that hit") == "1"


def test_no_control_runs_the_network_again(page: AppTest) -> None:
    with patch.object(Detector, "_once", side_effect=AssertionError("the network ran")):
        page.slider(key=f"{KEY}_iou").set_value(0.3).run()
        page.select_slider(key=f"{KEY}_count").set_value(100).run()
        page.segmented_control(key=f"{KEY}_shape").set_value("tall").run()
        page.segmented_control(key=f"{KEY}_colour").set_value("level").run()
        page.button(key=f"{KEY}_run").click().run()
    assert not page.exception
    assert says(page, "RoIAlign, head and class boxes took")


def test_a_low_threshold_leaves_few_and_says_so(page: AppTest) -> None:
    page.select_slider(key=f"{KEY}_count").set_value(300).run()
    page.slider(key=f"{KEY}_iou").set_value(0.0).run()
    left = metric(page, "Proposals kept")
    assert int(left) < 100
    assert says(page, f"{left} proposals are left: all are shown")
    assert metric(page, "Shown") == left
    page.slider(key=f"{KEY}_iou").set_value(0.7).run()
    assert metric(page, "Shown") == "298", "the N that was asked for is not lost"
    page.slider(key=f"{KEY}_iou").set_value(1.0).run()
    assert metric(page, "After its NMS") == "1,800"
    assert metric(page, "Proposals kept") == "300"


@pytest.mark.parametrize(("threshold", "hit", "words"), [(0.0, "5 of 5", "does not touch"), (1.0, "0 of 5", "digit")])
def test_thresholds_at_their_ends(threshold: float, hit: str, words: str, page: AppTest) -> None:
    page.slider(key=f"{KEY}_threshold").set_value(threshold).run()
    assert not page.exception
    assert metric(page, "Objects hit") == hit
    assert says(page, words)


def test_the_heads_run_when_asked_and_the_answer_stays(page: AppTest) -> None:
    assert not says(page, "took")[1:], "nothing has run yet"
    page.button(key=f"{KEY}_run").click().run()
    (told,) = says(page, "detections before")
    assert "5 detections before, 5 now; the same classes" in told
    page.slider(key=f"{KEY}_threshold").set_value(0.6).run()
    assert says(page, "detections before"), "it is of these proposals still"
    page.slider(key=f"{KEY}_iou").set_value(0.1).run()
    assert not says(page, "detections before"), "these are other proposals"
    page.slider(key=f"{KEY}_iou").set_value(0.7).run()
    assert says(page, "detections before")
    page.segmented_control(key=f"{KEY}_which").set_value("the first N").run()
    page.select_slider(key=f"{KEY}_count").set_value(1).run()
    page.button(key=f"{KEY}_run").click().run()
    assert says(page, "5 detections before, 1 now; gone: ")


def test_maps_that_were_not_kept_are_made_again_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "MEGABYTES", 0)
    results.EVERYBODY.inside.clear()
    results._candidates.clear()
    ran: list[Any] = []
    make = stages.feature_maps
    monkeypatch.setattr(stages, "feature_maps", lambda *asked: ran.append(asked) or make(*asked))
    try:
        page = visit(rcnn_picture="cat")
        assert says(page, "the **backbone has to run again**")
        assert not ran
        page.button(key=f"{KEY}_run").click().run()
        assert len(ran) == 1
        assert says(page, "the same classes")
    finally:
        results.EVERYBODY.inside.clear()
        results._candidates.clear()


def upload(page: AppTest, name: str, image: Image.Image) -> None:
    page.file_uploader(key="rcnn_picture_files").upload(name, encode(image, "PNG")).run()
    assert not page.exception


def test_without_ground_truth_the_detections_stand_in(page: AppTest) -> None:
    page.file_uploader(key="rcnn_picture_files").upload("mine.png", SAMPLES["motorcycle"].read()).run()
    assert says(page, "the **detector's own 5 detections**")
    assert metric(page, "Objects hit").endswith("of 5")
    page.slider(key=f"{KEY}_score").set_value(0.9).run()
    assert says(page, "the **detector's own 1 detections**") or says(page, "the **detector's own detection**")


@pytest.mark.parametrize("size", [(40, 40), (40, 300), (300, 40)])
def test_a_tiny_picture_without_any_object(size: tuple[int, int], page: AppTest) -> None:
    upload(page, "tiny.png", photo(*size))
    page.slider(key=f"{KEY}_score").set_value(1.0).run()
    assert not page.exception
    assert says(page, "There is nothing to hit")
    assert int(metric(page, "Proposals kept")) > 0
    assert "Objects hit" not in [box.label for box in page.metric]
    page.button(key=f"{KEY}_run").click().run()
    assert says(page, "0 detections before, 0 now")
    page.slider(key=f"{KEY}_iou").set_value(0.0).run()
    assert not page.exception


def test_no_proposal_at_all(page: AppTest) -> None:
    """As where a network scores all anchors below its own threshold."""
    from core.ui.detector.proposals import results as mine

    make = mine.propose_again
    with patch.object(mine, "propose_again", lambda *asked: make(*asked).first(0)):
        page.slider(key=f"{KEY}_iou").set_value(0.6).run()
        assert not page.exception
        assert says(page, "leaves no box of this picture")
        assert metric(page, "Objects hit") == "0 of 5"


def test_a_one_stage_detector_has_none_and_says_so(page: AppTest) -> None:
    page.selectbox(key="rcnn_model").set_value("nanodet_g").run()
    assert not page.exception
    assert says(page, "works in one stage")
    assert metric(page, "Objects hit") == "2 of 5", "the last that worked is still there"
    page.selectbox(key="rcnn_model").set_value("bundled").run()
    assert not page.error


def test_predict_first_hides_all_but_the_objects() -> None:
    page = AppTest.from_string(
        "import streamlit as st; st.session_state.rcnn_hide = True; "
        "from core.ui.detector.proposals.view import section; section()",
        default_timeout=120,
    ).run()
    assert not page.metric
    assert not says(page, "The first 20 hit")
    page.number_input(key=f"{KEY}_guess_Objects hit").set_value(3)
    page.number_input(key=f"{KEY}_guess_Proposals that hit").set_value(9)
    next(box for box in page.button if box.label == "Show the answers").click().run()
    (told,) = says(page, "as guessed")
    assert "Proposals that hit: **6**, guessed 9" in told
    assert metric(page, "Objects hit") == "3 of 3"


def test_the_model_is_not_written_to(page: AppTest, detector: StagedDetector) -> None:
    before = [parameter.clone() for parameter in list(detector.model.rpn.parameters())[:2]]
    page.slider(key=f"{KEY}_iou").set_value(0.2).run()
    page.button(key=f"{KEY}_run").click().run()
    assert detector.model.rpn.nms_thresh == 0.7
    after = list(detector.model.rpn.parameters())[:2]
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))
