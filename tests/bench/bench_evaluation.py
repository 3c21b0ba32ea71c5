"""What judging boxes costs: a move of the IoU slider, and mAP of a data set, ours against torchmetrics.

Run from the project's root: `python -m tests.bench.bench_evaluation`. Prints one JSON object; times are medians.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from streamlit.testing.v1 import AppTest

from core.detection.scoring.average_precision import COCO_IOUS, Interpolation, map_by_iou, mean
from core.detection.scoring.detections import read_detections
from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes
from core.detection.scoring.ground_truth import read_ground_truth
from core.detection.scoring.library import summary
from core.detection.scoring.matching import match, overlaps
from tests.bench.server import report

PICTURES, TARGET, FOUND, CLASSES = 500, 7, 20, 80  # COCO's validation set has 7.3 boxes a picture, and 80 classes
ROUNDS = 5


def data_set(pictures: int = PICTURES, seed: int = 0) -> tuple[EvaluatedImage, ...]:
    """Made-up pictures; most target boxes are found, about as well as a good detector does."""
    rng = np.random.default_rng(seed)
    images = []
    for number in range(pictures):
        low = rng.uniform(0, 480, (TARGET, 2))
        target = np.concatenate([low, low + rng.uniform(8, 160, (TARGET, 2))], axis=1)
        labels = rng.integers(0, CLASSES, TARGET)
        source = rng.integers(0, TARGET, FOUND)
        found = target[source] + rng.normal(0, 0.08, (FOUND, 4)) * np.tile(target[source, 2:] - target[source, :2], 2)
        found[:, 2:] = np.maximum(found[:, 2:], found[:, :2] + 1)
        said = np.where(rng.random(FOUND) < 0.8, labels[source], rng.integers(0, CLASSES, FOUND))
        names = [f"class {label:02}" for label in labels]
        scores = rng.random(FOUND)
        images.append(
            EvaluatedImage(
                f"{number}.jpg",
                GroundTruth.of(target, names),
                PredictedBoxes.of(found, [f"class {n:02}" for n in said], scores),
            )
        )
    return tuple(images)


def files(images: tuple[EvaluatedImage, ...]) -> tuple[bytes, bytes]:
    """The same as COCO ground truth and a COCO results list."""
    categories = [{"id": n, "name": f"class {n:02}"} for n in range(CLASSES)]
    numbers = {category["name"]: category["id"] for category in categories}

    def row(image: int, label: str, box: Any) -> dict[str, Any]:
        x1, y1, x2, y2 = (round(float(value), 2) for value in box)
        return {"image_id": image, "category_id": numbers[label], "bbox": [x1, y1, x2 - x1, y2 - y1]}

    listing = [{"id": n, "file_name": image.name} for n, image in enumerate(images)]
    target = [row(n, *pair) for n, s in enumerate(images) for pair in zip(s.target.labels, s.target.boxes, strict=True)]
    found = [
        {**row(n, label, box), "score": float(score)}
        for n, s in enumerate(images)
        for label, box, score in zip(s.found.labels, s.found.boxes, s.found.scores, strict=True)
    ]
    truth = {"images": listing, "categories": categories, "annotations": target}
    return json.dumps(truth).encode(), json.dumps(found).encode()


def _ms(make: Callable[[], Any], rounds: int = ROUNDS) -> float:
    make()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        make()
        times.append(time.perf_counter() - start)
    return round(statistics.median(times) * 1e3, 2)


def _slider(source: str) -> dict[str, float]:
    """A first run of the section and a move of the IoU slider, the whole script included."""
    at = AppTest.from_string("from core.ui.metrics.detection.view import section\nsection()", default_timeout=120)
    at.query_params["metrics_detection_source"] = source
    start = time.perf_counter()
    with patch("streamlit.components.v2.manifest_scanner.scan_component_manifests", list):
        at.run()
    first = time.perf_counter() - start
    times = []
    for turn in range(2 * ROUNDS):
        at.slider(key="metrics_detection_iou").set_value((0.4, 0.6)[turn % 2])
        start = time.perf_counter()
        at.run()
        times.append(time.perf_counter() - start)
    assert not at.exception
    return {"first_run_s": round(first, 2), "move_ms": round(statistics.median(times[2:]) * 1e3, 1)}


def main() -> None:
    """Measure and print."""
    images = data_set()
    measured = [overlaps(image) for image in images]
    library = summary(images)
    ours = map_by_iou(measured, COCO_IOUS.tolist(), Interpolation.COCO_101)
    truth, found = files(images)
    read = read_ground_truth([("gold.json", truth)])
    report(
        {
            "pictures": len(images),
            "gold_boxes": sum(len(image.target) for image in images),
            "detections": sum(len(image.found) for image in images),
            "map_ours": mean(ours),
            "map_torchmetrics": library.map,
            "largest_difference_at_a_threshold": max(abs(a - b) for a, b in zip(ours, library.by_iou, strict=True)),
            "overlaps_ms": _ms(lambda: [overlaps(image) for image in images]),
            "matching_at_one_threshold_ms": _ms(lambda: [match(one, 0.5) for one in measured]),
            "map_at_ten_thresholds_ours_ms": _ms(
                lambda: map_by_iou(measured, COCO_IOUS.tolist(), Interpolation.COCO_101), 3
            ),
            "map_at_ten_thresholds_torchmetrics_ms": _ms(lambda: summary(images), 3),
            "reading_ground_truth_ms": _ms(lambda: read_ground_truth([("gold.json", truth)])),
            "reading_results_ms": _ms(lambda: read_detections("found.json", found, read)),
            "iou_slider_motorcycle": _slider("motorcycle"),
            "iou_slider_all_samples": _slider("all four samples"),
        }
    )


if __name__ == "__main__":
    main()
