"""The lecture's three scenarios and "from scratch", on one split with the same budget."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.device import give_back_memory
from core.jobs import Cancelled, Report
from core.transfer.data.augment import Augmentation
from core.transfer.data.image_set import ImageSet, Selection
from core.transfer.model.classifier import ModelSpec
from core.transfer.model.groups import HEADS, groups
from core.transfer.training.estimate import parameters
from core.transfer.training.freezing import backbone_rests
from core.transfer.training.heat import Starter, Stopped, run_heat
from core.transfer.training.loop import steps_of_epoch, training
from core.transfer.training.pace import Budget, watched
from core.transfer.training.reference import ProbeReference
from core.transfer.training.run import Point, Run
from core.transfer.training.schedule import Phase, Recipe

SIDE_BY_SIDE = 50_000_000
"""Parameters of all runners together up to which they are held at once; larger ones run one after the other."""
EPOCHS_FIXED = 60
"""Of the fixed feature extractor: on features that are there its head has learned by then what it can."""
UNBOUNDED = 1e6  # epochs: the budget ends it; steps of 16, since a short budget should hold many
LEAST_STEPS = 50
"""Of each runner, whatever the clock says: four passes over 200 pictures. By then who is pretrained has learned."""
LEAST_STEPS_FIXED = 400
"""Of the fixed feature extractor, which ends earlier with its epochs: on features that are there a second or two."""
MOST_EPOCHS, MOST_STEPS = 60, 500
"""After both of which a runner ends, whatever the clock says: more would only show how fast the machine is."""


@dataclass(frozen=True)
class Scenario:
    """One of the runners.

    Attributes:
        key: short name for links.
        title: as the lecture calls it.
        says: one sentence: what trains and what does not.
        trained: whether it begins with ImageNet weights.
        phase: how it trains; it ends with its epochs or with the budget.
    """

    key: str
    title: str
    says: str
    trained: bool
    phase: Phase


@dataclass
class LiveCurves:
    """Learning curves of a race that runs, written by the job and read by the page meanwhile.

    Attributes:
        points: (scenario's key, seed) -> its points so far.
        probe: what a logistic probe reaches on the same pictures, if that is known.
    """

    points: dict[tuple[str, int], list[Point]] = field(default_factory=dict)
    probe: ProbeReference | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, scenario: str, seed: int, point: Point) -> None:
        """Note a point."""
        with self._lock:
            self.points.setdefault((scenario, seed), []).append(point)

    def snapshot(self) -> dict[tuple[str, int], tuple[Point, ...]]:
        """All points so far; a copy."""
        with self._lock:
            return {key: tuple(points) for key, points in self.points.items()}


def scenarios(backbone: str) -> tuple[Scenario, ...]:
    """The four runners for a network: "fixed", "last", "all", "scratch"."""
    parts = [group.name for group in groups(backbone)]
    return (
        Scenario(
            "fixed",
            "Fixed feature extractor",
            "The backbone stays as ImageNet left it; only the new head learns, on features computed once.",
            True,
            Phase("the head", {HEADS: 3e-3}, EPOCHS_FIXED),
        ),
        Scenario(
            "last",
            "Fine-tuning the last layers",
            f"The head and {parts[-1]} learn; everything below stays frozen.",
            True,
            Phase(f"{parts[-1]} and the head", {parts[-1]: 3e-4, HEADS: 1e-3}, UNBOUNDED, batch=16),
        ),
        Scenario(
            "all",
            "Pretrained, all layers trained",
            "Everything learns, beginning with the ImageNet weights.",
            True,
            Phase("everything", dict.fromkeys(parts, 1e-3) | {HEADS: 3e-3}, UNBOUNDED, batch=16),
        ),
        Scenario(
            "scratch",
            "From scratch",
            "Everything learns, beginning with random weights.",
            False,
            Phase("everything", dict.fromkeys([*parts, HEADS], 2e-3), UNBOUNDED, batch=16),
        ),
    )


def recipe_of(scenario: Scenario, seed: int = 0, augmentation: Augmentation | None = None) -> Recipe:
    """How a runner trains."""
    return Recipe((scenario.phase,), augmentation=augmentation or Augmentation(), seed=seed)


def spec_of(scenario: Scenario, backbone: str, size: int, classes: int) -> ModelSpec:
    """What a runner is."""
    return ModelSpec(backbone, size, (classes,), trained=scenario.trained)


def budget_of(scenario: Scenario, pictures: int, seconds: float, least: int = LEAST_STEPS) -> Budget:
    """How long a runner goes on.

    Args:
        scenario: the runner.
        pictures: to learn from.
        seconds: of training.
        least: steps that it makes whatever the clock says.
    """
    epoch = steps_of_epoch(pictures, scenario.phase)
    if backbone_rests(scenario.phase):
        least = max(least, LEAST_STEPS_FIXED)
    return Budget(seconds, least, max(MOST_EPOCHS * epoch, MOST_STEPS, least))


def race(
    images: ImageSet,
    selection: Selection,
    backbone: str,
    size: int,
    runners: Sequence[Scenario],
    *,
    budget_s: float,
    least_steps: int = LEAST_STEPS,
    seeds: Sequence[int],
    report: Report,
    curves: LiveCurves,
    augmentation: Augmentation | None = None,
) -> dict[tuple[str, int], Run]:
    """Let the runners run side by side: always the one that has used the fewest seconds goes on.

    Of many validation pictures the points are about a part (`watched`), so that they can be many.

    Where all of them together are too large to be held at once, they run one after the other. When the job is
    stopped, those under way end with what they have learned.

    Args:
        images, selection: what is fitted, chosen and judged on.
        backbone, size: the network, and the side of what it sees in pixels.
        runners: some of `scenarios(backbone)`.
        budget_s: seconds of training each runner has for each seed.
        least_steps: that each makes, also where its seconds are over by then.
        seeds: each runner runs once with each.
        report: told the fraction done and one line after every step.
        curves: filled meanwhile.
        augmentation: of the training pictures.

    Returns:
        (scenario's key, seed) -> run; those that are not their runner's best (`best_seeds`) may lack their weights.

    Raises:
        UserError: the ImageNet weights cannot be had.
        Cancelled: the job was stopped before any of them began.
    """
    each = sum(parameters(spec_of(runners[0], backbone, size, len(images.classes))).values())
    pace = len(runners) if each * len(runners) <= SIDE_BY_SIDE else 1
    heats = [
        [(scenario, seed) for scenario in runners[start : start + pace]]
        for seed in seeds
        for start in range(0, len(runners), pace)
    ]
    budgets = {one.key: budget_of(one, len(selection.train), budget_s, least_steps) for one in runners}
    looked_at = watched(images, selection.validation)
    runs: dict[tuple[str, int], Run] = {}
    for number, heat in enumerate(heats):
        starters = {
            (scenario.key, seed): Starter(
                scenario.title,
                budgets[scenario.key],
                steps_of_epoch(len(selection.train), scenario.phase),
                training(
                    scenario.title if len(seeds) == 1 else f"{scenario.title}, seed {seed}",
                    spec_of(scenario, backbone, size, len(images.classes)),
                    images,
                    selection,
                    recipe_of(scenario, seed, augmentation),
                    budget=budgets[scenario.key],
                    looked_at=looked_at,
                ),
            )
            for scenario, seed in heat
        }
        heat_report = _part(report, number, len(heats))
        try:
            runs |= run_heat(starters, heat_report, curves.add)
            # of each runner one network is enough to use: those of VGG-16 take half a gigabyte each
            usable = set(best_seeds(runs).values())
            runs = {key: run if key in usable else run.without_weights() for key, run in runs.items()}
        except Stopped as early:
            runs |= early.runs
            break
    if not runs:
        raise Cancelled
    give_back_memory()
    return runs


def best_seeds(runs: Mapping[tuple[str, int], Run]) -> dict[str, tuple[str, int]]:
    """Scenario's key -> the key of its run that was best on the validation pictures, the first of equals."""
    best: dict[str, tuple[str, int]] = {}
    for key, run in runs.items():
        if key[0] not in best or run.validation_accuracy > runs[best[key[0]]].validation_accuracy:
            best[key[0]] = key
    return best


def _part(report: Report, number: int, of: int) -> Report:
    """A report on one of several equal parts."""
    return lambda fraction, text: report((number + fraction) / of, text)
