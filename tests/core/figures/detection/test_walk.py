"""What the picture, the charts and the formulas of a walk say is what the walk says."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import torch

from core.detection.walk.numbers import Step
from core.figures.detection import walk as figures
from core.figures.detection import walk_parts as parts
from core.figures.detection import walk_words as words
from core.figures.drawing import Cells, Text
from core.figures.figure import ACCENT
from core.models.semantic import channel_names
from tests.core.detection.walk.made import made_up_walk
from tests.synthetic import candidates

WALK = made_up_walk()
FOUND = candidates(60, network=(100, 200), size=(200, 500))
KEPT = FOUND.suppress(0.5, 0.3)
OWN = replace(WALK, candidate=int(KEPT.indices[1]))
SIZE = (500, 200)


@pytest.mark.parametrize("step", Step)
def test_every_step_draws_its_boxes_below_those_to_pick(step: Step) -> None:
    (panel,) = figures.picture("", SIZE, FOUND, KEPT, OWN, step).panels
    picks = [box.pick for box in panel.boxes]
    assert picks[-len(KEPT) :] == list(range(len(KEPT), 0, -1)), "the highest-scoring on top, each by its rank"
    added = panel.boxes[: -len(KEPT)]
    assert added
    assert {box.pick for box in added} == {-1}
    assert {box.group for box in added} == {OWN.candidate}, "they light up with the box they lead to"
    assert panel.title.startswith(f"{step.number}. ")
    own = next(box for box in panel.boxes if box.pick == 2)
    assert own.colour == ACCENT
    assert bool(panel.lines) == (step in (Step.LEVEL, Step.FEATURES))


def test_boxes_are_drawn_in_image_pixels() -> None:
    (panel,) = figures.picture("", SIZE, FOUND, KEPT, OWN, Step.ANCHOR).panels
    anchor, cell = panel.boxes[:2]
    assert anchor.corners == (60, 32, 140, 64)
    assert anchor.dashed
    assert cell.corners == (100, 48, 120, 64)
    box = figures.picture("", SIZE, FOUND, KEPT, OWN, Step.BOX).panels[0].boxes[0]
    assert box.corners == pytest.approx(WALK.box.tolist(), abs=0.05)


def test_seven_by_seven_cells_have_eight_lines_each_way() -> None:
    (panel,) = figures.picture("", SIZE, FOUND, KEPT, OWN, Step.FEATURES).panels
    assert len(panel.lines) == 16
    x1, y1, x2, y2 = panel.boxes[0].corners
    assert panel.lines[0] == (x1, y1, x1, y2)
    assert panel.lines[7] == pytest.approx((x2, y1, x2, y2))


def test_who_guesses_does_not_see_the_answer() -> None:
    (panel,) = figures.picture("", SIZE, FOUND, KEPT, OWN, None).panels
    assert 2 not in [box.pick for box in panel.boxes]
    assert [box.tag for box in panel.boxes if box.pick < 0] == ["proposal"]


def test_no_detection() -> None:
    none = FOUND.suppress(0.5, 1.0)
    (panel,) = figures.picture("", SIZE, FOUND, none, None, None).panels
    assert panel.boxes == ()
    assert "nothing is kept" in panel.alt


def test_formulas_have_the_numbers() -> None:
    said = words.four_formulas(WALK.first)
    assert r"32.0 \,{\cdot}\, 0.2500 + 40.0 = \mathbf{48.0}" in said
    assert r"16.0 \,{\cdot}\, (-0.1000) + 24.0 = \mathbf{22.4}" in said
    assert r"32.0 \,{\cdot}\, \exp(0.2000) = \mathbf{39.1}" in said
    assert "-1.000 / 10 = \\mathbf{-0.1000}" in words.deltas(WALK.second)
    assert "/ 1" not in words.deltas(WALK.first)
    assert r"\sigma(1.500) &= \mathbf{0.818}" in words.objectness(WALK)
    assert r"\lfloor 2.152 \rfloor \to \mathbf{3}" in words.level(WALK)
    assert r"= \mathbf{0.700}" in words.softmax(WALK)
    assert r"\cdot 2.5000 = " in words.scaled(WALK)


@pytest.mark.parametrize("said", [(0.25, -0.1, 0.2, 0.0), (-2.0, 3.0, 1.0, -1.0), (0.0, 0.0, 9.0, 0.0)])
def test_the_arithmetic_on_the_screen_is_right(said: tuple[float, ...]) -> None:
    """What a class computes from the digits shown is what is shown."""
    shown = words.four_formulas(made_up_walk(anchor_says=said).first)
    number = r"\(?(-?[\d.]+)\)?"
    for length, delta, at, result in re.findall(
        rf"= {number} \\,{{\\cdot}}\\, {number} \+ {number} = \\mathbf{{{number}}}", shown
    ):
        assert float(length) * float(delta) + float(at) == pytest.approx(float(result), abs=0.11)
    sizes = re.findall(rf"= {number} \\,{{\\cdot}}\\, \\exp\({number}\) = \\mathbf{{{number}}}", shown)
    assert len(sizes) == 2
    for length, delta, result in sizes:
        expected = float(length) * float(torch.tensor(float(delta)).exp())
        assert expected == pytest.approx(float(result), abs=0.11, rel=1e-3)


def test_what_is_cut_and_clipped_is_said() -> None:
    wide = made_up_walk(anchor_says=(0.0, 0.0, 9.0, 0.0))
    assert "here that cuts" in words.cut(wide.first)
    assert "here that cuts" not in words.cut(WALK.first)
    assert "changes nothing" in words.clipping(WALK, WALK.first)
    assert "is clipped to (0.0, " in words.clipping(wide, wide.first)
    assert words.verdict(WALK).endswith("**equal**, to the last bit.")
    assert "0.002 pixels" in words.verdict(replace(WALK, kept=WALK.box + 0.002))


def test_the_scores_chart_has_the_background_and_the_walked_class() -> None:
    many = tuple(f"class {number}" for number in range(12))
    scores = torch.linspace(0.2, 0.01, 12).tolist()
    chart = parts.class_scores(made_up_walk(tuple(scores), 11, classes=many))
    assert chart.data["class"].tolist() == [*(f"class {n}" for n in range(1, 6)), "class 11", "background"]
    assert chart.data[chart.data["what"] == "walked"]["class"].tolist() == ["class 11"]


def test_heat_maps_share_a_scale_and_tell_their_values() -> None:
    assert WALK.features is not None
    drawing = parts.heat_maps(WALK.features, (2, 0), ())
    grids = [item for item in drawing.items if isinstance(item, Cells)]
    assert len(grids) == 2
    assert grids[0].tips[0] == "channel 2, row 0, column 0: 9.800"
    assert [item.text for item in drawing.items if isinstance(item, Text)] == ["channel 2", "channel 0"]
    assert "From 0.00 (dark) to 14.60 (bright)" in words.maps(WALK.features, (2, 0), ())


def test_short_names_of_channels_are_as_distinct_as_the_long() -> None:
    names = channel_names([f"thing {number}" for number in range(80)])
    brief = [words.short(name) for name in names]
    assert len(set(brief)) == len(names) == 91
    assert brief[0] == "thing 0"
    assert max(map(len, brief[80:])) <= 16


def test_tables() -> None:
    boxes = parts.boxes_table(WALK)
    assert boxes["box"].tolist() == ["anchor", "proposal", "box", "box", "kept"]
    assert boxes["IoU"].tolist()[2:] == [1, 1, 1]
    assert parts.score_table(WALK)["class"].tolist() == ["cat", "dog", "background"]
