"""What the section about box regression draws and writes."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from core.detection.regression.evaluation import Curve, Moved
from core.detection.regression.pairs import Object, Pairs
from core.detection.regression.targets import regress
from core.figures.detection import regression as figures
from core.figures.detection import regression_charts as charts

SIZE = (640, 480)
FOUND = regress((100, 100, 200, 300), (150, 120, 350, 220), SIZE)


def test_the_formulas_have_their_numbers() -> None:
    rows = figures.target_formulas(FOUND)
    assert rows[0].endswith(r"\frac{250 - 150}{100} = \mathbf{1.000}")
    assert rows[1].endswith(r"\frac{170 - 200}{200} = \mathbf{-0.150}")
    assert rows[2].endswith(r"\ln\frac{200}{100} = \mathbf{0.693}")
    rows = figures.moved_formulas(FOUND)
    assert rows[0].endswith(r"100 \cdot 1.000 + 150 = \mathbf{250.0}")
    assert rows[1].endswith(r"200 \cdot (-0.150) + 200 = \mathbf{170.0}")
    assert rows[3].endswith(r"200 \cdot \exp(-0.693) = \mathbf{100.0}")
    assert all(
        len(short) < len(row) for short, row in zip(figures.moved_formulas(FOUND, short=True), rows, strict=True)
    )


def test_nothing_is_less_than_nothing() -> None:
    still = regress((100, 100, 200, 300), (100, 100, 200, 300), SIZE)
    assert r"\mathbf{0.000}" in figures.target_formulas(still)[0]
    assert not any("-0.0" in row for row in (*figures.target_formulas(still), *figures.moved_formulas(still)))


def test_the_clamp_is_said_where_it_bites() -> None:
    assert figures.clamp_remark(FOUND) == ""
    wide = regress((10, 10, 30, 30), (5, 5, 40, 40), SIZE, said=(0, 0, 5, 0))
    assert "$d_w = 5.000$ is above" in figures.clamp_remark(wide)
    assert r"\exp(\ln\tfrac{1000}{16})" in figures.moved_formulas(wide)[2]
    both = regress((10, 10, 30, 30), (5, 5, 40, 40), SIZE, said=(0, 0, 5, 5))
    assert "are above" in figures.clamp_remark(both)


@pytest.mark.parametrize("said", [None, (0.3, -0.2, 0.5, 5.0)])
def test_the_code_that_is_handed_out_holds(said: tuple[float, ...] | None) -> None:
    exec(figures.python_code(regress((100, 100, 200, 300), (150, 120, 351, 220), SIZE, said=said)), {})


def test_the_picture_shows_three_boxes_within_the_picture() -> None:
    (panel,) = figures.moved("", SIZE, FOUND).panels
    assert {box.tag: box.dashed for box in panel.boxes} == {"Ĝ": False, "G": False, "P": True}
    far = regress((100, 100, 200, 300), (150, 120, 350, 220), SIZE, said=(-1, 0, 5, 0))
    (wide, *_) = figures.moved("", SIZE, far).panels[0].boxes
    assert wide.corners[0] == 0
    assert wide.corners[2] == 640
    away = regress((0, 0, 20, 20), (150, 120, 350, 220), SIZE, said=(-1, 0, 0, 0))
    assert len(figures.moved("", SIZE, away).panels[0].boxes) == 2


def test_a_few_boxes_stand_for_all() -> None:
    values = [0.9, 0.6, 0.7, 0.8, 0.65]
    assert figures.spread(values, 3) == [1, 2, 0]
    assert sorted(figures.spread(values, 9)) == [0, 1, 2, 3, 4]
    assert figures.spread([0.7]) == [0]


def test_boxes_of_an_object_before_and_after() -> None:
    box, away = (10.0, 10.0, 50.0, 60.0), (700.0, 10.0, 800.0, 20.0)
    one, far = torch.tensor([box]), torch.tensor([away])
    nothing = np.zeros((1, 4))
    held = Pairs(
        "a", (Object("cup", box),), np.zeros(1, np.int64), one, one, nothing, nothing.astype(np.float32), nothing
    )  # fmt: skip
    moved = Moved(far, np.array([0.7]), np.array([0.0]))
    picture = figures.object_boxes("", SIZE, held, moved, 0, "cup", (1.0, 1.0), "ridge")
    assert picture is not None
    (panel,) = picture.panels
    assert panel.count == "0.700 → 0.000"
    assert [one.dashed for one in panel.boxes] == [False, True], "what lies outside is not drawn"
    unknown = Moved(far, np.array([0.7]), np.array([np.nan]))
    assert figures.object_boxes("", SIZE, held, unknown, 0, "cup", (1.0, 1.0), "the network's own") is None


@pytest.mark.parametrize(
    ("held", "words"), [(0.6, "It overfits"), (0.8, "has not seen"), (0.7, "nothing was learned that holds")]
)
def test_what_is_seen(held: float, words: str) -> None:
    found = Curve((1.0, 10.0), (0.9, 0.8), (held, 0.69), 0.7, math.nan, 0.7)
    assert words in charts.seen(found, 1.0)
    figure = charts.strength_curve(found, 1.0)
    assert charts.NETWORK not in set(figure.data["boxes"]), "it knows none of the classes"
    assert np.isfinite(figure.data["iou"]).all()
