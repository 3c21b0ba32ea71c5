"""The files that leave the house, read back by the tools they are for."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from faster_coco_eval import COCO
from hypothesis import given
from hypothesis import strategies as st

from core.detection import Candidates, Detections, export
from tests.synthetic import candidates as synthetic


@pytest.fixture
def kept(found: dict[str, Candidates]) -> Detections:
    return found["motorcycle"].suppress(0.5, 0.3)


def _rows(candidates: Candidates, detections: Detections) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export.to_csv(candidates, detections))))


SETTINGS: list[dict[str, Any]] = [
    {"iou": 0.5, "score": 0.3},
    {"iou": 0.3, "score": 0.05, "class_aware": False},
    {"iou": 0.7, "score": 0.02, "limit": 5},
    {"iou": 0.5, "score": 0.05, "classes": ["person"]},
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_csv_holds_what_became_of_every_candidate(found: dict[str, Candidates], settings: dict[str, Any]) -> None:
    for candidates in found.values():
        _check_csv(candidates, candidates.suppress(**settings))


@given(st.integers(0, 60), st.integers(0, 5), st.floats(0, 1), st.floats(0, 1), st.booleans(), st.integers(0, 20))
def test_csv_of_made_up_boxes(count: int, seed: int, iou: float, score: float, aware: bool, limit: int) -> None:
    made = synthetic(count, seed=seed)
    _check_csv(made, made.suppress(iou, score, class_aware=aware, classes=["class 1", "class 2"], limit=limit))


def _check_csv(candidates: Candidates, detections: Detections) -> None:
    rows = _rows(candidates, detections)
    assert len(rows) == len(candidates)
    assert [row["row"] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert [float(row["score"]) for row in rows] == sorted((float(row["score"]) for row in rows), reverse=True)
    # the candidates, each once: which line is which follows from the score, whose order is stable
    order = sorted(range(len(candidates)), key=lambda one: -float(candidates.scores[one]))
    line_of = dict(zip(order, rows, strict=True))
    for one, row in line_of.items():
        assert row["class"] == candidates.names[one]
        assert candidates.classes[int(row["class_id"])] == row["class"]
        assert float(row["score"]) == pytest.approx(float(candidates.scores[one]), abs=0.51e-4)
        corners = [float(row[name]) for name in ("x1", "y1", "x2", "y2")]
        assert corners == pytest.approx(candidates.boxes[one].tolist(), abs=0.051)
        assert row["status"] == detections.statuses[one]
        other = int(detections.suppressed_by[one])
        if other < 0:
            assert [row[name] for name in export.CSV_COLUMNS[-4:]] == [""] * 4
            assert row["status"] != "suppressed"
            continue
        suppressor = rows[int(row["suppressed_by"]) - 1]
        assert suppressor is line_of[other]
        assert (row["suppressor_class"], row["suppressor_score"]) == (suppressor["class"], suppressor["score"])
        assert float(row["iou"]) == pytest.approx(float(detections.suppressed_iou[one]), abs=0.51e-4)
        assert row["status"] == "suppressed"
        assert suppressor["status"] not in ("suppressed", "below the score")
    kept = [row for row in rows if row["status"] == "kept"]
    assert [row["class"] for row in kept] == list(detections.labels)
    assert [float(row["score"]) for row in kept] == pytest.approx(detections.scores.tolist(), abs=0.51e-4)


def test_readers_of_before_find_their_columns_first(found: dict[str, Candidates], kept: Detections) -> None:
    table = pd.read_csv(io.StringIO(export.to_csv(found["motorcycle"], kept)))
    assert list(table.columns[:7]) == ["class", "class_id", "score", "x1", "y1", "x2", "y2"]
    boxes = table[table["status"] == "kept"][["x1", "y1", "x2", "y2"]].to_numpy()
    assert boxes == pytest.approx(kept.boxes.numpy(), abs=0.051)


def test_no_class_of_the_csv_is_a_formula() -> None:
    made = replace(synthetic(120), classes=("__background__", "=1+1", "@SUM(A1)", " -2", 'a, "b"', "c"))
    rows = _rows(made, made.suppress(0.3, 0.02, class_aware=False))
    for row in rows:
        for name in (row["class"], row["suppressor_class"]):
            assert name in ("", "'=1+1", "'@SUM(A1)", "' -2", 'a, "b"', "c")
    assert {row["class"] for row in rows} == {"'=1+1", "'@SUM(A1)", "' -2", 'a, "b"', "c"}
    assert any(row["suppressor_class"].startswith("'") for row in rows)


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
    assert {row["status"] for row in _rows(candidates, nothing)} == {"below the score"}
    nobody = synthetic(0)
    assert export.to_csv(nobody, nobody.suppress()) == ",".join(export.CSV_COLUMNS) + "\n"
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
