"""Expected costs: sums by hand, constant rules as matrices, break-even points where costs are equal."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.errors import UserError
from core.metrics.confusion import ConfusionMatrix
from core.metrics.whatif.costs import bill, break_even, checked_costs, first_costs
from core.metrics.whatif.prevalence import with_prevalence
from tests.examples import examples

BINARY = ConfusionMatrix(np.array([[80, 25], [10, 35]]), ("yes", "no"))
LECTURE = ConfusionMatrix(np.array([[30, 50, 20], [20, 60, 20], [10, 10, 80]]), ("A", "B", "C"))
ONE = [[0, 1], [1, 0]]


def test_errors_that_cost_one_cost_the_error_rate() -> None:
    found = bill(BINARY, ONE)
    assert found.per_sample == pytest.approx(1 - BINARY.score("accuracy"))
    assert found.total == pytest.approx(35)
    np.testing.assert_allclose(found.constants, [45 / 150, 105 / 150])
    assert found.cheapest == 0
    assert found.perfect == 0


def test_a_gain_makes_the_perfect_classifier_earn() -> None:
    found = bill(BINARY, [[-2, 5], [1, 0]])
    assert found.total == pytest.approx(-2 * 80 + 5 * 25 + 10)
    assert found.perfect == pytest.approx(-2 * 105 / 150)


@examples(100)
@given(
    table=arrays(np.int64, (4, 4), elements=st.integers(0, 90)),
    costs=arrays(np.float64, (4, 4), elements=st.floats(-100, 100)),
)
def test_constant_rules_and_perfection_are_bills_of_their_own_matrices(table: np.ndarray, costs: np.ndarray) -> None:
    table[0, 0] += 1
    matrix = ConfusionMatrix(table, tuple("abcd"))
    found = bill(matrix, costs)
    assert found.total == pytest.approx((table * costs).sum(), abs=1e-6)
    assert found.parts.sum() == pytest.approx(found.per_sample)
    for k in range(4):
        always = np.zeros((4, 4))
        always[:, k] = matrix.support
        assert found.constants[k] == pytest.approx(bill(ConfusionMatrix(always, matrix.labels), costs).per_sample)
    perfect = ConfusionMatrix(np.diag(matrix.support), matrix.labels)
    assert found.perfect == pytest.approx(bill(perfect, costs).per_sample)


def test_golden_break_even() -> None:
    lines = break_even(BINARY, ONE)
    # equal to "never" where hits and false alarms balance, to "always" where true negatives and misses do
    r, s = 80 / 105, 35 / 45
    low, high = (1 - s) / (1 - s + r), s / (s + 1 - r)
    assert lines.worth == pytest.approx((low, high))
    assert lines.trivial == pytest.approx(0.5)
    assert lines.never == (0, 1)
    assert lines.always == (1, 0)


@examples(200)
@given(
    table=arrays(np.int64, (2, 2), elements=st.integers(1, 500)),
    miss=st.floats(0.01, 100),
    alarm=st.floats(0.01, 100),
    prevalence=st.floats(0.001, 0.999),
)
def test_worth_says_where_the_classifier_is_cheapest(
    table: np.ndarray, miss: float, alarm: float, prevalence: float
) -> None:
    matrix = ConfusionMatrix(table, ("yes", "no"))
    costs = [[0, miss], [alarm, 0]]
    lines = break_even(matrix, costs)
    found = bill(with_prevalence(matrix, [prevalence, 1 - prevalence]), costs)
    assert found.per_sample == pytest.approx(
        lines.classifier[0] * (1 - prevalence) + lines.classifier[1] * prevalence, rel=1e-6
    )
    margin = found.constants.min() - found.per_sample
    if abs(margin) < 1e-9 * (miss + alarm):
        return
    inside = lines.worth is not None and lines.worth[0] < prevalence < lines.worth[1]
    assert inside == (margin > 0)


@pytest.mark.parametrize(
    ("costs", "worth", "trivial"),
    [
        ([[0, 0], [0, 0]], None, None),  # nothing costs anything, so nothing is cheaper
        ([[0, 1], [0, 0]], None, None),  # alarms are free: always to raise one is best
        ([[0, -1], [1, 0]], None, None),
    ],
)
def test_costs_that_leave_no_choice(
    costs: list[list[float]], worth: tuple[float, float] | None, trivial: float | None
) -> None:
    lines = break_even(BINARY, costs)
    assert (lines.worth, lines.trivial) == (worth, trivial)


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        (lambda: bill(ConfusionMatrix(np.zeros((2, 2)), ("a", "b")), ONE), "no samples"),
        (lambda: bill(BINARY, [[0, 1, 2]]), "2 classes need 2 × 2 costs"),
        (lambda: bill(BINARY, [[0, math.nan], [1, 0]]), "fill in the empty cells"),
        (lambda: bill(BINARY, [[0, math.inf], [1, 0]]), "at most 1,000,000,000"),
        (lambda: bill(BINARY, [[0, -1e10], [1, 0]]), "at most 1,000,000,000"),
        (lambda: break_even(LECTURE, np.ones((3, 3))), "two classes, and there are 3"),
        (lambda: break_even(ConfusionMatrix(np.array([[1, 1], [0, 0]]), ("a", "b")), ONE), 'No sample is of class "b"'),
    ],
)
def test_refusals(run: object, sentence: str) -> None:
    assert callable(run)
    with pytest.raises(UserError, match=sentence):
        run()


def test_costs_are_taken_as_numbers() -> None:
    np.testing.assert_array_equal(checked_costs([[0, 1], [2.5, 0]], 2), [[0, 1], [2.5, 0]])


def test_costs_begin_with_one_each_or_with_the_distance_of_the_classes() -> None:
    assert first_costs(3).tolist() == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    assert first_costs(3, by_distance=True).tolist() == [[0, 1, 2], [1, 0, 1], [2, 1, 0]]
