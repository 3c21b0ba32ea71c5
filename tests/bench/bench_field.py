"""What the section "Receptive field" costs: its default view, a click, and the deepest layer of VGG16, as JSON.

Run from the project's root: `python tests/bench/bench_field.py`. "first" is with nothing cached, "cached" the same
view again, "click" another cell of the same map. `page` is a rerun by AppTest, `parts` the computation by itself.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from streamlit.testing.v1 import AppTest  # noqa: E402

from core import device  # noqa: E402
from core.conv.effective.gradient import Weights, as_input, effective, feature_map, fitted, seeds_within_budget  # noqa: E402
from core.conv.effective.stack import StackNetwork  # noqa: E402
from core.conv.effective.zoo import ZooNetwork  # noqa: E402
from core.conv.presets import PRESETS  # noqa: E402
from core.conv.stack import analyse  # noqa: E402
from core.images import decode  # noqa: E402
from core.samples import SAMPLES  # noqa: E402
from tests.bench.server import report  # noqa: E402

SCRIPT = "from core.ui.conv.field.view import section\nsection()\n"
CASES = (("AlexNet", 6, 8), ("VGG16", 18, 8), ("VGG16", 30, 1), ("VGG16", 30, 16), ("ResNet-18", 66, 8))


def _milliseconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return round((time.perf_counter() - start) * 1e3, 1)


def parts(repeats: int = 3) -> list[dict[str, Any]]:
    """Feature map and averaged gradient of some layers, the middle cell, without any cache."""
    return [_part(*case, repeats) for case in CASES]


def _part(title: str, number: int, wanted: int, repeats: int) -> dict[str, Any]:
    preset = PRESETS[title]
    network = StackNetwork(analyse(preset.stack, preset.input_shape))
    place = network.places[number]
    cell = (place.shape[1] // 2, place.shape[2] // 2)
    channels, height, width = preset.input_shape
    x = as_input(fitted(decode(next(iter(SAMPLES.values())).read()), height, width), channels, network.scale)
    seeds = seeds_within_budget(network, number, cell, wanted)
    maps = [_milliseconds(lambda: feature_map(network, number, x, Weights.RANDOM, 0)) for _ in range(repeats)]
    heats = [
        _milliseconds(lambda: effective(network, number, cell, x, Weights.RANDOM, range(seeds))) for _ in range(repeats)
    ]
    return {
        "network": title,
        "layer": f"{number} {place.name}",
        "macs_map": network.macs(number),
        "macs_cell": network.macs(number, cell),
        "seeds": seeds,
        "seeds_wanted": wanted,
        "map_ms": statistics.median(maps),
        "gradient_ms": statistics.median(heats),
    }


def trained(repeats: int = 3) -> dict[str, Any]:
    """The trained network: building it, and the gradient of its deepest stage."""
    start = time.perf_counter()
    network = ZooNetwork()
    built = time.perf_counter() - start
    image = decode(next(iter(SAMPLES.values())).read())
    x = as_input(fitted(image, *network.input_shape[1:]), 3, network.scale)
    times = [_milliseconds(lambda: effective(network, 8, (3, 3), x, Weights.TRAINED, [0])) for _ in range(repeats)]
    return {"build_ms": round(built * 1e3, 1), "first_ms": times[0], "gradient_ms": statistics.median(times[1:])}


def page() -> dict[str, Any]:
    """The whole section by AppTest."""
    AppTest.from_string(SCRIPT, default_timeout=120).run()  # imports and torch's own first steps
    st.cache_resource.clear()
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    first = _milliseconds(at.run)
    cached = statistics.median(_milliseconds(at.run) for _ in range(5))
    clicks = []
    for column in range(5):
        at.number_input(key="conv_field_column").set_value(column)
        clicks.append(_milliseconds(at.run))
    at.selectbox(key="conv_field_network").select("VGG16").run()
    layer = at.selectbox(key="conv_field_layer")
    deepest = next(name for name in layer.options if name.startswith("30 "))
    layer.select(deepest)
    vgg_first = _milliseconds(at.run)
    vgg_cached = statistics.median(_milliseconds(at.run) for _ in range(3))
    if at.exception:
        raise RuntimeError(f"the section says: {list(at.exception)}")
    return {
        "default_first_ms": first,
        "default_cached_ms": cached,
        "default_click_ms": statistics.median(clicks),
        "vgg16_deepest_first_ms": vgg_first,
        "vgg16_deepest_cached_ms": vgg_cached,
    }


def measure() -> dict[str, Any]:
    """All three."""
    return {"device": str(device.best()), "page": page(), "parts": parts(), "trained": trained()}


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
