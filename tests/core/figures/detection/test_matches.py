"""What the pictures, charts and formulas of the section "Detection" say."""

from __future__ import annotations

import base64
import math

import pytest

from core.detection.scoring.average_precision import Interpolation, confusions, made_up, ranking
from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes, example
from core.detection.scoring.matching import Matches, Outcome, match, overlaps
from core.figures.detection import evaluation_charts as charts
from core.figures.detection import matches as pictures

URI = "data:,"


@pytest.fixture
def drawn() -> Matches:
    return match(overlaps(example()), 0.5)


def test_a_picture_tells_every_box_and_why(drawn: Matches) -> None:
    picture = pictures.matched(URI, drawn)
    target, found = picture.panels
    assert (target.count, found.count) == ("4 of 5", "4 of 7")
    assert [box.colour for box in target.boxes].count(pictures.COLOURS[pictures.MISSED]) == 1
    assert sum(box.dashed for box in found.boxes) == 5
    tags = {box.tag: box for box in found.boxes if box.tag}
    assert len(tags) == 7
    assert "duplicate: IoU 0.681 with ground-truth cup, which cup 0.950 has found" in tags["cup 0.880"].text
    assert "0.50 is needed" in tags["cup 0.550"].text
    assert "overlaps no ground-truth box" in tags["cup 0.410"].text
    assert tags["cup 0.880"].group == tags["cup 0.950"].group == target.boxes[0].group
    assert "missed at IoU 0.50" in target.boxes[3].text
    assert "found by cup 0.950" in target.boxes[0].text
    picture.as_data()


def test_reasons_of_classes_and_of_boxes_that_need_not_be_found() -> None:
    square = [0, 0, 10, 10]
    target = GroundTruth.of([square, [40, 40, 50, 50]], ["cup", "cup"], difficult=[False, True])
    found = PredictedBoxes.of([square, [40, 40, 50, 50], [3, 0, 13, 3]], ["dog", "cup", "cat"], [0.9, 0.8, 0.7])
    own = match(overlaps(EvaluatedImage("x", target, found)), 0.5)
    assert pictures.reason(own, 0) == "wrong class: IoU 1.000 with ground-truth cup"
    assert pictures.reason(own, 1) == "ignored: IoU 1.000 with ground-truth cup, which need not be found"
    assert pictures.reason(own, 2).startswith("background: only IoU 0.1")
    assert pictures.target_reason(own, 0) == "missed: taken for dog 0.900"
    assert pictures.target_reason(own, 1) == "need not be found: difficult"


def test_the_walk_draws_what_counts_so_far(drawn: Matches) -> None:
    (panel,) = pictures.so_far(URI, drawn, [0, 1], 2).panels
    colours = [box.colour for box in panel.boxes if not box.dashed]
    assert colours.count(pictures.WAITING) == 4
    assert colours[-1] == pictures.ACCENT
    assert panel.boxes[-1].tag == "cup 0.810"


def test_tables(drawn: Matches) -> None:
    ranked = ranking([drawn])
    table = pictures.ranked_table([drawn], ranked)
    assert table["TP so far"].tolist() == [1, 1, 2, 3, 3, 3, 4]
    assert table["recall"].tolist() == pytest.approx([0.2, 0.2, 0.4, 0.6, 0.6, 0.6, 0.8])
    assert table["precision"].iloc[-1] == pytest.approx(4 / 7)
    everything = pictures.match_table([drawn])
    assert len(everything) == 8, "seven detections and one missed box"
    assert everything["outcome"].iloc[-1] == "missed gold box", "files keep their words"
    cells = confusions([drawn])
    rows = pictures.pair_table([drawn], cells.cells[1, 0])
    assert rows["ground truth"].tolist() == ["–"] * 3
    (panel,) = pictures.of_cell(URI, drawn, cells.cells[0, 1]).panels
    assert [box.tag for box in panel.boxes] == ["cup"]


def test_the_outcome_chart_counts_everything_once(drawn: Matches) -> None:
    figure = charts.outcomes([drawn])
    assert dict(zip(figure.data["kind"], figure.data["boxes"], strict=True)) == {
        Outcome.RIGHT.value: 4,
        Outcome.BADLY_PLACED.value: 1,
        Outcome.DUPLICATE.value: 1,
        Outcome.WRONG_CLASS.value: 0,
        Outcome.BACKGROUND.value: 1,
        pictures.MISSED: 1,
    }
    assert (
        ", ".join(figure.data["label"])
        == "4 true positives, 1 poor localisation, 1 duplicate, 0 wrong class, 1 background, 1 missed ground-truth box"
    )
    assert not figure.reading, "nothing was ignored"


@pytest.mark.parametrize("how", list(Interpolation))
def test_the_curve_marks_the_rank_and_tells_the_value(drawn: Matches, how: Interpolation) -> None:
    ranked = ranking([drawn])
    figure = charts.precision_recall(ranked, how, 5, "cups")
    now = figure.data[figure.data["part"] == "now"].iloc[0]
    assert (now["recall"], now["precision"]) == (pytest.approx(0.6), pytest.approx(0.6))
    levels = (figure.data["part"] == "level").sum()
    assert levels == {Interpolation.VOC_11: 11, Interpolation.COCO_101: 101}.get(how, 0)
    stairs = figure.data[figure.data["part"] == "staircase"]["precision"].tolist()
    if how is not Interpolation.PLAIN:
        assert stairs == sorted(stairs, reverse=True)
    assert figure.reading == "7 ranked detections and 5 ground-truth boxes."


def test_a_long_list_is_thinned_but_keeps_its_hits() -> None:
    hits = [number % 997 == 5 for number in range(20_000)]
    figure = charts.precision_recall(made_up(hits, 50), Interpolation.PLAIN, 1, "many")
    curve = figure.data[figure.data["part"] == "curve"]
    assert len(curve) < 1_100
    assert {rank for rank, hit in enumerate(hits, start=1) if hit} <= set(curve["rank"])


@pytest.mark.parametrize(
    ("how", "parts"),
    [
        (Interpolation.VOC_11, [r"\tfrac{1}{11}", r"3 \cdot 1.000", r"4 \cdot 0.750", r"2 \cdot 0.571", "0.649"]),
        (Interpolation.VOC_AREA, [r"\tfrac{1}{5}", "1.000 + 2 \\cdot 0.750", "0.571", "0.614"]),
        (Interpolation.COCO_101, [r"\tfrac{1}{101}", r"21 \cdot 1.000", r"40 \cdot 0.750", "0.618"]),
        (Interpolation.PLAIN, [r"\tfrac{1}{5}", "1.000 + 0.667", "0.750 + 0.571", "0.598"]),
    ],
)
def test_the_formula_with_numbers(how: Interpolation, parts: list[str]) -> None:
    latex = charts.with_numbers(made_up([1, 0, 1, 1, 0, 0, 1], 5), how)
    for part in parts:
        assert part in latex
    assert latex.count("{") == latex.count("}")


def test_formulas_without_detections_and_with_very_many() -> None:
    for how in Interpolation:
        assert "0.000" in charts.with_numbers(made_up([], 3), how)
        long = charts.with_numbers(made_up([number % 3 == 0 for number in range(300)], 100), how)
        assert r"\ldots" in long
        assert len(long) < 300


def test_thresholds_and_what_is_undefined() -> None:
    figure = charts.ap_by_iou([0.5, 0.55], [0.4, 0.3], 0.6, math.nan)
    assert len(figure.data) == 2
    assert "undefined" in figure.reading
    assert charts.score_text(math.nan) == "undefined"


def svg_of(uri: str) -> str:
    head, _, body = uri.partition(",")
    assert head == "data:image/svg+xml;base64"
    return base64.b64decode(body).decode()


def test_the_grey_picture_can_say_why_it_is_grey() -> None:
    assert "<text" not in svg_of(pictures.blank())
    told = svg_of(pictures.blank((640, 480), 'no <picture> & "that"'))
    assert 'viewBox="0 0 640 480"' in told
    assert "no &lt;picture&gt; &amp; &quot;that&quot;</text>" in told


def test_one_of_a_kind_is_singular() -> None:
    one = EvaluatedImage(
        "x", GroundTruth.of([[0, 0, 5, 5]], ["cup"]), PredictedBoxes.of([[0, 0, 5, 5]], ["cup"], [0.5])
    )
    own = match(overlaps(one), 0.5)
    target, found = pictures.matched(URI, own).panels
    assert (target.title, found.title) == ("ground-truth box found", "detection is right; dashed: ground truth")
    assert "1 ground-truth box," in target.alt
    assert "1 detection:" in found.alt
    assert "1 ranked detection and 1 ground-truth box." in (
        charts.precision_recall(ranking([own]), Interpolation.PLAIN, 1, "cup").reading
    )
