"""Intervals: golden values, statsmodels' own numbers, and a bootstrap that does what a loop over scikit-learn does."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multinomial
from sklearn.metrics import f1_score
from statsmodels.stats.proportion import proportion_confint

from core.errors import UserError
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import report
from core.metrics.scores import cells
from core.metrics.whatif.stacked import Measure
from core.metrics.whatif.uncertainty import (
    MOST_REPLICATES,
    Interval,
    Method,
    bootstrap,
    draw,
    intervals,
    scaled,
    share,
    wald,
    wilson,
)
from tests.examples import examples

BINARY = ConfusionMatrix(np.array([[80, 25], [10, 35]]), ("yes", "no"))
LECTURE = ConfusionMatrix(np.array([[30, 50, 20], [20, 60, 20], [10, 10, 80]]), ("A", "B", "C"))
EMPTY = ConfusionMatrix(np.zeros((2, 2)), ("yes", "no"))
WIDE = ConfusionMatrix(np.arange(400).reshape(20, 20) % 17, tuple(f"c{i}" for i in range(20)))


def one(matrix: ConfusionMatrix, measure: Measure, **options: float) -> Interval:
    return intervals(matrix, [measure], **options)[0]


@pytest.mark.parametrize(("name", "low", "high"), [("precision", 0.8074, 0.9385), ("recall", 0.6721, 0.8332)], ids=str)
def test_golden_wilson(name: str, low: float, high: float) -> None:
    found = one(BINARY, Measure(name, label="yes"))
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert found.method is Method.WILSON


@pytest.mark.parametrize(
    ("matrix", "measure", "low", "high"),
    [
        (BINARY, Measure("f1", label="yes"), 0.757, 0.875),
        (LECTURE, Measure("f1", Average.MACRO), 0.494, 0.602),
    ],
    ids=["binary F1", "macro F1"],
)
def test_golden_bootstrap(matrix: ConfusionMatrix, measure: Measure, low: float, high: float) -> None:
    found = one(matrix, measure, replicates=MOST_REPLICATES)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.004)
    assert found.low < found.value < found.high
    assert found.method is Method.BOOTSTRAP
    assert found.undefined == 0


@pytest.mark.parametrize(
    ("measure", "successes", "trials"),
    [
        (Measure("accuracy"), 115, 150),
        (Measure("precision", label="yes"), 80, 90),
        (Measure("recall", label="yes"), 80, 105),
        (Measure("specificity", label="yes"), 35, 45),
        (Measure("npv", label="yes"), 35, 60),
        (Measure("recall", label="no"), 35, 45),
    ],
    ids=str,
)
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_shares_get_statsmodels_interval(measure: Measure, successes: int, trials: int, confidence: float) -> None:
    found = one(BINARY, measure, confidence=confidence)
    assert (found.successes, found.trials) == (successes, trials)
    assert found.value == pytest.approx(successes / trials)
    expected = proportion_confint(successes, trials, 1 - confidence, "wilson")
    assert (found.low, found.high) == pytest.approx(expected)


@pytest.mark.parametrize(
    "measure",
    [Measure("f1", label="yes"), Measure("precision", Average.MACRO), Measure("mcc"), Measure("balanced_accuracy")],
    ids=str,
)
def test_the_others_are_no_share(measure: Measure) -> None:
    assert share(BINARY, measure) is None


def test_many_wilson_intervals_at_once_and_none_without_trials() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        low, high = wilson([0, 10, 5, 0], [10, 10, 20, 0])
    for place, (k, n) in enumerate([(0, 10), (10, 10), (5, 20)]):
        assert (low[place], high[place]) == pytest.approx(proportion_confint(k, n, method="wilson"))
    assert math.isnan(low[3])
    assert math.isnan(high[3])


def test_wald_has_no_width_where_all_are_right_and_wilson_has() -> None:
    assert [float(end) for end in wald(10, 10)] == [1, 1]
    low, high = wilson(10, 10)
    assert (float(low), float(high)) == pytest.approx((0.7224672, 1.0))


def test_wald_leaves_0_to_1_where_statsmodels_cuts_it_off() -> None:
    low, high = wald(1, 10)
    assert (float(low), float(high)) == pytest.approx((-0.0859385, 0.2859385))


@examples(60)
@given(k=st.integers(0, 50), more=st.integers(0, 50), confidence=st.sampled_from([0.9, 0.95, 0.99]))
def test_wald_is_statsmodels_but_for_that(k: int, more: int, confidence: float) -> None:
    n = k + more + 1
    cut = [min(1.0, max(0.0, float(end))) for end in wald(k, n, confidence)]
    assert cut == pytest.approx(proportion_confint(k, n, 1 - confidence, "normal"))


@examples(100)
@given(k=st.integers(0, 400), more=st.integers(0, 400), factor=st.integers(2, 50))
def test_more_samples_shrink_the_interval_about_the_same_share(k: int, more: int, factor: int) -> None:
    n = k + more + 1
    (low, high), (nearer, further) = wilson(k, n), wilson(k * factor, n * factor)
    assert 0 <= low <= k / n <= high <= 1
    assert further - nearer < high - low


def test_expected_intervals_of_more_samples() -> None:
    grown = scaled(BINARY, 1_500)
    assert grown.total == pytest.approx(1_500)
    np.testing.assert_allclose(grown.counts, BINARY.counts * 10)
    measures = [Measure("precision", label="yes"), Measure("f1", label="yes"), Measure("mcc")]
    for before, after in zip(intervals(BINARY, measures), intervals(grown, measures), strict=True):
        assert after.value == pytest.approx(before.value)
        assert after.width == pytest.approx(before.width / math.sqrt(10), rel=0.1)


def test_scores_that_are_known_need_not_be_taken_again() -> None:
    measures = [Measure("accuracy"), Measure("mcc")]
    grown = scaled(BINARY, 900)
    known = intervals(grown, measures, scores=report(BINARY))
    for ours, taken in zip(known, intervals(grown, measures), strict=True):
        assert (ours.value, ours.low, ours.high) == pytest.approx((taken.value, taken.low, taken.high))


def test_fewer_samples_than_cells_and_fractions() -> None:
    found = intervals(scaled(WIDE, 10), [Measure("accuracy"), Measure("f1", Average.MACRO), Measure("kappa")])
    for interval in found:
        assert interval.low <= interval.high
    assert draw(scaled(BINARY, 10.4), 50, 0).sum(axis=(1, 2)).tolist() == [10] * 50


def test_draws_follow_the_multinomial_distribution() -> None:
    drawn = draw(LECTURE, 20_000, 0).reshape(20_000, -1)
    assert (drawn.sum(axis=1) == 300).all()
    p = LECTURE.counts.ravel() / 300
    np.testing.assert_allclose(drawn.mean(axis=0), 300 * p, rtol=0.02)
    np.testing.assert_allclose(np.cov(drawn.T), multinomial(300, p).cov(), atol=1.0)


def test_cells_without_counts_are_never_drawn() -> None:
    matrix = ConfusionMatrix(np.array([[5, 0], [0, 3]]), ("a", "b"))
    drawn = draw(matrix, 500, 3)
    assert not drawn[:, 0, 1].any()
    assert not drawn[:, 1, 0].any()
    assert drawn[:, 0, 0].any()


def test_replicates_are_scored_as_scikit_learn_scores_them() -> None:
    tallies = bootstrap(LECTURE, 200, seed=5)
    drawn = draw(LECTURE, 200, np.random.SeedSequence(5).spawn(1)[0])
    ours = tallies.score(Measure("f1", Average.MACRO), LECTURE.labels)
    target, predicted, _ = cells(LECTURE.counts)
    theirs = [f1_score(target, predicted, average="macro", sample_weight=counts.ravel()) for counts in drawn]
    np.testing.assert_allclose(ours, theirs)


def test_a_seed_gives_the_same_interval_again_and_another_another() -> None:
    measure = Measure("mcc")
    first, again, other = (one(WIDE, measure, seed=seed) for seed in (7, 7, 8))
    assert first == again
    assert (first.low, first.high) != (other.low, other.high)


def test_pieces_are_all_there() -> None:
    tallies = bootstrap(WIDE, 2_001, seed=1)  # several pieces, the last of them smaller
    assert tallies.tp.shape == (2_001, 20)
    np.testing.assert_array_equal(tallies.total, WIDE.total)
    assert len(np.unique(tallies.tp, axis=0)) > 1_990, "pieces must not repeat each other's draws"


def test_undefined_replicates_are_left_out_and_counted() -> None:
    rare = ConfusionMatrix(np.array([[1, 1], [1, 27]]), ("rare", "common"))
    found = one(rare, Measure("jaccard", label="rare"))
    assert 0 < found.undefined < 0.2, "in (9/10)^30 of the replicates the class neither occurs nor is predicted"
    assert found.undefined == pytest.approx(0.9**30, abs=0.02)
    assert not math.isnan(found.low)


@pytest.mark.parametrize(
    ("table", "measure", "undefined"),
    [
        ([[5, 0], [0, 0]], Measure("kappa"), 1),
        ([[5, 0], [3, 0]], Measure("mcc"), 1),
        ([[5, 0], [3, 0]], Measure("precision", label="no"), 0),
        ([[0, 0], [0, 4]], Measure("f1", label="yes"), 1),
    ],
)
def test_undefined_scores_have_no_interval(table: list[list[int]], measure: Measure, undefined: float) -> None:
    found = one(ConfusionMatrix(np.array(table), ("yes", "no")), measure)
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert found.undefined == undefined


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        (lambda: intervals(EMPTY, [Measure("accuracy")]), "at least one sample"),
        (lambda: intervals(BINARY, [Measure("mcc")], replicates=10), "100 to 20,000 replicates, not 10"),
        (lambda: intervals(BINARY, [Measure("mcc")], replicates=10**9), "100 to 20,000 replicates"),
        (lambda: intervals(BINARY, [Measure("accuracy")], confidence=1.0), "between 0 and 1, not at 1"),
        (lambda: wilson(1, 2, math.nan), "between 0 and 1"),
        (lambda: scaled(EMPTY, 10), "no samples"),
        (lambda: scaled(BINARY, 0), "above 0, not 0"),
        (lambda: scaled(BINARY, math.inf), "above 0"),
        (lambda: scaled(BINARY, 1e13), "Every count"),
    ],
)
def test_refusals(run: object, sentence: str) -> None:
    assert callable(run)
    with pytest.raises(UserError, match=sentence):
        run()
