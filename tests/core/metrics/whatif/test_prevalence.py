"""Other shares of the classes: golden values, Bayes' rule, and what has to stay."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import class_likelihood_ratios, recall_score

from core.errors import UserError
from core.metrics.confusion import LARGEST, ConfusionMatrix
from core.metrics.scores import cells
from core.metrics.whatif.prevalence import along, bayes, filled, own_shares, shares_at, with_prevalence
from tests.examples import examples

BINARY = ConfusionMatrix(np.array([[80, 25], [10, 35]]), ("yes", "no"))
LECTURE = ConfusionMatrix(np.array([[30, 50, 20], [20, 60, 20], [10, 10, 80]]), ("A", "B", "C"))
EMPTY = ConfusionMatrix(np.zeros((2, 2)), ("yes", "no"))
NO_B = ConfusionMatrix(np.array([[8, 2, 0], [0, 0, 0], [1, 0, 4]]), ("A", "B", "C"))

counts = st.integers(2, 6).flatmap(lambda c: arrays(np.int64, (c, c), elements=st.integers(0, 500)))
shares = st.floats(0.001, 0.999)


def named(table: np.ndarray) -> ConfusionMatrix:
    return ConfusionMatrix(table, tuple(f"c{i}" for i in range(len(table))))


def test_golden_at_one_percent() -> None:
    then = with_prevalence(BINARY, [0.01, 0.99])
    assert then.score("precision")[0] == pytest.approx(0.033473, abs=5e-7)
    assert then.score("accuracy") == pytest.approx(0.777619, abs=5e-7)
    assert then.score("recall")[0] == pytest.approx(16 / 21)
    assert then.total == pytest.approx(150)


def test_golden_three_classes() -> None:
    then = with_prevalence(LECTURE, [0.8, 0.1, 0.1])
    assert then.score("accuracy") == pytest.approx(0.38)
    assert then.score("f1", "macro") == pytest.approx(0.367856, abs=5e-7)
    assert then.score("f1", "weighted") == pytest.approx(0.424376, abs=5e-7)


def test_shares_are_divided_by_their_sum() -> None:
    np.testing.assert_allclose(with_prevalence(LECTURE, [80, 10, 10]).support, [240, 30, 30])


@examples(150)
@given(table=counts, data=st.data())
def test_recalls_and_what_is_made_of_them_stay(table: np.ndarray, data: st.DataObject) -> None:
    assume((table.sum(axis=1) > 0).all())
    matrix = named(table)
    weights = data.draw(arrays(np.float64, len(matrix), elements=st.floats(0.01, 10)))
    then = with_prevalence(matrix, weights)
    np.testing.assert_allclose(then.support / then.total, weights / weights.sum())
    np.testing.assert_allclose(then.score("recall"), matrix.score("recall"), atol=1e-12)
    assert then.score("balanced_accuracy") == pytest.approx(matrix.score("balanced_accuracy"))
    assert then.total == pytest.approx(matrix.total)
    # with equal shares accuracy is what balanced accuracy always was
    even = with_prevalence(matrix, np.ones(len(matrix)))
    assert even.score("accuracy") == pytest.approx(matrix.score("balanced_accuracy"))


@examples(150)
@given(table=arrays(np.int64, (2, 2), elements=st.integers(1, 500)), prevalence=shares)
def test_two_classes_keep_likelihood_ratios_and_obey_bayes(table: np.ndarray, prevalence: float) -> None:
    matrix = named(table)
    then = with_prevalence(matrix, [prevalence, 1 - prevalence])
    target, predicted, weight = cells(then.counts)
    ours = class_likelihood_ratios(target == 0, predicted == 0, sample_weight=weight)
    target, predicted, weight = cells(matrix.counts)
    np.testing.assert_allclose(ours, class_likelihood_ratios(target == 0, predicted == 0, sample_weight=weight))
    recall, specificity = recall_score(target, predicted, sample_weight=weight, average=None)
    precision, npv = bayes(recall, specificity, prevalence)
    assert precision == pytest.approx(then.score("precision")[0])
    assert npv == pytest.approx(then.score("npv")[0])


@pytest.mark.parametrize(
    ("recall", "specificity", "prevalence", "expected"),
    [
        (1.0, 1.0, 0.5, (1.0, 1.0)),
        (0.0, 1.0, 0.5, (math.nan, 0.5)),
        (1.0, 0.0, 0.3, (0.3, math.nan)),
        (0.9, 0.9, 0.0, (0.0, 1.0)),
        (0.9, 0.9, 1.0, (1.0, 0.0)),
    ],
)
def test_bayes_at_the_ends(recall: float, specificity: float, prevalence: float, expected: tuple[float, float]) -> None:
    assert bayes(recall, specificity, prevalence) == pytest.approx(expected, nan_ok=True)


def test_own_shares_change_nothing() -> None:
    np.testing.assert_allclose(with_prevalence(BINARY, own_shares(BINARY)).counts, BINARY.counts)


def test_the_others_keep_their_proportions() -> None:
    matrix = ConfusionMatrix(np.array([[5, 5, 0], [0, 30, 0], [0, 0, 60]]), ("a", "b", "c"))
    np.testing.assert_allclose(shares_at(matrix, "a", 0.4), [0.4, 0.2, 0.4])
    stack = along(matrix, "a", [0.1, 0.4])
    assert stack.shape == (2, 3, 3)
    np.testing.assert_allclose(stack[0], matrix.counts)
    np.testing.assert_allclose(stack[1], with_prevalence(matrix, [0.4, 0.2, 0.4]).counts)


def test_a_class_without_samples_can_be_left_out() -> None:
    then = with_prevalence(NO_B, [1, 0, 1])
    np.testing.assert_allclose(then.support, [7.5, 0, 7.5])
    with pytest.raises(UserError, match='No sample is of class "B", so its recall is unknown'):
        with_prevalence(NO_B, [1, 1, 1])


def test_totals_beyond_the_largest_count_shrink() -> None:
    matrix = ConfusionMatrix(np.full((2, 2), LARGEST), ("a", "b"))
    assert with_prevalence(matrix, [1, 0]).total == pytest.approx(LARGEST)


@pytest.mark.parametrize(
    ("matrix", "wanted", "sentence"),
    [
        (EMPTY, [0.5, 0.5], "no samples"),
        (BINARY, [0.5], "2 classes need 2 shares, and there are 1"),
        (BINARY, [0, 0], "at least one of them is above 0"),
        (BINARY, [-0.1, 1.1], "from 0 up"),
        (BINARY, [math.nan, 1], "from 0 up"),
        (BINARY, [math.inf, 1], "from 0 up"),
    ],
)
def test_shares_that_are_none(matrix: ConfusionMatrix, wanted: list[float], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        with_prevalence(matrix, wanted)


@pytest.mark.parametrize(
    ("matrix", "label", "prevalence", "sentence"),
    [
        (BINARY, "yes", 1.5, "from 0 to 1, not 1.5"),
        (BINARY, "yes", math.nan, "from 0 to 1"),
        (BINARY, "maybe", 0.5, 'no class "maybe"'),
        (NO_B, "B", 0.5, 'of class "B"'),
        (ConfusionMatrix(np.array([[3, 1], [0, 0]]), ("yes", "no")), "yes", 0.5, 'of another class than "yes"'),
    ],
)
def test_prevalences_that_are_none(matrix: ConfusionMatrix, label: str, prevalence: float, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        shares_at(matrix, label, prevalence)


def test_filled_refuses_only_what_is_empty() -> None:
    filled(BINARY)
    with pytest.raises(UserError, match="no samples"):
        filled(EMPTY)
