"""Every step of a walk against torchvision's own stages, and its end against the box that was kept."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from PIL import Image
from torch import Tensor
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.ops import MultiScaleRoIAlign, clip_boxes_to_image
from torchvision.transforms.functional import pil_to_tensor

from core.detection import stages
from core.detection.coding import HEAD_WEIGHTS, LARGEST, RPN_WEIGHTS
from core.detection.detector import StagedDetector
from core.detection.inside import Inside
from core.detection.walk.channels import names_of, strongest
from core.detection.walk.move import move
from core.detection.walk.walk import Walk, pooling_of, walk
from core.errors import UserError
from core.models.detectors import DETECTORS
from core.samples import SAMPLES
from tests.core.detection.test_inside import CLASSES
from tests.core.detection.test_stages import made_up


def pool_of(model: FasterRCNN) -> MultiScaleRoIAlign:
    heads: Any = model.roi_heads
    pool: MultiScaleRoIAlign = heads.box_roi_pool
    return pool


def close(got: Tensor, expected: Tensor) -> bool:
    """Equal but for how many numbers torch decoded at once, which decides the last bits of an exponential."""
    return torch.allclose(got, expected, rtol=1e-5, atol=1e-4)


def agree(inside: Inside, model: FasterRCNN, pixels: Tensor, candidates: list[int]) -> None:
    """Walks of these candidates, with torchvision's stages called here on all anchors and proposals at once."""
    rpn: Any = model.rpn
    heads: Any = model.roi_heads
    with torch.inference_mode():
        images, _ = model.transform([pixels])
        features = model.backbone(images.tensors)
        anchors = rpn.anchor_generator(images, list(features.values()))[0]
        moved = rpn.box_coder.decode(inside.rpn_deltas, [anchors]).view(-1, 4)
        proposals = inside.candidates.proposals
        pooled = heads.box_roi_pool(features, [proposals], images.image_sizes)
        logits, said = heads.box_predictor(heads.box_head(pooled))
        levels = heads.box_roi_pool.map_levels([proposals])
        boxes = heads.box_coder.decode(said, [proposals])
    for candidate in candidates:
        one = walk(inside, candidate, heads.box_roi_pool)
        anchor, proposal = one.anchor.number, one.proposal
        assert torch.equal(one.first.start, anchors[anchor])
        assert (one.anchor.width, one.anchor.height) == tuple((anchors[anchor][2:] - anchors[anchor][:2]).tolist())
        assert one.objectness == pytest.approx(float(inside.logits[anchor].sigmoid()), rel=1e-6)
        assert close(one.first.moved, moved[anchor])
        assert close(one.first.clipped, clip_boxes_to_image(moved[anchor], one.network_size))
        assert close(one.first.clipped, proposals[proposal])
        assert torch.equal(one.second.start, proposals[proposal])
        assert one.pooling.k - one.pooling.least == int(levels[proposal])
        assert one.pooling.name == heads.box_roi_pool.featmap_names[int(levels[proposal])]
        assert one.features is not None
        assert torch.equal(one.features, pooled[proposal])
        assert torch.equal(one.class_scores, logits[proposal].softmax(-1))
        assert torch.equal(one.class_logits, logits[proposal])
        assert close(one.second.moved, boxes[proposal, one.label])
        assert close(one.second.clipped, clip_boxes_to_image(boxes[proposal, one.label], one.network_size))
        assert close(one.second.clipped, inside.candidates.network_boxes[candidate])
        assert close(one.box, inside.candidates.boxes[candidate])
        assert torch.equal(one.kept, inside.candidates.boxes[candidate])
        assert one.score == float(inside.candidates.scores[candidate])
        assert one.name == inside.candidates.names[candidate]
        assert one.difference < 1e-3


@pytest.mark.parametrize("name", SAMPLES)
def test_the_bundled_model(name: str, detector: StagedDetector, photographs: dict[str, Image.Image]) -> None:
    inside = detector.inside(photographs[name])
    kept = inside.candidates.suppress(0.5, 0.3).indices.tolist()
    best = inside.candidates.scores.argsort(descending=True)[:20].tolist()
    agree(inside, detector.model, pil_to_tensor(photographs[name]).float() / 255, sorted({*kept, *best}))


def test_torchvision_s_builder() -> None:
    model, x, _ = made_up(0)
    inside = stages.look_inside(model, x, CLASSES)
    agree(inside, model, x, list(range(0, len(inside.candidates), max(1, len(inside.candidates) // 20))))


@pytest.fixture(scope="module")
def cup(detector: StagedDetector, photographs: dict[str, Image.Image]) -> Walk:
    inside = detector.inside(photographs["coffee"])
    best = int(inside.candidates.suppress(0.5, 0.3).indices[0])
    return walk(inside, best, pool_of(detector.model))


def test_the_cup_s_walk(cup: Walk) -> None:
    """Golden: what the section shows first."""
    assert (cup.name, round(cup.score, 2)) == ("cup", 0.78)
    assert (cup.anchor.level.name, cup.anchor.row, cup.anchor.column) == ("2", 3, 6)
    assert (cup.anchor.width, cup.anchor.height, cup.anchor.size, cup.anchor.ratio) == (256, 256, 256, 1)
    assert cup.first.weights == RPN_WEIGHTS
    assert cup.second.weights == HEAD_WEIGHTS
    assert cup.first.shift == pytest.approx(59.65, abs=0.5)
    assert cup.second.shift == pytest.approx(22.89, abs=0.5)
    assert (cup.pooling.k, cup.pooling.stride, cup.pooling.scale, cup.pooling.usual) == (5, 32, 90, 4)
    assert cup.box.tolist() == pytest.approx([155.8, 28.7, 423.0, 375.8], abs=1)
    assert cup.scale == (600 / 480, 400 / 320)


@pytest.mark.parametrize(
    ("side", "k", "bounded"),
    [(1, 3, True), (44.9, 3, True), (45, 3, False), (89.9, 3, False), (90, 4, False), (180, 5, False), (400, 5, True)],
)
def test_which_level_pools_a_square(side: float, k: int, bounded: bool, detector: StagedDetector) -> None:
    """Each level has its octave; at its very beginning the millionth decides."""
    found = pooling_of(pool_of(detector.model), torch.tensor([0.0, 0, side, side]))
    assert (found.k, found.bounded) == (k, bounded)
    assert found.exact == pytest.approx(4 + math.log2(side / 90), abs=1e-5)
    assert found.stride == 2**k


def test_a_box_grows_62_times_at_most() -> None:
    start = torch.tensor([10.0, 10, 14, 14])
    found = move(start, torch.tensor([0.0, 0, 40, 1]), HEAD_WEIGHTS, (100, 200))
    assert found.cut
    assert found.used[2] == LARGEST
    assert (found.moved[2] - found.moved[0]).item() == pytest.approx(4 * 1000 / 16)
    assert found.outside
    assert found.clipped[:3:2].tolist() == [0, pytest.approx(137)]
    assert not move(start, torch.zeros(4), HEAD_WEIGHTS, (100, 200)).outside


def test_features_of_a_picture_too_large_to_keep_its_maps(
    cup: Walk, detector: StagedDetector, photographs: dict[str, Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "MEGABYTES", 1.0)  # of 2.2: the maps go, and a few proposals' features stay
    inside = detector.inside(photographs["coffee"])
    assert not inside.features
    pool = pool_of(detector.model)
    again = walk(inside, cup.candidate, pool)
    assert len(inside.pooled_of) == 0 or again.features is not None
    monkeypatch.setattr(stages, "MEGABYTES", 0)
    assert walk(detector.inside(photographs["coffee"]), cup.candidate, pool).features is None


@pytest.mark.parametrize("candidate", [-1, 10**6])
def test_no_such_candidate(candidate: int, detector: StagedDetector, photographs: dict[str, Image.Image]) -> None:
    with pytest.raises(UserError, match="There is no candidate"):
        walk(detector.inside(photographs["cat"]), candidate, pool_of(detector.model))


@pytest.mark.parametrize("size", [(40, 40), (41, 200)])
def test_a_picture_of_40_pixels(
    size: tuple[int, int], detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    inside = detector.inside(photographs["coffee"].resize(size))
    assert len(inside.candidates)
    for candidate in range(len(inside.candidates)):
        assert walk(inside, candidate, pool_of(detector.model)).difference < 1e-3


def test_an_object_that_fills_the_picture(detector: StagedDetector, photographs: dict[str, Image.Image]) -> None:
    """Its box reaches over the edges, and is clipped to them."""
    inside = detector.inside(photographs["cat"].crop((20, 0, 300, 280)))
    walks = [walk(inside, one, pool_of(detector.model)) for one in range(len(inside.candidates))]
    clipped = [one for one in walks if one.second.outside]
    assert clipped
    for one in clipped:
        height, width = one.network_size
        x1, y1, x2, y2 = one.second.clipped.tolist()
        assert 0 <= x1 < x2 <= width
        assert 0 <= y1 < y2 <= height


def test_channels_with_names(cup: Walk, detector: StagedDetector) -> None:
    names = names_of(detector.model, detector.spec.classes)
    assert len(names) == 91
    assert cup.features is not None
    first, *others = strongest(cup.features, cup.label - 1, 80)
    assert names[first].endswith("says cup")
    means = cup.features.mean((1, 2))
    assert others == sorted(others, key=lambda channel: -float(means[channel]))
    assert len(others) == 5
    assert max(others) < 80
    assert names_of(made_up_model(), CLASSES) == ()


def made_up_model() -> FasterRCNN:
    model = DETECTORS["mobilenet_v3_large_320_fpn"].network()
    assert isinstance(model, FasterRCNN)
    return model
