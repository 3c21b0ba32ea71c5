"""The grid of places, and the one nearest to a click."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.detection import StagedDetector
from core.detection.anchors import places
from core.detection.anchors.places import anchors_at, nearest, one_level, shares, within
from core.detection.anchors.reference import RATIOS, SIZES, read
from core.errors import UserError

CELL = read(SIZES, RATIOS).cell()


def test_nine_boxes_around_a_place() -> None:
    level = one_level((320, 480), 16, CELL)
    assert level.shape == (20, 30)
    here = level.anchors()[anchors_at(level, 10, 15).start : anchors_at(level, 10, 15).stop]
    assert torch.equal(here, CELL + torch.tensor([240.0, 160.0, 240.0, 160.0]))


@given(st.integers(1, 900), st.integers(1, 900), st.sampled_from([4, 8, 16, 32]), st.data())
def test_a_click_is_found_again_by_what_the_link_holds(high: int, wide: int, stride: int, data: st.DataObject) -> None:
    level = one_level((high, wide), stride, CELL[:1])
    rows, columns = within(level, (high, wide))
    row, column = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    across, down = shares(level, (high, wide), row, column)
    assert nearest(level, (high, wide), across, down) == (row, column)


@given(st.floats(0, 100), st.floats(0, 100))
def test_any_point_has_a_place(across: float, down: float) -> None:
    level = one_level((40, 576), 32, CELL)
    row, column = nearest(level, (40, 576), across, down)
    assert 0 <= row < 2
    assert 0 <= column < 18


def test_places_on_what_fills_the_picture_up_are_none(detector: StagedDetector, photographs: dict[str, object]) -> None:
    inside = detector.inside(photographs["cat"])  # type: ignore[arg-type]
    level = inside.levels[0]
    assert (level.shape[1], inside.network_size[1]) == (64, 481)
    assert within(level, inside.network_size) == (40, 61)
    which = anchors_at(level, 3, 5)
    assert torch.equal(inside.anchors()[which.start], level.cell[0] + torch.tensor([40.0, 24.0, 40.0, 24.0]))


def test_a_grid_too_fine_is_refused() -> None:
    many = read("1 2 3 4 5 6 7 8 9 10 11 12", "1 2 3").cell()
    with pytest.raises(UserError, match="larger stride"):
        one_level((800, 1333), 8, many)
    assert places.MOST_ANCHORS > 217_413
