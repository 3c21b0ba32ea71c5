"""Greedy NMS replayed round by round from the record of a suppression, and the overlap of two boxes in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from core.detection.results import Candidates, Detections, NmsStatus


@dataclass(frozen=True)
class Round:
    """One turn of greedy NMS; all numbers are those of candidates, best score first.

    Attributes:
        winner: the best candidate left, which is kept; None before the first round.
        victims: those it suppresses.
        kept: winners of earlier rounds.
        waiting: those no round has come to yet.
    """

    winner: int | None
    victims: tuple[int, ...]
    kept: tuple[int, ...]
    waiting: tuple[int, ...]


@dataclass(frozen=True)
class Rounds(Sequence[Round]):
    """The run of NMS replayed: number 0 is the start, then one round a box that NMS kept.

    A box that NMS kept counts even if it is then not shown (class not asked for, over the limit).

    Attributes:
        order: all candidates that took part, best score first.
        victims: winner -> those it suppressed, in order of the rounds.
    """

    order: tuple[int, ...]
    victims: Mapping[int, tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.victims) + 1

    @overload
    def __getitem__(self, number: int) -> Round: ...
    @overload
    def __getitem__(self, number: slice) -> list[Round]: ...
    def __getitem__(self, number: int | slice) -> Round | list[Round]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        number = range(len(self))[number]  # counts from the end where negative, and knows what is out of range
        winners = tuple(self.victims)[:number]
        decided = {index for winner in winners for index in (winner, *self.victims[winner])}
        waiting = tuple(index for index in self.order if index not in decided)
        if not winners:
            return Round(None, (), (), waiting)
        return Round(winners[-1], self.victims[winners[-1]], winners[:-1], waiting)


def rounds(candidates: Candidates, detections: Detections) -> Rounds:
    """The rounds of NMS from the record of a suppression."""
    order = candidates.scores.argsort(descending=True, stable=True).tolist()
    suppressed_by = detections.suppressed_by.tolist()
    order = [index for index in order if detections.statuses[index] is not NmsStatus.BELOW_SCORE]
    victims: dict[int, list[int]] = {index: [] for index in order if suppressed_by[index] < 0}
    for index in order:
        if suppressed_by[index] >= 0:
            victims[suppressed_by[index]].append(index)
    return Rounds(tuple(order), {winner: tuple(lost) for winner, lost in victims.items()})


@dataclass(frozen=True)
class Overlap:
    """Two candidates against each other, areas in square image pixels; IoU = intersection / union."""

    intersection: float
    union: float
    iou: float


def overlap(candidates: Candidates, first: int, second: int) -> Overlap:
    """Intersection over union of two candidates, with the areas it is made of."""
    pair = candidates.boxes[[first, second]].double()  # (2, 4)
    low, high = pair[:, :2].amax(0), pair[:, 2:].amin(0)
    intersection = float((high - low).clamp(min=0).prod())
    union = float((pair[:, 2:] - pair[:, :2]).prod(1).sum()) - intersection
    return Overlap(intersection, union, intersection / union)
