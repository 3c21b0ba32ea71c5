"""How the mid-term is marked, as a checklist; the numbers are the course's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """One line of the marks.

    Attributes:
        of: report or presentation.
        what: is marked.
        points: of 100.
    """

    of: str
    what: str
    points: int

    @property
    def label(self) -> str:
        """The line."""
        return f"{self.of}: {self.what} ({self.points})"


MARKS = (
    Mark("Report", "Motivation and design idea, described clearly", 40),
    Mark("Report", "Reproduction: code and results on CIFAR-10", 30),
    Mark("Presentation", "Teamwork", 10),
    Mark("Presentation", "Clear presentation", 10),
    Mark("Presentation", "Rank on CIFAR-10 among the groups", 10),
)
"""70 for the report, 30 for the presentation."""
