"""What is drawn and written of RoI pooling: the numbers are those of the operators."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core.detection.pooling.comparison import Pooling
from core.detection.pooling.examples import BOX, MAPS, STRIDE
from core.detection.pooling.passes import Passes
from core.figures.detection import pooling as figures
from core.figures.detection import pooling_charts as charts
from core.figures.detection import pooling_formulas as formulas
from core.figures.detection.pooling_window import window_of
from core.figures.drawing import Cells, Drawing, Polygon, Rect, Text

OBJECT = Pooling(MAPS["An object"], BOX, STRIDE, 2, 2, aligned=False)
LARGE = Pooling(
    np.random.default_rng(1).normal(size=(40, 60)).astype(np.float32), (100, 60, 300, 290), 8, 7, 2, aligned=False
)


def cells(drawing: Drawing) -> Cells:
    (found,) = (item for item in drawing.items if isinstance(item, Cells))
    return found


def outlined(drawing: Drawing, colour: str) -> list[Rect]:
    return [item for item in drawing.items if isinstance(item, Rect) and item.stroke == colour and not item.dashed]


@pytest.mark.parametrize("value", [(9.0, "9"), (-0.42, "−0.42"), (-0.001, "0"), (123.4, "123"), (6.046, "6.05")])
def test_numbers_are_short(value: tuple[float, str]) -> None:
    assert figures.written(value[0]) == value[1]


def test_the_winner_is_marked_only_when_the_answer_may_be_seen() -> None:
    unit = window_of(OBJECT).unit
    (winner,) = outlined(figures.quantised_map(OBJECT, (0, 0)), figures.BOX)
    assert (winner.x / unit, winner.y / unit) == pytest.approx((3, 3)), "the 9 of the map"
    hidden = figures.quantised_map(OBJECT, (0, 0), told=False)
    assert not outlined(hidden, figures.BOX)
    assert "largest" not in hidden.alt
    tips = [item.tip for item in figures.aligned_map(OBJECT, (0, 0), told=False).items if isinstance(item, Polygon)]
    assert not any(":" in tip for tip in tips)


def test_bins_stand_where_the_operators_have_them() -> None:
    """Rounded, the box is columns 1 to 5 and rows 2 to 6; RoIAlign's is half a cell right and below the true one."""
    unit = window_of(OBJECT).unit
    pooled, aligned = cells(figures.quantised_map(OBJECT, (0, 1))), cells(figures.aligned_map(OBJECT, (0, 1)))
    assert (pooled.x / unit, pooled.y / unit, pooled.width / unit) == pytest.approx((1, 2, 5))
    assert (aligned.x / unit, aligned.y / unit, aligned.width / unit) == pytest.approx((1.875, 2.375, 4))
    straight = Pooling(MAPS["An object"], BOX, STRIDE, 2, 2, aligned=True)
    assert cells(figures.aligned_map(straight, (0, 1))).x / unit == pytest.approx(BOX[0] / STRIDE)


def test_a_map_keeps_its_frame_while_the_box_is_shifted() -> None:
    for pooling in (OBJECT, LARGE):
        assert window_of(pooling) == window_of(pooling.at(-16)) == window_of(pooling.at(16))
    assert window_of(OBJECT).numbered
    assert not window_of(LARGE).numbered


@pytest.mark.parametrize("pooling", [OBJECT, LARGE], ids=["small", "large"])
def test_outputs_are_written_bin_by_bin(pooling: Pooling) -> None:
    drawing = figures.output(pooling.sampled.values, (0, 1), "RoIAlign")
    texts = [item.text for item in drawing.items if isinstance(item, Text)]
    assert texts == [figures.written(float(value)) for value in pooling.sampled.values.ravel()]
    assert drawing.least >= 14


@pytest.mark.parametrize("shift", [-32.0, 0.0, 5.0])
@pytest.mark.parametrize("chosen", [(0, 0), (1, 1)])
def test_formulas_end_in_what_the_operators_give(chosen: tuple[int, int], shift: float) -> None:
    pooling = OBJECT.at(shift)

    def result(line: str) -> float:
        return float(re.findall(r"\\mathbf\{(.+?)\}", line)[-1])

    assert result(formulas.largest(pooling, chosen)) == pooling.quantised.values[chosen]
    assert result(formulas.mean(pooling, chosen)) == pytest.approx(pooling.sampled.values[chosen], abs=0.006)
    first = pooling.sampled.points(*chosen)[0]
    assert result(formulas.first_point(pooling, chosen)) == pytest.approx(first.value, abs=0.006)
    begin, end = re.findall(r"\\r(?:floor|ceil) = (-?\d+)", formulas.quantised_columns(pooling, chosen))
    assert (max(int(begin), 0), max(int(end), 0)) == pooling.quantised.columns.bins[chosen[1]]
    assert f"{first.x:.3f}" in formulas.aligned_columns(pooling, chosen)


def test_a_bin_beyond_the_map_says_so() -> None:
    beyond = Pooling(MAPS["An object"], (-20, 20, 2, 60), STRIDE, 2, 2, aligned=True, shift=-16)
    assert "no cell" in formulas.largest(beyond, (0, 0))
    figures.quantised_map(beyond, (0, 0))
    figures.aligned_map(beyond, (0, 0))


def test_tables_hold_every_side_point_and_bin() -> None:
    assert charts.edge_table(OBJECT)["moved by (px)"].tolist() == [-6, 2, 10, 10]
    points = charts.point_table(OBJECT, (0, 0))
    assert points["value"].mean() == pytest.approx(float(OBJECT.sampled.values[0, 0]))
    assert charts.numbers_table(OBJECT)[charts.POOL].tolist() == [9, 9, 7, 8]


def test_the_table_of_passes_says_what_is_multiplied() -> None:
    table = charts.passes_table(Passes(600, 300, backbone=40, pooling=30, pixels=224 * 224))
    assert table["time"].tolist() == ["24.1 s", "100 ms"]
    multiplied, measured = table.iloc[:, 3]
    assert multiplied.startswith("multiplied: 600 passes × 40 ms")
    assert measured == "measured: 40 ms + 30 ms for 300 regions, the latter times 600/300"


def test_charts_read_the_numbers_where_the_box_is() -> None:
    moved = OBJECT.at(8)
    pooled, aligned = (float(one.values[0, 0]) for one in (moved.quantised, moved.sampled))
    reading = charts.bin_against_shift(moved, (0, 0)).reading
    assert f"RoI pooling {figures.written(pooled)}, RoIAlign {figures.written(aligned)}" in reading
    still = charts.change_against_shift(OBJECT)
    now = still.data[still.data["part"] == "now"]
    assert now["value"].tolist() == [0, 0]
