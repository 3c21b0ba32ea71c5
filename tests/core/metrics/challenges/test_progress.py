"""What counts as solving a challenge, and what does not."""

from __future__ import annotations

from core.metrics.challenges.catalogue import named
from core.metrics.challenges.progress import Attempt, outcome
from core.metrics.confusion import ConfusionMatrix

CHALLENGE = named("Accurate and useless")
OWN = ConfusionMatrix([[0, 3], [0, 97]], ("yes", "no"))
OTHER = ConfusionMatrix([[9, 1], [1, 9]], ("yes", "no"))


def test_a_matrix_that_was_made_counts() -> None:
    opened = Attempt.of(CHALLENGE, OTHER)
    assert not opened.found
    assert opened.next(CHALLENGE, OWN, undone=False).found
    assert not opened.next(CHALLENGE, OTHER, undone=False).found, "it solves nothing"


def test_a_matrix_that_was_there_or_was_given_does_not_count() -> None:
    opened = Attempt.of(CHALLENGE, OWN)
    assert not opened.next(CHALLENGE, OTHER, undone=False).next(CHALLENGE, OWN, undone=False).found
    other = Attempt.of(CHALLENGE, OTHER)
    assert not other.next(CHALLENGE, OWN, undone=True).found
    assert not other.next(CHALLENGE, CHALLENGE.solution, undone=False).found
    renamed = ConfusionMatrix(OWN.counts, ("ill", "healthy"))
    solved = other.next(CHALLENGE, OWN, undone=False)
    assert not solved.next(CHALLENGE, renamed, undone=False).found, "a new name is no new matrix"
    assert not solved.next(named("Below both"), OWN, undone=False).found, "opened with it"


def test_what_is_said_of_a_matrix_that_meets_all_conditions() -> None:
    assert outcome(CHALLENGE, OWN, solved=True) == "**Solved.**"
    assert outcome(CHALLENGE, CHALLENGE.solution, solved=False).startswith("**This is a solution**")
    assert outcome(CHALLENGE, OWN, solved=False).startswith("**This matrix already solves it.**")
