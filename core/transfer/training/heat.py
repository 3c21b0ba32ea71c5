"""Runners that take turns on the device, step by step, so that all of their curves grow together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from core.jobs import Cancelled, Report
from core.transfer.training.loop import Training, begin, stop
from core.transfer.training.pace import Budget
from core.transfer.training.run import Point, Run, Step


class Stopped(Exception):
    """A heat that was stopped, with what its runners had learned."""

    def __init__(self, runs: dict[tuple[str, int], Run]) -> None:
        super().__init__()
        self.runs = runs


@dataclass(frozen=True)
class Starter:
    """A runner at its start.

    Attributes:
        title: of the runner.
        budget: how long it goes on.
        epoch: steps of one epoch.
        work: its training.
    """

    title: str
    budget: Budget
    epoch: int
    work: Training

    def steps(self, at: Step | Point) -> int:
        """That it has made."""
        return round(at.epoch * self.epoch)

    def share(self, at: Step | Point) -> float:
        """That it has done of what it has to do."""
        return self.budget.done(at.seconds, self.steps(at))

    def says(self, at: Step | Point) -> str:
        """How far it is, in a line; seconds that are over are not counted on."""
        steps, budget = self.steps(at), self.budget
        if at.seconds < budget.seconds:
            return f"{self.title}, {at.seconds:.0f} of {budget.seconds:.0f} s, step {steps:,}"
        if steps < budget.least:
            return f"{self.title}, {budget.seconds:.0f} s are over, step {steps:,} of at least {budget.least:,}"
        return f"{self.title}, step {steps:,}, last evaluation"


def run_heat(
    starters: Mapping[tuple[str, int], Starter], report: Report, note: Callable[[str, int, Point], None]
) -> dict[tuple[str, int], Run]:
    """Let runners run side by side: always the one that has used the fewest seconds goes on.

    Args:
        starters: (scenario's key, seed) -> runner.
        report: told the fraction done and one line after every step.
        note: given each point.

    Raises:
        Stopped: the job was stopped, with what they have learned.
    """
    at: dict[tuple[str, int], Step | Point] = {}
    runs: dict[tuple[str, int], Run] = {}

    def done() -> float:
        return sum(1.0 if key in runs else starters[key].share(step) for key, step in at.items()) / len(starters)

    try:
        for key, starter in starters.items():
            at[key] = first = begin(starter.work, partial(report, 0.0, f"building: {starter.title}"))
            note(*key, first)
        while len(runs) < len(starters):
            key = min((key for key in at if key not in runs), key=lambda key: at[key].seconds)
            starter = starters[key]
            report(done(), starter.says(at[key]))
            try:
                at[key] = step = next(starter.work)
            except StopIteration as end:
                runs[key] = end.value
                continue
            if isinstance(step, Point):
                note(*key, step)
    except Cancelled:
        tell = partial(report, 1.0, "judging")
        early = {key: stop(starters[key].work, tell) for key in at if key not in runs}
        raise Stopped(runs | early) from None
    return runs
