"""A box on a map: what rounding moves, what a shift changes, and boxes that cannot be pooled."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.detection.pooling.comparison import Pooling
from core.detection.pooling.examples import BOX, MAPS, SIDE, STRIDE
from core.detection.pooling.shifts import STEPS
from core.errors import UserError

OBJECT = Pooling(MAPS["An object"], BOX, STRIDE, 2, 2, aligned=False)


def test_rounding_moves_the_sides() -> None:
    assert [(edge.name, edge.cells, edge.cell, edge.moved) for edge in OBJECT.edges] == [
        ("x1", 1.375, 1, -6), ("y1", 1.875, 2, 2), ("x2", 5.375, 5, 10), ("y2", 6.375, 6, 10),
    ]  # fmt: skip


@pytest.mark.parametrize("name", MAPS)
def test_examples_are_of_one_size_and_read_only(name: str) -> None:
    assert MAPS[name].shape == (SIDE, SIDE)
    assert not MAPS[name].flags.writeable


@given(some.sampled_from(sorted(MAPS)), some.integers(-STEPS, STEPS), some.integers(1, 7), some.integers(0, 4))
def test_the_curve_is_what_the_box_gives_at_each_shift(name: str, step: int, out: int, ratio: int) -> None:
    pooling = Pooling(MAPS[name], BOX, STRIDE, out, ratio, aligned=True)
    here = pooling.at(step * STRIDE / STEPS)
    at = pooling.shifts.at(here.shift)
    assert np.array_equal(here.quantised.values, pooling.shifts.pooled[at])
    np.testing.assert_allclose(here.sampled.values, pooling.shifts.aligned[at], atol=1e-5)


def test_on_a_ramp_roi_align_moves_evenly_and_roi_pooling_in_steps() -> None:
    """Where no point leaves the map: a pixel to the right is 1/16 more; RoI pooling stays or gains a whole column."""
    shifts = Pooling(MAPS["A ramp"], BOX, STRIDE, 2, 2, aligned=False).shifts
    slope = np.diff(shifts.aligned, axis=0) * STEPS
    assert slope == pytest.approx(1, abs=1e-3)
    assert set(np.unique(np.diff(shifts.pooled[:, 0, 0]))) == {0, 1}
    pooled, aligned = shifts.changes()
    assert pooled[STEPS] == aligned[STEPS] == 0
    assert shifts.jumps() == pytest.approx((1, 1 / STEPS))


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((50, 10, 50, 90), "no area: x2"),
        ((10, 90, 60, 20), "no area: y2"),
        ((-30, -30, -10, -10), "outside the picture of 128 × 128"),
        ((128, 0, 190, 90), "outside"),
    ],
)
def test_a_box_with_nothing_in_it_is_refused(box: tuple[float, float, float, float], words: str) -> None:
    with pytest.raises(UserError, match=words):
        Pooling(MAPS["An object"], box, STRIDE, 2, 2, aligned=False)


def test_a_shift_out_of_the_picture_gives_zeros() -> None:
    beyond = Pooling(MAPS["An object"], (-14, 20, 2, 60), STRIDE, 2, 2, aligned=True, shift=-16)
    assert not beyond.quantised.values[:, 0].any()
    assert not beyond.shifts.aligned[0][:, 0].any()
