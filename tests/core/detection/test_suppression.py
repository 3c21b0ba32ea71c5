"""Greedy NMS against a version written straight from its definition, and the record it keeps."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.ops import batched_nms, box_iou, nms

from core.detection import Candidates, NmsStatus
from core.detection.rounds import rounds
from core.detection.sweep import count_kept
from core.errors import UserError
from tests.examples import examples
from tests.synthetic import candidates as synthetic

ONE = torch.tensor([1])


def naive(candidates: Candidates, iou: float, score: float, *, class_aware: bool) -> dict[int, int]:
    """Candidate -> its suppressor (itself if kept), for those above the score: the definition, one pair at a time."""
    overlaps = box_iou(candidates.network_boxes.double(), candidates.network_boxes.double())
    suppressor: dict[int, int] = {}
    for index in candidates.scores.argsort(descending=True).tolist():
        if candidates.scores[index] <= score:
            continue
        suppressor[index] = index
        for other, own in suppressor.items():
            same = not class_aware or candidates.labels[other] == candidates.labels[index]
            if other != index and own == other and same and overlaps[other, index] > iou:
                suppressor[index] = other
                break
    return suppressor


@examples(60, fixed=False)
@given(
    count=st.integers(0, 80),
    seed=st.integers(0, 10_000),
    iou=st.integers(0, 100).map(lambda percent: percent / 100),
    score=st.sampled_from([0.0, 0.02, 0.2, 0.5, 0.9]),
    class_aware=st.booleans(),
)
def test_equals_the_definition(count: int, seed: int, iou: float, score: float, class_aware: bool) -> None:
    candidates = synthetic(count, seed=seed, classes=3)
    result = candidates.suppress(iou, score, class_aware=class_aware, limit=1000)
    expected = naive(candidates, iou, score, class_aware=class_aware)
    assert set(result.indices.tolist()) == {index for index, suppressor in expected.items() if index == suppressor}
    for index, status in enumerate(result.statuses):
        if index not in expected:
            assert status is NmsStatus.BELOW_SCORE
        elif expected[index] == index:
            assert status is NmsStatus.KEPT
            assert int(result.suppressed_by[index]) == -1
            assert math.isnan(result.suppressed_iou[index])
        else:
            assert status is NmsStatus.SUPPRESSED
            assert int(result.suppressed_by[index]) == expected[index]
            assert float(result.suppressed_iou[index]) > iou


@examples(40, fixed=False)
@given(
    count=st.integers(1, 300),
    seed=st.integers(0, 10_000),
    iou=st.floats(0, 1),
    score=st.floats(0, 1),
    class_aware=st.booleans(),
    limit=st.integers(0, 20),
)
def test_equals_torchvision_and_accounts_for_every_candidate(
    count: int, seed: int, iou: float, score: float, class_aware: bool, limit: int
) -> None:
    candidates = synthetic(count, seed=seed)
    result = candidates.suppress(iou, score, class_aware=class_aware, limit=limit)
    above = (candidates.scores > score).nonzero().squeeze(1)
    boxes, scores, labels = candidates.network_boxes[above], candidates.scores[above], candidates.labels[above]
    kept = batched_nms(boxes, scores, labels, iou) if class_aware else nms(boxes, scores, iou)
    assert torch.equal(result.indices, above[kept][:limit])
    assert len(result.statuses) == len(candidates) == len(result.suppressed_by) == len(result.suppressed_iou)
    assert sum(result.count(status) for status in NmsStatus) == len(candidates)
    assert result.count(NmsStatus.KEPT) == len(result) <= limit
    assert result.count(NmsStatus.OVER_LIMIT) == max(len(kept) - limit, 0)
    assert bool((result.scores.diff() <= 0).all())
    winners = set(above[kept].tolist())
    for index, status in enumerate(result.statuses):
        assert (status is NmsStatus.SUPPRESSED) == (int(result.suppressed_by[index]) >= 0)
        if status is NmsStatus.SUPPRESSED:
            assert int(result.suppressed_by[index]) in winners
            assert candidates.scores[result.suppressed_by[index]] > candidates.scores[index]


def test_above_a_thousand_boxes_too() -> None:
    """There torchvision goes over to one NMS a class; the record must not care."""
    candidates = synthetic(3000, seed=3)
    result = candidates.suppress(0.5, 0.02, limit=10_000)
    kept = batched_nms(candidates.network_boxes, candidates.scores, candidates.labels, 0.5)
    assert torch.equal(result.indices, kept)
    assert bool((result.suppressed_iou[result.suppressed_by >= 0] > 0.5).all())


def test_golden_example() -> None:
    """Three boxes of one class in a row, each overlapping the next by a third: the middle one goes."""
    boxes = torch.tensor([[0.0, 0, 10, 10], [5, 0, 15, 10], [10, 0, 20, 10]])
    candidates = replace(
        synthetic(3, classes=1),
        boxes=boxes,
        network_boxes=boxes,
        scores=torch.tensor([0.9, 0.8, 0.7]),
        labels=ONE.repeat(3),
    )
    result = candidates.suppress(0.3, 0.1)
    assert result.indices.tolist() == [0, 2]
    assert result.statuses == (NmsStatus.KEPT, NmsStatus.SUPPRESSED, NmsStatus.KEPT)
    assert result.suppressed_by.tolist() == [-1, 0, -1]
    assert float(result.suppressed_iou[1]) == pytest.approx(1 / 3)
    assert len(candidates.suppress(1 / 3 + 1e-6, 0.1)) == 3
    assert candidates.suppress(0.3, 0.8).indices.tolist() == [0], "0.8 is not above 0.8"


def test_a_higher_threshold_may_keep_fewer_boxes() -> None:
    """Greedy NMS is not monotone: a box that a lower threshold drops may at a higher one drop two others."""
    # IoU: A and B .48, B and C .60, B and D .60, all other pairs below .34
    boxes = torch.tensor([[15.0, 50, 115, 150], [50, 50, 150, 150], [50, 25, 150, 125], [50, 75, 150, 175]])
    candidates = replace(
        synthetic(4, classes=1),
        boxes=boxes,
        network_boxes=boxes,
        scores=torch.tensor([0.9, 0.8, 0.7, 0.6]),
        labels=ONE.repeat(4),
    )
    assert candidates.suppress(0.45, 0.1).indices.tolist() == [0, 2, 3]
    assert candidates.suppress(0.52, 0.1).indices.tolist() == [0, 1]


def test_classes_filter_after_nms() -> None:
    boxes = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 9]])
    candidates = replace(
        synthetic(2, classes=2),
        boxes=boxes,
        network_boxes=boxes,
        scores=torch.tensor([0.9, 0.8]),
        labels=torch.tensor([1, 2]),
    )
    aware = candidates.suppress(0.5, 0.1, classes=["class 2"])
    assert aware.labels == ("class 2",)
    assert aware.statuses == (NmsStatus.OTHER_CLASS, NmsStatus.KEPT)
    agnostic = candidates.suppress(0.5, 0.1, class_aware=False, classes=["class 2"])
    assert agnostic.statuses == (NmsStatus.OTHER_CLASS, NmsStatus.SUPPRESSED), "an unshown class still suppresses"
    assert len(agnostic) == 0


def test_the_limit_counts_what_is_asked_for() -> None:
    candidates = synthetic(60, seed=1, classes=2)
    everything = candidates.suppress(0.5, 0.02, classes=["class 2"], limit=100)
    three = candidates.suppress(0.5, 0.02, classes=["class 2"], limit=3)
    assert three.indices.tolist() == everything.indices.tolist()[:3]
    assert three.count(NmsStatus.OVER_LIMIT) == len(everything) - 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"iou": -0.1}, "NMS threshold"),
        ({"iou": 1.1}, "NMS threshold"),
        ({"iou": math.nan}, "NMS threshold"),
        ({"score": math.inf}, "score threshold"),
        ({"score": -1}, "score threshold"),
        ({"limit": -1}, "cannot be negative"),
        ({"classes": ["unicorn"]}, "unicorn"),
        ({"classes": ["__background__"]}, "__background__"),
    ],
)
def test_refuses_nonsense_with_a_sentence(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(UserError, match=words):
        synthetic(5).suppress(**arguments)  # type: ignore[arg-type]


def test_no_candidates_is_no_error() -> None:
    candidates = synthetic(0)
    result = candidates.suppress(0.5, 0.5)
    assert len(result) == 0
    assert result.boxes.shape == (0, 4)
    assert len(rounds(candidates, result)) == 1


def test_the_lecture_on_the_motorcycle(found: dict[str, Candidates]) -> None:
    """What the page promises: few boxes at 0.5, many at 0.95."""
    candidates = found["motorcycle"]
    at = {iou: len(candidates.suppress(iou, 0.3)) for iou in (0.3, 0.5, 0.8, 0.95)}
    assert at == {0.3: 5, 0.5: 5, 0.8: 7, 0.95: 12}


def test_the_lecture_on_the_coffee(found: dict[str, Candidates]) -> None:
    """What the page opens with: one box each at 0.5, and with every step of the slider more."""
    candidates = found["coffee"]
    at = {iou: len(candidates.suppress(iou, 0.3)) for iou in (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)}
    assert at == {0.3: 2, 0.5: 2, 0.6: 3, 0.7: 5, 0.8: 6, 0.9: 9, 1.0: 10}


def test_a_suppressor_is_never_weaker_than_what_it_suppressed() -> None:
    """With thresholds that an IoU hits exactly, where NMS on shifted boxes rounds to the other side now and then."""
    for seed in range(12):
        candidates = synthetic(60, seed=seed, classes=3)
        overlaps = box_iou(candidates.network_boxes, candidates.network_boxes)
        for iou in overlaps[overlaps > 0.2].unique()[::40].clamp(max=1).tolist():
            result = candidates.suppress(iou, 0.02)
            lost = result.suppressed_by >= 0
            assert bool((candidates.scores[result.suppressed_by[lost]] > candidates.scores[lost]).all())


def test_counting_alone_gives_the_same_number() -> None:
    for seed, iou, aware, classes, limit in (
        (1, 0.3, True, None, 100),
        (2, 0.7, False, ["class 2"], 100),
        (3, 1, True, [], 9),
    ):
        candidates = synthetic(90, seed=seed)
        options = {"class_aware": aware, "classes": classes, "limit": limit}
        assert count_kept(candidates, iou, 0.3, **options) == len(candidates.suppress(iou, 0.3, **options))
