"""The three pyramids on one row: who answers, that it is so, and costs against hand arithmetic."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from PIL import Image
from torch.utils.flop_counter import FlopCounterMode
from torchvision.ops import box_iou

from core.detection.detector import StagedDetector
from core.detection.inside import Inside
from core.detection.scale import costs, filter_pyramid, image_pyramid, reference_boxes
from core.detection.scale.result import LEAST_IOU, Approach, Pyramid
from core.detection.scale.row import Row
from core.detection.scale.windows import maps_inside, maps_of, score
from core.jobs import Cancelled
from core.models.cost import count, macs
from tests.core.detection.scale.made import SIDE, row_of_sample
from tests.core.detection.test_stages import made_up

HEAD = 91 * 49 * 512 + 512 * 81 + 512 * 4 * 81
"""Multiply-adds of a region: the linear layers of the bundled head but its second, added below."""


@pytest.fixture(scope="module")
def row(photographs: dict[str, Image.Image]) -> Row:
    return row_of_sample(photographs["coffee"])


@pytest.fixture(scope="module")
def inside(detector: StagedDetector, row: Row) -> Inside:
    return detector.inside(row.at(1.0), short_side=SIDE)


@pytest.fixture(scope="module")
def label(detector: StagedDetector) -> int:
    return detector.spec.classes.index("cup")


@pytest.fixture(scope="module")
def filters(detector: StagedDetector, row: Row, inside: Inside, label: int) -> Pyramid:
    maps = maps_inside(inside)
    assert maps is not None
    return filter_pyramid.run(detector.model, row, maps, label)


@pytest.fixture(scope="module")
def images(detector: StagedDetector, row: Row, label: int) -> Pyramid:
    return image_pyramid.run(detector.model, row, label, 1)


def test_each_copy_is_answered_by_the_rung_of_its_size(images: Pyramid, filters: Pyramid, row: Row) -> None:
    for copy in range(4):
        by_image, by_filter = images.answers[copy], filters.answers[copy]
        assert by_image is not None
        assert by_filter is not None
        assert by_image.rung == image_pyramid.level_for(row, copy) == copy
        assert by_filter.rung == copy
    assert images.answered(0.3) == 4, "the smallest cup is recognised enlarged"
    assert filters.answered(0.3) < 4, "and not as it is"
    assert images.answered(0.0) == 4
    assert images.answered(1.0) == 0


def test_an_answer_can_be_scored_again(detector: StagedDetector, filters: Pyramid, row: Row, label: int) -> None:
    maps = maps_of(detector.model, row.at(1.0))
    for copy, answer in zip(row.boxes, filters.answers, strict=True):
        assert answer is not None
        box = torch.tensor([answer.box])
        assert float(score(detector.model, maps, box, label)[0]) == pytest.approx(answer.score, abs=1e-4)
        assert float(box_iou(copy[None], box)) == pytest.approx(answer.iou, abs=1e-5)
        assert answer.final == answer.box


def test_reference_boxes_name_the_anchor_of_the_best_box(
    detector: StagedDetector, row: Row, inside: Inside, label: int
) -> None:
    found = reference_boxes.run(detector.model, row, inside, label)
    candidates, anchors = inside.candidates, inside.anchors()
    assert found.approach is Approach.BOXES
    for copy, answer in zip(row.boxes, found.answers, strict=True):
        assert answer is not None
        matching = [
            (float(candidates.scores[number]), number)
            for number in range(len(candidates))
            if int(candidates.labels[number]) == label
            and float(box_iou(copy[None], candidates.network_boxes[number][None])) >= LEAST_IOU
        ]
        if not matching:
            assert answer.score == 0
            continue
        best, number = max(matching)
        anchor = int(inside.anchor_of[candidates.sources[number]])
        assert answer.score == pytest.approx(best)
        assert answer.box == pytest.approx(tuple(anchors[anchor].tolist()))
        assert answer.final == pytest.approx(tuple(candidates.network_boxes[number].tolist()))
        assert inside.levels[answer.rung] is inside.level_of(anchor)
        assert answer.final_iou > answer.iou


def test_without_a_box_of_the_class_the_anchor_of_highest_objectness(
    detector: StagedDetector, row: Row, inside: Inside
) -> None:
    zebra = detector.spec.classes.index("zebra")
    found = reference_boxes.run(detector.model, row, inside, zebra)
    anchors = inside.anchors()
    for copy, answer in zip(row.boxes, found.answers, strict=True):
        near = box_iou(copy[None], anchors)[0] >= LEAST_IOU
        if answer is None:
            assert not near.any()
            continue
        assert answer.score == 0
        assert answer.iou >= LEAST_IOU
        best = inside.logits[near].max()
        assert torch.equal(anchors[(inside.logits == best) & near][0], torch.tensor(answer.box))


def test_a_pyramid_of_one_map_reads_the_finest(
    detector: StagedDetector, row: Row, inside: Inside, label: int, filters: Pyramid
) -> None:
    maps = maps_inside(inside)
    assert maps is not None
    alone = filter_pyramid.run(detector.model, row, maps, label, one_map=True)
    assert {rung.level for rung in alone.rungs} == {0}
    assert len({rung.level for rung in filters.rungs}) > 1
    assert alone.answered(0.3) <= filters.answered(0.3)


def test_costs_by_hand(detector: StagedDetector, row: Row, inside: Inside, label: int, filters: Pyramid) -> None:
    head = HEAD + 512 * 512
    assert costs.region_head(detector.model) == head
    backbone = costs.backbone(detector.model, inside.padded_size)
    cells = sum(math.prod(level.shape) for level in inside.levels)
    proposals = cells * (91 * 91 * 9 + 91 * 6 + 91 * 24)  # a 3 x 3 and two 1 x 1 convolutions at every cell
    assert costs.proposal_head(detector.model, cells) == proposals
    cost = reference_boxes.run(detector.model, row, inside, label).cost
    assert cost.macs == backbone + proposals + len(inside.candidates.proposals) * head
    assert cost.positions == 6 * cells == len(inside.logits)
    assert cost.pixels == math.prod(inside.padded_size)
    assert filters.cost.macs == backbone + filters.cost.positions * head
    assert filters.cost.positions == sum(rung.positions for rung in filters.rungs)


def test_multiply_adds_are_those_that_torch_counts_in_a_pass(detector: StagedDetector, row: Row) -> None:
    pixels = torch.zeros(1, 3, *costs.padded(row.size, 32))
    rpn: Any = detector.model.rpn
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        features = detector.model.backbone(pixels)
    assert costs.backbone(detector.model, (320, 512)) * 2 == counter.get_total_flops()
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        rpn.head(list(features.values()))
    cells = sum(level.shape[-2] * level.shape[-1] for level in features.values())
    assert costs.proposal_head(detector.model, cells) * 2 == counter.get_total_flops()


def test_macs_agree_with_the_count_of_layers(detector: StagedDetector) -> None:
    body: Any = detector.model.backbone
    assert macs(body.body, (3, 64, 96)) == count(body.body, (3, 64, 96)).macs


def test_a_detector_of_torchvision_s_builder_is_counted() -> None:
    """Its feature pyramid takes and gives dictionaries."""
    model, x, _ = made_up(0)
    images, _ = model.transform([x])
    size = (images.tensors.shape[-2], images.tensors.shape[-1])
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        model.backbone(images.tensors)
    assert costs.backbone(model, size) * 2 == counter.get_total_flops()


def test_what_was_predicted_is_what_it_cost(detector: StagedDetector, row: Row, images: Pyramid) -> None:
    told = image_pyramid.predicted(detector.model, row, 8, 0.1, 0.001)
    ran = images.cost
    assert (told.passes, told.pixels, told.positions) == (ran.passes, ran.pixels, ran.positions)
    assert [rung.positions for rung in images.rungs] == [r.positions for r in image_pyramid.rungs_of(row, 8)]
    assert not told.measured
    assert ran.measured
    base = math.prod(costs.padded(row.size, 32))
    assert told.seconds == pytest.approx(0.1 * told.pixels / base + 0.001 * told.positions)
    sizes = [costs.padded((round(320 * scale), round(512 * scale)), 32) for scale in (0.25, 0.5, 1, 2)]
    assert told.pixels == sum(height * width for height, width in sizes)
    by_size = [costs.backbone(detector.model, size) for size in sizes]
    assert told.macs == sum(by_size) + told.positions * costs.region_head(detector.model)


def test_a_run_that_is_stopped_stops(detector: StagedDetector, row: Row, label: int) -> None:
    told: list[str] = []

    def report(fraction: float, text: str) -> None:
        assert 0 <= fraction <= 1
        told.append(text)
        if len(told) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        image_pyramid.run(detector.model, row, label, 1, report)
    assert told[0] == "the picture ×¼"
