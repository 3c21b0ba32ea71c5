"""Boxes around objects: how much they overlap, what the network says of them, and what there is without objects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torchvision.ops import box_iou

from core.detection.coding import HEAD_WEIGHTS, decode, without_weights
from core.detection.detector import StagedDetector
from core.detection.inside import Inside
from core.detection.regression.pairs import EACH, Object, Pairs, around, pairs_of, proposals_of
from core.errors import UserError
from core.samples import SAMPLES, ground_truth

OBJECTS = [Object(box.label, box.xyxy) for box in ground_truth(SAMPLES["coffee"])]


@pytest.fixture(scope="module")
def inside(detector: StagedDetector, photographs: dict[str, Image.Image]) -> Inside:
    return detector.inside(photographs["coffee"])


@pytest.fixture(scope="module")
def pairs(detector: StagedDetector, inside: Inside) -> Pairs:
    return pairs_of(detector.model, inside, OBJECTS, "coffee")


@pytest.mark.parametrize("least", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("target", [(50.0, 40.0, 90.0, 160.0), (0.0, 0.0, 320.0, 240.0), (300.0, 230.0, 306.0, 233.0)])
def test_boxes_around_an_object_overlap_it_enough(target: tuple[float, ...], least: float) -> None:
    box = torch.tensor(target)
    found = around(box, (240, 320), least, 40, 7)
    assert 20 <= len(found) <= 40
    assert bool((box_iou(box[None], found) >= least).all())
    assert bool((found[:, :2] >= 0).all() and (found[:, 2] <= 320).all() and (found[:, 3] <= 240).all())
    assert torch.equal(found, around(box, (240, 320), least, 40, 7))
    assert not torch.equal(found, around(box, (240, 320), least, 40, 8))


def test_a_proposal_belongs_to_the_object_it_overlaps_most() -> None:
    truths = torch.tensor([[0.0, 0, 10, 10], [0, 0, 10, 12]])
    proposals = torch.tensor([[0.0, 0, 10, 10.5], [0, 0, 10, 11.8], [0, 0, 3, 3]])
    boxes, owners = proposals_of(proposals, truths, 0.6)
    assert torch.equal(boxes, proposals[:2])
    assert owners.tolist() == [0, 1]
    none, nobody = proposals_of(torch.zeros(0, 4), truths, 0.6)
    assert none.shape == (0, 4)
    assert not len(nobody)


def test_every_box_is_around_its_own_object(pairs: Pairs, inside: Inside) -> None:
    assert np.bincount(pairs.object_of).tolist() == [EACH] * 3
    across, down = inside.scale
    for number, one in enumerate(pairs.objects):
        mine = torch.from_numpy(pairs.object_of == number)
        corners = torch.tensor(one.corners, dtype=torch.float32)
        assert torch.allclose(pairs.targets[mine][0] * torch.tensor([across, down] * 2), corners)
        assert bool((box_iou(pairs.targets[mine][:1], pairs.boxes[mine]) >= 0.6).all())
    back = decode(pairs.boxes, torch.from_numpy(pairs.shifts).float())
    assert torch.allclose(back, pairs.targets, atol=1e-3)


def test_the_network_says_of_its_own_proposals_what_it_said_in_the_pass(pairs: Pairs, inside: Inside) -> None:
    proposals, classes = inside.candidates.proposals, list(inside.candidates.classes)
    found = 0
    for row, box in enumerate(pairs.boxes):
        same = (proposals == box).all(1).nonzero().flatten().tolist()
        if same:
            label = classes.index(pairs.objects[int(pairs.object_of[row])].label)
            said = without_weights(inside.box_deltas[same[0], label], HEAD_WEIGHTS)
            np.testing.assert_allclose(pairs.network[row], said.numpy(), atol=1e-5)
            found += 1
    assert found > 5


def test_a_class_that_the_network_does_not_know(detector: StagedDetector, inside: Inside) -> None:
    odd = [Object("teapot", OBJECTS[0].corners), OBJECTS[1]]
    made = pairs_of(detector.model, inside, odd, "coffee", each=5)
    assert np.isnan(made.network[:5]).all()
    assert not np.isnan(made.network[5:]).any()


@pytest.mark.parametrize(
    ("objects", "words"),
    [([], "no object"), ([Object("cup", (5, 5, 5, 9))], "no object"), ([Object("cup", (9, 9, 3, 3))], "no object")],
)
def test_without_objects_there_is_nothing(
    objects: list[Object], words: str, detector: StagedDetector, inside: Inside
) -> None:
    with pytest.raises(UserError, match=words):
        pairs_of(detector.model, inside, objects, "coffee")


def test_maps_that_were_not_kept(detector: StagedDetector, inside: Inside) -> None:
    with pytest.raises(UserError, match="too large to be kept"):
        pairs_of(detector.model, replace(inside, features={}), OBJECTS, "coffee")


def test_the_pass_is_not_written_to(detector: StagedDetector, inside: Inside) -> None:
    before = {name: level.clone() for name, level in inside.features.items()}
    pairs_of(detector.model, inside, OBJECTS, "coffee")
    assert all(torch.equal(before[name], level) for name, level in inside.features.items())
