"""Whatever is undefined has a reason, and only that."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.errors import UserError
from core.metrics import ConfusionMatrix
from core.metrics.report import PER_CLASS
from core.metrics.undefined import reason
from tests.core.metrics.test_report import matrices
from tests.examples import examples


def of(*rows: list[int]) -> ConfusionMatrix:
    return ConfusionMatrix(np.array(rows), tuple("abcdefgh"[: len(rows)]))


@examples(100)
@given(matrix=matrices)
def test_a_reason_is_given_just_where_a_class_has_no_number(matrix: ConfusionMatrix) -> None:
    for name in PER_CLASS:
        values = matrix.score(name)
        told = [reason(matrix, name, label) for label in matrix.labels]
        assert [text is not None for text in told] == (~np.isfinite(values)).tolist(), name
        for text, value in zip(told, values, strict=True):
            assert text is None or ("infinite" in text) == math.isinf(value), name
        left_out = reason(matrix, name)
        assert (left_out is not None) == any(told), name


@examples(100)
@given(matrix=matrices)
def test_and_just_where_the_whole_matrix_has_none(matrix: ConfusionMatrix) -> None:
    for name in ("accuracy", "kappa", "f1_of_means"):
        assert (reason(matrix, name) is not None) == math.isnan(matrix.score(name)), name
    if reason(matrix, "mcc") is not None and matrix.total:
        assert matrix.score("mcc") == 0, "a convention"


@pytest.mark.parametrize(
    ("matrix", "name", "label", "text"),
    [
        (of([0, 5], [0, 5]), "precision", "a", "never predicted: 0/0"),
        (of([0, 0], [3, 5]), "recall", "a", "no sample of this class: 0/0"),
        (of([0, 0], [0, 5]), "f1", "a", "neither occurs nor is predicted: 0/0"),
        (of([5, 1], [0, 0]), "specificity", "a", "all samples are of this class: 0/0"),
        (of([5, 0], [5, 0]), "npv", "a", "always predicted: 0/0"),
        (of([5, 1], [0, 4]), "likelihood+", "a", "infinite: no false positive"),
        (of([0, 5], [0, 5]), "likelihood+", "a", "never predicted: 0/0"),
        (of([4, 1], [5, 0]), "likelihood-", "a", "infinite: no true negative"),
        (of([0, 5], [0, 5]), "mcc", None, "all predictions are one class: 0/0; scikit-learn's convention says 0"),
        (of([5, 5], [0, 0]), "mcc", None, "all samples are of one class: 0/0; scikit-learn's convention says 0"),
        (of([5, 0], [0, 0]), "kappa", None, "0/0: one class only, always right, so chance agrees as much"),
        (of([0, 5], [5, 0]), "f1_of_means", None, "no hit in any class: 0/0"),
        (of([0, 0], [0, 0]), "accuracy", None, "no samples: 0/0"),
        (of([0, 0], [0, 0]), "precision", "a", "no samples: 0/0"),
        (of([0, 0], [3, 5]), "balanced_accuracy", None, "a left out: no sample of this class"),
        (of([0, 5, 0], [0, 5, 0], [0, 0, 1]), "precision", None, "a (never predicted: 0/0)"),
        (of([80, 25], [10, 35]), "likelihood+", "a", None),
        (of([80, 25], [10, 35]), "mcc", None, None),
    ],
)
def test_the_words(matrix: ConfusionMatrix, name: str, label: str | None, text: str | None) -> None:
    assert reason(matrix, name, label) == text


def test_classes_that_are_not_averaged_are_not_missed() -> None:
    matrix = of([0, 5, 0], [0, 5, 0], [0, 0, 1])
    assert reason(matrix, "precision", labels=("b", "c")) is None


def test_a_pooled_average_leaves_no_class_out() -> None:
    matrix = of([40, 5, 0], [3, 30, 0], [6, 4, 0])
    assert reason(matrix, "precision") == "c (never predicted: 0/0)"
    assert reason(matrix, "precision", pooled=True) is None
    assert reason(matrix, "precision", labels=("c",), pooled=True) == "never predicted: 0/0"


@examples(60)
@given(matrix=matrices)
def test_a_pooled_average_has_a_reason_just_where_it_has_no_number(matrix: ConfusionMatrix) -> None:
    for labels in (matrix.labels, matrix.labels[:1]):
        for name in ("precision", "recall", "f1", "jaccard", "specificity", "npv"):
            told = reason(matrix, name, labels=labels, pooled=True)
            assert (told is not None) == math.isnan(matrix.score(name, "micro", labels=labels)), name  # type: ignore[call-overload]


def test_many_classes_are_counted_not_listed() -> None:
    matrix = ConfusionMatrix(np.diag([0, 0, 0, 0, 0, 0, 0, 9]), tuple("abcdefgh"))
    assert reason(matrix, "recall") == "a, b, c and 4 more (no sample of this class: 0/0)"


def test_a_strange_class_is_refused() -> None:
    with pytest.raises(UserError, match='no class "z"'):
        reason(of([1, 0], [0, 1]), "precision", "z")


@given(
    counts=hnp.arrays(np.int64, (3, 3), elements=st.integers(0, 30)),
    weights=st.tuples(*[st.sampled_from([0.0, 0.1, 0.3, 0.7, 1.0, 1 / 3])] * 3),
    name=st.sampled_from(["precision", "recall", "f1", "specificity", "npv", "likelihood-", "mcc"]),
)
def test_weighted_counts_are_0_where_exact_fractions_are(
    counts: np.ndarray, weights: tuple[float, ...], name: str
) -> None:
    """Sums of weighted counts leave 1e-15 beside 0; the same matrix with whole numbers tells what is meant."""
    exact = ConfusionMatrix(np.where(np.array(weights)[:, None] > 0, counts, 0), ("A", "B", "C"))
    weighted = ConfusionMatrix(counts, exact.labels).weighted(weights)
    for label in (None,) if name == "mcc" else exact.labels:
        assert (reason(weighted, name, label) is None) == (reason(exact, name, label) is None)
