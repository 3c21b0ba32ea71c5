"""A settled chart with Plotly and the same one in Vega-Lite: time to build, time to hand over, bytes to the browser.

Run from the project's root: `python -m tests.bench.bench_charts`. Prints one JSON object. Both kinds take turns in one
run; times are medians. The Vega-Lite charts show the same bars, labels, colours and words; they are built here, since
the app has settled charts in Plotly alone. The browser's own script for either kind, which it fetches once, is not in
the bytes.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import pandas as pd
from streamlit.testing.v1 import AppTest

from core.figures import vega
from core.figures.conv.stack import ranking, short
from core.figures.figure import ACCENT, BY_ORDER, MUTED, Figure, Plot
from core.figures.transfer.probes import HEIGHT, comparison
from core.transfer.features.probes.plan import Kind
from tests.bench.server import report

ROUNDS = 200
SHOWN = 15
ACCURACIES = dict(zip(Kind, (0.91, 0.93, 0.88, 0.84), strict=False))
CHANCE, PART = 0.25, "validation"
NETWORKS = [(f"network {number}", 1.5**number * 1e8) for number in range(15)]
NAME, OWN, MEASURE = "Your stack", 7e8, "Multiply-adds"

SCRIPT = """
import streamlit as st
from core.ui.framework import show
show(st.session_state["figure"], "chart")
"""


def ranking_in_vega() -> Figure:
    """`ranking` in Vega-Lite."""
    rows = sorted([*NETWORKS, (NAME, OWN)], key=lambda row: row[1])
    data = pd.DataFrame(rows, columns=["network", "amount"])
    data["own"] = data["network"] == NAME
    data["label"] = [short(amount) for amount in data["amount"]]
    data["amount"] = data["amount"].clip(lower=1)
    data["least"] = float(data["amount"].min() / 2)
    data["order"] = range(len(data))
    x = vega.number("amount", MEASURE, log=True, format="~s", ticks=5)
    colour = {"condition": {"test": "datum.own", "value": ACCENT}, "value": MUTED}
    tips = [vega.tip("network"), vega.tip("amount", MEASURE, ",")]
    spec = {
        "title": f"{MEASURE}, logarithmic scale",
        "height": {"step": 24},
        "encoding": {"y": {"field": "network", "type": "nominal", "sort": dict(BY_ORDER), "title": None}},
        "layer": [
            {"mark": "bar", "encoding": {"x": x, "x2": {"field": "least"}, "color": colour, "tooltip": tips}},
            {"mark": {"type": "text", "align": "left", "dx": 4}, "encoding": {"x": x, "text": {"field": "label"}}},
        ],
    }
    place = [name for name, _ in rows].index(NAME) + 1
    alt = f"Bars: {MEASURE} of {NAME} and of {len(NETWORKS)} published networks, from the least to the most"
    return Figure(spec, data, alt, f"{NAME} is number {place} of {len(rows)} by {MEASURE}: {short(OWN)}.")


def comparison_in_vega() -> Figure:
    """`comparison` in Vega-Lite."""
    data = pd.DataFrame([(str(kind), value, f"{value:.1%}") for kind, value in ACCURACIES.items()])
    data.columns = ["probe", "accuracy", "text"]
    y = {"field": "probe", "type": "nominal", "sort": None, "title": None}
    x = vega.number("accuracy", f"accuracy ({PART})", domain=(0, 1.02), format=".0%")
    chosen = {"test": f"datum.probe === '{next(iter(ACCURACIES))}'", "value": ACCENT}
    bars = {"y": y, "x": x, "color": {"condition": chosen, "value": MUTED}}
    spec = {
        "title": "Four probes side by side",
        "height": HEIGHT,
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.5}},
                "encoding": {**bars, "tooltip": [vega.tip("probe"), vega.tip("text", "accuracy")]},
            },
            {
                "mark": {"type": "text", "align": "right", "dx": -4},
                "encoding": {"y": y, "x": x, "text": {"field": "text"}},
            },
            vega.dashed([{"accuracy": CHANCE}], x=x),
        ],
    }
    told = ", ".join(f"{kind} {accuracy:.1%}" for kind, accuracy in ACCURACIES.items())
    alt = f"Bars: accuracy ({PART}): {told}. Guessing would reach {CHANCE:.1%}"
    return Figure(spec, data, alt, f"Dashed: always the most frequent class, {CHANCE:.1%}.")


CHARTS: dict[str, tuple[Callable[[], Plot], Callable[[], Figure]]] = {
    "ranking of 16 networks": (lambda: ranking(NETWORKS, OWN, NAME, MEASURE), ranking_in_vega),
    "comparison of the probes": (
        lambda: comparison(ACCURACIES, next(iter(ACCURACIES)), PART, CHANCE),
        comparison_in_vega,
    ),
}
"""Title -> the chart with Plotly, and in Vega-Lite."""


def _milliseconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1e3


def _page(figure: Plot | Figure) -> AppTest:
    """A page with this chart alone, as sections draw it."""
    page = AppTest.from_string(SCRIPT)
    page.session_state["figure"] = figure
    return page.run()


def _sent(page: AppTest) -> int:
    """Bytes of the chart's element in the message to the browser."""
    chart = next(element for kind in ("plotly_chart", "vega_lite_chart") for element in page.get(kind))
    return int(chart.proto.ByteSize())


def measure(rounds: int = ROUNDS, shown: int = SHOWN) -> dict[str, Any]:
    """Every chart in both kinds, which take turns.

    Args:
        rounds: how often each is built.
        shown: how often a page with it alone runs again.

    Returns:
        Chart -> kind -> build_ms, page_ms, sent_bytes; and the ratios of Plotly to Vega-Lite.
    """
    found: dict[str, Any] = {}
    for title, kinds in CHARTS.items():
        makers = dict(zip(("plotly", "vega_lite"), kinds, strict=True))
        pages = {kind: _page(make()) for kind, make in makers.items()}  # the first time is no part of any figure
        build: dict[str, list[float]] = {kind: [] for kind in makers}
        draw: dict[str, list[float]] = {kind: [] for kind in makers}
        for _ in range(rounds):
            for kind, make in makers.items():
                build[kind].append(_milliseconds(make))
        for _ in range(shown):
            for kind, page in pages.items():
                draw[kind].append(_milliseconds(page.run))
        result = {
            kind: {
                "build_ms": round(statistics.median(build[kind]), 3),
                "page_ms": round(statistics.median(draw[kind]), 2),
                "sent_bytes": _sent(pages[kind]),
            }
            for kind in makers
        }
        ratios = {
            f"ratio_{name}": round(result["plotly"][name] / result["vega_lite"][name], 2) for name in result["plotly"]
        }
        found[title] = {**result, **ratios}
    return found


def main() -> None:
    """Measure and print."""
    report({"rounds": ROUNDS, "charts": measure()})


if __name__ == "__main__":
    main()
