"""The section "RoI pooling" as a script: a grid, a picture, a click, and what cannot be pooled."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.detection import StagedDetector, load
from core.detection.inside import Inside
from core.ui.detector.roi import controls

SCRIPT = "import streamlit as st; from core.ui.detector.roi.view import section; section()"


def visit(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    for key, value in link.items():
        at.query_params[f"rcnn_{key}"] = value
    at.run()
    assert not at.exception
    return at


def formulas(at: AppTest) -> str:
    return " ".join(line.value for line in at.latex)


def says(at: AppTest) -> str:
    return " ".join(error.value for error in at.error).replace("\\", "")


def test_opens_with_a_grid_whose_bin_is_written_out() -> None:
    page = visit()
    assert r"\max(2,\, 4,\, 6,\, 3,\, 6,\, 9,\, 2,\, 5,\, 7) = \mathbf{9}" in formulas(page)
    assert r"\mathbf{6.05}" in formulas(page)
    assert not page.error


def test_a_bin_can_be_picked_and_the_output_has_another_size() -> None:
    page = visit(roi_row="1", roi_column="1")
    assert r"= \mathbf{8}" in formulas(page)
    page.number_input(key="rcnn_roi_out").set_value(1).run()
    assert not page.exception
    assert page.number_input(key="rcnn_roi_row").value == 0, "there is one bin"
    assert r"= \mathbf{9}" in formulas(page)


def test_a_picture_is_pooled_as_the_network_has_it() -> None:
    page = visit(roi_source="This picture", picture="coffee")
    boxes = page.selectbox(key="rcnn_roi_box").options
    assert boxes[0].startswith("cup 0.7")
    assert boxes[-1].startswith("proposal 12")
    assert any("says cup" in caption.value for caption in page.caption), "the channel of its class"
    assert any("multiplied" in row for row in page.dataframe[-1].value.iloc[:, 3])
    page.selectbox(key="rcnn_roi_level").set_value("8").run()
    assert any("40 × 60 cells" in caption.value for caption in page.caption)
    page.slider(key="rcnn_roi_shift").set_value(-1.0).run()
    assert not page.exception
    assert not page.error


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"roi_x1": "90"}, "no area"),
        ({"roi_y2": "-20"}, "no area"),
        ({"roi_x1": "150", "roi_x2": "170"}, "outside the picture"),
        ({"roi_source": "This picture", "model": "NanoDet-g, one stage (bundled)"}, "one stage"),
    ],
)
def test_what_cannot_be_pooled_is_said_and_the_last_one_stays(link: dict[str, str], words: str) -> None:
    page = visit(**link)
    assert words in says(page)
    assert r"= \mathbf{9}" in formulas(page), "the first one"


@pytest.mark.parametrize(
    "link",
    [
        {"roi_out": "0", "roi_x1": "left", "roi_stride": "17", "roi_ratio": "many", "roi_row": "-3"},
        {"roi_out": "1", "roi_row": "6", "roi_column": "6", "roi_shift": "9"},
        {"roi_source": "This picture", "roi_box": "999", "roi_level": "7", "roi_channel": "1e9", "roi_bins": "x"},
    ],
)
def test_nonsense_in_a_link_is_the_usual_value(link: dict[str, str]) -> None:
    page = visit(**link)
    assert not page.error
    assert r"\max(" in formulas(page)


def changed(**changes: object) -> object:
    """In place of the forward pass: one that was left with other parts."""
    own = controls.inside_of

    def inside_of(subject: object) -> Inside:
        return replace(own(subject), **changes)  # type: ignore[arg-type]

    return patch.object(controls, "inside_of", inside_of)


def test_maps_that_were_not_kept_are_a_sentence() -> None:
    with changed(features={}):  # type: ignore[attr-defined]
        page = visit(roi_source="This picture")
    assert "too large to be kept" in says(page)
    assert r"\max(" in formulas(page)


@pytest.mark.parametrize("colour", ["white", "grey"])
def test_a_tiny_picture_without_anything_in_it(colour: str) -> None:
    detector = load("bundled")
    assert isinstance(detector, StagedDetector)
    inside = detector.inside(Image.new("RGB", (40, 40), colour), short_side=320)
    with patch.object(controls, "inside_of", lambda _: inside):
        page = visit(roi_source="This picture")
    assert not page.exception
    if not page.error:
        assert r"\max(" in formulas(page)


def test_nothing_proposed_is_a_sentence() -> None:
    detector = load("bundled")
    assert isinstance(detector, StagedDetector)
    inside = detector.inside(Image.new("RGB", (64, 64)), short_side=224)
    none = replace(
        inside.candidates, proposals=torch.zeros(0, 4), boxes=torch.zeros(0, 4), network_boxes=torch.zeros(0, 4),
        scores=torch.zeros(0), labels=torch.zeros(0, dtype=torch.int64), sources=torch.zeros(0, dtype=torch.int64),
    )  # fmt: skip
    with patch.object(controls, "inside_of", lambda _: replace(inside, candidates=none)):
        page = visit(roi_source="This picture")
    assert "proposed no box" in says(page)


def test_predict_first_hides_the_outputs() -> None:
    at = AppTest.from_string(SCRIPT.replace("; section()", "; st.session_state.rcnn_hide = True; section()"))
    at.run(timeout=60)
    assert not at.exception
    assert not at.latex
    labels = [field.label for field in at.number_input]
    assert "RoIAlign" in labels
    next(field for field in at.number_input if field.label == "RoI pooling").set_value(9.0)
    next(button for button in at.button if button.label == "Show the answers").click()
    at.run()
    assert any("as guessed" in text.value for text in at.markdown)
