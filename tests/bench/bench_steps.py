"""What a change of a control costs in "Step by step": computing, data for the player, the whole rerun.

Run from the project's root: `python -m tests.bench.bench_steps`. Prints one JSON object; figures are medians.
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
from streamlit.testing.v1 import AppTest

from core.conv.steps.code import code, greatest_difference
from core.conv.steps.matrices import MOST_CHANNELS, MOST_FILTERS, MOST_ROWS, parse_input, parse_kernels
from core.conv.steps.presets import INPUTS, KERNELS, LECTURE, VERTICAL
from core.conv.steps.transposed import transposed_steps
from core.conv.steps.windows import steps
from core.figures.conv.stepper import player
from core.ui.conv.steps import state as step_state
from tests.bench.server import report

REPEATS = 15
SCRIPT = "from core.ui.conv.steps.view import section\nsection()\n"


def _median_ms(make: Callable[[], Any], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        make()
        times.append((time.perf_counter() - start) * 1e3)
    return round(statistics.median(times), 3)


def parts() -> dict[str, Any]:
    """Each part by itself, on the default view and on the largest that can be typed, with padding 3."""
    chance = np.random.default_rng(0)
    cases = {
        "default": (INPUTS[LECTURE][None], KERNELS[VERTICAL][None, None], 0),
        "largest": (
            chance.integers(0, 99, (MOST_CHANNELS, MOST_ROWS, MOST_ROWS)).astype(float),
            chance.integers(-9, 9, (MOST_FILTERS, MOST_CHANNELS, 5, 5)).astype(float),
            3,
        ),
    }
    texts = step_state.DEFAULT.texts()
    measured: dict[str, Any] = {
        "default_parse_ms": _median_ms(lambda: parse_kernels(texts["w"], len(parse_input(texts["x"]))))
    }
    for name, (x, w, padding) in cases.items():
        result = steps(x, w, padding=padding)
        stamped = transposed_steps(x, w, stride=2, padding=1)
        greatest_difference(result)  # torch's first call is no part of a change
        measured[name] = {
            "steps": len(result.windows) * len(w),
            "steps_ms": _median_ms(lambda x=x, w=w, padding=padding: steps(x, w, padding=padding)),
            "transposed_ms": _median_ms(lambda x=x, w=w: transposed_steps(x, w, stride=2, padding=1)),
            "player_ms": _median_ms(lambda result=result: json.dumps(player(result).as_data())),
            "torch_check_ms": _median_ms(lambda result=result: greatest_difference(result)),
            "code_ms": _median_ms(lambda result=result: code(result)),
            "to_browser_kb": round(len(json.dumps(player(result).as_data())) / 1e3, 1),
            "transposed_to_browser_kb": round(len(json.dumps(player(stamped).as_data())) / 1e3, 1),
        }
    return measured


def rerun(repeats: int = REPEATS) -> dict[str, float]:
    """The whole section run again by AppTest after a change of one control of the default view."""
    page = AppTest.from_string(SCRIPT, default_timeout=60).run()
    measured = {}
    changes: dict[str, tuple[Any, list[Any]]] = {
        "padding": (lambda: page.number_input(key="conv_step_p"), [1, 0]),
        "stride": (lambda: page.number_input(key="conv_step_s"), [2, 1]),
        "kernel": (lambda: page.selectbox(key="conv_step_kernel"), ["Sharpen", VERTICAL]),
        "operation": (lambda: page.selectbox(key="conv_step_kind"), ["Transposed convolution", "Convolution"]),
    }
    for name, (control, values) in changes.items():
        times = []
        for turn in range(repeats):
            control().set_value(values[turn % 2])
            start = time.perf_counter()
            page.run()
            times.append((time.perf_counter() - start) * 1e3)
        control().set_value(values[1]).run()
        measured[f"{name}_ms"] = round(statistics.median(times), 1)
    if page.exception or page.error:
        raise RuntimeError(f"the section says: {[*page.exception, *page.error]}")
    return measured


def measure() -> dict[str, Any]:
    """The parts by themselves and the rerun."""
    return {"parts": parts(), "rerun_app_test": rerun()}


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
