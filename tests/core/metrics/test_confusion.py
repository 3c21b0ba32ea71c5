"""The matrix itself: what it counts, how it is turned, weighted and compared, and what it refuses."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn import metrics as sk

from core.errors import UserError
from core.metrics.confusion import LARGEST, MOST_CLASSES, ConfusionMatrix
from core.metrics.scores import cells
from tests.examples import examples

BINARY = ConfusionMatrix(np.array([[80, 25], [10, 35]]), ("yes", "no"))
THREE = ConfusionMatrix(np.array([[30, 50, 20], [20, 60, 20], [10, 10, 80]]), ("A", "B", "C"))


@st.composite
def matrices(draw: st.DrawFn, most: int = 50) -> ConfusionMatrix:
    """Whole counts of two to five classes, empty ones among them."""
    size = draw(st.integers(2, 5))
    counts = draw(st.lists(st.integers(0, most), min_size=size * size, max_size=size * size))
    return ConfusionMatrix(np.reshape(counts, (size, size)), tuple("ABCDE"[:size]))


def test_totals_and_the_four_counts_of_the_lecture() -> None:
    assert len(BINARY) == 2
    assert BINARY.total == 150
    assert BINARY.support.tolist() == [105, 45]
    assert BINARY.predicted.tolist() == [90, 60]
    assert [count.tolist() for count in (BINARY.tp, BINARY.fn, BINARY.fp, BINARY.tn)] == [
        [80, 35],
        [25, 10],
        [10, 25],
        [35, 80],
    ]
    assert THREE.support.tolist() == [100, 100, 100]
    assert THREE.predicted.tolist() == [60, 120, 120]


@examples(60)
@given(matrix=matrices())
def test_the_four_counts_are_scikit_learns(matrix: ConfusionMatrix) -> None:
    assume(matrix.total)  # scikit-learn refuses weights that are all zero
    target, predicted, weight = cells(matrix.counts)
    theirs = sk.multilabel_confusion_matrix(target, predicted, sample_weight=weight, labels=range(len(matrix)))
    ours = np.stack([[matrix.tn, matrix.fp], [matrix.fn, matrix.tp]])  # (2, 2, C)
    assert np.array_equal(ours, np.moveaxis(theirs, 0, -1))
    for c, label in enumerate(matrix.labels):
        assert np.array_equal(matrix.against_rest(label).counts, theirs[c, ::-1, ::-1])


def test_one_class_against_the_rest_is_read_from_the_top_left() -> None:
    rest = THREE.against_rest("A")
    assert rest.counts.tolist() == [[30, 70], [30, 170]]
    assert rest.labels == ("A", "rest")
    named = ConfusionMatrix(np.ones((2, 2)), ("rest", "other"))
    assert named.against_rest("rest").labels == ("rest", "the rest")
    assert named.against_rest("other").labels == ("other", "rest")


def test_one_class_against_the_rest_bears_weighted_counts() -> None:
    random = np.random.default_rng(0)
    for _ in range(200):
        counts = random.random((3, 3)) * (random.random((3, 3)) < 0.5)
        matrix = ConfusionMatrix(counts, ("A", "B", "C"))
        for c, label in enumerate(matrix.labels):
            others = np.delete(np.delete(counts, c, 0), c, 1)
            assert matrix.against_rest(label).counts[1, 1] == pytest.approx(others.sum(), abs=1e-12)


def test_transposed_twice_is_the_matrix_itself() -> None:
    assert BINARY.transposed().counts.tolist() == [[80, 10], [25, 35]]
    assert BINARY.transposed() != BINARY
    assert BINARY.transposed().transposed() == BINARY
    assert BINARY.transposed().support.tolist() == BINARY.predicted.tolist()


def test_class_weights_multiply_target_rows() -> None:
    assert BINARY.weighted((2, 0.5)).counts.tolist() == [[160, 50], [5, 17.5]]
    assert BINARY.weighted((1, 1)) == BINARY
    assert BINARY.weighted((0, 0)).total == 0


@pytest.mark.parametrize("weights", [(), (1,), (1, 2, 3), (1, -1), (1, np.nan), (1, np.inf)])
def test_class_weights_that_do_not_fit_are_refused(weights: tuple[float, ...]) -> None:
    with pytest.raises(UserError):
        BINARY.weighted(weights)


def test_nothing_can_be_changed_behind_its_back() -> None:
    counts = np.array([[1.0, 2.0], [3.0, 4.0]])
    matrix = ConfusionMatrix(counts, ("A", "B"))
    counts[0, 0] = 99
    assert matrix.counts[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        matrix.counts[0, 0] = 5
    matrix.tp[0] = 77  # a copy
    matrix.transposed()
    assert matrix.counts.tolist() == [[1, 2], [3, 4]]
    with pytest.raises(dataclasses.FrozenInstanceError):
        matrix.labels = ("X", "Y")  # type: ignore[misc]


def test_equal_matrices_are_one_key() -> None:
    same = ConfusionMatrix(BINARY.counts.tolist(), ["yes", "no"])  # type: ignore[arg-type]
    assert same == BINARY
    assert hash(same) == hash(BINARY)
    others = [
        BINARY.transposed(),
        ConfusionMatrix(BINARY.counts, ("no", "yes")),
        ConfusionMatrix(BINARY.counts + 1, BINARY.labels),
        THREE,
    ]
    assert all(other != BINARY for other in others)
    assert len({BINARY, same, *others}) == 5
    assert BINARY != "a matrix"
    assert ConfusionMatrix(np.zeros((2, 2)), ("A", "B")) == ConfusionMatrix(-np.zeros((2, 2)), ("A", "B"))


def test_equal_matrices_have_equal_hashes_even_with_negative_zeros() -> None:
    plus, minus = (ConfusionMatrix(zeros, ("A", "B")) for zeros in (np.zeros((2, 2)), -np.zeros((2, 2))))
    assert hash(plus) == hash(minus)


def test_the_largest_and_the_smallest() -> None:
    large = ConfusionMatrix(np.full((2, 2), LARGEST), ("A", "B"))
    assert large.score("accuracy") == 0.5
    assert large.score("mcc") == pytest.approx(0, abs=1e-12)
    assert len(ConfusionMatrix(np.eye(MOST_CLASSES), tuple(map(str, range(MOST_CLASSES))))) == MOST_CLASSES


@pytest.mark.parametrize(
    ("counts", "labels", "sentence"),
    [
        ([[1, 2, 3], [4, 5, 6]], ("A", "B"), "as many rows as columns, and this one is 2 × 3"),
        ([1, 2, 3], ("A", "B", "C"), "as many rows as columns, and this one is 3"),
        (np.ones((2, 2, 2)), ("A", "B"), "this one is 2 × 2 × 2"),
        ([[7]], ("A",), "needs 2 to 1,000 classes, and this one has 1"),
        (np.zeros((0, 0)), (), "this one has 0"),
        (np.zeros((1001, 1001)), tuple(map(str, range(1001))), "this one has 1001"),
        ([[1, -1], [0, 1]], ("A", "B"), "a number from 0 to 1,000,000,000,000"),
        ([[1, np.nan], [0, 1]], ("A", "B"), "a number from 0"),
        ([[1, np.inf], [0, 1]], ("A", "B"), "a number from 0"),
        ([[1, 1.1e12], [0, 1]], ("A", "B"), "a number from 0"),
        ([[1, 2], [3, 4]], ("A",), "2 classes need 2 names, and there are 1"),
        ([[1, 2], [3, 4]], ("A", "B", "C"), "there are 3"),
        ([[1, 2], [3, 4]], ("A", "A"), "a name of its own"),
        ([[1, 2], [3, 4]], ("A", ""), "a name of its own"),
    ],
)
def test_what_is_no_matrix_is_refused_in_one_sentence(counts: object, labels: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        ConfusionMatrix(counts, labels)  # type: ignore[arg-type]


def test_a_class_that_is_not_there_is_named() -> None:
    assert THREE.index("C") == 2
    with pytest.raises(UserError, match='There is no class "D" in this matrix'):
        THREE.index("D")
    with pytest.raises(UserError, match='There is no class "D" in this matrix'):
        THREE.against_rest("D")
    with pytest.raises(UserError) as refusal:
        THREE.index("x" * 10_000)
    assert len(str(refusal.value)) < 100
