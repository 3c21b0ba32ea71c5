"""The sample photographs, and the detector against the boxes drawn on them by eye."""

from __future__ import annotations

import json

import pytest
import torch
from PIL import Image
from torchvision.ops import box_iou

from core.detection import StagedDetector
from core.models.detectors import DETECTORS
from core.samples import ANNOTATIONS, SAMPLES, ground_truth


def test_the_annotations_are_sound_coco() -> None:
    coco = json.loads(ANNOTATIONS.read_text(encoding="utf-8"))
    assert sorted(image["file_name"] for image in coco["images"]) == sorted(sample.file for sample in SAMPLES.values())
    sizes = {image["id"]: (image["width"], image["height"]) for image in coco["images"]}
    ids = [annotation["id"] for annotation in coco["annotations"]]
    assert min(ids) >= 1, "COCO's tools overlook an annotation with id 0"
    assert len(set(ids)) == len(ids)
    for annotation in coco["annotations"]:
        x, y, width, height = annotation["bbox"]
        across, down = sizes[annotation["image_id"]]
        assert 0 <= x < x + width <= across
        assert 0 <= y < y + height <= down
        assert annotation["area"] == pytest.approx(width * height)
        assert annotation["iscrowd"] == 0


def test_sizes_are_those_of_the_files(photographs: dict[str, Image.Image]) -> None:
    sizes = {
        image["file_name"]: (image["width"], image["height"])
        for image in json.loads(ANNOTATIONS.read_text(encoding="utf-8"))["images"]
    }
    for name, sample in SAMPLES.items():
        assert photographs[name].size == sizes[sample.file]


def test_every_label_is_a_class_of_the_bundled_detector() -> None:
    labels = {box.label for sample in SAMPLES.values() for box in ground_truth(sample)}
    assert labels <= set(DETECTORS["bundled"].known)
    assert {"person", "cat", "cup", "motorcycle"} <= labels


@pytest.mark.parametrize(
    ("name", "label", "short_side"),
    [
        ("astronaut", "person", 320),
        ("cat", "cat", 224),  # a close-up, which is read wrong at the usual size
        ("coffee", "cup", 320),
        ("motorcycle", "motorcycle", 320),
    ],
)
def test_the_surest_detection_is_the_object_of_the_photograph(
    name: str, label: str, short_side: int, detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    best = detector.candidates(photographs[name], short_side=short_side).suppress(0.5, 0.3)
    truth = next(box for box in ground_truth(SAMPLES[name]) if box.label == label)
    assert best.labels[0] == label
    assert float(box_iou(torch.tensor([truth.xyxy]), best.boxes[:1])) > 0.5
