"""What the analysis of a stack costs, beside building the same network in torch and running it.

Run from the project's root: `python -m tests.bench.bench_conv`. Prints one JSON object. The ways take turns; times are
medians and, as other processes may want the cores, the fastest; a ratio is the median over the rounds of that within
a round. Memory is counted twice: by tracemalloc,
which sees what Python allocates, and as the growth of the resident memory, which sees everything. A process of its own
analyses every known network for the first time, and says whether torch, without which there are no tensors, was so
much as imported.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psutil
import torch

from core.conv.layers import Kind, Layer
from core.conv.module import StackModule
from core.conv.stack import Analysis, Stack, analyse, chain, region
from tests.bench.server import ROOT, report

ROUNDS = 7
LAYERS = 200
SHAPE = (3, 224, 224)
GOAL_MS = 50
GOAL_MB = 1
FIRST = """
import json, sys, time
start = time.perf_counter()
from core.conv.presets import PRESETS
from core.conv.stack import analyse
imported = 1000 * (time.perf_counter() - start)
times = {}
for title, preset in PRESETS.items():
    start = time.perf_counter()
    analyse(preset.stack, preset.input_shape)
    times[title] = round(1000 * (time.perf_counter() - start), 3)
print(json.dumps({"import_ms": round(imported, 1), "first_ms": times, "torch_imported": "torch" in sys.modules}))
"""


def deep() -> Stack:
    """A stem and residual blocks of ResNet's widths, `LAYERS` in all."""
    norm, relu = Layer(Kind.BATCHNORM), Layer(Kind.RELU)
    conv = Layer(Kind.CONV, 64, (3, 3), padding=(1, 1), bias=False)
    block = (conv, norm, relu, conv, norm, Layer(Kind.ADD, inputs=(5, 0)), relu)
    stem = (Layer(Kind.CONV, 64, (7, 7), (2, 2), (3, 3)), relu, Layer(Kind.MAXPOOL, 0, (3, 3), (2, 2), (1, 1)))
    return chain(*stem, *[block] * ((LAYERS - len(stem)) // len(block)), relu)


def _build_and_run(analysis: Analysis, device: str) -> None:
    """The usual way to learn shapes and parameters: build the network, send a picture through, ask every layer."""
    with torch.device(device), torch.inference_mode():
        network = StackModule(analysis).eval()
        shapes: list[tuple[int, ...]] = []
        for layer in network.layers:
            layer.register_forward_hook(lambda _, __, out: shapes.append(tuple(out.shape)))
        network(torch.zeros(1, *analysis.input_shape))
        sum(p.numel() for p in network.parameters())


def _milliseconds(run: Callable[[], object]) -> float:
    """How long a call took."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1e3


def _resident_mb() -> float:
    """Resident memory of this process, MB of 1,000,000 bytes."""
    return psutil.Process().memory_info().rss / 1e6


def times() -> dict[str, Any]:
    """The analysis, one receptive field walked back, and torch's own ways, in turn.

    Returns:
        Medians and fastest in ms; how many times longer torch takes; whether the goal is met.
    """
    stack = deep()
    analysis = analyse(stack, SHAPE)
    ways: dict[str, Callable[[], object]] = {
        "analyse": lambda: analyse(stack, SHAPE),
        "region_of_one_cell": lambda: region(analysis, len(stack.layers), (28, 28)),
        "torch_meta": lambda: _build_and_run(analysis, "meta"),
        "torch_cpu": lambda: _build_and_run(analysis, "cpu"),
    }
    spent: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(ROUNDS + 1):
        for way, run in ways.items():
            took = _milliseconds(run)
            if number:  # the first round is to warm up
                spent[way].append(took)
    median_ms = {way: round(statistics.median(values), 2) for way, values in spent.items()}
    ratios = {
        f"ratio_{way}_over_analyse": round(
            statistics.median(slow / fast for slow, fast in zip(spent[way], spent["analyse"], strict=True)), 1
        )
        for way in ("torch_meta", "torch_cpu")
    }
    return {
        "layers": len(stack.layers),
        "multiply_adds": analysis.macs,
        "median_ms": median_ms,
        "fastest_ms": {way: round(min(values), 2) for way, values in spent.items()},
        **ratios,
        "goal_ms": GOAL_MS,
        "goal_met": median_ms["analyse"] < GOAL_MS,
    }


def memory() -> dict[str, Any]:
    """What the analysis allocates at its peak, and what torch's way does.

    Returns:
        MB by tracemalloc; growth of the resident memory in MB over the analysis and over torch on the CPU; what the
        analysed outputs would take, were they allocated.
    """
    stack = deep()
    analysis = analyse(stack, SHAPE)  # what the first call of anything allocates for good is not counted
    before = _resident_mb()
    analyses = [analyse(stack, SHAPE)]
    resident_mb = _resident_mb() - before
    tracemalloc.start()
    analyses.append(analyse(stack, SHAPE))
    traced_mb = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    before = _resident_mb()
    with torch.inference_mode():
        network = StackModule(analysis).eval()
        result = network(torch.zeros(1, *SHAPE))
    torch_mb = _resident_mb() - before
    assert tuple(result.shape[1:]) == analyses[0].rows[-1].shape
    return {
        "traced_peak_mb": round(traced_mb, 3),
        "resident_growth_mb": round(resident_mb, 3),
        "torch_cpu_resident_growth_mb": round(torch_mb, 1),
        "outputs_if_allocated_mb": round(analysis.memory / 1e6, 1),
        "goal_mb": GOAL_MB,
        "goal_met": traced_mb < GOAL_MB and resident_mb < GOAL_MB,
    }


def first() -> dict[str, Any]:
    """Each known network analysed for the first time in a fresh process, in ms."""
    done = subprocess.run([sys.executable, "-c", FIRST], cwd=ROOT, capture_output=True, check=True, text=True)
    return json.loads(done.stdout)


def measure() -> dict[str, Any]:
    """Memory first, as torch's allocator keeps what it had."""
    return {"memory": memory(), "times": times(), "known_networks": first()}


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
