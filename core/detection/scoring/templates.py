"""Small files of the two kinds that the page reads, to start from: two pictures with three boxes, four detections."""

from __future__ import annotations

import json

_IMAGES = [
    {"id": 1, "file_name": "kitchen.jpg", "width": 640, "height": 480},
    {"id": 2, "file_name": "garden.jpg", "width": 640, "height": 480},
]
_CATEGORIES = [{"id": 1, "name": "cup"}, {"id": 2, "name": "dog"}]
_TARGET = [(1, 1, [100, 120, 80, 90]), (1, 1, [300, 150, 70, 80]), (2, 2, [200, 100, 240, 260])]
_FOUND = [
    (1, 1, [104, 118, 80, 92], 0.94),
    (1, 1, [110, 130, 84, 88], 0.55),
    (2, 2, [190, 110, 250, 250], 0.88),
    (2, 1, [20, 30, 60, 60], 0.31),
]


def ground_truth() -> str:
    """A COCO data set; a box is [x, y, width, height] in pixels."""
    annotations = [
        {"id": number, "image_id": image, "category_id": category, "bbox": box}
        for number, (image, category, box) in enumerate(_TARGET, start=1)
    ]
    return json.dumps({"images": _IMAGES, "categories": _CATEGORIES, "annotations": annotations}, indent=1)


def detections() -> str:
    """A COCO results list for these pictures: numbers of the ground truth, or names of file and class."""
    return json.dumps(
        [
            {"image_id": image, "category_id": category, "bbox": box, "score": score}
            for image, category, box, score in _FOUND
        ],
        indent=1,
    )
