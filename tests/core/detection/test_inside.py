"""What is kept of a pass, against torchvision's own stages, bit for bit, and within its bounds."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from PIL import Image
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.models.detection.rpn import concat_box_prediction_layers
from torchvision.transforms.functional import pil_to_tensor

from core.detection import inside as kept
from core.detection import stages
from core.detection.detector import StagedDetector
from core.detection.inside import Inside
from core.samples import SAMPLES
from tests.core.detection.test_stages import made_up

CLASSES = ("__background__", "a", "b", "c", "d", "e")


def agree(inside: Inside, model: FasterRCNN, pixels: torch.Tensor) -> None:
    """Every stage of torchvision's own, called here one after the other."""
    rpn: Any = model.rpn
    heads: Any = model.roi_heads
    with torch.inference_mode():
        images, _ = model.transform([pixels])
        features = model.backbone(images.tensors)
        objectness, said = rpn.head(list(features.values()))
        anchors = rpn.anchor_generator(images, list(features.values()))
        per_level = [level[0].numel() for level in objectness]
        logits, deltas = concat_box_prediction_layers(objectness, said)
        decoded = rpn.box_coder.decode(deltas, anchors)
        boxes, scores = rpn.filter_proposals(decoded.view(1, -1, 4), logits, images.image_sizes, per_level)
        pooled = heads.box_roi_pool(features, boxes, images.image_sizes)
        class_logits, box_deltas = heads.box_predictor(heads.box_head(pooled))
    assert torch.equal(inside.anchors(), anchors[0])
    assert torch.equal(inside.logits, logits.view(-1))
    assert torch.equal(inside.rpn_deltas, deltas)
    assert torch.equal(inside.candidates.proposals, boxes[0])
    assert torch.equal(inside.candidates.objectness, scores[0])
    # how a vector of another length is cut into pieces decides the last bit of a sigmoid
    assert torch.allclose(torch.sigmoid(inside.logits[inside.anchor_of]), scores[0], rtol=1e-6)
    assert torch.equal(inside.class_logits, class_logits)
    assert torch.equal(inside.box_deltas.flatten(1), box_deltas)
    assert all(torch.equal(inside.features[name], features[name][0]) for name in features)
    for anchor in inside.anchor_of[:20].tolist():
        level = inside.level_of(anchor)
        row, column, number = level.place(anchor)
        down, across = level.stride
        corner = torch.tensor([column * across, row * down, column * across, row * down])
        assert torch.equal(inside.anchors()[anchor], level.cell[number] + corner)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_bundled_model_s_stages(name: str, detector: StagedDetector, photographs: dict[str, Image.Image]) -> None:
    inside = detector.inside(photographs[name])
    agree(inside, detector.model, pil_to_tensor(photographs[name]).float() / 255)


def test_the_stages_of_torchvision_s_builder() -> None:
    model, x, _ = made_up(0)
    agree(stages.look_inside(model, x, CLASSES), model, x)


def test_what_is_too_large_is_let_go_of(
    detector: StagedDetector, photographs: dict[str, Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The maps go; of the highest-scoring candidates' features as many stay as fit."""
    whole = detector.inside(photographs["cat"])
    small = sum(
        part.nbytes for part in (whole.logits, whole.rpn_deltas, whole.anchor_of, whole.class_logits, whole.box_deltas)
    )
    one = 91 * 7 * 7 * 4
    monkeypatch.setattr(stages, "MEGABYTES", (small + 3 * one) / 1e6 + 0.001)
    part = detector.inside(photographs["cat"])
    assert not part.features
    assert part.pooled.shape == (3, 91, 7, 7)
    best = whole.candidates.sources[whole.candidates.scores.argsort(descending=True)].tolist()
    assert part.pooled_of.tolist() == list(dict.fromkeys(best))[:3]
    assert part.pooled_features(best[0]) is not None
    assert part.pooled_features(-1) is None
    monkeypatch.setattr(stages, "MEGABYTES", 0)
    assert len(detector.inside(photographs["cat"]).pooled) == 0
    assert kept.MEGABYTES == 12
