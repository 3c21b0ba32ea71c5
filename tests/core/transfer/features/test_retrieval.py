"""Neighbours and their scores agree with scikit-learn's, and what is not there is never found."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.metrics import average_precision_score
from sklearn.neighbors import NearestNeighbors

from core.transfer.data.image_set import ImageSet
from core.transfer.features import retrieval
from core.transfer.features.extract import Features
from core.transfer.features.retrieval import (
    Metric,
    evaluate,
    leave_one_out,
    nearest,
    nearest_to,
    pixels,
    precision_at,
    same_class,
)

RNG = np.random.default_rng(0)
metrics = pytest.mark.parametrize("metric", list(Metric))


def features(count: int = 40, width: int = 12, gap: int = 3) -> Features:
    """Of every third picture of a set: rows and indices differ."""
    values = RNG.normal(size=(count, width)).astype(np.float32)
    return Features(np.arange(count, dtype=np.int64) * gap, values, (), "none", True, 32, 0.0)


@metrics
def test_neighbours_are_scikit_learn_s(metric: Metric) -> None:
    found = features()
    candidates = found.indices[5:]
    model = NearestNeighbors(n_neighbors=7, metric=metric.value.lower()).fit(found.values[5:])
    distances, rows = model.kneighbors(found.values[:3])
    for row, index in enumerate(found.indices[:3]):
        mine = nearest_to(found, int(index), candidates, 7, metric)
        assert mine.indices.tolist() == candidates[rows[row]].tolist()
        assert mine.distances == pytest.approx(distances[row], abs=1e-6)
        same = nearest(found.values[row], found, candidates, 7, metric)
        assert same.indices.tolist() == mine.indices.tolist()


@metrics
def test_the_query_is_never_its_own_neighbour_and_a_copy_of_it_is_the_first(metric: Metric) -> None:
    found = features()
    found.values[4] = found.values[9]
    mine = nearest_to(found, 27, found.indices, 100, metric)
    assert len(mine) == len(found.indices) - 1
    assert 27 not in mine.indices
    assert mine.indices[0] == 12
    assert mine.distances[0] == pytest.approx(0, abs=1e-9)


def test_only_candidates_are_found_and_few_are_enough() -> None:
    found = features()
    assert nearest_to(found, 0, np.array([3, 9, 0]), 10).indices.tolist() in ([3, 9], [9, 3])
    assert len(nearest_to(found, 0, np.array([0]), 10)) == 0
    assert len(nearest_to(found, 0, np.empty(0, np.int64), 10)) == 0
    with pytest.raises(KeyError):
        nearest_to(found, 1, found.indices, 3)
    with pytest.raises(KeyError):
        nearest_to(found, 0, np.array([1, 2]), 3)


def test_precision_is_a_share() -> None:
    found = features()
    labels = np.zeros(200, np.int64)
    labels[[3, 9]] = 1
    neighbours = nearest_to(found, 0, np.array([3, 6, 9, 12]), 4)
    assert precision_at(neighbours, labels, 1) == 0.5
    assert same_class(neighbours, labels, 1) == [index in (3, 9) for index in neighbours.indices]
    assert np.isnan(precision_at(nearest_to(found, 0, np.array([0]), 4), labels, 1))


@metrics
def test_means_are_those_of_asking_one_by_one(metric: Metric) -> None:
    count, k = 60, 9
    labels = RNG.integers(0, 4, count).astype(np.int64)
    values = (RNG.normal(size=(4, 8))[labels] + RNG.normal(size=(count, 8))).astype(np.float32)
    every = Features(np.arange(count), values, (), "none", True, 32, 0.0)
    precision, average, chance = np.zeros(k), [], []
    for query in range(count):
        ranked = nearest_to(every, query, np.arange(count), count, metric)
        same = labels[ranked.indices] == labels[query]
        precision += np.cumsum(same)[:k] / np.arange(1, k + 1) / count
        average.append(average_precision_score(same, -ranked.distances))
        chance.append(same.mean())
    found = evaluate(values, labels, np.arange(count), np.arange(count), k, metric)
    assert found.precision == pytest.approx(precision, abs=1e-5)
    assert found.mean_average_precision == pytest.approx(np.mean(average), abs=1e-5)
    assert found.chance == pytest.approx(np.mean(chance), abs=1e-5)
    assert (found.queries, found.candidates, found.sampled) == (count, count - 1, False)


def test_validation_pictures_ask_training_pictures_only() -> None:
    # two far groups of two classes; the validation picture of class 1 sits in the group of class 0
    values = np.array([[0.0], [0.1], [9.0], [9.1], [0.05]], np.float32)
    labels = np.array([0, 0, 1, 1, 1], np.int64)
    found = evaluate(values, labels, np.array([4]), np.arange(4), 4, Metric.EUCLIDEAN)
    assert found.candidates == 4
    assert found.precision == pytest.approx([0, 0, 1 / 3, 1 / 2])
    assert found.mean_average_precision == pytest.approx((1 / 3 + 1 / 2) / 2)


def test_a_class_that_nobody_else_has_counts_in_no_mean() -> None:
    values = np.array([[0.0], [0.1], [5.0]], np.float32)
    found = evaluate(values, np.array([0, 0, 1]), np.arange(3), np.arange(3), 2, Metric.EUCLIDEAN)
    assert found.mean_average_precision == 1
    assert found.precision == pytest.approx([1, 0.5])
    alone = evaluate(values, np.arange(3), np.arange(3), np.arange(3), 2)
    assert np.isnan(alone.mean_average_precision)
    assert np.isnan(alone.precision).all()


@pytest.mark.parametrize(("queries", "candidates"), [([], [0, 1]), ([0], [0]), ([0, 1], [])])
def test_nothing_to_ask_or_to_find_gives_no_numbers(queries: list[int], candidates: list[int]) -> None:
    values = np.eye(2, dtype=np.float32)
    found = evaluate(values, np.zeros(2, np.int64), np.array(queries, np.int64), np.array(candidates, np.int64), 5)
    assert np.isnan(found.mean_average_precision)
    assert len(found.precision) <= 2


def test_a_feature_vector_of_zeros_is_an_answer_too() -> None:
    values = np.zeros((4, 3), np.float32)
    every = Features(np.arange(4), values, (), "none", True, 32, 0.0)
    for metric in Metric:
        assert np.isfinite(nearest_to(every, 0, np.arange(4), 3, metric).distances).all()
        assert evaluate(values, np.zeros(4, np.int64), np.arange(4), np.arange(4), 3, metric).precision[0] == 1


def test_many_queries_are_sampled_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval, "MOST_QUERIES", 20)
    values = RNG.normal(size=(300, 4)).astype(np.float32)
    labels = RNG.integers(0, 2, 300).astype(np.int64)
    first, second = (evaluate(values, labels, np.arange(300), np.arange(300), 5) for _ in range(2))
    assert first.sampled
    assert first.queries == 20
    assert first.precision.tolist() == second.precision.tolist()
    monkeypatch.setattr(retrieval, "MOST_PAIRS", 3_000)
    assert evaluate(values, labels, np.arange(300), np.arange(300), 5).queries == 10


def test_raw_pixels_are_the_pictures() -> None:
    images = torch.randint(0, 256, (5, 3, 8, 8), dtype=torch.uint8)
    labels, names = np.zeros(5, np.int64), tuple("abcde")
    small = ImageSet("s", "d", images, labels, ("x",), labels, names, "")
    found = pixels(small, np.array([1, 3]))
    assert found.shape == (2, 192)
    assert found[1].reshape(3, 8, 8) * 255 == pytest.approx(images[3].numpy())
    large = ImageSet(
        "s", "d", images.repeat_interleave(10, 2).repeat_interleave(10, 3), labels, ("x",), labels, names, ""
    )
    assert pixels(large, np.arange(5)).shape == (5, 3 * 32 * 32)
    assert pixels(small, np.empty(0, np.int64)).shape[0] == 0


def test_both_parts_together_are_in_order() -> None:
    assert leave_one_out(np.array([1, 7]), np.array([0, 4])).tolist() == [0, 1, 4, 7]
