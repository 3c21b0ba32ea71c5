"""Detections as files that other tools read: CSV, COCO JSON, YOLO text."""

from __future__ import annotations

import csv
import io
import json

from core.detection.results import Candidates, Detections


def _class_ids(candidates: Candidates, detections: Detections) -> list[int]:
    """Index of each detection's class in the model's outputs, the background being 0."""
    ids: list[int] = candidates.labels[detections.indices].tolist()
    return ids


def to_csv(candidates: Candidates, detections: Detections) -> str:
    """One line a detection: class, class_id, score and x1, y1, x2, y2 in image pixels."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["class", "class_id", "score", "x1", "y1", "x2", "y2"])
    rows = zip(
        detections.labels,
        _class_ids(candidates, detections),
        detections.scores.tolist(),
        detections.boxes.tolist(),
        strict=True,
    )
    for label, class_id, score, box in rows:
        writer.writerow([label, class_id, f"{score:.4f}", *(f"{value:.1f}" for value in box)])
    return out.getvalue()


def to_coco(candidates: Candidates, detections: Detections, file_name: str) -> str:
    """A COCO data set of one picture whose annotations also carry a `score`.

    `bbox` is [x, y, width, height] in image pixels (https://cocodataset.org/#format-data); category ids are the
    model's own, as in torchvision, and all its classes are listed. Annotation ids start at 1: COCO's tools overlook 0.
    """
    height, width = candidates.image_size
    ids = _class_ids(candidates, detections)
    annotations = []
    for number, (class_id, score, (x1, y1, x2, y2)) in enumerate(
        zip(ids, detections.scores.tolist(), detections.boxes.tolist(), strict=True), start=1
    ):
        annotations.append(
            {
                "id": number,
                "image_id": 1,
                "category_id": class_id,
                "bbox": [round(x1, 2), round(y1, 2), round(x2 - x1, 2), round(y2 - y1, 2)],
                "area": round((x2 - x1) * (y2 - y1), 2),
                "iscrowd": 0,
                "score": round(score, 5),
            }
        )
    categories = [
        {"id": index, "name": name} for index, name in enumerate(candidates.classes) if index and name != "N/A"
    ]
    images = [{"id": 1, "file_name": file_name, "width": width, "height": height}]
    return json.dumps({"images": images, "annotations": annotations, "categories": categories}, indent=1)


def to_yolo(candidates: Candidates, detections: Detections) -> str:
    """One line a detection: class number, then centre x, centre y, width, height as fractions of the picture.

    YOLO counts classes from 0 without a background (https://docs.ultralytics.com/datasets/detect/), so its
    number is the model's minus one; `yolo_classes` names them.
    """
    height, width = candidates.image_size
    lines = []
    for class_id, (x1, y1, x2, y2) in zip(_class_ids(candidates, detections), detections.boxes.tolist(), strict=True):
        centre = ((x1 + x2) / 2 / width, (y1 + y2) / 2 / height)
        box = (*centre, (x2 - x1) / width, (y2 - y1) / height)
        lines.append(f"{class_id - 1} " + " ".join(f"{value:.6f}" for value in box))
    return "".join(f"{line}\n" for line in lines)


def yolo_classes(candidates: Candidates) -> str:
    """The `classes.txt` that goes with `to_yolo`: one name a line, the first is number 0."""
    return "".join(f"{name}\n" for name in candidates.classes[1:])
