"""Our step-by-step arithmetic against torchvision's operators: bins, winners, sampling points, weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as some
from torchvision import ops

from core.detection.pooling.aligned import ADAPTIVE, aligned_axis, roi_align
from core.detection.pooling.examples import BOX, MAPS, STRIDE
from core.detection.pooling.quantised import Box, Values, quantised_axis, roi_pool, rounded

NOISE = np.random.default_rng(0).normal(size=(11, 9)).astype(np.float32)
BOXES: dict[str, Box] = {
    "fractional corners": (22.0, 30.0, 86.0, 102.0),
    "on the cells": (16.0, 32.0, 80.0, 96.0),
    "smaller than a bin": (40.0, 41.0, 43.0, 47.0),
    "half a cell": (8.0, 8.0, 24.0, 24.0),
    "partly left of the map": (-50.0, -7.5, 60.0, 70.0),
    "partly right of the map": (100.0, 120.0, 260.0, 300.0),
    "larger than the map": (-40.0, -40.0, 400.0, 400.0),
    "outside": (-300.0, -300.0, -200.0, -200.0),
    "one cell": (64.0, 64.0, 79.0, 79.0),
    "without area": (40.0, 50.0, 40.0, 50.0),
}
QUARTERS = some.integers(-200, 1200).map(lambda whole: whole / 4)


def torch_pool(values: Values, box: Box, scale: float, out: int) -> Values:
    boxes = torch.tensor([[0.0, *box]])
    found: Values = ops.roi_pool(torch.tensor(values)[None, None], boxes, out, scale)[0, 0].numpy()
    return found


def torch_align(values: Values, box: Box, scale: float, out: int, ratio: int, aligned: bool) -> Values:
    boxes = torch.tensor([[0.0, *box]])
    found: Values = ops.roi_align(torch.tensor(values)[None, None], boxes, out, scale, ratio, aligned)[0, 0].numpy()
    return found


@pytest.mark.parametrize("out", [1, 2, 3, 7])
@pytest.mark.parametrize("name", BOXES)
def test_roi_pool_is_torchvisions(name: str, out: int) -> None:
    ours = roi_pool(NOISE, BOXES[name], 1 / 16, out)
    assert np.array_equal(ours.values, torch_pool(NOISE, BOXES[name], 1 / 16, out))


@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize("ratio", [ADAPTIVE, 1, 2, 3, 4])
@pytest.mark.parametrize("out", [1, 2, 7])
@pytest.mark.parametrize("name", BOXES)
def test_roi_align_is_torchvisions(name: str, out: int, ratio: int, aligned: bool) -> None:
    ours = roi_align(NOISE, BOXES[name], 1 / 16, out, ratio, aligned=aligned)
    theirs = torch_align(NOISE, BOXES[name], 1 / 16, out, ratio, aligned)
    np.testing.assert_allclose(ours.values, theirs, atol=2e-6)


@given(some.tuples(QUARTERS, QUARTERS, QUARTERS, QUARTERS), some.sampled_from([4, 8, 16, 32]), some.integers(1, 7))
def test_any_box_is_pooled_as_torchvision_pools_it(corners: Box, stride: int, out: int) -> None:
    ours = roi_pool(NOISE, corners, 1 / stride, out)
    assert np.array_equal(ours.values, torch_pool(NOISE, corners, 1 / stride, out))
    for row in range(out):
        for column in range(out):
            cells, winner = ours.cells(row, column), ours.winners[row][column]
            assert (winner is None) == (not cells)
            if winner is not None:
                assert winner in cells
                assert NOISE[winner] == ours.values[row, column] == max(NOISE[cell] for cell in cells)


@given(
    some.tuples(QUARTERS, QUARTERS, QUARTERS, QUARTERS),
    some.sampled_from([4, 8, 16, 32]),
    some.integers(1, 7),
    some.integers(0, 4),
    some.booleans(),
)
def test_any_box_is_sampled_as_torchvision_samples_it(
    corners: Box, stride: int, out: int, ratio: int, aligned: bool
) -> None:
    x1, y1, x2, y2 = corners
    assume(x1 < x2 and y1 < y2)
    ours = roi_align(NOISE, corners, 1 / stride, out, ratio, aligned=aligned)
    for axis in (ours.rows, ours.columns):  # a point on the very edge of what counts may fall to either side
        edges = np.array([-1, axis.length], np.float32)
        assume(not (np.abs(axis.points[..., None] - edges) < 1e-4).any())
    theirs = torch_align(NOISE, corners, 1 / stride, out, ratio, aligned)
    np.testing.assert_allclose(ours.values, theirs, atol=2e-5)


@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize("ratio", [ADAPTIVE, 1, 3])
@pytest.mark.parametrize("name", BOXES)
def test_a_bin_is_the_mean_of_its_points_and_each_the_sum_of_four_neighbours(
    name: str, ratio: int, aligned: bool
) -> None:
    ours = roi_align(NOISE, BOXES[name], 1 / 16, 3, ratio, aligned=aligned)
    for row in range(3):
        for column in range(3):
            points = ours.points(row, column)
            assert len(points) == ours.rows.ratio * ours.columns.ratio
            mean = sum(point.value for point in points) / max(len(points), 1)
            assert mean == pytest.approx(float(ours.values[row, column]), abs=1e-5)
            for point in points:
                assert sum(point.weights) == pytest.approx(1, abs=1e-6) or point.weights == (0, 0, 0, 0)
                assert point.parts == tuple(float(NOISE[cell]) for cell in point.cells)


@pytest.mark.parametrize("cells", [56, 57, 58, 114, 121])
def test_bins_that_single_precision_makes_larger_are_so_here_too(cells: int) -> None:
    values = np.arange(2 * 130, dtype=np.float32).reshape(2, 130)
    box = (0.0, 0.0, cells - 1.0, 1.0)
    assert np.array_equal(roi_pool(values, box, 1.0, 7).values, torch_pool(values, box, 1.0, 7))


def test_the_first_example_by_hand() -> None:
    """Columns 22/16 = 1.375 -> 1 to 86/16 = 5.375 -> 5, rows 1.875 -> 2 to 6.375 -> 6: five cells for two bins."""
    ours = roi_pool(MAPS["An object"], BOX, 1 / STRIDE, 2)
    assert (ours.columns.first, ours.columns.last, ours.columns.bins) == (1, 5, ((1, 4), (3, 6)))
    assert (ours.rows.first, ours.rows.last, ours.rows.bins) == (2, 6, ((2, 5), (4, 7)))
    assert ours.values.tolist() == [[9, 9], [7, 8]]
    assert ours.winners == (((3, 3), (3, 3)), ((4, 3), (4, 4)))


def test_a_ramp_is_read_where_the_points_stand() -> None:
    """The value of a column is its number: the mean of a bin is the middle of its points."""
    for aligned in (False, True):
        ours = roi_align(MAPS["A ramp"], BOX, 1 / STRIDE, 2, 2, aligned=aligned)
        start = 22 / 16 - 0.5 * aligned
        assert ours.values[0].tolist() == pytest.approx([start + 1, start + 3])


@pytest.mark.parametrize(
    ("value", "whole"), [(0.5, 1), (1.5, 2), (2.5, 3), (-0.5, -1), (-1.4, -1), (0.49999997, 0), (6.375, 6)]
)
def test_halves_are_rounded_away_from_zero(value: float, whole: int) -> None:
    assert rounded(value) == whole


def test_bins_share_cells_where_they_cannot_be_divided() -> None:
    assert quantised_axis(0, 63, 1 / 16, 2, 8).bins == ((0, 3), (2, 5))  # 63 / 16 = 3.94, so cells 0 to 4
    assert quantised_axis(0, 48, 1 / 16, 2, 8).bins == ((0, 2), (2, 4))


def test_a_small_box_is_stretched_to_one_cell_unless_aligned() -> None:
    assert aligned_axis(40, 43, 1 / 16, 2, 8, 1).bin == 0.5
    assert aligned_axis(40, 43, 1 / 16, 2, 8, 1, aligned=True).bin == pytest.approx(3 / 32)
