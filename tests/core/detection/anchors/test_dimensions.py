"""k-means on 1 - IoU: it never gets worse, finds what is there, and asks for no more clusters than boxes differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from torchvision.ops import box_iou

from core.detection.anchors.dimensions import Array, Update, best_iou, centred_iou, cluster
from core.detection.anchors.reference import around_zero
from core.errors import UserError
from tests.examples import examples

SIDES = st.tuples(st.floats(0.5, 2000), st.floats(0.5, 2000))


def boxes(count: int = 60) -> Array:
    """Three kinds, 20 of each."""
    random = np.random.default_rng(1)
    kinds = np.repeat([(20.0, 60.0), (100.0, 100.0), (300.0, 80.0)], count // 3, axis=0)
    return np.asarray(kinds * random.uniform(0.95, 1.05, kinds.shape))


@given(st.lists(SIDES, min_size=1, max_size=8), st.lists(SIDES, min_size=1, max_size=4))
def test_iou_is_torchvisions_of_boxes_with_one_centre(
    some: list[tuple[float, float]], others: list[tuple[float, float]]
) -> None:
    theirs = box_iou(around_zero(some).double(), around_zero(others).double()).numpy()
    np.testing.assert_allclose(centred_iou(np.array(some), np.array(others)), theirs, atol=1e-5)


@examples(60)
@given(st.lists(SIDES, min_size=1, max_size=30), st.integers(1, 12), st.integers(0, 99), st.sampled_from(list(Update)))
def test_the_objective_never_rises(some: list[tuple[float, float]], k: int, seed: int, update: Update) -> None:
    found = cluster(np.array(some), k, seed, update, restarts=2)
    assert list(found.objective) == sorted(found.objective, reverse=True)
    assert found.objective[-1] == pytest.approx(1 - best_iou(np.array(some), found.centroids).mean())
    assert len(found.centroids) == min(k, len(set(some)))


@pytest.mark.parametrize("update", Update)
def test_three_kinds_are_found(update: Update) -> None:
    found = cluster(boxes(), 3, update=update)
    np.testing.assert_allclose(found.centroids, [(20, 60), (100, 100), (300, 80)], rtol=0.03)
    assert np.bincount(found.of).tolist() == [20, 20, 20]
    assert found.mean_iou > 0.9


def test_the_same_seed_gives_the_same() -> None:
    first, second, other = (cluster(boxes(), 4, seed) for seed in (3, 3, 4))
    assert (first.centroids == second.centroids).all()
    assert other.centroids.shape == first.centroids.shape


def test_one_centroid_is_not_pulled_by_large_boxes() -> None:
    """Of nine small boxes and a large one the Euclidean mean would lie where no box is like it."""
    some = np.array([(10.0, 10.0)] * 9 + [(1000.0, 1000.0)])
    found = cluster(some, 1)
    np.testing.assert_allclose(found.centroids, [(10, 10)])


def test_as_many_centroids_as_boxes_fit_exactly() -> None:
    some = np.array([(10.0, 20.0), (30.0, 30.0), (30.0, 30.0), (200.0, 50.0)])
    found = cluster(some, 12)
    assert len(found.centroids) == 3
    assert found.mean_iou == pytest.approx(1)


@pytest.mark.parametrize(("some", "says"), [(np.empty((0, 2)), "no boxes"), (np.array([(5.0, 0.0)]), "without area")])
def test_nothing_to_cluster(some: Array, says: str) -> None:
    with pytest.raises(UserError, match=says):
        cluster(some, 2)
