"""The stages against torchvision's own forward pass, bit for bit."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import threading

import pytest
import torch
from PIL import Image
from torchvision.models.detection import fasterrcnn_mobilenet_v3_large_320_fpn
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.transforms.functional import pil_to_tensor

from core.detection import FLOOR, Candidates, Detector
from core.detection.stages import look_inside
from core.errors import UserError
from core.images import WORKING_SIDE
from core.samples import SAMPLES

THRESHOLDS = list(itertools.product((0.0, 0.3, 0.5, 0.7, 0.95, 1.0), (0.02, 0.05, 0.3, 0.9)))


def pixels(image: Image.Image) -> torch.Tensor:
    return pil_to_tensor(image).float() / 255


def torchvision_says(
    model: FasterRCNN, x: torch.Tensor, iou: float, score: float, limit: int
) -> dict[str, torch.Tensor]:
    """`model(x)` with these thresholds; put back afterwards, since the model is everybody's."""
    heads = model.roi_heads
    before = heads.nms_thresh, heads.score_thresh, heads.detections_per_img
    heads.nms_thresh, heads.score_thresh, heads.detections_per_img = iou, score, limit
    try:
        with torch.inference_mode():
            return model([x])[0]
    finally:
        heads.nms_thresh, heads.score_thresh, heads.detections_per_img = before


def assert_same(
    candidates: Candidates, expected: dict[str, torch.Tensor], iou: float, score: float, limit: int
) -> None:
    got = candidates.suppress(iou, score, limit=limit)
    assert torch.equal(got.boxes, expected["boxes"])
    assert torch.equal(got.scores, expected["scores"])
    assert got.labels == tuple(candidates.classes[label] for label in expected["labels"].tolist())


@pytest.mark.parametrize("name", SAMPLES)
def test_suppress_equals_torchvision_on_the_bundled_model(
    name: str, detector: Detector, photographs: dict[str, Image.Image], found: dict[str, Candidates]
) -> None:
    # the network's part is the same for all thresholds, so torchvision's last step alone is run again for most
    x = pixels(photographs[name])
    for iou, score in ((0.5, 0.3), (0.95, 0.02)):
        assert_same(found[name], torchvision_says(detector.model, x, iou, score, 100), iou, score, 100)


def test_suppress_equals_torchvision_at_every_threshold(
    detector: Detector, photographs: dict[str, Image.Image], found: dict[str, Candidates]
) -> None:
    x = pixels(photographs["cat"])
    for (iou, score), limit in zip(THRESHOLDS, itertools.cycle((100, 3)), strict=False):
        assert_same(found["cat"], torchvision_says(detector.model, x, iou, score, limit), iou, score, limit)


def made_up(seed: int) -> tuple[FasterRCNN, torch.Tensor, Candidates]:
    """A detector of random weights whose scores differ, a picture of noise, and what the one makes of the other."""
    torch.manual_seed(seed)
    model = fasterrcnn_mobilenet_v3_large_320_fpn(weights=None, weights_backbone=None, num_classes=6)
    x = torch.rand(3, 240, 320)
    with torch.no_grad():
        for _ in range(30):  # batch statistics: without them the features of random weights die out
            model.backbone(torch.rand(2, 3, 96, 128) * 4 - 2)
        for layer, spread in ((model.rpn.head.cls_logits, 1.0), (model.roi_heads.box_predictor.cls_score, 0.2)):
            torch.nn.init.normal_(layer.weight, std=spread)
    model.eval()
    return model, x, look_inside(model, x, ("__background__", "a", "b", "c", "d", "e")).candidates


def test_suppress_equals_torchvision_on_its_own_builder() -> None:
    """Another anchor layout, an RPN score threshold of 0.05.

    Equal scores would leave the order open. How many threads add up the sums decides the last bits, and with these
    whether two scores are equal: so the first weights of a few are taken that give no equal ones.
    """
    for seed in range(8):
        model, x, candidates = made_up(seed)
        if len(candidates.scores.unique()) == len(candidates):
            break
    else:
        pytest.fail("two scores are equal, whatever the weights")
    assert len(candidates) > 50, "the test needs boxes to say anything"
    for iou, score in THRESHOLDS:
        assert_same(candidates, torchvision_says(model, x, iou, score, 100), iou, score, 100)


@pytest.mark.parametrize("short_side", [224, 448])
@pytest.mark.parametrize("name", ["cat", "motorcycle"])
def test_another_input_size_equals_torchvision_built_for_it(
    short_side: int, name: str, detector: Detector, photographs: dict[str, Image.Image]
) -> None:
    built = copy.deepcopy(detector.model)
    built.transform.min_size, built.transform.max_size = (short_side,), round(576 * short_side / 320)
    got = detector.candidates(photographs[name], short_side=short_side)
    for iou, score in ((0.5, 0.1), (0.95, 0.02)):
        assert_same(got, torchvision_says(built, pixels(photographs[name]), iou, score, 100), iou, score, 100)
    assert min(got.network_size) == short_side
    assert detector.model.transform.min_size == (320,), "the model is everybody's"


def test_a_long_picture_stays_within_the_bound_of_its_size(detector: Detector) -> None:
    strip = Image.new("RGB", (900, 100))
    sizes = [detector.candidates(strip, short_side=side).network_size for side in (224, 320, 448)]
    assert [max(size) for size in sizes] == [403, 576, 806]
    assert sizes == sorted(sizes)


def test_candidates_describe_themselves(found: dict[str, Candidates], photographs: dict[str, Image.Image]) -> None:
    for name, candidates in found.items():
        width, height = photographs[name].size
        assert candidates.image_size == (height, width)
        assert len(candidates) == len(candidates.boxes) == len(candidates.labels) == len(candidates.names)
        assert 100 <= len(candidates) <= 500
        assert bool((candidates.scores > FLOOR).all())
        assert int(candidates.labels.min()) >= 1
        low, high = candidates.boxes[:, :2], candidates.boxes[:, 2:]
        assert bool((low >= 0).all())
        assert bool((high <= torch.tensor([width, height]) + 1e-3).all())
        assert bool((high > low).all())
        # each candidate's score is the one its proposal has for its class
        assert torch.equal(candidates.class_scores[candidates.sources, candidates.labels], candidates.scores)
        assert torch.allclose(candidates.class_scores.sum(1), torch.ones(len(candidates.proposals)), atol=1e-5)
        assert (
            candidates.anchors > candidates.pre_nms_proposals > len(candidates.proposals) == len(candidates.objectness)
        )


def test_every_box_above_the_floor_is_there(found: dict[str, Candidates]) -> None:
    for candidates in found.values():
        assert int((candidates.class_scores[:, 1:] > FLOOR).sum()) == len(candidates)


def test_times_are_kept_stage_by_stage(found: dict[str, Candidates]) -> None:
    candidates = found["cat"]
    assert [time.stage for time in candidates.times] == [
        "resize and normalise",
        "backbone and feature pyramid",
        "region proposals",
        "RoIAlign and head",
        "class boxes",
    ]
    assert candidates.milliseconds == pytest.approx(sum(time.milliseconds for time in candidates.times))


def test_nothing_is_written_to_the_model(detector: Detector, photographs: dict[str, Image.Image]) -> None:
    heads = detector.model.roi_heads
    before = (heads.nms_thresh, heads.score_thresh, heads.detections_per_img)
    state = {key: value.clone() for key, value in detector.model.state_dict().items()}
    detector.candidates(photographs["coffee"]).suppress(0.9, 0.8, class_aware=False, limit=2)
    assert (heads.nms_thresh, heads.score_thresh, heads.detections_per_img) == before
    assert all(torch.equal(value, state[key]) for key, value in detector.model.state_dict().items())
    assert not detector.model.training


def test_visitors_at_once_get_their_own_pictures(
    detector: Detector, photographs: dict[str, Image.Image], found: dict[str, Candidates]
) -> None:
    results: dict[str, Candidates] = {}

    def visit(name: str) -> None:
        results[name] = detector.candidates(photographs[name])

    threads = [threading.Thread(target=visit, args=(name,)) for name in SAMPLES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, candidates in results.items():
        assert torch.equal(candidates.boxes, found[name].boxes)


def test_boxes_of_a_large_picture_are_in_its_own_pixels(
    detector: Detector, photographs: dict[str, Image.Image]
) -> None:
    cat = photographs["cat"]
    large = cat.resize((cat.width * 6, cat.height * 6), Image.Resampling.BICUBIC)
    assert max(large.size) > WORKING_SIDE
    candidates = detector.candidates(large, short_side=224)
    assert candidates.image_size == (large.height, large.width)
    best = candidates.suppress(0.5, 0.5)
    small = detector.candidates(cat, short_side=224).suppress(0.5, 0.5)
    assert best.labels[0] == small.labels[0] == "cat"
    assert best.boxes[0] / 6 == pytest.approx(small.boxes[0].tolist(), abs=12)


def test_size_scales_the_boxes_of_a_smaller_copy(detector: Detector, photographs: dict[str, Image.Image]) -> None:
    image = photographs["cat"]
    plain = detector.candidates(image)
    scaled = detector.candidates(image, size=(image.width * 2, image.height * 3))
    assert scaled.boxes == pytest.approx((plain.boxes * torch.tensor([2.0, 3.0, 2.0, 3.0])).numpy(), rel=1e-5)
    assert torch.equal(scaled.network_boxes, plain.network_boxes)


@pytest.mark.parametrize("size", [(1, 1), (7, 40), (40, 7), (20, 20), (64, 64)])
def test_tiny_pictures_are_no_error(detector: Detector, size: tuple[int, int]) -> None:
    candidates = detector.candidates(Image.new("RGB", size, "grey"))
    assert len(candidates.suppress(0.5, 0.02)) >= 0
    assert candidates.image_size == (size[1], size[0])


def test_results_are_frozen(found: dict[str, Candidates]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        found["cat"].floor = 0.5  # type: ignore[misc]
    with pytest.raises(RuntimeError, match=r"[Ii]nference"):
        found["cat"].scores[0] = 0  # made in inference mode: torch itself refuses writing


def test_a_strip_is_refused_with_a_sentence(detector: Detector) -> None:
    with pytest.raises(UserError, match="limit is 10"):
        detector.candidates(Image.new("RGB", (5000, 1)))
