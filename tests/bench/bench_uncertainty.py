"""What the intervals of a 20 x 20 matrix cost: Wilson's and 2,000 bootstrap replicates, beside scikit-learn's loop.

Run from the project's root: `python -m tests.bench.bench_uncertainty`. Prints one JSON object. Times are medians over
the rounds and, as other processes may want the cores, the fastest; `cpu_ms` is processor time, of two threads where
matrices are drawn. The scores of the matrix itself are known before, as on the page. The loop scores `LOOPED`
replicates by scikit-learn and is scaled up; the ratio is the median over the rounds of that within a round, and both
score the same draws.
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

import numpy as np
from sklearn import metrics

from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import report
from core.metrics.scores import cells
from core.metrics.whatif.stacked import Measure, Tallies
from core.metrics.whatif.uncertainty import REPLICATES, bootstrap, draw, intervals, scaled
from tests.bench import server

CLASSES = 20
ROUNDS = 9
LOOPED = 20
GOAL_MS = 50
SAMPLES = (150, 2_000, 10_000, 1_000_000)
BOOTSTRAPPED = (
    Measure("f1", Average.MACRO),
    Measure("f1", Average.WEIGHTED),
    Measure("jaccard", Average.MACRO),
    Measure("balanced_accuracy"),
    Measure("mcc"),
    Measure("kappa"),
)


def matrix() -> ConfusionMatrix:
    """No cell is empty, which is the slowest case."""
    counts = np.random.default_rng(1).integers(1, 20, (CLASSES, CLASSES)) + np.diag([200] * CLASSES)
    return ConfusionMatrix(counts, tuple(f"c{i}" for i in range(CLASSES)))


def measures(of: ConfusionMatrix) -> tuple[Measure, ...]:
    """Every share of every class, accuracy, and what is bootstrapped."""
    shares = tuple(
        Measure(name, label=label) for label in of.labels for name in ("recall", "precision", "specificity", "npv")
    )
    return (*shares, Measure("accuracy"), *BOOTSTRAPPED)


def _ms(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1e3


def _loop(of: ConfusionMatrix, drawn: Any) -> None:
    """The six scores of each replicate by scikit-learn."""
    target, predicted, _ = cells(of.counts)
    for counts in drawn:
        weight = counts.ravel()
        metrics.f1_score(target, predicted, average="macro", sample_weight=weight, zero_division=np.nan)
        metrics.f1_score(target, predicted, average="weighted", sample_weight=weight, zero_division=np.nan)
        metrics.jaccard_score(target, predicted, average="macro", sample_weight=weight, zero_division=0)
        metrics.balanced_accuracy_score(target, predicted, sample_weight=weight)
        metrics.matthews_corrcoef(target, predicted, sample_weight=weight)
        metrics.cohen_kappa_score(target, predicted, sample_weight=weight)


def _vectorised(of: ConfusionMatrix, drawn: Any) -> None:
    tallies = Tallies.of(drawn)
    for measure in BOOTSTRAPPED:
        tallies.score(measure, of.labels)


def run() -> dict[str, Any]:
    """All of it."""
    whole = matrix()
    asked, scores = measures(whole), report(whole)
    sizes = {}
    for n in SAMPLES:
        of = scaled(whole, n)
        intervals(of, asked, scores=scores)
        began = time.process_time()
        times = [_ms(lambda of=of: intervals(of, asked, scores=scores)) for _ in range(ROUNDS)]
        cpu = 1e3 * (time.process_time() - began) / ROUNDS
        draws = [_ms(lambda of=of: bootstrap(of)) for _ in range(ROUNDS)]
        sizes[f"{n:,}"] = {
            "intervals_ms": round(statistics.median(times), 1),
            "cpu_ms": round(cpu, 1),
            "fastest_ms": round(min(times), 1),
            "of_which_draws_ms": round(statistics.median(draws), 1),
        }
    drawn = draw(scaled(whole, 2_000), REPLICATES, 0)
    loops, ours, ratios = [], [], []
    for _ in range(3):
        loops.append(_ms(lambda: _loop(whole, drawn[:LOOPED])) * REPLICATES / LOOPED)
        ours.append(_ms(lambda: _vectorised(whole, drawn)))
        ratios.append(loops[-1] / ours[-1])
    return {
        "classes": CLASSES,
        "replicates": REPLICATES,
        "wilson_intervals": len(asked) - len(BOOTSTRAPPED),
        "bootstrapped_scores": len(BOOTSTRAPPED),
        "by_samples": sizes,
        "scoring_replicates_ms": round(statistics.median(ours), 1),
        "scikit_learn_loop_ms": round(statistics.median(loops)),
        "times_faster": round(statistics.median(ratios)),
        "goal_ms": GOAL_MS,
    }


if __name__ == "__main__":
    server.report(run())
