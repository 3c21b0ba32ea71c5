"""Seconds from pictures to results on this device, with the page's defaults: features and a probe, then the race.

Run from the project's root: `python -m tests.bench.bench_race [zip of class folders]`. Prints one JSON object. The
three scenarios of the lecture and "from scratch" have the same budget; accuracies are of the test part, asked once.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.device import describe
from core.transfer.data.archive import read_archive
from core.transfer.data.augment import Augmentation
from core.transfer.data.embedded import EMBEDDED
from core.transfer.data.image_set import ImageSet
from core.transfer.data.splits import select
from core.transfer.training.race import LiveCurves, race, scenarios

BACKBONE, SIZE, PER_CLASS, BUDGET_S = "tf_efficientnet_lite0", 128, 20, 30.0
GOAL_S = 180.0


def quiet(_: float, __: str) -> None:
    """A report nobody reads."""


def measure(images: ImageSet, per_class: int | None) -> dict[str, Any]:
    """One race."""
    selection, curves = select(images, per_class), LiveCurves()
    started = time.perf_counter()
    runs = race(
        images,
        selection,
        BACKBONE,
        SIZE,
        scenarios(BACKBONE),
        budget_s=BUDGET_S,
        seeds=(0,),
        report=quiet,
        curves=curves,
        augmentation=Augmentation(flip=images.name != "Handwritten digits"),
    )
    seconds = time.perf_counter() - started
    return {
        "set": images.name,
        "pictures": {
            "train": len(selection.train),
            "validation": len(selection.validation),
            "test": len(selection.test),
        },
        "seconds": round(seconds, 1),
        "goal_s": GOAL_S,
        "goal_met": seconds < GOAL_S,
        "runners": {
            key: {
                "title": run.trained.title,
                "training_s": round(run.seconds, 1),
                "epochs": round(run.points[-1].epoch, 1),
                "points": len(run.points),
                "learned_parameters": run.learned,
                "validation_accuracy": round(run.points[run.best].accuracy, 3),
                "test_accuracy": round(run.test.accuracy, 3),
            }
            for (key, _), run in sorted(runs.items())
        },
    }


def main() -> None:
    """Measure and print."""
    found = [measure(EMBEDDED["Handwritten digits"](), PER_CLASS)]
    if len(sys.argv) > 1:
        file = Path(sys.argv[1])
        found.append(measure(read_archive(file.read_bytes(), file.stem, quiet), None))
    print(json.dumps({"device": describe().name, "size_px": SIZE, "budget_s": BUDGET_S, "races": found}, indent=2))


if __name__ == "__main__":
    main()
