"""A detector that hands over boxes: against its own module, and that what follows is the same as for any other."""

from __future__ import annotations

import pytest
import torch
from PIL import Image
from torchvision.ops import batched_nms, clip_boxes_to_image
from torchvision.transforms.functional import pil_to_tensor

from core.detection import load
from core.detection.detector import OneStageDetector
from core.detection.one_stage import FLOOR, MOST
from core.detection.results import NmsStatus, OneStageCandidates
from core.samples import SAMPLES


@pytest.fixture(scope="module")
def nanodet() -> OneStageDetector:
    loaded = load("nanodet_g")
    assert isinstance(loaded, OneStageDetector)
    return loaded


def found(nanodet: OneStageDetector, image: Image.Image, short_side: int | None = None) -> OneStageCandidates:
    candidates = nanodet.candidates(image, short_side=short_side)
    assert isinstance(candidates, OneStageCandidates)
    return candidates


@pytest.mark.parametrize("name", SAMPLES)
def test_candidates_are_what_the_module_says(
    name: str, nanodet: OneStageDetector, photographs: dict[str, Image.Image]
) -> None:
    image = photographs[name]
    candidates = found(nanodet, image)
    with torch.inference_mode():
        pixels = pil_to_tensor(image).to(next(nanodet.model.parameters()).device).float().div(255)
        images, _ = nanodet.model.transform([pixels])
        logits, boxes = (part[0].cpu() for part in nanodet.model(images.tensors))
    assert candidates.network_size == images.image_sizes[0]
    assert (
        candidates.cells
        == len(boxes)
        == sum((images.tensors.shape[-2] // stride) * (images.tensors.shape[-1] // stride) for stride in (8, 16, 32))
    )
    scores = logits.sigmoid()
    best = scores.flatten().sort(descending=True).values[:MOST]
    assert candidates.scores.sort(descending=True).values == pytest.approx(best[best > FLOOR].numpy(), abs=1e-6)
    assert torch.equal(candidates.scores, scores[candidates.sources, candidates.labels - 1])
    assert torch.equal(
        candidates.network_boxes, clip_boxes_to_image(boxes, candidates.network_size)[candidates.sources]
    )
    assert bool((candidates.sources.diff() >= 0).all()), "in the order of the cells"


def test_what_follows_is_the_same_as_for_a_faster_rcnn(
    nanodet: OneStageDetector, photographs: dict[str, Image.Image]
) -> None:
    candidates = found(nanodet, photographs["coffee"])
    detections = candidates.suppress(0.6, 0.2)
    above = (candidates.scores > 0.2).nonzero().squeeze(1)
    kept = batched_nms(candidates.network_boxes[above], candidates.scores[above], candidates.labels[above], 0.6)
    assert detections.indices.tolist() == above[kept].tolist()
    assert detections.count(NmsStatus.SUPPRESSED) > 5
    assert detections.labels[0] == "cup"
    width, height = photographs["coffee"].size
    assert bool((candidates.boxes >= 0).all())
    assert bool((candidates.boxes <= torch.tensor([width, height, width, height]) + 1e-3).all())


def test_its_steps_count_cells_and_scores(nanodet: OneStageDetector, photographs: dict[str, Image.Image]) -> None:
    candidates = found(nanodet, photographs["cat"], 224)
    assert candidates.steps == (("cells", candidates.cells), ("class scores", candidates.cells * 80))
    assert min(candidates.network_size) == 224
    assert candidates.floor == FLOOR
    assert [time.stage for time in candidates.times] == [
        "resize and normalise",
        "backbone, neck and head",
        "class boxes",
    ]
    assert candidates.suppress(0.5, 0.5).labels == ("cat",)


@pytest.mark.parametrize("size", [(1, 1), (20, 20), (7, 40), (900, 100)])
def test_pictures_of_any_shape_are_no_error(nanodet: OneStageDetector, size: tuple[int, int]) -> None:
    candidates = found(nanodet, Image.new("RGB", size, "grey"))
    assert candidates.image_size == (size[1], size[0])
    assert len(candidates.suppress(0.5, 0.02)) <= len(candidates) <= MOST
