"""A CSV of a million predictions, read and summarised, against the usual way: pandas and scikit-learn on its texts.

Run from the project's root: `python -m tests.bench.bench_predictions`. Prints one JSON object; a megabyte is 10^6
bytes. Each way runs in a fresh interpreter; its extra memory is the highest resident size after the imports less the
size before, None where there is no /proc.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
ROWS = 1_000_000
GOAL_S, GOAL_MB = 5.0, 600.0
CHILD = """
import json, re, sys, time
from pathlib import Path
data = Path(sys.argv[1])
def status(name):
    file = Path("/proc/self/status")
    return int(re.search(name + r":\\s+(\\d+)", file.read_text())[1]) * 1024 / 1e6 if file.exists() else None
def reset_peak():
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        pass
"""
REPORT = """
before = status("VmRSS"); reset_peak(); start = time.perf_counter()
found = work()
seconds = time.perf_counter() - start
peak = status("VmHWM")
extra = None if peak is None else round(peak - before, 1)
print(json.dumps({"seconds": round(seconds, 3), "extra_mb": extra, **found}))
"""
OURS = """
from core.metrics.predictions import curves, score_shapes, thresholds
from core.metrics.table.columns import guess
from core.metrics.table.file import read_table
from core.metrics.table.predictions import build
def work():
    steps, start = {}, time.perf_counter()
    def lap(name):
        nonlocal start
        steps[name], start = round(time.perf_counter() - start, 3), time.perf_counter()
    table = read_table(data.read_bytes()); lap("read")
    predictions = build(table, guess(table)).predictions; lap("build")
    matrix = predictions.at(0.5).matrix(); lap("matrix")
    f1, mcc = matrix.score("f1", "binary", pos_label="yes"), matrix.score("mcc"); lap("scores")
    problem = curves.problem_of(predictions); lap("sort")
    found = curves.curves(*problem); lap("curves")
    thresholds.costs(*problem, 1, 5); lap("costs")
    score_shapes.histogram(*problem); lap("histogram")
    times = []
    for threshold in [i / 21 for i in range(1, 21)]:
        begin = time.perf_counter()
        now = predictions.at(threshold).matrix()
        [now.score(name, "binary", pos_label="yes") for name in ("precision", "recall", "f1")]
        thresholds.point(now, predictions.positive, threshold, 1, 5)
        times.append(time.perf_counter() - begin)
    return {"steps_s": steps, "threshold_move_ms": round(sorted(times)[10] * 1000, 1),
            "scores": {"f1": f1, "mcc": mcc, "auc": found.auc, "ap": found.ap}}
"""
USUAL = """
import pandas as pd
from sklearn import metrics
def work():
    table = pd.read_csv(data)
    target, predicted, score = table["target"], table["predicted"], table["score"]
    metrics.confusion_matrix(target, predicted)
    f1 = metrics.f1_score(target, predicted, pos_label="yes")
    mcc = metrics.matthews_corrcoef(target, predicted)
    metrics.roc_curve(target, score, pos_label="yes")
    metrics.precision_recall_curve(target, score, pos_label="yes")
    auc = metrics.roc_auc_score(target == "yes", score)
    ap = metrics.average_precision_score(target, score, pos_label="yes")
    return {"scores": {"f1": float(f1), "mcc": float(mcc), "auc": float(auc), "ap": float(ap)}}
"""


def write(file: Path) -> None:
    """A million rows: target, predicted at 0.5, score with six digits."""
    random = np.random.default_rng(0)
    target = random.random(ROWS) < 0.3
    score = np.round(1 / (1 + np.exp(1 - 1.8 * target - random.normal(size=ROWS))), 6)
    names = ("no", "yes")
    rows = zip(target.tolist(), (score >= 0.5).tolist(), score.tolist(), strict=True)
    lines = (f"{names[a]},{names[b]},{value:.6f}\n" for a, b, value in rows)
    file.write_text("gold,predicted,score\n" + "".join(lines), encoding="utf-8")


def _child(code: str, file: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", CHILD + code + REPORT, str(file)]
    found: dict[str, Any] = json.loads(
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    )
    return found


def measure() -> dict[str, Any]:
    """Both ways on the same file."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "million.csv"
        write(file)
        ours, usual = _child(OURS, file), _child(USUAL, file)
        size = file.stat().st_size / 1e6
    same = all(abs(ours["scores"][name] - usual["scores"][name]) < 1e-9 for name in usual["scores"])
    return {
        "rows": ROWS,
        "file_mb": round(size, 1),
        "ours": ours,
        "usual": usual,
        "same_scores": same,
        "ratio_usual_over_ours_seconds": round(usual["seconds"] / ours["seconds"], 2),
        "goal_s": GOAL_S,
        "goal_extra_mb": GOAL_MB,
        "goal_met": ours["seconds"] < GOAL_S and (ours["extra_mb"] is None or ours["extra_mb"] < GOAL_MB),
    }


def main() -> None:
    """Measure and print."""
    print(json.dumps(measure(), indent=2))


if __name__ == "__main__":
    main()
