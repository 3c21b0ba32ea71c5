"""mAP under every NMS threshold: against the thresholds one by one, and the two conventions of a side's length."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from core.detection import StagedCandidates
from core.detection.scoring.average_precision import Interpolation, ap_by_class, map_by_iou, mean
from core.detection.scoring.drawn import NamedBox, fit
from core.detection.scoring.matching import match, overlaps
from core.detection.scoring.nms_curve import IOUS, evaluated, kept_under, nms_curve, ties
from tests.synthetic import candidates

FOUND = candidates(150, seed=4)
TRUTH = tuple(fit([(FOUND.names[index], FOUND.boxes[index].tolist())], (640, 480))[0][0] for index in range(0, 150, 15))


def test_each_point_is_what_its_threshold_gives() -> None:
    curve = nms_curve(FOUND, TRUTH, 0.2)
    assert curve.thresholds[0] == 0
    assert curve.thresholds[-1] == 1
    assert len(set(curve.half)) > 3
    for place in (0, 7, 10, 20):
        kept = FOUND.suppress(curve.thresholds[place], 0.2)
        assert curve.kept[place] == len(kept)
        assert kept_under(FOUND, curve.thresholds[place], 0.2).tolist() == kept.indices.tolist()
        measured = overlaps(evaluated(FOUND, kept.indices, TRUTH, "made"))
        assert curve.half[place] == mean(list(ap_by_class([match(measured, 0.5)], Interpolation.COCO_101).values()))
        assert curve.ten[place] == pytest.approx(mean(map_by_iou([measured], IOUS, Interpolation.COCO_101)))


def pair(*, score: float = 0.8) -> StagedCandidates:
    """Two boxes of 10 x 10 pixels, one 5 to the right of the other: IoU 1/3, and with + 1 66/176 = 3/8."""
    boxes = torch.tensor([[0.0, 0, 10, 10], [5, 0, 15, 10]])
    made = candidates(2)
    one = torch.ones(2, dtype=torch.int64)
    return replace(made, boxes=boxes, network_boxes=boxes, scores=torch.tensor([0.9, score]), labels=one)


@pytest.mark.parametrize(
    ("iou", "inclusive", "kept"), [(0.35, False, 2), (0.35, True, 1), (0.38, True, 2), (0.3, False, 1)]
)
def test_one_pixel_more_makes_small_boxes_overlap_more(iou: float, inclusive: bool, kept: int) -> None:
    found = pair()
    assert len(kept_under(found, iou, 0.1, inclusive=inclusive)) == kept


def test_matching_has_the_same_pixel_more() -> None:
    found = pair()
    boxes = (NamedBox(found.classes[1], (5, 0, 15, 10)),)
    for inclusive, expected in ((False, 1 / 3), (True, 3 / 8)):
        image = evaluated(found, torch.tensor([0]), boxes, "made", inclusive=inclusive)
        assert overlaps(image).ious[0, 0] == pytest.approx(expected)


def test_ties_are_counted_within_a_class() -> None:
    assert ties(FOUND, 0.1).candidates == 0
    assert ties(FOUND, 0.1).first is None
    tied = ties(pair(score=0.9), 0.1)
    assert (tied.candidates, tied.first) == (2, ("class 1", pytest.approx(0.9)))
    assert ties(pair(score=0.9), 0.95).candidates == 0


def test_without_ground_truth_there_is_no_curve() -> None:
    curve = nms_curve(FOUND, (), 0.2)
    assert all(value != value for value in (*curve.half, *curve.ten))
