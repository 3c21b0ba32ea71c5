"""Record what "Race" and "Schedule" open with: `python -m tests.bench.record_trainings ZIP`, on a machine at rest.

The zip holds class folders of photographs (ants and bees of PyTorch's transfer-learning tutorial). Writes the numbers
and curves, no pictures and no weights, to `core/transfer/training/recorded`, and prints what they come to as JSON.
"""

from __future__ import annotations

import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

import torch

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.device import describe
from core.models.zoo import ZOO
from core.transfer.data.archive import read_archive
from core.transfer.data.image_set import majority
from core.transfer.data.splits import select
from core.transfer.model.classifier import ModelSpec
from core.transfer.training.loop import train
from core.transfer.training.presets import PRESETS
from core.transfer.training.race import LiveCurves, race, scenarios
from core.transfer.training.recording import RACE, SCHEDULE, Recording, write
from core.transfer.training.reference import probe_reference
from core.transfer.training.run import Point
from core.transfer.training.schedule import Recipe

BACKBONE, SIZE, BUDGET_S = "tf_efficientnet_lite0", 128, 30.0
SET = "Ants and bees"


def quiet(_: float, __: str) -> None:
    """A report nobody reads."""


def main() -> None:
    """Train, write and print."""
    images = read_archive(Path(sys.argv[1]).read_bytes(), SET, quiet)
    selection = select(images, None)
    counts = [len(part) for part in (selection.train, selection.validation, selection.test)]
    network = f"{ZOO[BACKBONE].title} at {SIZE} px"
    about = f"{SET}: {counts[0]} training, {counts[1]} validation and {counts[2]} test photographs; {network}"
    made = f"{describe().name}, torch {torch.__version__}, {platform.machine()}, {datetime.now(UTC):%Y-%m-%d}"
    chance = float(majority(images.labels[selection.validation]))
    reference = probe_reference(images, selection, BACKBONE, trained=True, size=SIZE, report=quiet)
    assert reference is not None, "these are too many photographs for a probe"
    probe = reference.validation

    curves = LiveCurves()
    runners = scenarios(BACKBONE)
    runs = race(images, selection, BACKBONE, SIZE, runners, budget_s=BUDGET_S, seeds=(0,), report=quiet, curves=curves)
    points = curves.snapshot()
    titles = {runner.key: runner.title for runner in runners}
    raced = Recording(
        about,
        made,
        chance,
        probe,
        BUDGET_S,
        {titles[key]: points[key, 0] for key in titles},
        {titles[key]: run.test.accuracy for (key, _), run in runs.items()},
    )
    write(raced, RACE)

    name, preset = next(iter(PRESETS.items()))
    phases = preset.make(BACKBONE, False)
    seen: list[Point] = []
    spec = ModelSpec(BACKBONE, SIZE, (len(images.classes),), trained=True)
    run = train(preset.title, spec, images, selection, Recipe(phases), report=quiet, watch=seen.append)
    scheduled = Recording(
        about, made, chance, probe, 0.0, {preset.title: tuple(seen)}, {preset.title: run.test.accuracy}, phases,
        run.weight_change,
    )  # fmt: skip
    write(scheduled, SCHEDULE)
    print(
        json.dumps(
            {
                "about": about,
                "made": made,
                "probe": probe,
                "race": {title: [raced.best[title], raced.tests[title]] for title in raced.points},
                "schedule": {name: [scheduled.best[preset.title], run.test.accuracy, run.seconds]},
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
