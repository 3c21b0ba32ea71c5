"""What the four methods cost on one picture, beside one another: `python -m tests.bench.bench_ladder`.

Run from the project's root. Prints one JSON object: medians of a sample photograph with the settings that the page
begins with, the methods in turn, and R-CNN's time over Faster R-CNN's; and what a move of the slider costs.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from streamlit.testing.v1 import AppTest

from core import device
from core.detection import StagedDetector, load
from core.detection.ladder.estimate import seconds_of_a_crop
from core.detection.ladder.result import Method
from core.detection.ladder.settings import Settings, look
from core.images import decode
from core.jobs import silent
from core.samples import SAMPLES

SAMPLE = "coffee"
ROUNDS = 3
SCRIPT = "import streamlit as st; from core.ui.detector.ladder.view import section; section()"


def methods(rounds: int = ROUNDS) -> dict[str, Any]:
    """All four in turn, in this process; seconds are those of the clock of the page."""
    detector = load()
    assert isinstance(detector, StagedDetector)
    image, settings, short_side = decode(SAMPLES[SAMPLE].read()), Settings(), detector.spec.sizes[0]
    taken: dict[Method, list[float]] = {method: [] for method in Method}
    passes = {}
    for turn in range(rounds + 1):
        for method in Method:
            rung = look(method, detector, image, settings, silent, short_side=short_side)
            passes[method.value] = rung.passes
            if turn:  # the first warms up
                taken[method].append(rung.seconds)
    seconds = {method: statistics.median(values) for method, values in taken.items()}
    return {
        "device": str(device.best()),
        "picture": SAMPLE,
        "passes": passes,
        "seconds": {method.value: round(value, 4) for method, value in seconds.items()},
        "ratio_rcnn_over_faster": round(seconds[Method.RCNN] / seconds[Method.FASTER], 1),
        "ratio_rcnn_over_faster_each_round": [
            round(slow / quick, 1) for slow, quick in zip(taken[Method.RCNN], taken[Method.FASTER], strict=True)
        ],
        "seconds_of_a_crop": round(seconds_of_a_crop(detector, settings.side), 4),
    }


def slider(rounds: int = ROUNDS) -> dict[str, Any]:
    """The whole section run again by AppTest after a move from one method to the next."""
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    at.query_params["rcnn_picture"] = SAMPLE
    at.run()
    times: list[float] = []
    for turn in range(rounds + 1):
        for method in (*Method, *reversed(Method)):
            control = at.select_slider(key="rcnn_ladder_method").set_value(method.value)
            start = time.perf_counter()
            control.run()
            if turn:
                times.append((time.perf_counter() - start) * 1e3)
    if at.exception or at.error:
        raise RuntimeError(f"the page says: {[*at.exception, *at.error]}")
    return {"rerun_ms": round(statistics.median(times), 1), "rerun_ms_most": round(max(times), 1)}


def main() -> None:
    """Measure and print."""
    print(json.dumps({"methods": methods(), "slider": slider()}, indent=2))


if __name__ == "__main__":
    main()
