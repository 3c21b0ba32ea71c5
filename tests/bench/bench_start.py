"""Seconds until a visitor sees home, beside a server that imports the networks' libraries at the top of its entry file.

Run from the project's root: `python -m tests.bench.bench_start`. Prints one JSON object. Both servers are started in
turn, each `ROUNDS` times; figures are medians. Seconds count from the start of the process. Then each page is the first
that anybody opens on a server of its own, and beside that on one server that has loaded them in the background.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.server import ROOT, Server, Visitor, maps_library, memory, report, serve

ROUNDS = 3
OURS = "app.py"
DETECTOR = "faster_rcnn"
PAGES = ("faster_rcnn", "conv_calculator", "transfer_learning", "metrics_explorer", "cifar10")
WARM_UP_LIMIT_S = 90.0
QUIET_S, QUIET = 2.0, 0.2
"""The background has nothing more to do when in so many seconds the server wants less than this part of a processor."""
HEAVY = "import torch, torchvision, timm"
USUAL = f"{HEAVY}\nimport streamlit as st\nst.title('Home')\n"


def _start(app: str | Path) -> dict[str, Any]:
    """One start: seconds to health and to home, memory then, whether torch's library is in the process.

    Of our app also the seconds that the detector page takes for its first visitor, imports and network included.
    """
    with serve(app) as server, Visitor(server) as visitor:
        visitor.open()
        home_s = time.perf_counter() - server.started
        found = {
            "healthy_s": server.healthy_s,
            "home_s": home_s,
            "home_rss_mb": memory(server.pid)["rss_mb"],
            "torch_in_process": maps_library(server.pid, "libtorch"),
        }
        return {**found, "detector_page_s": visitor.open(DETECTOR).seconds} if app == OURS else found


def _first_visit(server: Server, page: str) -> dict[str, float]:
    """Seconds until the title of a page has come, and until it is drawn."""
    started, title_s = time.perf_counter(), 0.0
    with Visitor(server) as visitor:
        for message in visitor.watch(page):
            is_title = message.WhichOneof("type") == "delta" and message.delta.new_element.HasField("heading")
            if is_title and not title_s:
                title_s = time.perf_counter() - started
    return {"title_s": round(title_s, 2), "drawn_s": round(time.perf_counter() - started, 2)}


def _rest(server: Server) -> float:
    """Seconds from now until the server has nothing to do."""
    process, started = psutil.Process(server.pid), time.perf_counter()
    while time.perf_counter() - started < WARM_UP_LIMIT_S:
        if process.cpu_percent(QUIET_S) < 100 * QUIET:
            return round(time.perf_counter() - started - QUIET_S, 1)
    raise RuntimeError("the server has been busy all the time")


def first_visits() -> dict[str, Any]:
    """Every page as the first one on a server of its own, and on a server that has loaded them in the background.

    Returns:
        cold, warm: page -> title_s and drawn_s; warm_up_s, what the background took after home was drawn;
        warm_rss_mb, what the server holds then.
    """
    cold = {}
    for page in PAGES:
        with serve() as server:
            cold[page] = _first_visit(server, page)
    with serve(warm=True) as server, Visitor(server) as visitor:
        visitor.open()
        warm_up_s, warm_mb = _rest(server), memory(server.pid)["rss_mb"]
        warm = {page: _first_visit(server, page) for page in PAGES}
    return {"cold": cold, "warm": warm, "warm_up_s": warm_up_s, "warm_rss_mb": warm_mb}


def _import_s() -> float:
    """Seconds that the heavy imports take in a fresh interpreter."""
    code = f"import time; start = time.perf_counter()\n{HEAVY}\nprint(time.perf_counter() - start)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    return float(done.stdout)


def _median(starts: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = [name for name in starts[0] if name != "torch_in_process"]
    middle = {name: round(statistics.median(start[name] for start in starts), 3) for name in numbers}
    return {**middle, "torch_in_process": starts[-1]["torch_in_process"]}


def measure(rounds: int = ROUNDS) -> dict[str, Any]:
    """Start both servers in turn.

    Returns:
        ours, usual -> healthy_s, home_s, home_rss_mb and torch_in_process (None where there is no /proc); ours also
        detector_page_s;
        usual_imports_s, what the imports alone take; ratios, usual over ours; first_visits, see there.
    """
    ours, usual, imports = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        entry = Path(folder) / "usual.py"
        entry.write_text(USUAL)
        for _ in range(rounds):
            imports.append(_import_s())
            ours.append(_start(OURS))
            usual.append(_start(entry))
    result = {"ours": _median(ours), "usual": _median(usual)}
    home_s, home_mb = (result["usual"][name] / result["ours"][name] for name in ("home_s", "home_rss_mb"))
    return {
        "rounds": rounds,
        **result,
        "usual_imports_s": round(statistics.median(imports), 3),
        "ratio_usual_over_ours_home_s": round(home_s, 2),
        "ratio_usual_over_ours_home_rss": round(home_mb, 2),
        "first_visits": first_visits(),
    }


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
