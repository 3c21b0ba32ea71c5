"""Rows behind a cell, their pictures, and the formulas of a threshold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.figures.metrics import prediction_tables as tables
from core.metrics.confusion import ConfusionMatrix
from core.metrics.predictions.predictions import Predictions, from_arrays
from core.metrics.predictions.thresholds import point

MATRIX = ConfusionMatrix(np.array([[50.0, 3, 0], [7, 40, 1], [0, 2, 30]]), ("a", "b", "c"))
TWO = from_arrays(["no", "yes", "yes"], ["no", "no", "yes"], scores=[0.1, 0.4, 0.9], positive="yes")
THREE = from_arrays(["a", "b", "c"], ["a", "c", "c"], scores=[[0.8, 0.1, 0.1], [0.2, 0.3, 0.5], [0.1, 0.1, 0.8]])
TOLD = pd.DataFrame({"sample": ["x", "y"]})
ROWS = np.array([1, 2])


def test_the_most_frequent_errors() -> None:
    assert tables.most_frequent_error(MATRIX) == (1, 0)
    frame = tables.error_table(MATRIX, most=2)
    assert frame.to_numpy().tolist() == [["b", "a", 7.0], ["a", "b", 3.0]]
    nothing = ConfusionMatrix(np.eye(2), ("a", "b"))
    assert tables.error_table(nothing).empty


def test_rows_of_two_classes_have_the_score_of_the_positive_one() -> None:
    frame = tables.rows_table(TOLD, ROWS, TWO, TWO)
    assert frame.columns.tolist() == ["sample", "actual", "predicted", "score of yes"]
    assert frame.iloc[0].tolist() == ["x", "yes", "no", 0.4]
    assert TOLD.columns.tolist() == ["sample"], "what was given is left alone"


def test_rows_of_more_classes_have_two_scores_and_files_their_words() -> None:
    frame = tables.rows_table(TOLD, ROWS, THREE, THREE, target="gold")
    assert frame.columns.tolist() == ["sample", "gold", "predicted", "score of gold", "score of predicted"]
    assert frame["score of gold"].tolist() == [0.3, 0.8]
    assert frame["score of predicted"].tolist() == [0.5, 0.8]


def test_one_class_against_the_rest_keeps_what_the_model_said() -> None:
    rest = THREE.against_rest(1).at(0.25)
    frame = tables.rows_table(TOLD, ROWS, rest, THREE, replaces=True)
    assert frame.columns.tolist() == ["sample", "actual", "by threshold", "predicted", "score of b"]
    assert frame["by threshold"].tolist() == ["b", "rest"]
    assert frame["predicted"].tolist() == ["c", "c"]


@pytest.mark.parametrize(
    ("decided", "says_predicted", "replaces", "columns"),
    [
        (TWO, True, True, ["row", "by threshold", "truth"]),
        (TWO, False, False, ["row", "predicted", "truth"]),
        (THREE, True, False, ["row", "truth"]),
        (THREE, False, False, ["row", "predicted", "truth"]),
    ],
)
def test_a_files_own_columns_stay(
    decided: Predictions, says_predicted: bool, replaces: bool, columns: list[str]
) -> None:
    own = pd.DataFrame({"row": [2, 3], "truth": ["yes", "yes"]})
    frame = tables.rows_table(
        own, ROWS, decided, decided, own_columns=True, says_predicted=says_predicted, replaces=replaces
    )
    assert frame.columns.tolist() == columns


@pytest.mark.parametrize("shape", [(2, 8, 8), (2, 8, 8, 3), (2, 100, 60, 3)])
def test_pictures_are_enlarged_with_sharp_squares_and_a_clear_margin(shape: tuple[int, ...]) -> None:
    small = np.random.default_rng(0).integers(0, 255, shape, dtype=np.uint8)
    first, _ = tables.enlarged(small)
    factor = 7 if shape[1] == 8 else 1
    assert first.shape == (shape[1] * factor + 8, shape[2] * factor + 8, 4)
    assert first[0, 0, 3] == 0
    assert (first[4 : 4 + factor, 4 : 4 + factor, :3] == small[0, 0, 0]).all()


def test_formulas_have_the_numbers_of_the_threshold() -> None:
    decided = TWO.at(0.3)
    here = point(decided.matrix(), decided.positive, 0.3, 1, 5)
    recall, fpr, cost = tables.threshold_formulas(decided.matrix(), decided.positive, here, 1, 5)
    assert recall[1] == r"\frac{2}{2 + 0} = 1"
    assert fpr[1].startswith(r"\frac{0}{0 + 1}")
    assert cost[1].startswith(r"\frac{1 \cdot 0 + 5 \cdot 0}{3}")
    nobody = from_arrays([0, 0], [0, 0], labels=("no", "yes"), scores=[0.1, 0.2]).at(0.5)
    here = point(nobody.matrix(), 1, 0.5, 1, 5)
    assert r"\text{undefined}" in tables.threshold_formulas(nobody.matrix(), 1, here, 1, 5)[0][1]
