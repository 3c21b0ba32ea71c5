"""The two boxes' formulas say the numbers, and the charts show them."""

from __future__ import annotations

import json
import re

import pytest

from core.detection.box_pairs import FIRST, PRESETS
from core.detection.overlap import Pair, compare, shifted, slide
from core.figures.detection.two_boxes import (
    Background,
    areas,
    dice_at,
    dice_table,
    iou_line,
    iou_variant_formulas,
    minus,
    playground,
    signed,
    verdict,
)
from core.figures.detection.two_boxes_charts import LARGE, SMALL, shift_chart, slide_chart

HALF = PRESETS[FIRST].centred(480, 320)
APART = PRESETS["Apart"].centred(480, 320)


def plain(rows: list[str]) -> str:
    return " ".join(rows).replace("{,}", "")


def test_formulas_hold_the_numbers_of_the_first_visit() -> None:
    assert areas(compare(*HALF)) == [
        "U = |A| + |B| - I",
        "= 28{,}800 + 28{,}800 - 19{,}200",
        r"= \mathbf{38{,}400}",
        r"\mathrm{IoU} = \frac{I}{U} = \frac{19{,}200}{38{,}400} = \mathbf{0.500}",
        r"\mathrm{Dice} = \frac{2 I}{|A| + |B|} = \frac{2\,\mathrm{IoU}}{1 + \mathrm{IoU}}",
        r"= \frac{2 \cdot 19{,}200}{28{,}800 + 28{,}800} = \mathbf{0.667}",
        r"= \frac{2 \cdot 0.500}{1 + 0.500} = \mathbf{0.667}",
    ]


def test_iou_is_said_in_words_then_in_numbers() -> None:
    words = r"\mathrm{IoU} = \frac{\text{area of overlap}}{\text{area of union}} = "
    pair = compare(*HALF)
    assert iou_line(pair) == words + r"\frac{19{,}200}{28{,}800 + 28{,}800 - 19{,}200} = \mathbf{0.500}"
    assert iou_line(pair, short=True) == words + r"\frac{19{,}200}{38{,}400} = \mathbf{0.500}"


@pytest.mark.parametrize("title", PRESETS)
def test_every_formula_has_its_result(title: str) -> None:
    pair = compare(PRESETS[title].first, PRESETS[title].second)
    results = re.findall(r"\\mathbf\{(-?[\d.]+)\}", plain([*areas(pair), *iou_variant_formulas(pair)]))
    expected = [pair.union, pair.iou, pair.dice, pair.dice, pair.giou, pair.diou]
    assert [float(text) for text in results] == pytest.approx(expected, abs=0.00051)


@pytest.mark.parametrize(("value", "text"), [(0.0, "0.000"), (-0.0001, "0.000"), (-0.1234, "-0.123"), (1.0, "1.000")])
def test_no_minus_before_zero(value: float, text: str) -> None:
    assert signed(value) == text


def test_text_has_a_true_minus() -> None:
    assert minus(-0.1234) == "−0.123"
    pair = compare(*APART)
    assert f"and −{abs(pair.giou):.3f}" in slide_chart(slide(*APART), pair, 3.0, 0.5).reading


@pytest.mark.parametrize("width", [8, 20, 59, 60, 180, 640])
def test_no_label_is_crossed_by_the_rising_curve(width: float) -> None:
    """Text left of a point stands above it, text right of it below."""
    figure = shift_chart(20, width, 0.5)
    labels = [layer for layer in figure.spec["layer"] if layer["mark"]["type"] == "text"]
    for layer in labels:
        mark = layer["mark"]
        left = (mark["align"], mark["baseline"]) == ("right", "bottom") and mark["dx"] < 0 and mark["dy"] < 0
        right = (mark["align"], mark["baseline"]) == ("left", "top") and mark["dx"] > 0 and mark["dy"] > 0
        assert left or right
    conditions = [layer["transform"][0]["filter"] for layer in labels]
    for part, wide in (("marked", SMALL), ("marked", LARGE), ("yours", width)):
        tests = [text.replace("datum.part", repr(part)).replace("datum.width", str(wide)) for text in conditions]
        python = [text.replace("===", "==").replace("&&", "and") for text in tests]
        assert sum(bool(eval(text)) for text in python) == 1, "each has one label"


def test_dice_of_an_iou() -> None:
    assert dice_at(0.5) == pytest.approx(2 / 3)
    table = dice_table()
    assert table.loc[table["IoU"] == 0.5, "Dice"].item() == pytest.approx(2 / 3)
    assert (table["Dice"] > table["IoU"]).all()


def test_what_the_browser_gets_is_plain_data() -> None:
    data = json.loads(json.dumps(playground(Background(480, 320), HALF, 0.5).as_data()))
    assert data["boxes"] == [[120, 80, 300, 240], [180, 80, 360, 240]]
    assert (data["width"], data["height"], data["uri"], data["threshold"]) == (480, 320, "", 0.5)
    assert "squared paper" in data["alt"]
    assert "cat" in playground(Background(451, 300, "data:x", {"cat": HALF[0]}), HALF, 0.5).alt


@pytest.mark.parametrize("boxes", [HALF, APART])
def test_slide_chart_marks_where_b_is(boxes: tuple[tuple[float, float, float, float], ...]) -> None:
    pair = compare(*boxes)
    path = slide(*boxes)
    offset = (boxes[1][0] + boxes[1][2] - boxes[0][0] - boxes[0][2]) / 2
    figure = slide_chart(path, pair, offset, 0.6)
    data = figure.data
    now = data[data["part"] == "now"].set_index("measure")["value"]
    assert dict(now) == pytest.approx({"IoU": pair.iou, "Dice": pair.dice, "GIoU": pair.giou})
    for name, values in (("IoU", path.iou), ("Dice", path.dice), ("GIoU", path.giou)):
        curve = data[(data["part"] == "curve") & (data["measure"] == name)]
        assert tuple(curve["value"]) == values
        assert tuple(curve["shift"]) == path.offsets
    assert data[data["part"] == "threshold"]["value"].tolist() == [0.6]
    assert f"{pair.iou:.3f}" in figure.reading
    assert f"shifted by {offset:.0f} pixels" in figure.reading


def test_the_specification_stays_while_a_box_moves() -> None:
    def spec(boxes: tuple[tuple[float, float, float, float], ...]) -> str:
        pair: Pair = compare(*boxes)
        return json.dumps(slide_chart(slide(*boxes), pair, 3.0, 0.5).spec)

    assert spec(HALF) == spec(APART)


def test_shift_chart_has_a_small_a_large_and_the_own_box() -> None:
    figure = shift_chart(5, 180, 0.5)
    marked = figure.data[figure.data["part"].isin(["marked", "yours"])]
    assert marked["width"].tolist() == [20, 200, 180]
    assert marked["iou"].tolist() == pytest.approx([15 / 25, 195 / 205, 175 / 185])
    assert marked["label"].tolist() == ["20 px: 0.600", "200 px: 0.951", "box A, 180 px: 0.946"]
    curve = figure.data[figure.data["part"] == "curve"]
    assert tuple(curve["iou"]) == shifted(curve["width"].tolist(), 5)
    assert "5 pixels" in figure.reading
    assert "20 px 0.600, 200 px 0.951, box A, 180 px 0.946" in figure.reading


def test_the_verdict_says_what_b_is_and_how_far_apart_they_are() -> None:
    hit = verdict(compare(*HALF), 0.5)
    assert "IoU 0.500 is at least 0.50: B is a **true positive**." in hit
    assert "In Dice terms the threshold is 0.667" in hit
    assert "They share nothing" not in hit
    apart = verdict(compare((0, 0, 10, 10), (20, 20, 30, 30)), 0.5)
    assert "B is a **false positive**, and A, if nothing else finds it, a false negative." in apart
    assert "GIoU −0.778 says how far" in apart
