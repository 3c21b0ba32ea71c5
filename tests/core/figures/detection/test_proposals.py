"""What the pictures, charts and sentences about proposals show is what the results say."""

from __future__ import annotations

import json
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.detection.inside import Level
from core.detection.proposals import Proposals
from core.detection.proposing.objectness import ObjectnessMap, sizes_of
from core.detection.proposing.origins import Origin
from core.detection.proposing.recall import hits
from core.figures.detection import proposals as figures
from core.figures.detection import proposals_charts as charts
from core.figures.detection import proposals_words as words
from core.figures.detection.proposals import Colour, Objects
from core.figures.drawing import Cells
from core.figures.style import OKABE_ITO
from tests.examples import examples
from tests.synthetic import candidates as synthetic

BOXES = ((0.0, 0.0, 10.0, 10.0), (50.0, 50.0, 60.0, 60.0), (20.0, 0.0, 30.0, 11.0))
OBJECTS = Objects(("cup", "spoon"), ((0.0, 0.0, 10.0, 10.0), (20.0, 0.0, 30.0, 10.0)))
PROPOSALS = Proposals(torch.tensor(BOXES), torch.tensor([0.9, 0.5, 0.1]), torch.tensor([0, 9, 30]), 40, 7)
ORIGINS = (Origin(0, "0", 8, 0, 0, 32, 32), Origin(1, "1", 16, 3, 2, 90, 46), Origin(0, "0", 8, 5, 6, 32, 32))
HITS = hits(torch.tensor(OBJECTS.boxes), torch.tensor(BOXES), 0.6)


def one_level(rows: int = 4, columns: int = 6) -> ObjectnessMap:
    cell = torch.tensor([[-16.0, -8.0, 16.0, 8.0], [-16.0, -16.0, 16.0, 16.0]])
    level = Level("0", (rows, columns), (8, 8), cell, 0)
    values = torch.linspace(0, 1, rows * columns).view(rows, columns)
    return ObjectnessMap(level, values, (values > 0.5).long(), sizes_of(level))


def test_every_cell_says_its_row_column_objectness_and_anchor() -> None:
    drawing = figures.heat_map("data:,", (30, 44), (32, 48), one_level(), 0, swatch=False)
    (grid,) = (item for item in drawing.items if isinstance(item, Cells))
    assert (grid.rows, grid.columns, len(grid.tips)) == (4, 6, 24)
    assert grid.tips[0] == "row 0, column 0\nobjectness 0.000\nanchor 32 × 16 px"
    assert grid.tips[-1] == "row 3, column 5\nobjectness 1.000\nanchor 32 × 32 px"
    assert "level 0 · stride 8 px" in drawing.alt
    assert "4 × 6 cells, best 1.00" in drawing.alt
    assert drawing.narrowest <= figures.NARROWEST
    json.dumps(drawing.as_data())


def test_a_large_map_keeps_its_tips_short() -> None:
    drawing = figures.heat_map("data:,", (800, 1080), (800, 1088), one_level(100, 136), 0, swatch=True)
    (grid,) = (item for item in drawing.items if isinstance(item, Cells))
    assert grid.tips[0] == "0.000"
    assert len(json.dumps(drawing.as_data())) < 300_000


@pytest.mark.parametrize("size", [(320, 32), (32, 320), (40, 40)])
def test_letters_fit_on_pictures_of_any_shape(size: tuple[int, int]) -> None:
    drawing = figures.heat_map("data:,", size, size, one_level(size[0] // 8, size[1] // 8), 0, swatch=True)
    assert drawing.narrowest <= figures.NARROWEST
    assert drawing.width >= 0.7 * size[0]


def shown(colour: Colour = Colour.OBJECTNESS) -> figures.Panel:
    picture = figures.on_picture("data:,", (100, 80), BOXES, PROPOSALS, ORIGINS, OBJECTS, HITS, colour, 300)
    json.dumps(picture.as_data())
    return picture.panels[0]


def test_proposals_say_where_they_come_from_and_what_they_hit() -> None:
    panel = shown()
    assert panel.count == "3"
    assert "of 300" in panel.title
    texts = {box.group: box.text for box in panel.boxes}
    assert texts[0] == "proposal 1, objectness 0.900\nlevel 0, stride 8, anchor 32 × 32 px\nhits cup, IoU 1.00"
    assert texts[1].endswith("hits nothing; nearest is cup, IoU 0.00")
    assert "level 1, stride 16, anchor 90 × 46 px" in texts[1]
    assert texts[2].endswith("hits spoon, IoU 0.91")
    assert [box.group for box in panel.boxes] == [2, 1, 0, -1, -2], "the best on top, objects on top of all"
    assert {box.tag for box in panel.boxes} == {"", "cup ✓", "spoon ✓"}


def test_colours_are_objectness_or_level() -> None:
    by_level = {box.group: box.colour for box in shown(Colour.LEVEL).boxes}
    assert by_level[0] == by_level[2] == OKABE_ITO[0]
    assert by_level[1] == OKABE_ITO[1]
    assert len({box.colour for box in shown().boxes}) == 4


def test_an_object_that_the_first_miss_is_crossed() -> None:
    first = PROPOSALS.first(1)
    picture = figures.on_picture(
        "data:,", (100, 80), BOXES[:1], first, ORIGINS[:1], OBJECTS, HITS, Colour.OBJECTNESS, 3
    )
    assert {box.tag for box in picture.panels[0].boxes} == {"", "cup ✓", "spoon ✗"}
    hidden = figures.question("data:,", (100, 80), OBJECTS).panels[0]
    assert [box.text for box in hidden.boxes] == ["cup", "spoon"]
    assert "✓" not in json.dumps([box.tag for box in hidden.boxes])


def test_the_curve_is_recall_and_its_reading_says_it() -> None:
    figure = charts.recall_curve(HITS, 2)
    curve = figure.data[(figure.data["curve"] == charts.RECALL) & (figure.data["at"] == "")]
    assert curve["share"].tolist() == [0.5, 0.5, 1.0]
    assert figure.reading == "The first 2 hit 1 of 2 at IoU 0.60 or more: recall 50%, average recall 50%."
    table = charts.object_table(HITS, OBJECTS.names, 2)
    assert table["first hit by"].tolist() == [1, 3]
    assert table["best IoU, first N"].tolist() == [1.0, 0.0]
    assert table["best IoU, all"].tolist() == pytest.approx([1.0, 10 / 11])


def test_a_table_without_proposals_has_gaps() -> None:
    none = hits(torch.tensor(OBJECTS.boxes), torch.zeros(0, 4), 0.5)
    table = charts.object_table(none, OBJECTS.names, 20)
    assert table["first hit by"].isna().all()
    assert all(math.isnan(value) for value in table["best IoU, all"])


def test_words() -> None:
    assert list(words.steps(18_900, PROPOSALS, 3).values()) == [18_900, 40, 7, 3, 3]
    assert words.fewer(20, 20, 0.7) == ""
    assert words.fewer(20, 12, 0.0) == "At an NMS threshold of 0.00 12 proposals are left: all are shown."
    assert words.fewer(20, 1, 0.0).count("1 proposal is left") == 1
    assert "does not touch" in words.threshold_remark(0)
    assert "last digit" in words.threshold_remark(1)
    assert words.threshold_remark(0.5) == ""
    assert words.recall_numbers(HITS, 2) == r"\mathrm{recall}_{0.60}(2) = \frac{1}{2} = 0.5"
    assert words.average_recall_numbers(HITS, 2) == r"\mathrm{AR}(2) = \frac{2}{2} (0.50 + 0.00) = 0.5"


@given(st.integers(1, 9))
@examples(12)
def test_at_most_three_objects_are_written_out(objects: int) -> None:
    many = hits(torch.tensor([BOXES[0]] * objects), torch.tensor(BOXES), 0.5)
    assert (r"\dots" in words.average_recall_numbers(many, 1)) == (objects > 3)


def test_what_became_of_detections() -> None:
    found = synthetic(60, seed=3)
    before, after = found.suppress(0.5, 0.3), found.suppress(0.5, 0.9)
    same = words.compared(before, before, 31.2, 68)
    assert "the same classes" in same
    assert "RoIAlign, head and class boxes took 31.2 ms; the whole network took 68 ms before." in same
    gone = words.compared(before, after, 31.2, 68)
    assert f"{len(before)} detections before, {len(after)} now; gone: " in gone
    picture = figures.detections_of("data:,", (640, 480), [("own", found, before), ("these", found, after)])
    assert [panel.title for panel in picture.panels] == ["own", "these"]
    assert [int(panel.count) for panel in picture.panels] == [len(before), len(after)]
