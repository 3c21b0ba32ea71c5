"""Who is good for what it costs: the families' records held against each other."""

from __future__ import annotations

from collections.abc import Sequence


def pareto(points: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """The points that no other beats: none is at least as cheap and at least as good, and in one of both better.

    Args:
        points: (cost, accuracy) each; costs are better when lower, accuracies when higher.

    Returns:
        Indices of the front, from the cheapest to the most expensive; of equal points all.
    """
    order = sorted(range(len(points)), key=lambda index: (points[index][0], -points[index][1]))
    front: list[int] = []
    for index in order:
        cost, accuracy = points[index]
        best = points[front[-1]] if front else (0.0, float("-inf"))
        if accuracy > best[1] or (cost, accuracy) == best:
            front.append(index)
    return tuple(front)
