from __future__ import annotations

import json

import numpy as np
import pytest

from core.figures.metrics.matrix import LARGEST, Percent, is_narrow, number, picture, shares
from core.metrics.confusion import ConfusionMatrix

LECTURE = ConfusionMatrix(np.array([[80, 25], [10, 35]]), ("yes", "no"))


def test_target_in_rows() -> None:
    drawn = picture(LECTURE)
    assert drawn.rows == "actual"
    assert [[cell.text for cell in row] for row in drawn.cells] == [["80", "25"], ["10", "35"]]
    assert drawn.row_totals == ("105", "45")
    assert drawn.column_totals == ("90", "60")
    assert drawn.total == "150"
    assert drawn.cells[0][1].tip == "actual yes, predicted no: 25 (16.7% of all)"


def test_the_other_way_round_only_the_picture_turns() -> None:
    one, other = picture(LECTURE), picture(LECTURE, target_in_rows=False)
    assert other.rows == "predicted"
    for r in range(2):
        for c in range(2):
            assert other.cells[r][c] == one.cells[c][r], "a cell keeps its words and its place"
    assert (other.row_totals, other.column_totals) == (one.column_totals, one.row_totals)


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (Percent.ALL, [["53.3%", "16.7%"], ["6.7%", "23.3%"]]),
        (Percent.TARGET, [["76.2%", "23.8%"], ["22.2%", "77.8%"]]),
        (Percent.PREDICTED, [["88.9%", "41.7%"], ["11.1%", "58.3%"]]),
    ],
)
def test_percentages(percent: Percent, expected: list[list[str]]) -> None:
    assert [[cell.percent for cell in row] for row in picture(LECTURE, percent=percent).cells] == expected


def test_percentages_of_a_class_put_recall_and_precision_on_the_diagonal() -> None:
    assert np.diagonal(shares(LECTURE, "gold")) == pytest.approx(LECTURE.score("recall"))
    assert np.diagonal(shares(LECTURE, "predicted")) == pytest.approx(LECTURE.score("precision"))


@pytest.mark.parametrize("percent", list(Percent))
def test_what_is_empty_has_no_percentage(percent: Percent) -> None:
    empty = picture(ConfusionMatrix(np.zeros((3, 3)), ("a", "b", "c")), percent=percent)
    assert {cell.percent for row in empty.cells for cell in row} == {""}
    assert {cell.shade for row in empty.cells for cell in row} == {0.0}


def test_shades_run_from_nothing_to_the_largest() -> None:
    shades = [cell.shade for row in picture(LECTURE).cells for cell in row]
    assert max(shades) == shades[0] == 1.0
    assert shades[2] < shades[1] < shades[3] < shades[0]


@pytest.mark.parametrize(
    ("positive", "expected"),
    [("yes", [["TP", "FN"], ["FP", "TN"]]), ("no", [["TN", "FP"], ["FN", "TP"]]), (None, [["", ""], ["", ""]])],
)
def test_cells_say_which_of_the_four_counts_they_are(positive: str | None, expected: list[list[str]]) -> None:
    drawn = picture(LECTURE, positive=positive)
    assert [[cell.tag for cell in row] for row in drawn.cells] == expected
    turned = picture(LECTURE, positive=positive, target_in_rows=False)
    assert [[cell.tag for cell in row] for row in turned.cells] == [list(row) for row in zip(*expected, strict=True)]


def test_the_four_counts_are_in_the_words_of_a_cell() -> None:
    drawn = picture(LECTURE, positive="yes")
    assert drawn.cells[0][1].tip == "actual yes, predicted no: 25 (16.7% of all), false negatives (FN)"
    assert drawn.cells[1][0].tip == "actual no, predicted yes: 10 (6.7% of all), false positives (FP)"
    empty = picture(ConfusionMatrix(np.zeros((2, 2)), ("yes", "no")), positive="yes")
    assert empty.cells[0][0].tip == "actual yes, predicted yes: 0, true positives (TP)"


def test_of_more_classes_and_of_another_class_nothing_is_positive() -> None:
    three = picture(ConfusionMatrix(np.eye(3), ("a", "b", "c")), positive="a")
    assert {cell.tag for row in three.cells for cell in row} == {""}
    gone = picture(LECTURE, positive="the class of a matrix before")
    assert {cell.tag for row in gone.cells for cell in row} == {""}


def test_weighted_counts_are_not_rounded_away() -> None:
    assert number(1234.0) == "1,234"
    assert number(0.5) == "0.50"
    assert number(1e12) == "1,000,000,000,000"


def test_it_is_plain_data_for_the_browser() -> None:
    many = ConfusionMatrix(np.ones((LARGEST, LARGEST)), tuple(f"class {c}" for c in range(LARGEST)))
    data = picture(many, chosen=(1, 2), editable=True).as_data()
    assert json.loads(json.dumps(data))["chosen"] == [1, 2]
    assert len(json.dumps(data)) < 1_000_000


@pytest.mark.parametrize(
    ("counts", "labels", "narrow"),
    [
        ([[80, 25], [10, 35]], ("yes", "no"), True),
        ([[8, 2], [40, 950]], ("ill", "healthy"), True),
        ([[80, 25], [10, 35]], ("a very long class name", "no"), False),
        ([[80, 123456789], [10, 35]], ("yes", "no"), False),
        (np.eye(3) * 80, ("A", "B", "C"), True),
        ([[860, 30, 10], [25, 50, 5], [9, 6, 5]], ("common", "seldom", "rare"), False),
        (np.eye(4), ("A", "B", "C", "D"), False),
    ],
)
def test_what_has_room_for_numbers_beside_it(counts: list[list[int]], labels: tuple[str, ...], narrow: bool) -> None:
    assert is_narrow(ConfusionMatrix(np.array(counts), labels)) is narrow
