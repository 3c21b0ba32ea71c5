"""When a challenge counts as solved: only by a matrix that the visitor has found."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.metrics.challenges.catalogue import known
from core.metrics.challenges.challenge import Challenge
from core.metrics.confusion import ConfusionMatrix

Counts = list[list[float]]


@dataclass(frozen=True)
class Attempt:
    """A challenge that is open; matrices are their counts, for names change nothing.

    Attributes:
        title: of the challenge.
        opened: the matrix that was there when it was opened.
        last: the one that was there last.
        found: whether the last one solves it and was found by the visitor.
    """

    title: str
    opened: Counts
    last: Counts
    found: bool = False

    @classmethod
    def of(cls, challenge: Challenge, matrix: ConfusionMatrix) -> Attempt:
        """A challenge that has just been opened with this matrix."""
        counts = matrix.counts.tolist()
        return cls(challenge.title, counts, counts)

    def next(self, challenge: Challenge, matrix: ConfusionMatrix, *, undone: bool) -> Attempt:
        """The attempt with the matrix as it is now.

        A matrix does not count where the challenge was opened with it, an undo has brought it back, or it is one that
        the page gives to everybody (a known matrix, a solution).
        """
        if self.title != challenge.title:
            return Attempt.of(challenge, matrix)
        counts = matrix.counts.tolist()
        given = counts in (self.opened, self.last) or undone or known(matrix)
        return replace(self, last=counts, found=not given and challenge.solved(matrix))


def outcome(challenge: Challenge, matrix: ConfusionMatrix, *, solved: bool) -> str:
    """What to say of a matrix that meets all conditions, Markdown.

    Args:
        challenge: that is open.
        matrix: that meets its conditions.
        solved: whether the visitor has found one.
    """
    if solved:
        return "**Solved.**"
    if np.array_equal(matrix.counts, challenge.solution.counts):
        return "**This is a solution** that the page can show. Can you find another one? That one counts."
    return "**This matrix already solves it.** Start from its matrix, or find another one: that one counts."
