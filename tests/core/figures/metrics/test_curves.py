"""Charts of curves: the threshold stands where the matrix says, and nothing infinite reaches the browser."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from core.figures.figure import Figure
from core.figures.metrics import curves as figures
from core.metrics.predictions.curves import curves, of_each, problem_of
from core.metrics.predictions.predictions import Predictions, from_arrays
from core.metrics.predictions.score_shapes import calibration, histogram
from core.metrics.predictions.thresholds import Point, costs, point


@pytest.fixture
def made() -> Predictions:
    return from_arrays([0, 1, 0, 1, 1], None, labels=("no", "yes"), scores=[0.1, 0.4, 0.6, 0.8, 0.9])


def at(predictions: Predictions, threshold: float) -> Point:
    return point(predictions.at(threshold).matrix(), predictions.positive, threshold, 1, 5)


def sound(figure: Figure) -> None:
    json.dumps(figure.spec, allow_nan=False)
    numbers = figure.data.select_dtypes("number").to_numpy(dtype=float)
    assert not np.isinf(numbers).any()
    assert figure.spec["title"]
    assert len(figure.alt) > 20


@pytest.mark.parametrize("threshold", [0.0, 0.5, 1.0])
def test_the_threshold_stands_on_every_curve(made: Predictions, threshold: float) -> None:
    problem, here = problem_of(made), at(made, threshold)
    found = curves(*problem)
    for figure, x, y in (
        (figures.roc(found, here), here.fpr, here.tpr),
        (figures.precision_recall(found, here), here.tpr, here.precision),
        (figures.cost(costs(*problem, 1, 5), here, (0, 1)), threshold, here.cost),
    ):
        sound(figure)
        marks = figure.data[figure.data["what"] == "threshold"]
        if math.isnan(y):
            assert marks.empty, "an undefined precision has no place"
            assert "undefined" in figure.reading
        else:
            assert marks[["x", "y"]].to_numpy().tolist() == [[pytest.approx(x), pytest.approx(y)]]


def test_the_cheapest_is_marked_also_where_nothing_is_positive(made: Predictions) -> None:
    problem = problem_of(made)
    figure = figures.cost(costs(*problem, 1, 5), at(made, 0.5), (0, 1))
    best = figure.data[figure.data["what"] == "cheapest"]
    assert best[["x", "y", "at"]].to_numpy().tolist() == [[0.4, pytest.approx(0.2), "0.4"]]
    never = figures.cost(costs(*problem, 100, 0), at(made, 0.5), (0, 1))
    sound(never)
    assert never.data[never.data["what"] == "cheapest"][["x", "at"]].to_numpy().tolist() == [[1, "above all scores"]]


def test_one_target_class_gives_empty_charts_that_say_so() -> None:
    made = from_arrays([0, 0], [0, 1], labels=("no", "yes"), scores=[0.1, 0.6])
    here = at(made, 0.5)
    for figure in (
        figures.roc(curves(*problem_of(made)), here),
        figures.precision_recall(curves(*problem_of(made)), here),
    ):
        sound(figure)
        assert "undefined" in figure.spec["title"]


def test_scores_and_calibration(made: Predictions) -> None:
    problem = problem_of(made)
    figure = figures.scores(histogram(*problem), ("no", "yes"), 0.5)
    assert figure.data["count"].sum() == 5
    assert figure.data[figure.data["actual"] == ""]["left"].tolist() == [0.5]
    reliability = calibration(*problem)
    assert reliability is not None
    sound(figures.reliability(reliability))


@pytest.mark.parametrize(
    ("value", "text"), [(0.12345, "0.123"), (math.inf, "above all scores"), (math.nan, "undefined")]
)
def test_score_text(value: float, text: str) -> None:
    assert figures.score_text(value) == text


def test_other_classes_are_drawn_faintly_beside_the_chosen_one() -> None:
    random = np.random.default_rng(0)
    many = from_arrays(random.integers(0, 3, 90), None, labels=("a", "b", "c"), scores=random.random((90, 3)))
    every = of_each(many)
    own, here = every.pop("a"), at(many.against_rest(0), 0.5)
    for figure in (figures.roc(own, here, every), figures.precision_recall(own, here, every)):
        sound(figure)
        faint = figure.data[figure.data["what"] == "another class"]
        assert {name.split(":")[0] for name in faint["at"]} == {"b", "c"}
        assert "Faintly beside it the curves of b, c" in figure.alt
        marks = [layer["mark"] for layer in figure.spec["layer"]]
        assert [mark.get("opacity") for mark in marks].count(0.45) == 1
    alone = figures.roc(own, here)
    assert set(alone.data["what"]) == {"curve", "threshold"}
    assert len(alone.spec["layer"]) == 3
