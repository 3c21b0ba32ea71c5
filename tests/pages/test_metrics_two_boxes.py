"""Section "Two boxes" as a script: numbers, presets, photographs, what is no box, links."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.detection.box_pairs import PRESETS, guess
from core.detection.overlap import compare
from core.samples import SAMPLES, ground_truth
from core.ui.components.two_boxes import read
from core.ui.framework import STILL
from core.ui.metrics.two_boxes.controls import DEFAULTS, KEY, PAPER, PAPER_SIZE
from tests.pages.conv import captions, drawings, errors, press, said

SCRIPT = "from core.ui.metrics.two_boxes.view import section\nsection()"
CORNERS = [f"{KEY}_{letter}{corner}" for letter in "ab" for corner in ("x1", "y1", "x2", "y2")]


def visit(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    for name, value in link.items():
        at.query_params[f"{KEY}_{name}"] = value
    at.run()
    assert not at.exception
    return at


def data(at: AppTest) -> dict[str, Any]:
    """What the component is given."""
    sent: dict[str, Any] = json.loads(drawings(at)[f"{KEY}_boxes"])
    return sent


def typed(at: AppTest) -> list[int]:
    return [int(at.number_input(key=key).value) for key in CORNERS]


def change(at: AppTest, **corners: int) -> AppTest:
    for name, value in corners.items():
        at.number_input(key=f"{KEY}_{name}").set_value(value)
    at.run()
    assert not at.exception
    return at


def formulas(at: AppTest) -> str:
    return " ".join(box.value for box in at.latex).replace("{,}", "")


def test_first_visit_shows_iou_one_half() -> None:
    at = visit()
    sent = data(at)
    assert sent["boxes"] == [[120, 80, 300, 240], [180, 80, 360, 240]]
    assert (sent["width"], sent["height"]) == PAPER_SIZE
    assert sent["uri"] == ""
    assert sent["threshold"] == 0.5
    assert r"\frac{19200}{38400} = \mathbf{0.500}" in formulas(at)
    assert r"\frac{\text{area of overlap}}{\text{area of union}} = \frac{19200}{28800 + 28800 - 19200}" in formulas(at)
    assert "IoU 0.500 is at least 0.50: B is a **true positive**" in said(at)
    assert "In Dice terms the threshold is 0.667" in said(at)
    assert PRESETS["Shifted by a third"].note in captions(at)
    assert not at.error
    assert not at.info


def test_typing_a_corner_changes_every_number() -> None:
    at = change(visit(), bx1=240, bx2=420)
    pair = compare((120, 80, 300, 240), (240, 80, 420, 240))
    assert pair.iou == pytest.approx(1 / 5)
    assert data(at)["boxes"][1] == [240, 80, 420, 240]
    assert rf"= \mathbf{{{pair.iou:.3f}}}" in formulas(at)
    assert rf"\mathbf{{{pair.dice:.3f}}}" in formulas(at)
    assert "IoU 0.200 is below 0.50: B is a **false positive**, and A, if nothing else finds it, a false" in said(at)
    assert at.session_state[f"{KEY}_preset"] is None


def test_the_numbers_of_a_and_b_stand_side_by_side() -> None:
    """One below the other, eight of them reach below the first screen."""
    at = visit()
    pairs = [column for column in at.columns if len(column.number_input) == 4]
    assert [[box.label for box in column.number_input] for column in pairs] == [
        ["A x1", "A y1", "A x2", "A y2"],
        ["B x1", "B y1", "B x2", "B y2"],
    ]


def test_the_threshold_decides() -> None:
    at = visit()
    at.slider(key=f"{KEY}_threshold").set_value(0.55).run()
    assert "IoU 0.500 is below 0.55" in said(at)
    assert data(at)["threshold"] == 0.55
    assert "In Dice terms the threshold is 0.710" in said(at)


@pytest.mark.parametrize("title", PRESETS)
def test_presets(title: str) -> None:
    at = visit()
    at.pills[0].set_value(title).run()
    assert not at.exception
    first, second = PRESETS[title].centred(*PAPER_SIZE)
    assert typed(at) == [*first, *second]
    assert data(at)["boxes"] == [list(first), list(second)]
    assert PRESETS[title].note in captions(at)
    apart = compare(first, second).intersection == 0
    assert ("They share nothing" in said(at)) == apart
    assert at.pills[0].value == title


@pytest.mark.parametrize("name", SAMPLES)
def test_a_photograph_begins_with_its_target_box(name: str) -> None:
    at = visit()
    at.selectbox(key=f"{KEY}_picture").set_value(name).run()
    assert not at.exception
    sent = data(at)
    target = list(ground_truth(SAMPLES[name]))
    first, second = guess(target[0].xyxy, sent["width"], sent["height"])
    assert sent["boxes"] == [list(first), list(second)]
    assert sent["uri"].startswith("data:image/jpeg;base64,")
    menu = at.selectbox(key=f"{KEY}_gold")
    assert menu.value == target[0].label
    assert len(menu.options) == len(target)
    assert len(set(menu.options)) == len(target)
    menu.set_value(menu.options[-1]).run()
    assert data(at)["boxes"][0] == list(guess(target[-1].xyxy, sent["width"], sent["height"])[0])
    at.selectbox(key=f"{KEY}_picture").set_value(PAPER).run()
    assert typed(at) == [DEFAULTS[key] for key in CORNERS]


def test_moving_box_a_away_from_the_object_is_seen() -> None:
    at = visit()
    at.selectbox(key=f"{KEY}_picture").set_value("cat").run()
    change(at, ax2=300)
    assert at.selectbox(key=f"{KEY}_gold").value is None


def test_swapped_corners_are_put_in_order_and_said() -> None:
    at = change(visit(), ax1=300, ax2=120)
    assert data(at)["boxes"][0] == [120, 80, 300, 240]
    assert [box.value.replace("\\", "") for box in at.info] == ["Box A: its corners were swapped and are now in order."]
    assert not at.error


def test_out_of_the_frame_is_cut_off_and_said() -> None:
    at = change(visit(), bx2=9000, by1=-50)
    assert data(at)["boxes"][1] == [180, 0, 480, 240]
    assert [box.value.replace("\\", "") for box in at.info] == [
        "Box B: it was cut off at the edge of the picture, 480 × 320 pixels."
    ]


@pytest.mark.parametrize(
    ("corners", "sentence"),
    [
        ({"ax2": 120}, "Box A has no area: type other corners."),
        ({"by1": 240}, "Box B has no area: type other corners."),
        (
            {"bx1": 5000, "bx2": 6000},
            "Box B lies outside the picture of 480 × 320 pixels: type other corners.",
        ),
    ],
)
def test_what_is_no_box_leaves_the_last_two_that_were(corners: dict[str, int], sentence: str) -> None:
    at = change(visit(), ay1=100)
    good = data(at)["boxes"]
    change(at, **corners)
    assert errors(at) == [sentence]
    assert STILL in captions(at)
    assert data(at)["boxes"] == good
    press(at, "Reset")
    assert not at.error
    assert typed(at) == [DEFAULTS[key] for key in CORNERS]


def test_an_emptied_field_is_its_first_value() -> None:
    at = visit()
    at.number_input(key=f"{KEY}_ax1").set_value(None).run()
    assert not at.exception
    assert data(at)["boxes"][0] == [120, 80, 300, 240]


def test_a_link_holds_everything() -> None:
    numbers = dict(zip(("ax1", "ay1", "ax2", "ay2", "bx1", "by1", "bx2", "by2"), "12345678", strict=True))
    at = visit(**{**numbers, "ax2": "40", "ay2": "50"}, picture="coffee", threshold="0.75", shift="11")
    sent = data(at)
    assert sent["boxes"] == [[1, 2, 40, 50], [5, 6, 7, 8]]
    assert (sent["width"], sent["height"], sent["threshold"]) == (600, 400, 0.75)
    assert "Shifted by 11 pixels" in said(at)


@pytest.mark.parametrize(
    "link",
    [
        {"ax1": "nan"},
        {"ax1": "1e99"},
        {"bx2": "99999999999"},
        {"picture": "../../etc/passwd"},
        {"threshold": "7"},
        {"shift": "-3"},
        {"ax1": "300", "ax2": "300"},
        {"picture": "cat", "ax1": "700", "ax2": "720"},
        {"preset": "Apart", "gold": "cat"},
    ],
)
def test_a_link_that_was_tampered_with_does_no_harm(link: dict[str, str]) -> None:
    at = visit(**link)
    for x1, y1, x2, y2 in data(at)["boxes"]:
        assert 0 <= x1 < x2 <= 480
        assert 0 <= y1 < y2 <= 320
    assert len(at.error) <= 1


@pytest.mark.parametrize(
    "report",
    [
        None, {}, "boxes", [], [[1, 2, 3, 4]], [[1, 2, 3, 4], [1, 2, 3]], [[1, 2, 3, 4], "1234"],
        [[1, 2, 3, 4], [1, 2, 3, None]], [[1, 2, 3, 4], [1, 2, 3, float("nan")]], [[1, 2, 3, 4], [1, 2, 3, 1e300]],
        [[1, 2, 3, 4]] * 3,
    ],
)  # fmt: skip
def test_what_a_browser_may_not_send(report: Any) -> None:
    assert read(report) is None


def test_what_a_browser_sends() -> None:
    assert read([[1, 2, 3, 4], [5.0, 6, 7, 8]]) == ((1, 2, 3, 4), (5, 6, 7, 8))


def test_letting_go_of_a_box_fills_the_fields() -> None:
    script = (
        "import streamlit as st\nfrom core.ui.metrics.two_boxes import controls, view\n"
        "st.button('let go', on_click=controls.put, args=((1., 2., 30., 40.), (5., 6., 70., 80.)))\n"
        "view.section()"
    )
    at = AppTest.from_string(script, default_timeout=120).run()
    press(at, "let go")
    assert not at.exception
    assert typed(at) == [1, 2, 30, 40, 5, 6, 70, 80]
    assert data(at)["boxes"] == [[1, 2, 30, 40], [5, 6, 70, 80]]


def test_the_code_to_take_away_is_about_these_boxes() -> None:
    at = change(visit(), bx1=200)
    assert "[200, 80, 360, 240]" in at.code[0].value


def test_corners_that_belong_to_the_box() -> None:
    first, second = (278, 299, 302, 326), (287, 302, 300, 327)
    link = {key.removeprefix(f"{KEY}_"): str(value) for key, value in zip(CORNERS, (*first, *second), strict=True)}
    plain = visit(picture="coffee", **link)
    assert "+ 1" not in formulas(plain)
    at = visit(picture="coffee", inclusive="true", **link)
    assert at.toggle(key=f"{KEY}_inclusive").value is True
    iou = compare(first, second, inclusive=True).iou
    assert f"\\mathbf{{{iou:.3f}}}" in formulas(at)
    assert "(x_2 - x_1 + 1)" in formulas(at)
    assert f"IoU is {iou:.5f}, without it {compare(first, second).iou:.5f}." in captions(at)
    assert data(at)["inclusive"] is True
    assert data(plain)["inclusive"] is False
    assert "torch.tensor([0, 0, 1, 1])" in at.code[0].value


def test_predict_first_hides_the_scores_and_the_verdict() -> None:
    at = AppTest.from_string(f"import streamlit as st\nst.session_state.metrics_hide = True\n{SCRIPT}")
    at.default_timeout = 120
    at.run()
    assert data(at)["hidden"]
    assert not at.latex
    assert PRESETS["Shifted by a third"].note not in captions(at)
    at.slider(key=f"{KEY}_threshold").set_value(0.75).run()
    at.number_input(key=f"{KEY}_guess_IoU").set_value(0.54)
    press(at, "Show the answers")
    assert not at.exception
    assert not data(at)["hidden"]
    assert "IoU: **0.500**, as guessed" in said(at)
    change(at, bx1=200)
    assert data(at)["hidden"], "other boxes are another question"
