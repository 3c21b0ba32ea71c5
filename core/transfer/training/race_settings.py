"""Who takes part in a race, and how long; and who wins it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from core.transfer.data.augment import Augmentation
from core.transfer.training.race import LEAST_STEPS, Scenario
from core.transfer.training.run import Run

T = TypeVar("T")


@dataclass(frozen=True)
class RaceSettings:
    """How a race is run.

    Attributes:
        runners: that take part.
        budget_s: seconds of training for each of them and each seed.
        seeds: each runner runs once with each.
        augmentation: of the training pictures.
        least_steps: that each runner makes, also where its seconds are over by then.
    """

    runners: tuple[Scenario, ...]
    budget_s: float
    seeds: tuple[int, ...]
    augmentation: Augmentation
    least_steps: int = LEAST_STEPS

    @property
    def seconds(self) -> float:
        """Of training altogether; more where the machine is so busy that the least steps take longer."""
        return self.budget_s * len(self.runners) * len(self.seeds)

    def named(self, found: Mapping[tuple[str, int], T]) -> dict[tuple[str, int], T]:
        """(key of the runner, seed) -> anything, by the runners' titles and in their order."""
        keys = ((runner, seed) for runner in self.runners for seed in self.seeds)
        return {(runner.title, seed): found[runner.key, seed] for runner, seed in keys if (runner.key, seed) in found}


def winner(runs: Mapping[tuple[str, int], Run]) -> str:
    """The runner with the highest mean test accuracy; of equals the one that was better on the validation pictures."""

    def means(runner: str) -> tuple[float, float]:
        its = [run for (name, _), run in runs.items() if name == runner]
        return sum(run.test.accuracy for run in its) / len(its), sum(run.validation_accuracy for run in its) / len(its)

    return max(dict.fromkeys(runner for runner, _ in runs), key=means)
