"""Seconds until a visitor sees home, beside a server that imports the networks' libraries at the top of its entry file.

Run from the project's root: `python -m tests.bench.bench_start`. Prints one JSON object. Both servers are started in
turn, each `ROUNDS` times; figures are medians. Seconds count from the start of the process.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.server import ROOT, Visitor, maps_library, memory, report, serve

ROUNDS = 3
OURS = "app.py"
DETECTOR = "faster_rcnn"
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
        usual_imports_s, what the imports alone take; ratios, usual over ours.
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
    }


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
