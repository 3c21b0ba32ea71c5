"""What an edit of a 20 x 20 matrix costs on the server, beside asking scikit-learn for one score after another.

Run from the project's root: `python -m tests.bench.bench_matrix`. Prints one JSON object. The ways take turns; times
are medians and, as other processes may want the cores, the fastest; the ratio is the median over the rounds of that
within a round. The usual practice expands the counts to one target and one predicted label a sample and calls
scikit-learn once a score.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from sklearn import metrics

from core.figures.metrics import matrix as matrix_figures
from core.figures.metrics import score_tables
from core.figures.metrics.score_formulas import formula
from core.figures.metrics.scores import headline
from core.metrics.baselines import baselines, compared, row
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import Options, Report, report
from core.metrics.whatif.stacked import Measure
from core.metrics.whatif.uncertainty import intervals
from tests.bench.server import report as print_report

ROUNDS = 15
CLASSES = 20
SAMPLES = 10_000
GOAL_MS = 150


def example() -> ConfusionMatrix:
    """Right in most cases, wrong in every way in the others."""
    random = np.random.default_rng(0)
    shares = random.dirichlet(np.ones(CLASSES), CLASSES) * 0.3 + np.eye(CLASSES) * 0.7
    counts = np.stack([random.multinomial(SAMPLES // CLASSES, row / row.sum()) for row in shares])
    return ConfusionMatrix(counts, tuple(f"class {c}" for c in range(CLASSES)))


def edited(matrix: ConfusionMatrix, step: int) -> ConfusionMatrix:
    """One more in one cell."""
    counts = np.array(matrix.counts)
    counts[step % CLASSES, (3 * step) % CLASSES] += 1
    return ConfusionMatrix(counts, matrix.labels)


def scores(matrix: ConfusionMatrix) -> Report:
    """All scores."""
    return report(matrix, Options())


def trivial(now: Report) -> Any:
    """The trivial classifiers and their scores, below those of the model."""
    return np.vstack([row(now), compared(tuple(other.matrix for other in baselines(now.matrix)), Options())])


def figures(now: Report, before: Report, rows: Any) -> None:
    """All that is drawn of it."""
    matrix_figures.picture(now.matrix, editable=True)
    headline(now, before)
    score_tables.averages(now, before)
    score_tables.wholes(now, before)
    score_tables.classes(now, before)
    names = ["the model", *(other.name for other in baselines(now.matrix))]
    score_tables.compared(names, rows)
    score_tables.against(names, rows, "macro")
    formula(now, "precision", now.matrix.labels[0])


def edit(matrix: ConfusionMatrix, before: Report) -> Report:
    """All that an edit makes the server compute; the scores before it are kept."""
    now = scores(matrix)
    figures(now, before, trivial(now))
    return now


def edit_with_intervals(matrix: ConfusionMatrix, before: Report) -> None:
    """The same, with 95% intervals: of the headline by bootstrap, of each class's precision and recall by Wilson."""
    now = edit(matrix, before)
    measures = [Measure(name) for name in ("accuracy", "balanced_accuracy", "mcc", "kappa")]
    measures += [Measure(name, average=Average.MACRO) for name in ("precision", "recall", "f1", "specificity")]
    measures += [Measure(name, label=label) for name in ("precision", "recall") for label in matrix.labels]
    intervals(matrix, measures, scores=now)


def one_by_one(matrix: ConfusionMatrix) -> None:
    """The same scores the usual way: labels of samples, a call a score."""
    counts = matrix.counts.astype(int)
    target, predicted = (np.repeat(side.ravel(), counts.ravel()) for side in np.indices(counts.shape))
    calls: list[Callable[..., Any]] = [
        metrics.precision_score,
        metrics.recall_score,
        metrics.f1_score,
        lambda *pair, **how: metrics.fbeta_score(*pair, beta=2, **how),
        metrics.jaccard_score,
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for call in calls:
            for average in (None, "micro", "macro", "weighted"):
                call(target, predicted, labels=range(CLASSES), average=average)
        for c in range(CLASSES):  # specificity and NPV, one class against the rest
            metrics.recall_score(target != c, predicted != c)
            metrics.precision_score(target != c, predicted != c)
        for whole in (metrics.accuracy_score, metrics.balanced_accuracy_score, metrics.matthews_corrcoef):
            whole(target, predicted)
        for weights in (None, "linear", "quadratic"):
            metrics.cohen_kappa_score(target, predicted, weights=weights)


def milliseconds(run: Callable[[], object]) -> float:
    """How long a call took."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1e3


def measure() -> dict[str, Any]:
    """Every way in turn, on a matrix that is another one each time."""
    before = scores(example())
    rows = trivial(before)
    spent: dict[str, list[float]] = {}
    for step in range(ROUNDS + 1):
        matrix = edited(example(), step)
        now = scores(matrix)
        ways: dict[str, Callable[[], object]] = {
            "scores": lambda m=matrix: scores(m),
            "trivial_classifiers": lambda n=now: trivial(n),
            "figures": lambda n=now: figures(n, before, rows),
            "edit": lambda m=matrix: edit(m, before),
            "edit_with_intervals": lambda m=matrix: edit_with_intervals(m, before),
            "one_by_one": lambda m=matrix: one_by_one(m),
        }
        for way, run in ways.items():
            took = milliseconds(run)
            if step:  # the first round is to warm up
                spent.setdefault(way, []).append(took)
    median_ms = {way: round(statistics.median(values), 1) for way, values in spent.items()}
    pairs = zip(spent["one_by_one"], spent["scores"], strict=True)
    return {
        "classes": CLASSES,
        "samples": int(example().total),
        "median_ms": median_ms,
        "fastest_ms": {way: round(min(values), 1) for way, values in spent.items()},
        "ratio_one_by_one_over_scores": round(statistics.median(slow / fast for slow, fast in pairs), 1),
        "goal_ms": GOAL_MS,
        "goal_met": median_ms["edit"] <= GOAL_MS,
        "goal_met_with_intervals": median_ms["edit_with_intervals"] <= GOAL_MS,
    }


def main() -> None:
    """Measure and print."""
    print_report(measure())


if __name__ == "__main__":
    main()
