"""A budget of seconds and steps, and the part of the validation pictures that is looked at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.transfer.training.pace import Budget, watched
from tests.core.transfer.sets import everything, stripes


@pytest.mark.parametrize(
    ("seconds", "steps", "done"),
    [(0, 0, 0), (10, 100, 1), (20, 25, 0.5), (99, 49, 0.98), (5, 400, 0.8), (1, 500, 1), (3, 30, 0.3)],
)
def test_both_seconds_and_least_steps_are_needed_and_most_steps_are_enough(
    seconds: float, steps: int, done: float
) -> None:
    assert Budget(10, 50, 500).done(seconds, steps) == pytest.approx(done)


def test_without_least_steps_the_clock_alone_ends_it() -> None:
    assert Budget(10, 0).done(5, 0) == 0.5
    assert Budget(10, 0).done(10, 0) == 1


moves = st.lists(st.tuples(st.floats(0, 5), st.integers(0, 20)), max_size=30)


@given(moves, st.integers(0, 60), st.none() | st.integers(1, 200))
def test_what_is_done_never_falls(steps: list[tuple[float, int]], least: int, most: int | None) -> None:
    budget, at = Budget(10, least, most), np.cumsum([(0.0, 0), *steps], axis=0)
    done = [budget.done(float(seconds), int(count)) for seconds, count in at]
    assert done == sorted(done)
    assert all(0 <= share <= 1 for share in done)


def test_a_phase_has_its_share() -> None:
    assert Budget(10, 50, 500).part(0.5) == Budget(5, 25, 250)
    assert Budget(10).part(1) == Budget(10)


def test_few_validation_pictures_are_all_watched_and_of_many_the_same_mixture() -> None:
    images = stripes(per_class=80)
    validation = everything(images).validation
    assert watched(images, validation).tolist() == validation.tolist()
    part = watched(images, validation, 10)
    assert len(set(part.tolist())) == 10
    assert set(part) < set(validation)
    assert np.bincount(images.labels[part]).tolist() == [5, 5]
    assert watched(images, validation, 10).tolist() == part.tolist(), "the same ones each time"
    lone = validation[images.labels[validation] == 0][:1]
    rare = np.sort(np.append(validation[images.labels[validation] == 1], lone))
    assert len(watched(images, rare, 20)) == 20
