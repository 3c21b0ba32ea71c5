"""Detections as files that other tools read: CSV, COCO JSON, YOLO text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from core.detection.results import Candidates, Detections
from core.names import safe_cell

CSV_COLUMNS = (
    "class", "class_id", "score", "x1", "y1", "x2", "y2",
    "row", "status", "suppressed_by", "suppressor_class", "suppressor_score", "iou",
)  # fmt: skip
"""Of `to_csv`; the first seven are older than the others, and readers know them."""
_YOLO_UNITS = 10**6  # parts of a side that corners are rounded to


@dataclass(frozen=True, eq=False)
class Exported:
    """A picture to be written to a file with others.

    Attributes:
        name: of its file.
        candidates: what was found in it.
        kept: what NMS left of that.
    """

    name: str
    candidates: Candidates
    kept: Detections


def _class_ids(candidates: Candidates, detections: Detections) -> list[int]:
    """Index of each detection's class in the model's outputs, the background being 0."""
    ids: list[int] = candidates.labels[detections.indices].tolist()
    return ids


def to_csv(candidates: Candidates, detections: Detections) -> str:
    """One line a candidate, the best score first: what it is, where, and what became of it and by whom.

    Corners are image pixels. `row` counts from 1, and `suppressed_by` is such a number: that of the kept box that
    suppressed this one, whose class, score and IoU with it (in network pixels, where NMS works) follow. They are
    empty where nothing suppressed it. Lines whose `status` is "kept" are the detections.
    """
    return _as_csv([CSV_COLUMNS, *_rows(candidates, detections)])


def many_to_csv(pictures: Sequence[Exported]) -> str:
    """The same of several pictures, whose name comes first in each line; `row` and `suppressed_by` count within one."""
    lines = [[safe_cell(picture.name), *row] for picture in pictures for row in _rows(picture.candidates, picture.kept)]
    return _as_csv([("picture", *CSV_COLUMNS), *lines])


def _as_csv(lines: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue()


def _rows(candidates: Candidates, detections: Detections) -> Iterator[list[object]]:
    order: list[int] = candidates.scores.argsort(descending=True, stable=True).tolist()
    row_of = {candidate: row for row, candidate in enumerate(order, start=1)}
    names, ids = [safe_cell(name) for name in candidates.names], candidates.labels.tolist()
    scores = [f"{score:.4f}" for score in candidates.scores.tolist()]
    boxes, by = candidates.boxes.tolist(), detections.suppressed_by.tolist()
    ious = detections.suppressed_iou.tolist()
    for row, one in enumerate(order, start=1):
        what = [names[one], ids[one], scores[one], *(f"{value:.1f}" for value in boxes[one])]
        other = by[one]
        suppressor = ["", "", "", ""] if other < 0 else [row_of[other], names[other], scores[other], f"{ious[one]:.4f}"]
        yield [*what, row, detections.statuses[one].value, *suppressor]


def to_coco(candidates: Candidates, detections: Detections, file_name: str) -> str:
    """A COCO data set of one picture whose annotations also carry a `score`.

    `bbox` is [x, y, width, height] in image pixels (https://cocodataset.org/#format-data); category ids are the
    model's own, as in torchvision, and all its classes are listed. Annotation ids start at 1: COCO's tools overlook 0.
    """
    return many_to_coco([Exported(file_name, candidates, detections)])


def many_to_coco(pictures: Sequence[Exported]) -> str:
    """A COCO data set of several pictures that one detector looked at, whose annotations also carry a `score`."""
    images, annotations = list[dict[str, object]](), list[dict[str, object]]()
    for image_id, picture in enumerate(pictures, start=1):
        height, width = picture.candidates.image_size
        images.append({"id": image_id, "file_name": picture.name, "width": width, "height": height})
        ids, kept = _class_ids(picture.candidates, picture.kept), picture.kept
        for class_id, score, box in zip(ids, kept.scores.tolist(), kept.boxes.tolist(), strict=True):
            # corners are rounded, so that none passes the edge
            left, top, right, bottom = (round(value, 2) for value in box)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image_id,
                    "category_id": class_id,
                    "bbox": [left, top, round(right - left, 2), round(bottom - top, 2)],
                    "area": round((box[2] - box[0]) * (box[3] - box[1]), 2),
                    "iscrowd": 0,
                    "score": round(score, 5),
                }
            )
    classes = pictures[0].candidates.classes if pictures else ()
    categories = [{"id": index, "name": name} for index, name in enumerate(classes) if index and name != "N/A"]
    return json.dumps({"images": images, "annotations": annotations, "categories": categories}, indent=1)


def to_yolo(candidates: Candidates, detections: Detections) -> str:
    """One line a detection: class number, then centre x, centre y, width, height as fractions of the picture.

    YOLO counts classes from 0 without a background (https://docs.ultralytics.com/datasets/detect/), so its
    number is the model's minus one; `yolo_classes` names them.
    """
    height, width = candidates.image_size
    return "".join(
        f"{class_id - 1} {yolo_box((x1, y1, x2, y2), width, height)}\n"
        for class_id, (x1, y1, x2, y2) in zip(
            _class_ids(candidates, detections), detections.boxes.tolist(), strict=True
        )
    )


def yolo_box(box: tuple[float, float, float, float], width: int, height: int) -> str:
    """Centre x, centre y, width and height of a box as fractions of its picture, in YOLO's order.

    The corners are rounded to millionths first, and centres have one digit more than widths: what is read back is
    these corners, within the picture. Rounding the four numbers apart from each other puts boxes at the edge past it,
    which YOLO's own reader refuses.

    Args:
        box: x1, y1, x2, y2 in pixels; what lies outside of the picture is cut off.
        width, height: of the picture, pixels.
    """
    x1, y1, x2, y2 = (
        round(min(max(value / side, 0.0), 1.0) * _YOLO_UNITS)
        for value, side in zip(box, (width, height, width, height), strict=True)
    )
    centre = ((x1 + x2) / (2 * _YOLO_UNITS), (y1 + y2) / (2 * _YOLO_UNITS))
    size = ((x2 - x1) / _YOLO_UNITS, (y2 - y1) / _YOLO_UNITS)
    return " ".join([*(f"{value:.7f}" for value in centre), *(f"{value:.6f}" for value in size)])


def yolo_classes(candidates: Candidates) -> str:
    """The `classes.txt` that goes with `to_yolo`: one name a line, the first is number 0."""
    return "".join(f"{name}\n" for name in candidates.classes[1:])
