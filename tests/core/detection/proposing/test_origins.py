"""Where proposals come from, and the file that says so."""

from __future__ import annotations

import csv
import io

import pytest
import torch

from core.detection.coding import decode
from core.detection.detector import StagedDetector
from core.detection.inside import Inside
from core.detection.proposing.again import in_image, propose_again
from core.detection.proposing.origins import CSV_COLUMNS, origins, to_csv
from core.detection.proposing.recall import hits
from core.samples import SAMPLES, ground_truth


def test_each_proposal_is_its_anchor_moved(detector: StagedDetector, insides: dict[str, Inside]) -> None:
    inside = insides["cat"]
    proposals = propose_again(detector.model.rpn, inside)
    height, width = inside.network_size
    for place, origin in enumerate(origins(inside, proposals)[:40]):
        anchor = int(proposals.anchor_of[place])
        corners = inside.anchors()[anchor]
        assert (corners[2:] - corners[:2]).tolist() == [origin.width, origin.height]
        centre = (corners[:2] + corners[2:]) / 2
        assert centre.tolist() == [origin.column * origin.stride, origin.row * origin.stride]
        moved = decode(corners[None], inside.rpn_deltas[anchor][None])[0]
        clipped = moved.clamp(min=0).minimum(torch.tensor([width, height, width, height]))
        assert torch.allclose(clipped, proposals.boxes[place], atol=1e-3)
        assert inside.levels[origin.level].name == origin.name


def test_the_file_has_a_line_a_proposal(detector: StagedDetector, insides: dict[str, Inside]) -> None:
    inside = insides["coffee"]
    proposals = propose_again(detector.model.rpn, inside, 0.3)
    seen = ground_truth(SAMPLES["coffee"])
    boxes = in_image(inside, proposals.boxes)
    against = hits(torch.tensor([box.xyxy for box in seen]), boxes, 0.5)
    rows = list(csv.DictReader(io.StringIO(to_csv(inside, proposals, against, ["=cup", "spoon", "table"]))))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [int(row["rank"]) for row in rows] == list(range(1, len(proposals) + 1))
    scores = [float(row["objectness"]) for row in rows]
    assert scores == sorted(scores, reverse=True)
    for row, box in zip(rows, boxes.tolist(), strict=True):
        assert [float(row[name]) for name in ("x1", "y1", "x2", "y2")] == pytest.approx(box, abs=0.051)
    assert sum(row["hit"] == "yes" for row in rows) == against.hitting(len(proposals))
    assert {row["stride"] for row in rows} <= {"8", "16", "32"}
    assert not any(row["nearest_object"].startswith("=") for row in rows), "a spreadsheet would compute it"


def test_without_objects_the_last_columns_are_empty(detector: StagedDetector, insides: dict[str, Inside]) -> None:
    inside = insides["coffee"]
    proposals = propose_again(detector.model.rpn, inside).first(3)
    against = hits(torch.zeros(0, 4), in_image(inside, proposals.boxes), 0.5)
    rows = list(csv.DictReader(io.StringIO(to_csv(inside, proposals, against, []))))
    assert [(row["nearest_object"], row["iou"], row["hit"]) for row in rows] == [("", "", "")] * 3
