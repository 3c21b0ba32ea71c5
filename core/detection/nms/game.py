"""Be the NMS: round by round somebody says which box greedy NMS keeps next, and hears what it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from core.detection.rounds import Round, Rounds

NONE_LEFT = -1
"""The choice that no box is left."""


class Said(StrEnum):
    """How a choice compares with what NMS does."""

    RIGHT = "as NMS"
    LOWER = "another scores higher"
    GONE = "it had gone"
    NOT_OVER = "there are boxes left"


@dataclass(frozen=True)
class Turn:
    """One choice, and what NMS did then.

    Attributes:
        choice: the box that was chosen, or `NONE_LEFT`.
        said: how that compares.
        round: what NMS does in this round; None: it is over.
    """

    choice: int
    said: Said
    round: Round | None


@dataclass(frozen=True)
class Game:
    """A game.

    Attributes:
        rounds: those of NMS, number 0 being the start.
        choices: of the visitor, one a round.
    """

    rounds: Rounds
    choices: tuple[int, ...] = ()

    @property
    def last(self) -> int:
        """How many choices end the game: one a round, and then that none is left."""
        return len(self.rounds)

    @property
    def over(self) -> bool:
        """Whether all is said."""
        return len(self.choices) >= self.last

    @property
    def now(self) -> Round:
        """Where NMS is: what it did last."""
        return self.rounds[min(len(self.choices), len(self.rounds) - 1)]

    @property
    def turns(self) -> tuple[Turn, ...]:
        """All choices so far."""
        return tuple(self._turn(number, choice) for number, choice in enumerate(self.choices[: self.last]))

    @property
    def right(self) -> int:
        """How many choices were those of NMS."""
        return sum(turn.said is Said.RIGHT for turn in self.turns)

    @property
    def open(self) -> tuple[int, ...]:
        """Boxes that can be chosen: all that NMS has not kept so far, those it has dropped among them."""
        kept = {*self.now.kept, self.now.winner}
        return tuple(box for box in self.rounds.order if box not in kept)

    @property
    def gone(self) -> tuple[int, ...]:
        """Boxes that NMS has dropped so far."""
        waiting = set(self.now.waiting)
        return tuple(box for box in self.open if box not in waiting)

    def choose(self, box: int) -> Game:
        """The game after another choice; one that cannot be made changes nothing."""
        if self.over or (box != NONE_LEFT and box not in self.open):
            return self
        return replace(self, choices=(*self.choices, box))

    def undo(self) -> Game:
        """The game before the last choice."""
        return replace(self, choices=self.choices[:-1])

    def _turn(self, number: int, choice: int) -> Turn:
        before = self.rounds[number]
        after = self.rounds[number + 1] if number + 1 < len(self.rounds) else None
        if choice == (NONE_LEFT if after is None else after.winner):
            return Turn(choice, Said.RIGHT, after)
        if choice == NONE_LEFT:
            return Turn(choice, Said.NOT_OVER, after)
        return Turn(choice, Said.LOWER if choice in before.waiting else Said.GONE, after)
