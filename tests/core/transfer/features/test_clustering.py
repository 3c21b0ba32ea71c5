"""k-means finds what is there; agreement is counted as books count it."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from core.errors import UserError
from core.transfer.features.clustering import agreement, cluster, prepared, sample, silhouettes
from core.transfer.features.retrieval import Metric

RNG = np.random.default_rng(0)


def blobs(sizes: tuple[int, ...] = (5, 20, 12), width: int = 6) -> tuple[np.ndarray, np.ndarray]:
    labels = np.repeat(np.arange(len(sizes)), sizes)
    return (np.eye(len(sizes), width)[labels] * 10 + RNG.normal(size=(len(labels), width)) * 0.3).astype(
        np.float32
    ), labels


@pytest.mark.parametrize("metric", list(Metric))
def test_three_groups_are_found_the_largest_first(metric: Metric) -> None:
    values, labels = blobs()
    before = values.copy()
    found = cluster(values, 3, metric)
    assert found.sizes.tolist() == [20, 12, 5]
    assert (found.assignment[labels == 1] == 0).all()
    assert (found.assignment[labels == 2] == 1).all()
    points = prepared(values, metric)
    for number in range(3):
        inside = points[found.assignment == number]
        assert found.centres[number] == pytest.approx(inside.mean(0), abs=1e-4)
    distances = np.linalg.norm(points - found.centres[found.assignment], axis=1)
    assert found.distances == pytest.approx(distances, abs=1e-5)
    assert found.inertia == pytest.approx(float((distances**2).sum()), rel=1e-3)
    assert np.array_equal(values, before)


def test_members_come_nearest_to_the_centre_first() -> None:
    values, _ = blobs()
    found = cluster(values, 3)
    members = found.members(0)
    assert len(members) == 20
    assert (np.diff(found.distances[members]) >= 0).all()
    assert sorted(np.concatenate([found.members(number) for number in range(3)]).tolist()) == list(range(37))


def test_the_same_seed_gives_the_same_clusters() -> None:
    values = RNG.normal(size=(50, 5)).astype(np.float32)
    first, second = cluster(values, 4), cluster(values, 4)
    assert first.assignment.tolist() == second.assignment.tolist()


def test_length_one_makes_euclid_and_cosine_agree() -> None:
    values = RNG.normal(size=(9, 5)).astype(np.float32)
    points = prepared(values, Metric.COSINE)
    cosine = 1 - points @ points.T
    squared = ((points[:, None] - points[None]) ** 2).sum(-1)
    assert squared / 2 == pytest.approx(cosine, abs=1e-6)
    assert prepared(values, Metric.EUCLIDEAN) is values


@pytest.mark.parametrize(
    ("values", "k"), [(np.zeros((5, 3)), 2), (np.eye(3), 4), (np.eye(3), 0), (np.zeros((0, 3)), 1)]
)
def test_more_clusters_than_pictures_that_differ_is_a_sentence(values: np.ndarray, k: int) -> None:
    with pytest.raises(UserError, match="take fewer clusters"):
        cluster(values.astype(np.float32), k)


def test_as_many_clusters_as_pictures() -> None:
    found = cluster(np.eye(4, dtype=np.float32), 4)
    assert found.sizes.tolist() == [1, 1, 1, 1]
    assert found.inertia == pytest.approx(0, abs=1e-9)


def test_agreement_by_hand() -> None:
    assignment = np.array([0, 0, 0, 1, 1, 2])
    labels = np.array([1, 1, 0, 0, 0, 1])
    found = agreement(assignment, labels, 3, 2)
    assert found.table.tolist() == [[1, 2], [2, 0], [0, 1]]
    assert found.purity == pytest.approx(5 / 6)
    assert found.accuracy == pytest.approx(4 / 6)
    assert found.match.tolist() == [1, 0, -1]
    assert found.commonest.tolist() == [1, 0, 1]


def test_perfect_and_chance() -> None:
    labels = np.repeat([0, 1, 2], 30)
    perfect = agreement((labels + 1) % 3, labels, 3, 3)
    assert (perfect.rand, perfect.purity, perfect.accuracy) == (1, 1, 1)
    assert perfect.information == pytest.approx(1)
    guessed = agreement(RNG.permutation(labels), labels, 3, 3)
    assert abs(guessed.rand) < 0.1
    one = agreement(np.zeros(90, np.int64), labels, 1, 3)
    assert one.rand == 0
    assert one.accuracy == pytest.approx(1 / 3)


def test_the_matching_is_the_best_of_all() -> None:
    for _ in range(20):
        assignment, labels = RNG.integers(0, 4, 30), RNG.integers(0, 4, 30)
        found = agreement(assignment, labels, 4, 4)
        best = max(sum(found.table[row, way[row]] for row in range(4)) for way in permutations(range(4)))
        assert found.accuracy == pytest.approx(best / 30)


def test_more_classes_than_clusters() -> None:
    found = agreement(np.array([0, 1, 0]), np.array([0, 5, 3]), 2, 6)
    assert found.accuracy == pytest.approx(2 / 3)


def test_the_silhouette_is_highest_at_the_true_number() -> None:
    values, _ = blobs((15, 15, 15, 15), 8)
    found = silhouettes(values, range(1, 8))
    assert [k for k, _ in found] == list(range(2, 8))
    assert max(found, key=lambda point: point[1])[0] == 4
    assert silhouettes(values[:2], range(2, 5)) == ()
    assert silhouettes(np.zeros((9, 3), np.float32), range(2, 5)) == ()


def test_a_sample_is_some_of_them_always_the_same() -> None:
    indices = np.arange(0, 300, 3)
    assert sample(indices, 100) is indices
    some = sample(indices, 10)
    assert len(some) == len(set(some.tolist())) == 10
    assert set(some.tolist()) <= set(indices.tolist())
    assert (np.diff(some) > 0).all()
    assert some.tolist() == sample(indices, 10).tolist()
