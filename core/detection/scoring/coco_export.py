"""Ground truth as a COCO data set (https://cocodataset.org/#format-data) of one picture."""

from __future__ import annotations

import json
from collections.abc import Sequence

from core.detection.scoring.drawn import NamedBox


def to_coco(boxes: Sequence[NamedBox], name: str, size: tuple[int, int], known: Sequence[str] = ()) -> str:
    """A data set that every COCO tool reads, ours among them; all ids begin with 1, since COCO's tools overlook 0.

    Args:
        boxes: in image pixels; `bbox` is [x, y, width, height].
        name: file name of the picture.
        size: (width, height) of the picture, pixels.
        known: classes whose numbers come first, in this order: the detector's, so that its numbers are the same. Only
            those that a box has are listed.
    """
    labels = {label for label, _ in boxes}
    others = list(dict.fromkeys(label for label, _ in boxes if label not in known))
    numbers = {label: number for number, label in enumerate((*known, *others), start=1) if label in labels}
    annotations = [
        {
            "id": number,
            "image_id": 1,
            "category_id": numbers[label],
            "bbox": [x1, y1, x2 - x1, y2 - y1],
            "area": (x2 - x1) * (y2 - y1),
            "iscrowd": 0,
        }
        for number, (label, (x1, y1, x2, y2)) in enumerate(boxes, start=1)
    ]
    images = [{"id": 1, "file_name": name, "width": size[0], "height": size[1]}]
    categories = [{"id": number, "name": label} for label, number in numbers.items()]
    return json.dumps({"images": images, "annotations": annotations, "categories": categories}, indent=1)
