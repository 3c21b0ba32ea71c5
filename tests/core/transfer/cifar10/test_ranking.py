"""The Pareto front against its definition."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.transfer.cifar10.ranking import pareto
from tests.examples import examples

POINTS = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), max_size=12)


def beaten(one: tuple[float, float], by: tuple[float, float]) -> bool:
    return by[0] <= one[0] and by[1] >= one[1] and by != one


@examples(200)
@given(POINTS)
def test_the_front_is_whom_nobody_beats(points: list[tuple[float, float]]) -> None:
    front = pareto(points)
    assert set(front) == {index for index, one in enumerate(points) if not any(beaten(one, other) for other in points)}
    costs = [points[index] for index in front]
    assert costs == sorted(costs)


def test_by_hand() -> None:
    assert pareto([(3, 0.9), (1, 0.5), (2, 0.4), (2, 0.7), (4, 0.9)]) == (1, 3, 0)
    assert pareto([]) == ()
