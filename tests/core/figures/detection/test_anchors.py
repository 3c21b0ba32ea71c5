"""What is drawn and said of anchors: the boxes of a place, the best one, its shifts, tables, charts of data."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
import torch
from torch import Tensor

from core.detection.anchors import places
from core.detection.anchors.comparison import by_class, compare
from core.detection.anchors.matching import at_place, match, overlaps
from core.detection.anchors.reference import RATIOS, SIZES, read
from core.detection.coding import decode
from core.figures.detection import anchors, anchors_data
from core.figures.detection.anchors import Scene
from core.figures.drawing import ACCENT, Cells, Polygon, Rect, Text

OBJECTS = torch.tensor([[200.0, 100, 328, 240], [10, 10, 16, 16]])
SIZE = (320, 480)


def scene(
    objects: Tensor = OBJECTS, place: tuple[int, int] = (10, 15), sizes: str = SIZES, *, marks: bool = False
) -> Scene:
    pattern = read(sizes, RATIOS)
    level = places.one_level(SIZE, 16, pattern.cell())
    found = overlaps(objects, level.anchors())
    here = at_place(found, level.anchors(), places.anchors_at(level, *place))
    marked = level.anchors()[match(found).positives] if marks else objects[:0]
    names = ("cup", "spoon")[: len(objects)]
    return Scene("data:", SIZE, level, pattern.references(), place, here, objects, names, 0 if names else None, marked)


def dashed(drawing: anchors.Drawing) -> list[Rect]:
    return [item for item in drawing.items if isinstance(item, Rect) and item.dashed]


def test_nine_anchors_with_the_lectures_sides() -> None:
    drawn = anchors.drawing(scene())
    boxes = dashed(drawn)
    grid = next(item for item in drawn.items if isinstance(item, Cells))
    unit = grid.width / (30 * 16)  # drawing units for a network pixel
    sides = sorted((round(box.width / unit), round(box.height / unit)) for box in boxes)
    assert sides == [
        (45, 91), (64, 64), (78, 52), (91, 181), (128, 128), (157, 105), (181, 362), (256, 256), (314, 209),
    ]  # fmt: skip
    middle = grid.x + 15.5 * 16 * unit, grid.y + 10.5 * 16 * unit
    for box in boxes:
        assert (box.x + box.width / 2, box.y + box.height / 2) == pytest.approx(middle)
    assert grid.chosen == (10, 15)


def test_the_best_one_is_told_and_points_at_its_object_but_not_before_it_may() -> None:
    told, untold = anchors.drawing(scene()), anchors.drawing(scene(), told=False)
    (best,) = [box for box in dashed(told) if box.stroke == ACCENT]
    assert best.width == pytest.approx(best.height), "128 × 128"
    assert any(isinstance(item, Polygon) and item.fill == anchors.LIGHT for item in told.items)
    assert "the best for cup is 128 px, ratio 1, IoU" in told.alt
    assert len(dashed(told)) == len(dashed(untold)) == 9
    assert not [box for box in dashed(untold) if box.stroke == ACCENT]
    assert "best" not in untold.alt
    assert {item.text for item in told.items if isinstance(item, Text)} == {
        "64 px", "128 px", "256 px", "best", "object",
    }  # fmt: skip


def test_without_objects_only_the_anchors_are_drawn() -> None:
    empty = scene(torch.zeros(0, 4))
    drawn = anchors.drawing(empty)
    assert len(dashed(drawn)) == 9
    assert anchors.shifts(empty) == []
    assert "IoU" not in anchors.anchor_table(empty)


@pytest.mark.parametrize("sizes", ["1", "2000", "10 20 30 40 50 60 70 80 90 100 110 120", "37x52, 600x9, 9x600"])
@pytest.mark.parametrize("place", [(0, 0), (19, 29)])
def test_any_boxes_at_any_place_fit_into_a_frame_that_can_be_read(sizes: str, place: tuple[int, int]) -> None:
    drawn = anchors.drawing(scene(place=place, sizes=sizes, marks=True))
    assert all(math.isfinite(side) and side > 0 for side in (drawn.width, drawn.height))
    assert drawn.narrowest <= 358, "a phone of 390 pixels shows it whole"
    assert drawn.height < 1.6 * drawn.width


def test_the_shifts_lead_to_the_object() -> None:
    one = scene()
    lines = anchors.shifts(one)
    said = [float(value) for line in lines for value in re.findall(r"\\mathbf\{([-\d.]+)\}", line)]
    best = one.here.best(0)[0]
    moved = decode(one.here.anchors[best][None], torch.tensor([said]))[0]
    assert torch.allclose(moved, OBJECTS[0], atol=0.2)


def test_the_tables_hold_what_was_asked_for() -> None:
    one = scene()
    frame = anchors.anchor_table(one)
    assert frame["area"].round().tolist() == [4096, 16384, 65536] * 3
    np.testing.assert_allclose(frame["w/h"], np.repeat([0.5, 1, 1.5], 3))
    np.testing.assert_allclose(frame["h/w"] * frame["w/h"], 1)
    found = overlaps(OBJECTS, one.level.anchors())
    table = anchors.object_table(one, found, match(found), [one.level], [one.references])
    assert table["object"].tolist() == ["cup", "spoon"]
    assert table["only by force"].tolist() == ["no", "yes"]
    assert table["best anchor here"].tolist() == ["128 px, ratio 1", "–"]
    assert (table["IoU here"] <= table["IoU anywhere"]).all()


def test_what_is_said_of_the_whole_grid() -> None:
    found = match(overlaps(OBJECTS, scene().level.anchors()))
    text = anchors.says(found, 5400, 0.7, 0.3, 2)
    assert f"**{found.positive}** are positive" in text
    assert "by force" in text
    nothing = match(overlaps(torch.zeros(0, 4), scene().level.anchors()))
    assert "all 5,400 anchors are background" in anchors.says(nothing, 5400, 0.7, 0.3, 0)
    shown = anchors.numbers(scene(), overlaps(OBJECTS, scene().level.anchors()), found, 5400)
    assert shown["Anchors"] == "5,400"
    assert (
        int(shown["Positive"]) + int(shown["Ignored"].replace(",", "")) + int(shown["Negative"].replace(",", ""))
        == 5400
    )


def test_a_data_set_is_drawn_with_both_sets_of_anchors() -> None:
    boxes = np.random.default_rng(0).uniform(5, 300, (anchors_data.MOST_POINTS + 10, 2))
    labels = ["cup"] * len(boxes)
    chart = anchors_data.scatter(boxes, labels, boxes[:9], boxes[:5])
    assert chart.data["part"].value_counts().to_dict() == {
        anchors_data.BOX: anchors_data.MOST_POINTS, anchors_data.WRITTEN: 9, anchors_data.CLUSTERED: 5,
    }  # fmt: skip
    assert "1,500 are drawn" in chart.reading
    found = compare(boxes, boxes[:9], boxes[:5])
    table = anchors_data.class_table(by_class(labels, boxes, found, 0.5))
    assert table["boxes"].tolist() == [len(boxes)]
    assert anchors_data.numbers(found, 0.5)["Mean IoU, k-means"] == f"{found.means()[1]:.3f}"


def test_how_many_clusters_are_as_good_as_what_was_written() -> None:
    means = (0.4, 0.6, 0.7)
    assert "reaches with 2 anchors" in anchors_data.elbow(means, 3, 0.55, 9).reading
    assert "reaches with" not in anchors_data.elbow(means, 3, 0.9, 9).reading
