"""Proposals chosen anew, against the pass itself and against torchvision's own filter."""

from __future__ import annotations

import copy
import math
from typing import Any

import pytest
import torch
from torchvision.ops import box_iou

from core.detection import stages
from core.detection.detector import StagedDetector
from core.detection.inside import Inside
from core.detection.proposing.again import in_image, propose_again
from core.errors import UserError
from core.samples import SAMPLES
from tests.core.detection.test_inside import CLASSES
from tests.core.detection.test_stages import made_up

THRESHOLDS = (0.0, 0.05, 0.3, 0.7, 0.95, 1.0)


def torchvision_says(rpn: Any, inside: Inside, iou: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Boxes and objectness by `filter_proposals` of a copy whose threshold is another; the model is everybody's."""
    mine = copy.copy(rpn)
    mine.nms_thresh = iou
    decoded = mine.box_coder.decode(inside.rpn_deltas, [inside.anchors()])
    per_level = [level.end - level.begin for level in inside.levels]
    boxes, scores = mine.filter_proposals(
        decoded.view(1, -1, 4), inside.logits.view(-1, 1), [inside.network_size], per_level
    )
    return boxes[0], scores[0]


@pytest.mark.parametrize("name", SAMPLES)
def test_at_the_network_s_own_threshold_they_are_those_of_the_pass(
    name: str, detector: StagedDetector, insides: dict[str, Inside]
) -> None:
    inside, rpn = insides[name], detector.model.rpn
    for iou in (None, rpn.nms_thresh):
        found = propose_again(rpn, inside, iou)
        assert torch.equal(found.boxes, inside.candidates.proposals)
        assert torch.equal(found.objectness, inside.candidates.objectness)
        assert torch.equal(found.anchor_of, inside.anchor_of)
        assert found.entered == inside.candidates.pre_nms_proposals
        assert found.survived >= len(found)


def test_the_same_of_torchvision_s_builder() -> None:
    model, x, _ = made_up(0)
    inside = stages.look_inside(model, x, CLASSES)
    found = propose_again(model.rpn, inside)
    assert torch.equal(found.boxes, inside.candidates.proposals)
    assert torch.equal(found.objectness, inside.candidates.objectness)
    assert torch.equal(found.anchor_of, inside.anchor_of)


@pytest.mark.parametrize("iou", THRESHOLDS)
def test_at_any_threshold_they_are_those_of_torchvision_s_filter(
    iou: float, detector: StagedDetector, insides: dict[str, Inside]
) -> None:
    inside, rpn = insides["motorcycle"], detector.model.rpn
    found = propose_again(rpn, inside, iou)
    boxes, scores = torchvision_says(rpn, inside, iou)
    assert torch.equal(found.boxes, boxes)
    assert torch.equal(found.objectness, scores)
    assert rpn.nms_thresh == 0.7, "nobody wrote to the model"


def test_at_zero_no_two_of_a_level_overlap_and_at_one_all_stay(
    detector: StagedDetector, insides: dict[str, Inside]
) -> None:
    inside = insides["motorcycle"]
    few = propose_again(detector.model.rpn, inside, 0.0)
    levels = torch.tensor([inside.level_of(anchor).begin for anchor in few.anchor_of.tolist()])
    apart = levels[:, None] != levels[None]
    assert bool((apart | (box_iou(few.boxes, few.boxes) == 0) | torch.eye(len(few), dtype=torch.bool)).all())
    assert len(few) == few.survived < 100
    every = propose_again(detector.model.rpn, inside, 1.0)
    assert every.survived == every.entered == 1_800
    assert len(every) == detector.model.rpn.post_nms_top_n()


@pytest.mark.parametrize("iou", [-0.1, 1.1, math.nan, math.inf])
def test_no_threshold(iou: float, detector: StagedDetector, insides: dict[str, Inside]) -> None:
    with pytest.raises(UserError, match="from 0 to 1"):
        propose_again(detector.model.rpn, insides["cat"], iou)


def test_image_pixels(insides: dict[str, Inside]) -> None:
    inside = insides["cat"]
    height, width = inside.network_size
    whole = in_image(inside, torch.tensor([[0.0, 0.0, width, height]]))
    assert whole[0].tolist() == pytest.approx([0, 0, 451, 300])
