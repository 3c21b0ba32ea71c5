"""Curves, costs and points against scikit-learn and against counting by hand."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn import metrics

from core.errors import UserError
from core.figures.metrics.curves import beside_trapezoid
from core.metrics.predictions.curves import POINTS, cheap, curves, macro_areas, of_each, problem_of, thin
from core.metrics.predictions.predictions import from_arrays
from core.metrics.predictions.score_shapes import calibration, histogram
from core.metrics.predictions.thresholds import costs, point, settable, threshold_range
from tests.examples import examples

Problem = tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64], npt.NDArray[np.float64]]

PROBLEMS = st.integers(2, 50).flatmap(
    lambda n: st.tuples(
        st.lists(st.booleans(), min_size=n, max_size=n).filter(lambda found: len(set(found)) == 2),
        st.lists(st.integers(0, 12).map(lambda value: value / 12), min_size=n, max_size=n),  # with ties
        st.lists(st.floats(0.1, 5), min_size=n, max_size=n),
    ).map(lambda parts: tuple(map(np.array, parts)))
)


@given(PROBLEMS, st.booleans())
@examples(50, fixed=False)
def test_curves_and_areas_are_scikit_learns(problem: Problem, weighted: bool) -> None:
    truth, scores, weights = problem
    weight = weights if weighted else None
    made = from_arrays(truth.astype(int), None, labels=("n", "y"), scores=scores, weights=weight)
    found = curves(*problem_of(made))
    assert found.auc == pytest.approx(metrics.roc_auc_score(truth, scores, sample_weight=weight), abs=1e-9)
    assert found.ap == pytest.approx(metrics.average_precision_score(truth, scores, sample_weight=weight), abs=1e-9)
    assert math.isinf(found.roc_thresholds[0])
    assert (found.fpr[0], found.tpr[0], found.fpr[-1], found.tpr[-1]) == pytest.approx((0, 0, 1, 1))
    assert (np.diff(found.recall) >= -1e-12).all()


@given(PROBLEMS, st.booleans())
@examples(50, fixed=False)
def test_the_matrix_at_each_threshold_lies_on_both_curves(problem: Problem, weighted: bool) -> None:
    truth, scores, weights = problem
    made = from_arrays(truth.astype(int), None, labels=("n", "y"), scores=scores, weights=weights if weighted else None)
    found = curves(*problem_of(made))
    for fpr, tpr, threshold in zip(found.fpr, found.tpr, found.roc_thresholds, strict=True):
        here = point(made.at(threshold).matrix(), 1, threshold, 1, 1)
        assert (here.fpr, here.tpr) == pytest.approx((fpr, tpr), abs=1e-9)
    for recall, precision, threshold in zip(
        found.recall[1:], found.precision[1:], found.pr_thresholds[1:], strict=True
    ):
        here = point(made.at(threshold).matrix(), 1, threshold, 1, 1)
        assert (here.tpr, here.precision) == pytest.approx((recall, precision), abs=1e-9)


@given(PROBLEMS, st.booleans(), st.floats(0, 20), st.floats(0, 20))
@examples(50, fixed=False)
def test_no_threshold_is_cheaper_than_the_cheapest(
    problem: Problem, weighted: bool, false_alarm: float, miss: float
) -> None:
    truth, scores, weights = problem
    weight = weights if weighted else np.ones(len(truth))
    found = costs(truth, scores, weights if weighted else None, false_alarm, miss)

    def cost(threshold: float) -> float:
        said = scores >= threshold
        wrong = false_alarm * weight[said & ~truth].sum() + miss * weight[~said & truth].sum()
        return float(wrong / weight.sum())

    every = [cost(threshold) for threshold in [math.inf, *scores.tolist()]]
    assert found.least == pytest.approx(min(every), abs=1e-9)
    assert cost(found.cheapest) == pytest.approx(found.least, abs=1e-9)
    low, high, _ = threshold_range(scores)
    chosen = settable(found, low, high)
    assert low <= chosen <= high
    assert cost(chosen) == pytest.approx(found.least, abs=1e-9)
    for threshold, value in zip(found.thresholds, found.cost, strict=True):
        assert cost(threshold) == pytest.approx(value, abs=1e-9)


def test_costs_by_hand() -> None:
    truth, scores = np.array([True, False, True, False]), np.array([0.9, 0.6, 0.4, 0.1])
    found = costs(truth, scores, None, 1, 5)
    assert (found.cheapest, found.below, found.least) == (0.4, 0.1, 0.25)
    assert settable(found, 0, 1) == 0.4
    dear = costs(truth, scores, None, 100, 1)
    assert (dear.cheapest, dear.least) == (0.9, 0.25)
    never = costs(truth, np.array([0.1, 0.9, 0.2, 0.8]), None, 100, 1)
    assert (never.cheapest, never.least) == (math.inf, 0.5)
    assert 0.9 < settable(never, 0, 1) <= 1
    always = costs(truth, scores, None, 0, 1)
    assert always.least == 0


@pytest.mark.parametrize(("false_alarm", "miss"), [(-1, 1), (1, math.nan), (math.inf, 1)])
def test_costs_that_are_none(false_alarm: float, miss: float) -> None:
    with pytest.raises(UserError, match="costs"):
        costs(np.array([True, False]), np.array([0.1, 0.2]), None, false_alarm, miss)


@pytest.mark.parametrize("target", [0, 1])
def test_one_target_class_leaves_areas_undefined_and_nothing_fails(target: int) -> None:
    truth, scores = np.full(3, bool(target)), np.array([0.1, 0.5, 0.5])
    found = curves(truth, scores)
    assert math.isnan(found.auc)
    assert len(found.fpr) == 0
    assert math.isnan(found.ap) == (target == 0)
    assert found.prevalence == target
    assert costs(truth, scores, None, 1, 1).least == 0
    assert calibration(truth, scores) is None


def test_a_million_points_are_thinned_to_what_can_be_seen() -> None:
    random = np.random.default_rng(0)
    truth = random.random(200_000) < 0.3
    scores = random.normal(size=200_000) + truth
    fpr, tpr, _ = metrics.roc_curve(truth, scores)
    found = curves(truth, scores)
    assert len(found.fpr) <= POINTS
    assert len(found.recall) <= POINTS
    assert found.auc == pytest.approx(metrics.roc_auc_score(truth, scores), abs=1e-12)
    assert np.abs(np.interp(fpr, found.fpr, found.tpr) - tpr).max() < 0.006, "less than a pixel"
    assert len(costs(truth, scores, None, 1, 2).cost) <= POINTS + 2


@given(st.integers(1, 3000), st.integers(3, 500))
@examples(40, fixed=False)
def test_thinning_keeps_both_ends_and_the_order(size: int, most: int) -> None:
    values = np.random.default_rng(size).random(size).cumsum()
    kept = thin(values, values**2, most)
    assert (kept[0], kept[-1]) == (0, size - 1)
    assert (np.diff(kept) > 0).all()
    assert len(kept) <= most


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.1, 0.9], (0, 1, 0.01)),
        ([0.0, 1.0], (0, 1.01, 0.01)),
        ([-5.0, 12.0], (-5, 12.1, 0.1)),
        ([3.0, 3.0], (3, 3, 1e-11)),
        ([-1e100, 1e100], (-1e100, 1.01e100, 1e98)),
    ],
)
def test_the_range_of_the_slider(scores: list[float], expected: tuple[float, float, float]) -> None:
    low, high, step = threshold_range(np.array(scores))
    assert (low, high, step) == pytest.approx(expected, abs=1e-9)
    assert low <= min(scores)
    assert high > max(scores)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
@example([1e308, -1e308])
@example([1e300, 1e300])
@example([1.7976931348623157e308])
def test_the_range_of_any_scores_is_finite_and_holds_them(scores: list[float]) -> None:
    low, high, step = threshold_range(np.array(scores))
    assert np.isfinite([low, high, step]).all()
    assert step > 0
    assert low <= min(scores)
    assert max(scores) <= high


def test_curves_of_each_class_are_those_of_the_class_alone() -> None:
    random = np.random.default_rng(2)
    made = from_arrays(random.integers(0, 3, 60), None, labels=("a", "b", "c"), scores=random.random((60, 3)))
    every = of_each(made)
    assert list(every) == ["a", "b", "c"]
    assert every["b"].auc == pytest.approx(metrics.roc_auc_score(made.target == 1, made.scores_of(1)))
    assert cheap(made)
    assert of_each(from_arrays([0, 1], [0, 1])) == {}
    assert not cheap(from_arrays(range(20), range(20)))


def test_problem_is_sorted_and_of_the_positive_class() -> None:
    made = from_arrays(["m", "b", "m"], None, scores=[0.3, 0.1, 0.9], positive="m", weights=[1, 2, 3])
    truth, scores, weights = problem_of(made)
    assert weights is not None
    assert (truth.tolist(), scores.tolist(), weights.tolist()) == ([True, True, False], [0.9, 0.3, 0.1], [3, 1, 2])
    with pytest.raises(UserError, match="need scores"):
        problem_of(from_arrays([0, 1], [0, 1]))


def test_macro_areas_are_scikit_learns() -> None:
    random = np.random.default_rng(1)
    target = random.integers(0, 3, 90)
    chances = random.dirichlet(np.ones(3), 90)
    auc, ap = macro_areas(from_arrays(target, chances.argmax(axis=1), labels="abc", scores=chances))
    assert auc == pytest.approx(metrics.roc_auc_score(target, chances, multi_class="ovr", average="macro"))
    assert ap == pytest.approx(metrics.average_precision_score(target, chances, average="macro"))


def test_histogram_counts_everything_once() -> None:
    truth, scores, weights = np.array([True, False, True]), np.array([0.0, 1.0, 0.5]), np.array([1.0, 2.0, 4.0])
    found = histogram(truth, scores)
    assert (found.positive.sum(), found.negative.sum()) == (2, 1)
    assert (found.edges[0], found.edges[-1]) == (0, 1)
    weighted = histogram(truth, scores, weights)
    assert (weighted.positive.sum(), weighted.negative.sum()) == (5, 2)
    assert histogram(truth, np.full(3, 7.0)).positive.sum() == 2


def test_calibration() -> None:
    truth, scores = np.array([True, False, True, False]), np.array([0.85, 0.85, 0.15, 0.15])
    found = calibration(truth, scores)
    assert found is not None
    assert found.said == pytest.approx([0.15, 0.85])
    assert found.found == pytest.approx([0.5, 0.5])
    assert found.brier == pytest.approx(metrics.brier_score_loss(truth, scores))
    assert calibration(truth, scores * 3) is None


@pytest.mark.parametrize("truth", [[0, 0, 1, 0, 1], [1, 0, 0, 1, 0]])
def test_average_precision_beside_the_trapezoid(truth: list[int]) -> None:
    """Three samples share the first score: straight lines from precision 1 add what no threshold reaches."""
    scores = np.array([0.9, 0.9, 0.9, 0.1, 0.1])
    found = curves(np.array(truth, dtype=bool), scores)
    precision, recall, _ = metrics.precision_recall_curve(truth, scores)
    assert found.ap == pytest.approx(0.366667, abs=1e-6)
    assert found.trapezoid == pytest.approx(metrics.auc(recall, precision)) == pytest.approx(0.516667, abs=1e-6)
    assert beside_trapezoid(found).startswith("AP 0.367 adds up steps. auc(recall, precision) gives 0.517:")
    assert beside_trapezoid(curves(np.zeros(5, dtype=bool), scores)) == ""
