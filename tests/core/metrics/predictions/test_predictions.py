"""Predictions from arrays: counts as scikit-learn's, cells, thresholds, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from core.errors import UserError
from core.metrics.predictions.checks import lookalikes, natural_order
from core.metrics.predictions.predictions import from_arrays, natural_start
from tests.examples import examples

SAMPLES = st.integers(1, 60).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 4), min_size=n, max_size=n),
        st.lists(st.integers(0, 4), min_size=n, max_size=n),
        st.lists(st.floats(0, 10, allow_subnormal=False), min_size=n, max_size=n),
    )
)


@given(SAMPLES, st.booleans())
@examples(50, fixed=False)
def test_matrix_is_scikit_learns_with_and_without_weights(
    samples: tuple[list[int], list[int], list[float]], weighted: bool
) -> None:
    target, predicted, weights = samples
    weights[0] += 1  # not all zero
    made = from_arrays(target, predicted, labels="abcde", weights=weights if weighted else None)
    expected = confusion_matrix(target, predicted, labels=range(5), sample_weight=weights if weighted else None)
    np.testing.assert_allclose(made.matrix().counts, expected, rtol=1e-12)


@given(SAMPLES)
@examples(40, fixed=False)
def test_cells_hold_each_sample_once(samples: tuple[list[int], list[int], list[float]]) -> None:
    target, predicted, _ = samples
    made = from_arrays(target, predicted, labels="abcde")
    cells = [made.cell(g, p) for g in range(5) for p in range(5)]
    assert sorted(np.concatenate(cells).tolist()) == list(range(len(target)))
    assert [len(cell) for cell in cells] == made.matrix().counts.ravel().tolist()


@pytest.mark.parametrize(
    ("target", "predicted", "labels"),
    [
        (["cat", "dog"], ["dog", "dog"], ("cat", "dog")),
        ([True, False], [True, True], ("False", "True")),
        ([10, 9], [9, 2], ("2", "9", "10")),
        ([1.0, 0.0], [1, 0], ("0", "1")),
        (np.array(["a", 1], dtype=object), ["1", "a"], ("1", "a")),
    ],
)
def test_labels_are_those_that_occur_in_natural_order(target: Any, predicted: Any, labels: tuple[str, ...]) -> None:
    made = from_arrays(target, predicted)
    assert made.labels == labels
    texts = [str(int(value)) if isinstance(value, float) else str(value) for value in target]
    assert [labels[index] for index in made.target] == texts


def test_whole_numbers_with_labels_are_indices_and_names_are_looked_up() -> None:
    by_index = from_arrays([0, 1, 1], [1, 1, 0], labels=("no", "yes"))
    by_name = from_arrays(["no", "yes", "yes"], ["yes", "yes", "no"], labels=("no", "yes"))
    assert by_index.matrix() == by_name.matrix()


def test_threshold_counts_what_is_at_it_as_positive() -> None:
    made = from_arrays([0, 1, 1, 0], None, labels=("no", "yes"), scores=[0.2, 0.5, 0.7, 0.5])
    assert made.predicted.tolist() == [0, 1, 1, 1]
    assert made.at(0.5).predicted.tolist() == [0, 1, 1, 1]
    assert made.at(0.5000001).predicted.tolist() == [0, 0, 1, 0]
    assert made.at(np.inf).predicted.tolist() == [0, 0, 0, 0]


def test_threshold_with_the_first_class_positive() -> None:
    made = from_arrays(["m", "b"], None, scores=[0.9, 0.1], positive="m")
    assert made.labels == ("b", "m")
    assert made.at(0.5).predicted.tolist() == [1, 0]
    other = from_arrays(["m", "b"], None, scores=[0.9, 0.1], positive="b")
    assert other.at(0.5).predicted.tolist() == [0, 1], "the score is about b"


def test_two_columns_of_scores_become_that_of_the_positive_class() -> None:
    made = from_arrays([0, 1], None, labels=("no", "yes"), scores=[[0.8, 0.2], [0.3, 0.7]], positive="no")
    assert made.scores is not None
    assert made.scores.tolist() == [0.8, 0.3]
    assert made.predicted.tolist() == [0, 1]


def test_most_wrong_first() -> None:
    scores = [[0.6, 0.4], [0.9, 0.1], [0.7, 0.3], [0.2, 0.8]]
    made = from_arrays([1, 1, 1, 1], [0, 0, 0, 1], labels=("a", "b"), scores=scores)
    assert made.cell(1, 0).tolist() == [1, 2, 0]
    assert from_arrays([1, 1], [0, 0], labels=("a", "b")).cell(1, 0).tolist() == [0, 1]


def test_one_class_against_the_rest_is_the_matrixs_own() -> None:
    target, said = [0, 1, 2, 2, 1, 0], [0, 2, 2, 1, 1, 1]
    made = from_arrays(target, said, labels=("a", "rest", "c"), scores=np.eye(3)[said])
    for index, label in enumerate(made.labels):
        one = made.against_rest(index)
        assert one.matrix().counts.tolist() == made.matrix().against_rest(label).counts.tolist()
        assert len(set(one.labels)) == 2
        assert one.at(0.5).predicted.tolist() == one.predicted.tolist()


def test_take_keeps_everything_together() -> None:
    made = from_arrays(
        [0, 1, 0], [1, 1, 0], labels=("a", "b"), scores=[0.1, 0.2, 0.3], weights=[1, 2, 3],
        thumbnails=np.arange(3, dtype=np.uint8).reshape(3, 1, 1), ids=["x", "y", "z"],
    )  # fmt: skip
    some = made.take(np.array([2, 0]))
    assert some.ids is not None
    assert some.thumbnails is not None
    assert some.scores is not None
    assert some.weights is not None
    assert some.ids.tolist() == ["z", "x"]
    assert some.thumbnails.ravel().tolist() == [2, 0]
    assert (some.scores.tolist(), some.weights.tolist(), some.target.tolist()) == ([0.3, 0.1], [3, 1], [0, 0])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"target": [], "predicted": []}, "no predictions"),
        ({"target": ["a"], "predicted": ["a", "b"]}, "1 of the one and 2 of the other"),
        ({"target": ["a", "a"], "predicted": ["a", "a"]}, "Only one class"),
        ({"target": ["a", None], "predicted": ["a", "b"]}, "1 row has no actual class; the first is row 2"),
        ({"target": [[1]], "predicted": [[1]]}, "dimensions"),
        ({"target": [0, 2], "predicted": [0, 1], "labels": ("a", "b")}, "0 to 1"),
        ({"target": ["a", "x"], "predicted": ["a", "b"], "labels": ("a", "b")}, '"x" is not one'),
        ({"target": [0, 1], "predicted": None}, "neither"),
        ({"target": [0, 1, 2], "predicted": None, "scores": [1, 2, 3]}, "more than two"),
        ({"target": [0, 1], "predicted": [0, 1], "scores": [0.1]}, "one for each"),
        ({"target": [0, 1], "predicted": [0, 1], "scores": [0.1, np.nan]}, "1 row has a score"),
        ({"target": [0, 1], "predicted": [0, 1], "scores": [0.1, np.inf]}, "the first is row 2"),
        ({"target": [0, 1], "predicted": [0, 1], "scores": ["x", "y"]}, "must be numbers"),
        ({"target": [0, 1], "predicted": [0, 1], "weights": [1, -1]}, "the first is row 2"),
        ({"target": [0, 1], "predicted": [0, 1], "scores": [1e308, -1e308]}, "beyond 1e.100 .* the first is row 1"),
        ({"target": [0, 1], "predicted": [0, 1], "scores": [1, -1.1e100]}, "1 row has a score beyond .* is row 2"),
        ({"target": [0, 1], "predicted": [0, 1], "weights": [1, 1e308]}, r"1e\+308 in row 2"),
        ({"target": [0, 1], "predicted": [0, 1], "weights": [6e11, 6e11]}, "together are more than 1,000,000,000,000"),
        ({"target": [0, 1], "predicted": [0, 1], "weights": [0, 0]}, "All weights are 0"),
        ({"target": [0, 1], "predicted": [0, 1], "weights": [1]}, "of 2 samples 1 has one"),
        ({"target": [0, 1], "predicted": [0, 1], "ids": ["x"]}, "one of the names"),
        ({"target": [0, 1], "predicted": [0, 1], "positive": "7"}, "not one of the classes"),
        ({"target": range(1001), "predicted": range(1001)}, "1,001 different classes"),
    ],
)
def test_what_does_not_fit_gets_a_sentence(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        from_arrays(**arguments)


@pytest.mark.parametrize(
    ("scores", "start"),
    [([1e308, 1.7e308], 1.35e308), ([0, 1], 0.5), ([0.1, 0.2], 0.5), ([-3, 2], 0), ([2, 6], 4), ([-6, -2], -4)],
)
def test_the_threshold_starts_where_it_means_something(scores: list[float], start: float) -> None:
    assert natural_start(np.array(scores, dtype=float)) == start


def test_lookalikes_and_order() -> None:
    assert lookalikes(("Cat", "cat ", "dog", "c at")) == [("Cat", "cat ", "c at")]
    assert natural_order(["10", "9", "1"]) == ["1", "9", "10"]
    assert natural_order(["b", "10", "9"]) == ["10", "9", "b"]


@pytest.mark.parametrize(
    ("name", "expected"), [("a" * 40, "a" * 40), ("a" * 41, "a" * 39 + "…"), ("b" * 300, "b" * 39 + "…")]
)
def test_long_names_end_in_an_ellipsis(name: str, expected: str) -> None:
    with pytest.raises(UserError, match=f'"{expected}"'):
        from_arrays([name], [name])


def test_two_score_columns_must_be_two_halves_of_one() -> None:
    halves = from_arrays(["a", "b"], None, scores=np.array([[0.9, 0.1], [0.2, 0.8]]))
    assert halves.matrix().score("accuracy") == 1
    with pytest.raises(UserError, match="row 2 do not add up to 1"):
        from_arrays(["a", "b"], None, scores=np.array([[0.9, 0.1], [-3.0, -0.1]]))
