"""The forward pass that keeps every intermediate, beside torchvision's own on the same weights and picture.

And beside a detector of one of torchvision's builders for the same input size, with random weights: what it computes
before the last NMS is as much as with trained ones.

Run from the project's root: `python -m tests.bench.bench_forward`. Prints one JSON object. The ways take turns, each
as often first as last; times are medians, and a ratio is the median over the rounds of that within a round. Threads of
torch sleep here while they wait for each other: spinning ones make it many times slower, now and then, as soon as
anything else wants the cores. The last part shows how much, beside processes that keep all cores busy.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch is imported

import torch
from PIL.Image import Image
from torchvision.models.detection.faster_rcnn import FasterRCNN, fasterrcnn_mobilenet_v3_large_320_fpn
from torchvision.transforms.functional import to_tensor

from core import device
from core.detection import StagedDetector, load, stages
from core.detection.clock import Clock
from core.images import decode
from core.samples import SAMPLES
from tests.bench.server import ROOT, report

ROUNDS = 9
BUSY_S = 60
WAITING = {  # how libgomp's threads wait for each other: environment of a process of its own
    "as_is": {},
    "spin": {"GOMP_SPINCOUNT": "300000"},  # what libgomp does when nobody says anything
    "sleep": {"OMP_WAIT_POLICY": "PASSIVE"},
    "one_thread": {"OMP_NUM_THREADS": "1"},
}
OWN = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OMP_NUM_THREADS")
CHILD = """
import json, statistics, time
from core.detection import load
from core.images import decode
from core.samples import SAMPLES
detector, image, times = load(), decode(SAMPLES["motorcycle"].read()), []
for _ in range(4):
    start = time.perf_counter()
    detector.candidates(image)
    times.append(1000 * (time.perf_counter() - start))
print(json.dumps(round(statistics.median(times[1:]), 1)))
"""


class _NoClock:
    """Stands in for the stage clock and does nothing."""

    def __init__(self, *_: object) -> None:
        self.times: list[Any] = []

    def lap(self, _: str) -> None:
        """Nothing."""


@cache
def _built() -> FasterRCNN:
    model = fasterrcnn_mobilenet_v3_large_320_fpn(weights=None, weights_backbone=None)
    return model.eval().to(device.best())


def _call(model: FasterRCNN, image: Image) -> None:
    """As torchvision's documentation does it."""
    with torch.inference_mode():
        model([to_tensor(image).to(device.best())])
        device.synchronize(device.best())


def _usual(detector: StagedDetector, image: Image) -> None:
    """The usual practice: the model called."""
    _call(detector.model, image)


def _builder(_: StagedDetector, image: Image) -> None:
    """The usual practice with a network out of torchvision's box."""
    _call(_built(), image)


def _without_clock(detector: StagedDetector, image: Image) -> None:
    """Ours, with nothing but the end waited for on a GPU."""
    with patch.object(stages, "Clock", _NoClock):
        detector.candidates(image)
        device.synchronize(device.best())


def _milliseconds(run: Callable[[], object]) -> float:
    """How long a call took."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1e3


def _clock_ms(laps: int = 5) -> float:
    """What the laps of one forward pass cost when the device has nothing to wait for: median of many."""
    times = []
    for _ in range(200):
        clock = Clock(device.best())
        times.append(_milliseconds(lambda clock=clock: [clock.lap("") for _ in range(laps)]))
    return statistics.median(times)


def pictures(rounds: int = ROUNDS) -> dict[str, Any]:
    """Ours, ours without its clock, torchvision's pass and torchvision's builder, in turn, on each sample.

    Returns:
        Sample -> medians and fastest in ms and ratios to torchvision's; the clock's share; ratios over all samples.
    """
    detector = load()
    assert isinstance(detector, StagedDetector)
    images = {name: decode(sample.read()) for name, sample in SAMPLES.items()}
    ways: dict[str, Callable[[StagedDetector, Image], object]] = {
        "ours": StagedDetector.candidates,
        "without_clock": _without_clock,
        "torchvision": _usual,
        "mobilenet_v3_large_320_fpn": _builder,
    }
    times: dict[str, dict[str, list[float]]] = {name: {way: [] for way in ways} for name in images}
    for number in range(rounds + 1):
        for name, image in images.items():
            turn = number % len(ways)  # whoever is first after another picture starts with cold caches
            for way, run in [*ways.items()][turn:] + [*ways.items()][:turn]:
                spent = _milliseconds(lambda run=run, image=image: run(detector, image))
                if number:  # the first round is to warm up
                    times[name][way].append(spent)
    clock_ms = _clock_ms()
    pairs = {
        way: [ratio for by_way in times.values() for ratio in _ratios(by_way, way, "torchvision")]
        for way in ("ours", "without_clock")
    }
    over_builder = [
        ratio for by_way in times.values() for ratio in _ratios(by_way, "ours", "mobilenet_v3_large_320_fpn")
    ]
    samples = {
        name: {
            "median_ms": {way: round(statistics.median(values), 1) for way, values in by_way.items()},
            "fastest_ms": {way: round(min(values), 1) for way, values in by_way.items()},
            "ratio_ours_over_torchvision": round(statistics.median(_ratios(by_way, "ours", "torchvision")), 3),
            "ratio_fastest_ours_over_torchvision": round(min(by_way["ours"]) / min(by_way["torchvision"]), 3),
        }
        for name, by_way in times.items()
    }
    typical_ms = statistics.median(value for by_way in times.values() for value in by_way["ours"])
    return {
        "device": str(device.best()),
        "threads": torch.get_num_threads(),
        "rounds": rounds,
        "samples": samples,
        "clock_ms": round(clock_ms, 4),
        "clock_share_of_forward": round(clock_ms / typical_ms, 6),
        **{f"ratio_{way}_over_torchvision": _spread(ratios) for way, ratios in pairs.items()},
        "ratio_ours_over_mobilenet_v3_large_320_fpn": _spread(over_builder),
    }


def _ratios(by_way: dict[str, list[float]], way: str, other: str) -> list[float]:
    """One way over another, round by round."""
    return [mine / theirs for mine, theirs in zip(by_way[way], by_way[other], strict=True)]


def _spread(ratios: list[float]) -> dict[str, float]:
    """Median of ratios and the quartiles around it."""
    low, middle, high = statistics.quantiles(ratios, n=4)
    return {"median": round(middle, 3), "quarter_below": round(low, 3), "quarter_above": round(high, 3)}


def busy() -> dict[str, Any]:
    """The motorcycle's forward pass beside one busy process a core, by how torch's threads wait.

    Returns:
        Way of waiting -> median ms; ratios of the app as it is, and of spinning threads, to sleeping ones.
    """
    loop = f"import time\nend = time.monotonic() + {BUSY_S}\nwhile time.monotonic() < end: pass"
    others = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(os.cpu_count() or 1)]
    try:
        result = {}
        for name, environment in WAITING.items():
            env = {**{key: value for key, value in os.environ.items() if key not in OWN}, **environment}
            command = [sys.executable, "-c", CHILD]
            done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True, text=True)
            result[name] = json.loads(done.stdout)
    finally:
        for other in others:
            other.kill()
            other.wait()
    ratios = {f"ratio_{name}_over_sleep": round(result[name] / result["sleep"], 2) for name in ("as_is", "spin")}
    return {"forward_ms": result, **ratios}


def measure() -> dict[str, Any]:
    """The four samples, then one of them on a busy machine."""
    return {"pictures": pictures(), "on_busy_cores": busy()}


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
