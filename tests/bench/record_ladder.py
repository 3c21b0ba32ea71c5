"""Record what "2013 to 2016" opens with: `python -m tests.bench.record_ladder`, on a machine at rest.

All four methods on each sample photograph, with the bundled detector and the settings that the page begins with.
Writes numbers and boxes, no pictures, to `core/detection/ladder/recorded`, and prints what they come to as JSON.
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

from core.detection import StagedDetector, load
from core.detection.ladder.recorded import MODEL, Recording, read, write
from core.detection.ladder.result import Method
from core.detection.ladder.settings import Settings, look
from core.device import describe
from core.images import decode
from core.jobs import silent
from core.samples import SAMPLES

SCORE = 0.3


def main() -> None:
    """Run, write and print."""
    detector = load(MODEL)
    assert isinstance(detector, StagedDetector)
    made = f"{describe().name}, torch {torch.__version__}, {platform.machine()}, {datetime.now(UTC):%Y-%m-%d}"
    short_side = detector.spec.sizes[0]
    summary = {}
    for name, sample in SAMPLES.items():
        image = decode(sample.read())
        for method in (Method.FASTER, Method.FAST):  # what only the first run of a process costs
            look(method, detector, image, Settings(), silent, short_side=short_side)
        rungs = {method: look(method, detector, image, Settings(), silent, short_side=short_side) for method in Method}
        write(Recording(made, short_side, rungs), name)
        again = read(name).rungs
        for method, rung in rungs.items():
            before, after = rung.detections(SCORE), again[method].detections(SCORE)
            assert before.labels == after.labels, f"rounding changes what {method} finds"
        summary[name] = {
            method: [len(rung.regions), rung.passes, round(rung.seconds, 3), len(rung.detections(SCORE))]
            for method, rung in rungs.items()
        }
    print(json.dumps({"made": made, "regions, passes, seconds, detections": summary}, indent=2))


if __name__ == "__main__":
    main()
