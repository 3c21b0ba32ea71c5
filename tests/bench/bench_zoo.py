"""Seconds to build, count and trace each architecture of the zoo, each for the first time; prints one JSON object.

Run from the project's root: `python -m tests.bench.bench_zoo`. This is what the first visitor who asks for a network
waits for; the imports, which a server does once, are timed apart.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.server import report

LIMIT_S = 2.0
Result = TypeVar("Result")


def _timed(run: Callable[[], Result]) -> tuple[Result, float]:
    """What a call gives and how many seconds it took."""
    start = time.perf_counter()
    result = run()
    return result, time.perf_counter() - start


def measure() -> dict[str, Any]:
    """Every network once, in the order of the registry.

    Returns:
        imports_s; network -> build_s, count_s, trace_s and total_s, and how many layers its table has; the slowest
        total; whether all stay under the goal.
    """
    start = time.perf_counter()
    from core.models.cost import count
    from core.models.fields.trace import trace
    from core.models.zoo import ZOO, on_meta

    imports_s = time.perf_counter() - start
    networks: dict[str, dict[str, float]] = {}
    for name, architecture in ZOO.items():
        shape = (3, architecture.input_size, architecture.input_size)
        model, build_s = _timed(lambda name=name: on_meta(name))
        cost, count_s = _timed(lambda model=model, shape=shape: count(model, shape))
        _, trace_s = _timed(lambda model=model, shape=shape: trace(model, shape))
        seconds = {"build_s": build_s, "count_s": count_s, "trace_s": trace_s, "total_s": build_s + count_s + trace_s}
        networks[name] = {key: round(value, 3) for key, value in seconds.items()} | {"layers": len(cost.layers)}
    slowest = max(networks, key=lambda name: networks[name]["total_s"])
    return {
        "imports_s": round(imports_s, 3),
        "networks": networks,
        "slowest": {"name": slowest, "total_s": networks[slowest]["total_s"]},
        "goal_s": LIMIT_S,
        "all_under_goal": networks[slowest]["total_s"] < LIMIT_S,
    }


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
