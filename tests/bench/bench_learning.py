"""How long the two sections about kernels take: learning one, and a network's feature maps.

Run from the project's root: `python -m tests.bench.bench_learning`. Prints one JSON object; times are medians.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from streamlit.testing.v1 import AppTest

from core.conv.kernels import features
from core.conv.kernels.classic import KERNELS, correlate
from core.conv.learning.curvature import Optimiser, curvature
from core.conv.learning.descent import make_pair, train
from core.figures.conv.kernels import map_tiles
from core.figures.conv.learning import playback
from core.images import decode, shrink
from core.models.zoo import ZOO, pretrained
from core.samples import SAMPLES

ROUNDS = 7
SAMPLE = "motorcycle"
NETWORK = "tf_efficientnet_lite0"


def _seconds(make: Callable[[], Any], rounds: int = ROUNDS) -> float:
    make()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        make()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _section(name: str) -> None:
    import importlib

    importlib.import_module(f"core.ui.conv.{name}.view").section()


def _page(name: str, move: Callable[[AppTest, int], None]) -> dict[str, float]:
    """Milliseconds of a first run of a section, and of one move there and back after all is cached."""
    start = time.perf_counter()
    at = AppTest.from_function(_section, kwargs={"name": name}, default_timeout=120).run()
    first = time.perf_counter() - start
    times = []
    for turn in range(2 * ROUNDS):
        move(at, turn)
        start = time.perf_counter()
        at.run()
        times.append(time.perf_counter() - start)
    return {"first run (s)": first, "a move, cached (ms)": statistics.median(times[2:]) * 1e3}


def _move_rate(at: AppTest, turn: int) -> None:
    at.select_slider(key="conv_learn_rate").set_value((0.05, 0.1)[turn % 2])


def _move_kernel(at: AppTest, turn: int) -> None:
    at.selectbox(key="conv_pic_filter").set_value(("Sobel x", "Laplacian")[turn % 2])


def main() -> None:
    """Measure and print."""
    image = decode(SAMPLES[SAMPLE].read())
    grey = np.asarray(shrink(image, 128).convert("L"), dtype=np.float64) / 255
    target = KERNELS["Sobel x"].values.astype(np.float64)
    runs: dict[str, dict[str, Any]] = {}
    for centred in (False, True):
        pair = make_pair(grey, target, 3, centred=centred)
        limit = curvature(pair.x, pair.y, 3).limit(Optimiser.SGD)
        for optimiser, rate in ((Optimiser.SGD, 0.9 * limit), (Optimiser.ADAM, 0.05)):
            run = train(pair, optimiser=optimiser, lr=rate)
            runs[f"{optimiser}, {'centred' if centred else 'raw'}"] = {
                "learning rate": round(rate, 4),
                "steps": run.last,
                "recovered": run.recovered,
                "largest difference": float(run.errors[-1]),
                "seconds": _seconds(lambda pair=pair, o=optimiser, lr=rate: train(pair, optimiser=o, lr=lr)),
            }
    pair = make_pair(grey, target, 7, noise=0.5)
    worst = _seconds(lambda: train(pair, optimiser=Optimiser.ADAM, steps=5_000), 3)
    architecture, model = ZOO[NETWORK], pretrained(NETWORK).eval()
    pixels = features.to_input(image, architecture.mean, architecture.std)
    found = features.forward(model, pixels)
    stem = found.layer("stem")
    large = np.asarray(shrink(image, 640).convert("L"), dtype=np.float32)
    default = make_pair(grey, target, 3)
    shown = playback(default, train(default))
    result = {
        "cpu threads": torch.get_num_threads(),
        "picture learned from": list(grey.shape[::-1]),
        "runs": runs,
        "longest run, 7 x 7, 5,000 steps (s)": worst,
        "playback made (ms)": _seconds(lambda: playback(default, train(default, steps=1))) * 1e3,
        "playback sent (kB)": len(json.dumps(shown.as_data())) / 1e3,
        "network's picture": list(found.size),
        "forward pass (ms)": _seconds(lambda: features.forward(model, pixels)) * 1e3,
        "feature maps kept (MB)": sum(layer.values.nbytes for layer in found.layers) / 1e6,
        "32 tiles made (ms)": _seconds(lambda: map_tiles(stem, stem.strongest(32), None)) * 1e3,
        "Sobel at 640 pixels (ms)": _seconds(lambda: correlate(large, KERNELS["Sobel x"].values)) * 1e3,
        "11 x 11 at 640 pixels (ms)": _seconds(lambda: correlate(large, np.ones((11, 11), np.float32))) * 1e3,
        "section Learning a kernel": _page("learning", _move_rate),
        "section Kernels on a picture": _page("kernels", _move_kernel),
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
