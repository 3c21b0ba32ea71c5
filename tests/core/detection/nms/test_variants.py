"""Soft-NMS and fusion by the library, held against their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from ensemble_boxes import soft_nms, weighted_boxes_fusion
from torchvision.ops import batched_nms, box_iou

from core.detection.nms.examples import EXAMPLES, Name, made_up
from core.detection.nms.part import taking_part
from core.detection.nms.variants import fuse, variants
from core.detection.results import Candidates
from core.errors import UserError
from tests.synthetic import candidates


def defined(part: Candidates, iou: float, sigma: float, *, gaussian: bool) -> list[float]:
    """Soft-NMS as the paper's figure 2 writes it, one class at a time."""
    overlaps = box_iou(part.network_boxes.double(), part.network_boxes.double())
    left = part.scores.double().tolist()
    for label in set(part.labels.tolist()):
        waiting = {box for box in range(len(part)) if part.labels[box] == label}
        while waiting:
            best = max(waiting, key=lambda box: left[box])
            waiting.remove(best)
            for box in waiting:
                overlap = float(overlaps[best, box])
                if gaussian:
                    left[box] *= math.exp(-(overlap**2) / sigma)
                elif overlap > iou:
                    left[box] *= 1 - overlap
    return left


@pytest.mark.parametrize(("count", "seed", "iou", "sigma"), [(1, 0, 0.5, 0.5), (40, 1, 0.3, 0.5), (60, 2, 0.6, 0.1)])
def test_soft_nms_is_as_defined(count: int, seed: int, iou: float, sigma: float) -> None:
    part = taking_part(candidates(count, seed=seed, classes=3), 0.0)
    found = variants(part, iou, 0.2, sigma)
    for soft, gaussian in ((found.linear, False), (found.gaussian, True)):
        assert soft.scores == pytest.approx(defined(part, iou, sigma, gaussian=gaussian), rel=1e-5)
        assert all(after <= before + 1e-7 for after, before in zip(soft.scores, part.scores.tolist(), strict=True))
        assert list(soft.kept) == sorted(
            (box for box in range(len(part)) if soft.scores[box] > 0.2), key=lambda box: -soft.scores[box]
        )


def test_what_the_library_hands_over_are_scores_from_before() -> None:
    """Why its inner function is called: if this changes, the outer one will do."""
    boxes, scores = np.array([[0, 0, 0.5, 0.5], [0, 0, 0.5, 0.45]]), np.array([0.9, 0.8])
    _, handed, _ = soft_nms([boxes], [scores], [np.zeros(2)], method=2, sigma=0.5, iou_thr=0.5, thresh=0.0)
    assert sorted(handed) == [0.8, 0.9]


@pytest.mark.parametrize(
    ("count", "seed", "iou"), [(0, 0, 0.5), (1, 0, 0.5), (50, 3, 0.0), (120, 4, 0.55), (50, 5, 1.0)]
)
def test_fusion_is_the_librarys(count: int, seed: int, iou: float) -> None:
    part = taking_part(candidates(count, seed=seed, classes=2), 0.0)
    fused = fuse(part, iou)
    height, width = part.network_size
    normal = (part.network_boxes.double() / torch.tensor([width, height, width, height])).clamp(0, 1).tolist()
    boxes, scores, labels = weighted_boxes_fusion([normal], [part.scores.tolist()], [part.labels.tolist()], iou_thr=iou)
    assert [one.score for one in fused] == pytest.approx(scores.tolist(), rel=1e-5)
    rows, columns = part.image_size
    mine = [(*(np.array(one.box) / (columns, rows, columns, rows)).tolist(), one.label) for one in fused]
    theirs = [(*box.tolist(), part.classes[int(label)]) for box, label in zip(boxes, labels, strict=True)]
    for one, other in zip(mine, theirs, strict=True):
        assert one[:4] == pytest.approx(other[:4], abs=1e-5)
        assert one[4] == other[4]
    members = sorted(box for one in fused for box in one.members)
    assert members == list(range(len(part))), "each box is in one"
    for one in fused:
        assert one.score == pytest.approx(float(part.scores[list(one.members)].mean()), rel=1e-5)


def test_greedy_is_torchvisions() -> None:
    part = taking_part(candidates(80, seed=6), 0.0)
    kept = batched_nms(part.network_boxes, part.scores, part.labels, 0.5)
    assert torch.equal(variants(part, 0.5, 0.02, 0.5).greedy.indices, kept)


def test_soft_nms_lowers_more_than_once() -> None:
    """Box 2 loses to box 1, what is left of it to box 3, and what is left of that to box 4."""
    part = EXAMPLES[Name.NOT_MONOTONE].candidates
    assert part is not None
    found = variants(part, 0.45, 0.3, 0.5)
    assert found.greedy.indices.tolist() == [0, 2, 3]
    assert found.linear.kept == (0, 2, 3)
    left = 0.85 * math.prod(1 - float(box_iou(part.boxes[1:2], part.boxes[[by]])) for by in (0, 2, 3))
    assert found.linear.scores[1] == pytest.approx(left, rel=1e-5)
    assert [one.members for one in found.fused] == [(0, 1, 3), (2,)]


@pytest.mark.parametrize("sigma", [0.0, -1.0, float("nan")])
def test_a_sigma_that_is_none(sigma: float) -> None:
    with pytest.raises(UserError, match="greater than 0"):
        variants(taking_part(candidates(3), 0.0), 0.5, 0.1, sigma)


def test_no_box_and_the_same_box_twice() -> None:
    none = variants(taking_part(candidates(0), 0.0), 0.5, 0.3, 0.5)
    assert none.linear.kept == none.gaussian.kept == none.fused == ()
    twice = made_up([("a", 0.9, (0, 0, 8, 8)), ("a", 0.9, (0, 0, 8, 8))], (10, 10))
    found = variants(twice, 0.5, 0.3, 0.5)
    assert found.linear.scores == pytest.approx((0.9, 0.0), abs=1e-6)
    assert [one.members for one in found.fused] == [(0, 1)]
