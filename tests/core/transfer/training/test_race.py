"""Four runners on one split with the same budget."""

from __future__ import annotations

import pytest

from core.jobs import Cancelled, Discarded
from core.models.zoo import ZOO
from core.transfer.data.augment import Augmentation
from core.transfer.model.groups import HEADS, group_names
from core.transfer.training import heat
from core.transfer.training import race as module
from core.transfer.training.race import LiveCurves, Scenario, best_seeds, race, scenarios
from core.transfer.training.run import Run
from tests.core.transfer.sets import everything, stripes

LITE = "tf_efficientnet_lite0"
IMAGES = stripes()


def run_race(
    runners: tuple[Scenario, ...], *, seeds: tuple[int, ...] = (0,), stop_at: int = 10**9
) -> tuple[dict[tuple[str, int], Run], LiveCurves, list[float]]:
    curves, fractions = LiveCurves(), []

    def report(fraction: float, _: str) -> None:
        fractions.append(fraction)
        if len(fractions) >= stop_at:
            raise Cancelled

    runs = race(
        IMAGES, everything(IMAGES), LITE, 32, runners, budget_s=0.5, least_steps=1, seeds=seeds, report=report,
        curves=curves, augmentation=Augmentation(flip=False),
    )  # fmt: skip
    return runs, curves, fractions


@pytest.mark.parametrize("name", ZOO)
def test_the_scenarios_of_the_lecture(name: str) -> None:
    fixed, last, everything_trained, scratch = scenarios(name)
    names = group_names(name, neck=False)
    assert set(fixed.phase.rates) == {HEADS}
    assert set(last.phase.rates) == {names[-2], HEADS}
    assert set(everything_trained.phase.rates) == set(scratch.phase.rates) == set(names)
    assert [runner.trained for runner in scenarios(name)] == [True, True, True, False]


@pytest.mark.parametrize("side_by_side", [True, False])
def test_all_of_them_arrive(side_by_side: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not side_by_side:
        monkeypatch.setattr(module, "SIDE_BY_SIDE", 0)
    runs, curves, fractions = run_race(scenarios(LITE))
    assert [key for key, _ in sorted(runs)] == ["all", "fixed", "last", "scratch"]
    assert fractions == sorted(fractions)
    assert all(run.points == curves.snapshot()[key] for key, run in runs.items())
    learned = {key: run.learned for (key, _), run in runs.items()}
    assert learned["fixed"] < learned["last"] < learned["all"] == learned["scratch"] == runs["all", 0].parameters
    splits = {tuple(run.test.indices) for run in runs.values()}
    assert len(splits) == 1
    for key, run in runs.items():
        assert run.trained.title == next(runner.title for runner in scenarios(LITE) if runner.key == key[0])


def test_seeds_run_one_after_the_other_under_names_of_their_own() -> None:
    runs, _, _ = run_race(scenarios(LITE)[:1], seeds=(0, 1))
    assert {run.trained.title for run in runs.values()} == {
        "Fixed feature extractor, seed 0",
        "Fixed feature extractor, seed 1",
    }


def test_stopped_half_way_they_keep_what_they_learned() -> None:
    runs, curves, _ = run_race(scenarios(LITE), stop_at=12)
    assert len(runs) == 4
    assert all(run.stopped for run in runs.values())
    assert curves.snapshot().keys() == runs.keys()


def test_stopped_before_the_start_there_is_nothing() -> None:
    with pytest.raises(Cancelled):
        run_race(scenarios(LITE), stop_at=1)


def test_of_several_seeds_only_the_best_keeps_its_weights() -> None:
    runs, _, _ = run_race(scenarios(LITE)[:1], seeds=(0, 1, 2))
    best = best_seeds(runs)["fixed"]
    assert {key: bool(run.trained.state) for key, run in runs.items()} == {key: key == best for key in runs}
    assert runs[best].validation_accuracy == max(run.validation_accuracy for run in runs.values())


def test_discarded_nothing_is_put_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    finished: list[object] = []
    monkeypatch.setattr(heat, "stop", finished.append)
    calls: list[float] = []

    def report(fraction: float, _: str) -> None:
        calls.append(fraction)
        if len(calls) == 12:
            raise Discarded

    with pytest.raises(Discarded):
        race(
            IMAGES, everything(IMAGES), LITE, 32, scenarios(LITE), budget_s=5, seeds=(0,), report=report,
            curves=LiveCurves(),
        )  # fmt: skip
    assert not finished
    assert len(calls) == 12
