"""Two models on the same rows, against statsmodels, scipy and scikit-learn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2
from sklearn import metrics as sk
from statsmodels.stats.contingency_tables import mcnemar

from core.errors import UserError
from core.metrics.confusion import ConfusionMatrix
from core.metrics.paired.bootstrap import bootstrap
from core.metrics.paired.comparison import compare, key_of, same_matrices
from tests.examples import examples

LABELS = ("cat", "dog", "sofa")
answers = st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=60)


@examples(80)
@given(rows=answers)
def test_counts_and_p_values(rows: list[tuple[int, int, int]]) -> None:
    target, first, second = np.array(rows).T
    found = compare(target, first, second, LABELS)
    right, other = first == target, second == target
    assert found.table.tolist() == [
        [int((right & other).sum()), int((right & ~other).sum())],
        [int((~right & other).sum()), int((~right & ~other).sum())],
    ]
    b, c = found.only_first, found.only_second
    assert found.p_exact == pytest.approx(mcnemar(found.table, exact=True).pvalue)
    if b + c:
        assert found.p_exact == pytest.approx(binomtest(b, b + c, 0.5).pvalue)
        assert found.chi2 == pytest.approx((abs(b - c) - 1) ** 2 / (b + c))
        assert found.p_chi2 == pytest.approx(chi2.sf(found.chi2, 1))
    else:
        assert found.p_exact == 1
        assert math.isnan(found.chi2)
        assert math.isnan(found.p_chi2)
    assert np.array_equal(found.first_matrix.counts, sk.confusion_matrix(target, first, labels=range(3)))
    assert np.array_equal(found.second_matrix.counts, sk.confusion_matrix(target, second, labels=range(3)))
    assert found.difference.sum() == 0
    assert found.difference.sum(axis=1).tolist() == [0, 0, 0], "both have the same gold classes"


@examples(60)
@given(rows=answers)
def test_the_models_change_places(rows: list[tuple[int, int, int]]) -> None:
    target, first, second = np.array(rows).T
    ours, theirs = compare(target, first, second, LABELS), compare(target, second, first, LABELS)
    assert ours.p_exact == theirs.p_exact
    assert ours.p_chi2 == pytest.approx(theirs.p_chi2, nan_ok=True)
    assert np.array_equal(ours.table, theirs.table.T)
    assert np.array_equal(ours.difference, -theirs.difference)
    assert np.array_equal(ours.discordant, theirs.discordant)


@examples(60)
@given(rows=answers, data=st.data())
def test_the_order_of_rows_does_not_matter_and_lists_hold_the_right_ones(
    rows: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    target, first, second = np.array(rows).T
    found = compare(target, first, second, LABELS)
    order = np.array(data.draw(st.permutations(range(len(rows)))))
    other = compare(target[order], first[order], second[order], LABELS)
    assert np.array_equal(found.table, other.table)
    assert found.p_exact == other.p_exact
    listed = [found.rows(row, column) for row in (0, 1) for column in (0, 1)]
    assert [len(part) for part in listed] == found.table.ravel().tolist()
    assert sorted(np.concatenate(listed).tolist()) == list(range(len(rows)))
    assert sorted([*found.rows(0, 1), *found.rows(1, 0)]) == found.discordant.tolist()
    for true in range(3):
        for said in range(3):
            expected = [i for i, (g, f, s) in enumerate(rows) if g == true and (f == said) != (s == said)]
            assert found.differing(true, said).tolist() == expected
            signs = [int(second[i] == said) - int(first[i] == said) for i in expected]
            assert sum(signs) == found.difference[true, said]


def test_the_same_two_matrices_and_two_outcomes() -> None:
    together, apart = same_matrices()
    assert together.first_matrix == apart.first_matrix
    assert together.second_matrix == apart.second_matrix
    assert together.first_matrix.counts.tolist() == [[40, 10], [10, 40]]
    assert together.second_matrix.counts.tolist() == [[43, 7], [7, 43]]
    assert together.table.tolist() == [[80, 0], [6, 14]]
    assert apart.table.tolist() == [[66, 14], [20, 0]]
    assert together.p_exact == pytest.approx(2 / 64)
    assert together.p_exact < 0.05 < apart.p_exact


def test_nothing_can_be_changed() -> None:
    target = np.array([0, 1, 2])
    found = compare(target, target, target, LABELS)
    target[0] = 2
    assert found.target.tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="read-only"):
        found.first[0] = 1


@pytest.mark.parametrize(
    ("target", "first", "second", "sentence"),
    [
        ([], [], [], "here are 0, 0 and 0"),
        ([0, 1], [0, 1], [0], "here are 2, 2 and 1"),
        ([[0, 1]], [0], [0], "row by row"),
        ([0, 3], [0, 1], [0, 1], "from 0 to 2"),
        ([0, -1], [0, 1], [0, 1], "from 0 to 2"),
        ([0.0, 1.0], [0, 1], [0, 1], "a whole number"),
        (["a", "b"], [0, 1], [0, 1], "a whole number"),
    ],
)
def test_rows_that_do_not_fit(target: Any, first: Any, second: Any, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        compare(target, first, second, LABELS)


def draws(seed: int, size: int = 200) -> tuple[Any, Any, Any]:
    random = np.random.default_rng(seed)
    target = random.integers(0, 3, size)
    first, second = (np.where(random.random(size) < p, target, random.integers(0, 3, size)) for p in (0.5, 0.7))
    return target, first, second


def test_bootstrap_replicates_are_scikit_learns_scores() -> None:
    from core.metrics.paired.bootstrap import _differences

    random = np.random.default_rng(3)
    kinds = random.integers(0, 3, (12, 3))
    drawn = random.integers(0, 5, (20, 12)).astype(float)
    accuracies, f1s = _differences(drawn, kinds, 4)  # class 3 never occurs
    for times, accuracy, f1 in zip(drawn.astype(int), accuracies, f1s, strict=True):
        target, first, second = (np.repeat(kinds[:, column], times) for column in range(3))
        assert accuracy == pytest.approx(sk.accuracy_score(target, second) - sk.accuracy_score(target, first))
        macro = [
            ConfusionMatrix(sk.confusion_matrix(target, said, labels=range(4)), tuple("ABCD")).score("f1", "macro")
            for said in (first, second)
        ]
        assert f1 == pytest.approx(macro[1] - macro[0])


def test_bootstrap_of_the_difference() -> None:
    found = compare(*draws(0), LABELS)
    accuracy, f1 = bootstrap(found)
    assert accuracy.value == pytest.approx((found.only_second - found.only_first) / 200)
    assert accuracy.low < accuracy.value < accuracy.high
    # the normal approximation of the difference of paired proportions
    b, c, n = found.only_first, found.only_second, len(found)
    error = 1.96 * math.sqrt(b + c - (b - c) ** 2 / n) / n
    assert accuracy.high - accuracy.low == pytest.approx(2 * error, rel=0.1)
    macro = found.second_matrix.score("f1", "macro") - found.first_matrix.score("f1", "macro")
    assert f1.value == pytest.approx(macro)
    assert f1.low < f1.value < f1.high
    assert bootstrap(found) == (accuracy, f1), "the same draws each time"
    assert bootstrap(found, seed=1) != (accuracy, f1)


def test_bootstrap_knows_that_errors_are_shared() -> None:
    together, apart = (bootstrap(example)[0] for example in same_matrices())
    assert together.value == apart.value
    assert together.low > 0 > apart.low
    target = np.array([0, 1, 2, 2])
    same = bootstrap(compare(target, target, target, LABELS), replicates=50)
    assert [(one.low, one.value, one.high) for one in same] == [(0, 0, 0)] * 2


def test_bootstrap_in_parts_draws_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.metrics.paired.bootstrap._AT_ONCE", 100)
    found = compare(*draws(1), LABELS)
    accuracy, _ = bootstrap(found, replicates=301)
    assert accuracy.low < accuracy.value < accuracy.high


def test_other_answers_have_another_key() -> None:
    first, second = np.zeros(2_000_000, dtype=np.intp), np.zeros(2_000_000, dtype=np.intp)
    second[1_234_567] = 1
    labels = ("cat", "dog")
    keys = {
        key_of(first, first, labels),
        key_of(first, second, labels),
        key_of(second, first, labels),
        key_of(first, first, ("dog", "cat")),
        key_of(first.astype(np.int32), first, labels),
        key_of(first[::2], first[::2], labels),
    }
    assert len(keys) == 6
    assert key_of(first, first.copy(), labels) in keys
