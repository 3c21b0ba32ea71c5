"""Recall and average recall against a computation that follows their definitions word by word."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.detection.proposing.recall import Hits, hits
from core.errors import UserError
from tests.examples import examples

Box = tuple[float, float, float, float]
PLACE, SIDE = st.integers(0, 60), st.integers(1, 60)
BOX = st.tuples(PLACE, PLACE, SIDE, SIDE).map(
    lambda box: (float(box[0]), float(box[1]), float(box[0] + box[2]), float(box[1] + box[3]))
)
SOME = st.lists(BOX, min_size=1, max_size=6)


def overlap(a: Box, b: Box) -> float:
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def closest(objects: list[Box], proposals: list[Box]) -> list[float]:
    return [max(overlap(one, other) for other in proposals) for one in objects]


def held(objects: list[Box], proposals: list[Box], threshold: float) -> Hits:
    return hits(torch.tensor(objects, dtype=torch.float64), torch.tensor(proposals, dtype=torch.float64), threshold)


@given(SOME, SOME, st.sampled_from([0.0, 0.25, 0.5, 0.7, 1.0]))
@examples(200)
def test_equal_to_brute_force(objects: list[Box], proposals: list[Box], threshold: float) -> None:
    found = held(objects, proposals, threshold)
    recall, average = found.recall().tolist(), found.average_recall().tolist()
    for count in range(1, len(proposals) + 1):
        best = closest(objects, proposals[:count])
        # an IoU that is the threshold but for its last digit may fall on either side
        if all(abs(iou - threshold) > 1e-9 or iou == threshold for iou in best):
            assert recall[count - 1] == pytest.approx(sum(iou >= threshold for iou in best) / len(objects))
            assert found.hit_by(count) == sum(iou >= threshold for iou in best)
        steps = 2_000  # the integral of the definition, by the rule of the midpoint
        middles = [0.5 + (step + 0.5) / (2 * steps) for step in range(steps)]
        integral = sum(sum(iou >= o for iou in best) / len(best) for o in middles) / steps
        assert average[count - 1] == pytest.approx(integral, abs=2e-3)
    hitting = [any(overlap(one, other) >= threshold for one in objects) for other in proposals]
    assert found.hitting(len(proposals)) == sum(hitting)


@given(SOME, SOME, st.floats(0, 1))
@examples(100)
def test_more_proposals_never_hit_less_and_a_higher_threshold_never_more(
    objects: list[Box], proposals: list[Box], threshold: float
) -> None:
    found = held(objects, proposals, threshold)
    for curve in (found.recall(), found.average_recall()):
        assert bool((curve.diff() >= 0).all())
        assert bool(((curve >= 0) & (curve <= 1)).all())
    stricter = held(objects, proposals, min(1.0, threshold + 0.2))
    assert bool((stricter.recall() <= found.recall()).all())


def test_an_object_counts_by_its_best_proposal() -> None:
    found = held([(0, 0, 10, 10), (20, 0, 30, 10)], [(0, 0, 10, 5), (20, 0, 30, 10), (0, 0, 10, 10)], 0.6)
    assert found.first_hit() == (2, 1)
    assert found.recall().tolist() == [0, 0.5, 1]
    assert found.average_recall().tolist() == [0, 0.5, 1]
    assert found.hitting(2) == 1
    which, ious = found.nearest()
    assert which.tolist() == [0, 1, 0]
    assert ious.tolist() == [0.5, 1, 1]


def test_at_threshold_zero_anything_hits_and_at_one_only_the_box_itself() -> None:
    objects: list[Box] = [(0, 0, 10, 10)]
    assert held(objects, [(90, 90, 99, 99)], 0).hit_by(1) == 1
    assert held(objects, [(0, 0, 10, 9.99)], 1).hit_by(1) == 0
    assert held(objects, [(0, 0, 10, 10)], 1).hit_by(1) == 1


def test_without_objects_or_proposals_nothing_is_hit() -> None:
    none = torch.zeros(0, 4)
    alone = hits(none, torch.tensor([[0.0, 0, 1, 1]]), 0.5)
    assert (alone.objects, alone.proposals, alone.hit_by(1), alone.hitting(1)) == (0, 1, 0, 0)
    assert all(math.isnan(value) for value in alone.recall().tolist())
    assert alone.nearest()[0].tolist() == [-1]
    empty = hits(torch.tensor([[0.0, 0, 1, 1]]), none, 0.5)
    assert empty.first_hit() == (None,)
    assert empty.recall().tolist() == []


@pytest.mark.parametrize("threshold", [-0.1, 1.1, math.nan])
def test_no_threshold(threshold: float) -> None:
    with pytest.raises(UserError, match="from 0 to 1"):
        held([(0, 0, 1, 1)], [(0, 0, 1, 1)], threshold)
