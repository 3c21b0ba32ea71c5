"""What the page of drawn boxes shows: colours, words, a table that a spreadsheet may open."""

from __future__ import annotations

import math

import pytest

from core.detection.scoring.drawn import Drawn, NamedBox, ground_truth_of
from core.detection.scoring.evaluated_images import EvaluatedImage, PredictedBoxes
from core.detection.scoring.matching import overlaps
from core.detection.scoring.nms_curve import Ties
from core.detection.scoring.tide import Judged, judge
from core.detection.scoring.tide_oracles import costs
from core.figures.detection import truth, truth_charts

BOXES = (NamedBox("cup", (0, 0, 100, 100)), NamedBox("=cup", (200, 0, 300, 100)), NamedBox("fork", (400, 0, 500, 90)))
FOUND = [("cup", (0, 0, 100, 90), 0.9), ("cup", (0, 0, 100, 60), 0.8), ("bowl", (200, 0, 300, 100), 0.7)]


def judged(boxes: tuple[NamedBox, ...] = BOXES, found: list[tuple[str, tuple[int, ...], float]] = FOUND) -> Judged:
    predicted = PredictedBoxes.of([b for _, b, _ in found], [c for c, *_ in found], [s for *_, s in found])
    return judge([overlaps(EvaluatedImage("made", ground_truth_of(boxes), predicted, (500, 100)))])


def test_each_box_says_what_became_of_it() -> None:
    shown = truth.editor("data:", "a", (500, 100), Drawn.beginning(BOXES), judged(), ("cup", "bowl"))
    assert [look.colour for look in shown.looks] == [truth.FOUND, truth.NOT_FOUND, truth.NOT_FOUND]
    assert shown.looks[0].text == "found by cup 0.900, IoU 0.900"
    assert shown.looks[1].text == "missed; Cls error of bowl 0.700"
    assert shown.looks[2].text == "missed, and no detection comes near"
    assert [box.tag for box in shown.beneath] == ["bowl 0.70 Cls", "cup 0.80 Dupe", "cup 0.90 TP"]
    assert shown.names == ("cup", "=cup", "fork", "bowl")
    assert "3 boxes of ground truth, 1 found, over 3 detections" in shown.alt


def test_the_table_has_a_row_for_everything_and_no_formula() -> None:
    frame = truth.table(judged())
    assert frame["kind"].tolist() == ["TP", "Dupe", "Cls", "FN", "FN"]
    assert frame["IoU"].tolist()[:3] == pytest.approx([0.9, 0.6, 1.0])
    assert frame["ground truth"].tolist() == ["cup", "cup", "=cup", "=cup", "fork"]
    lines = truth.table_csv(judged()).splitlines()
    assert len(lines) == 6
    assert ",'=cup," in lines[3]


def test_the_dearest_kind_is_named_with_its_numbers() -> None:
    told = costs(judged())
    figure = truth_charts.cost_bars(told)
    assert figure.data["count"].tolist() == [1, 0, 0, 1, 0, 1, 2, 2]
    assert "Dearest: Cls" in figure.reading
    assert r"\Delta\mathrm{AP}_{\mathrm{Cls}} = 0.667 - 0.333 = \mathbf{0.333}" in truth_charts.cost_formula(told)
    nothing = costs(judged((), []))
    assert math.isnan(nothing.ap)
    assert "Without ground truth" in truth_charts.cost_bars(nothing).reading
    assert truth_charts.cost_bars(nothing).data["text"][0] == "undefined (0)"
    assert "mathbf" not in truth_charts.cost_formula(nothing)
    perfect = costs(judged(BOXES[:1], FOUND[:1]))
    assert "no kind of error alone costs anything" in truth_charts.cost_bars(perfect).reading


def test_sentences() -> None:
    assert truth_charts.unknown_classes(BOXES, ("cup",)).startswith("The detector does not know: =cup, fork.")
    assert truth_charts.unknown_classes(BOXES[:1], ("cup",)) == ""
    assert "no order is arbitrary" in truth_charts.of_ties(Ties(0, None), 0)
    said = truth_charts.of_ties(Ties(4, ("cup", 0.5)), 2)
    assert "4 candidates share" in said
    assert "2 detections of equal score differ" in said
    same = truth_charts.plus_one((0.5, 0.4), 3, (0.5, 0.4), 3, inclusive=False)
    assert "nothing here would change" in same
    other = truth_charts.plus_one((0.5, 0.4), 3, (0.25, 0.2), 1, inclusive=True)
    assert other == "With sides x2 − x1, 1 detection is kept, and mAP is 0.250 at IoU 0.50, 0.200 over .50 to .95."
