"""What a race says of a runner while it runs."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from core.transfer.training.heat import Starter
from core.transfer.training.pace import Budget
from core.transfer.training.race import LEAST_STEPS_FIXED, MOST_STEPS, budget_of, scenarios
from core.transfer.training.run import Point, Run, Step


def work() -> Generator[Point | Step, None, Run]:
    raise AssertionError
    yield


STARTER = Starter("All layers", Budget(30.0, 50, 500), 10, work())


@pytest.mark.parametrize(
    ("seconds", "epoch", "says"),
    [
        (0.0, 0.0, "0 of 30 s, step 0"),
        (12.4, 2.0, "12 of 30 s, step 20"),
        (32.0, 3.1, "30 s are over, step 31 of at least 50"),
        (61.0, 5.0, "step 50, last evaluation"),
    ],
)
def test_seconds_that_are_over_are_not_counted_on(seconds: float, epoch: float, says: str) -> None:
    step = Step(seconds, epoch, 0)
    assert STARTER.says(step) == f"All layers, {says}"
    assert 0 <= STARTER.share(step) <= 1


def test_pretrained_runners_have_enough_steps_whatever_the_clock_says() -> None:
    fixed, last, everything, _ = (budget_of(runner, 196, 30.0) for runner in scenarios("resnet18"))
    assert fixed.least == LEAST_STEPS_FIXED
    assert last.least == everything.least == 50
    assert last.most == 60 * 12
    assert budget_of(scenarios("resnet18")[1], 10, 30.0).most == MOST_STEPS
    assert budget_of(scenarios("resnet18")[1], 10, 30.0, 1_000).most == 1_000, "never fewer than the least"
