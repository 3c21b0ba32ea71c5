"""The files that leave the house, read back by the tools they are for."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from faster_coco_eval import COCO
from hypothesis import given
from hypothesis import strategies as st

from core.detection import Candidates, Detections, export


@pytest.fixture
def kept(found: dict[str, Candidates]) -> Detections:
    return found["motorcycle"].suppress(0.5, 0.3)


def test_csv_reads_back(found: dict[str, Candidates], kept: Detections) -> None:
    rows = list(csv.DictReader(io.StringIO(export.to_csv(found["motorcycle"], kept))))
    assert [row["class"] for row in rows] == list(kept.labels)
    assert [float(row["score"]) for row in rows] == pytest.approx(kept.scores.tolist(), abs=1e-4)
    boxes = [[float(row[name]) for name in ("x1", "y1", "x2", "y2")] for row in rows]
    for box, expected in zip(boxes, kept.boxes.tolist(), strict=True):
        assert box == pytest.approx(expected, abs=0.051)
    names = found["motorcycle"].classes
    assert all(names[int(row["class_id"])] == row["class"] for row in rows)


def test_coco_is_a_data_set_that_coco_tools_load(
    found: dict[str, Candidates], kept: Detections, tmp_path: Path
) -> None:
    text = export.to_coco(found["motorcycle"], kept, 'a "quoted" näme.png')
    file = tmp_path / "result.json"
    file.write_text(text, encoding="utf-8")
    coco = COCO(str(file))
    assert len(coco.getAnnIds()) == len(kept)
    image = coco.loadImgs(1)[0]
    assert (image["height"], image["width"]) == found["motorcycle"].image_size
    assert image["file_name"] == 'a "quoted" näme.png'
    for annotation, box, label in zip(json.loads(text)["annotations"], kept.boxes.tolist(), kept.labels, strict=True):
        x, y, width, height = annotation["bbox"]
        assert [x, y, x + width, y + height] == pytest.approx(box, abs=0.02)
        assert annotation["id"] > 0
        assert annotation["area"] == pytest.approx(width * height, rel=1e-3)
        assert coco.loadCats(annotation["category_id"])[0]["name"] == label


def test_yolo_gives_fractions_and_its_own_class_numbers(found: dict[str, Candidates], kept: Detections) -> None:
    candidates = found["motorcycle"]
    height, width = candidates.image_size
    names = export.yolo_classes(candidates).splitlines()
    assert names == list(candidates.classes[1:])
    lines = export.to_yolo(candidates, kept).splitlines()
    assert len(lines) == len(kept)
    for line, box, label in zip(lines, kept.boxes.tolist(), kept.labels, strict=True):
        number, *values = line.split()
        x, y, w, h = (float(value) for value in values)
        assert names[int(number)] == label
        assert all(0 <= value <= 1 for value in (x, y, w, h))
        corners = [(x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height]
        assert corners == pytest.approx(box, abs=0.01)


def test_nothing_found_is_an_empty_file_of_the_same_form(found: dict[str, Candidates]) -> None:
    candidates = found["motorcycle"]
    nothing = candidates.suppress(0.5, 1.0)
    assert export.to_csv(candidates, nothing) == "class,class_id,score,x1,y1,x2,y2\n"
    assert export.to_yolo(candidates, nothing) == ""
    coco = json.loads(export.to_coco(candidates, nothing, "x.png"))
    assert coco["annotations"] == []
    assert [category["name"] for category in coco["categories"]] == list(candidates.classes[1:])
    assert len(coco["images"]) == 1


def _read_back(line: str) -> tuple[float, float, float, float]:
    x, y, w, h = (float(value) for value in line.split())
    return x - w / 2, y - h / 2, x + w / 2, y + h / 2


_SIDES = st.integers(1, 20_000)
_PART = st.floats(0, 1)


@given(_SIDES, _SIDES, st.tuples(_PART, _PART, _PART, _PART))
def test_yolo_corners_stay_in_the_picture_and_where_they_were(
    width: int, height: int, parts: tuple[float, float, float, float]
) -> None:
    left, right = sorted(parts[::2])
    top, bottom = sorted(parts[1::2])
    box = (left * width, top * height, right * width, bottom * height)
    corners = _read_back(export.yolo_box(box, width, height))
    assert all(0 <= value <= 1 for value in corners)
    assert corners == pytest.approx((left, top, right, bottom), rel=0, abs=0.5001e-6)


@pytest.mark.parametrize("width", [480, 640, 333, 1080])
@pytest.mark.parametrize("inner", [0.1, 1 / 3, 22.7, 457.00007])
def test_yolo_boxes_on_the_edge_end_there(width: int, inner: float) -> None:
    inner = min(inner, width - 1)
    assert _read_back(export.yolo_box((inner, 0, width, width), width, width))[1:] == (0.0, 1.0, 1.0)
    assert _read_back(export.yolo_box((0, inner, inner, width), width, width))[0] == 0.0
    assert _read_back(export.yolo_box((-1e-4, 0, width + 1e-4, width), width, width)) == (0.0, 0.0, 1.0, 1.0)
