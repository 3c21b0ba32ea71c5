"""Tables of "What if": which scores the prevalence moves, and the intervals of scores."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.figures.metrics.intervals import samples
from core.figures.metrics.scores import UNDEFINED, Headline, three
from core.figures.metrics.whatif import title
from core.figures.metrics.whatif_words import change
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import Report
from core.metrics.scores import Array
from core.metrics.undefined import reason
from core.metrics.whatif.stacked import Measure
from core.metrics.whatif.uncertainty import Interval, Method, share, wald, wilson
from core.names import safe_cell

SIZES: Array = np.geomspace(10, 1e6, 51)
"""Numbers of samples at which the widths of intervals are taken."""


def headline(before: Report, after: Report, label: str) -> tuple[Headline, ...]:
    """Precision, recall and F1 of a class, and accuracy, with how far they move; "stays" for those that do not."""
    found = []
    for measure in (*(Measure(name, label=label) for name in ("precision", "recall", "f1")), Measure("accuracy")):
        old, new = measure.of(before), measure.of(after)
        told = change(old, new)
        moved = 0 if told in ("0", "–") else 1 if new > old else -1
        note = told if moved else "stays" if told == "0" else ""
        says = f"{title(measure)}: {three(old)} in the data."
        found.append(Headline(title(measure, short=True), three(new), note, moved, says))
    return tuple(found)


def moves(before: Report, after: Report, label: str) -> pd.DataFrame:
    """Each score with the shares of the data and with others, and whether it moves.

    With more than two classes, specificity and likelihood ratios of one class move too: they depend on how the others
    are mixed.
    """
    stays = [Measure("recall", label=label), Measure("balanced_accuracy")]
    of_label = [Measure(name, label=label) for name in ("specificity", "likelihood+", "likelihood-")]
    moving = [Measure(name, label=label) for name in ("precision", "npv", "f1", "jaccard")]
    moving += [Measure("accuracy"), Measure("mcc"), Measure("kappa")]
    moving += [Measure("precision", Average.MACRO), Measure("f1", Average.MACRO), Measure("f1", Average.WEIGHTED)]
    (stays if len(before.matrix) == 2 else moving).extend(of_label)
    rows = []
    for kind, measures in (("stays", stays), ("moves", moving)):
        for measure in measures:
            old, new = measure.of(before), measure.of(after)
            notes = (reason(report.matrix, measure.name, measure.label) for report in (before, after))
            told = "; ".join(dict.fromkeys(note for note in notes if note))
            rows.append((title(measure), kind, three(old), three(new), change(old, new), told))
    columns = ["score", "does it move", "in the data", "at these shares", "change", "why"]
    return _without_empty(pd.DataFrame(rows, columns=columns), "why")


def intervals(matrix: ConfusionMatrix, now: Sequence[Interval], then: Sequence[Interval], n: float) -> pd.DataFrame:
    """Each score with its intervals for the samples there are, and for N of them."""
    rows = []
    for one, other in zip(now, then, strict=True):
        told = reason(matrix, one.measure.name, one.measure.label)
        lost = max(one.undefined, other.undefined)
        notes = [told] if told else []
        if lost > 0:
            notes.append(f"0/0 in up to {lost:.1%} of the replicates, left out")
        ends = (_ends(interval.low, interval.high) for interval in (one, other))
        rows.append((title(one.measure), three(one.value), *ends, str(one.method), "; ".join(notes)))
    columns = ["score", "value", samples(matrix.total), f"{samples(n)} ", "method", "note"]  # the space keeps two apart
    return _without_empty(pd.DataFrame(rows, columns=columns), "note")


def wilson_and_wald(now: Sequence[Interval], confidence: float) -> pd.DataFrame:
    """Both kinds of intervals, of two shares of the matrix and of some that show where Wald's goes wrong."""
    cases = [(title(one.measure), one.successes, one.trials) for one in now[:2]]
    cases += [("10 of 10 right", 10.0, 10.0), ("100 of 100 right", 100.0, 100.0), ("1 of 10 right", 1.0, 10.0)]
    rows = []
    for name, hits, trials in cases:
        both = (_ends(*map(float, method(hits, trials, confidence))) for method in (wald, wilson))
        rows.append((name, f"{hits:,.0f} / {trials:,.0f}", *both))
    return pd.DataFrame(rows, columns=["share", "of", "Wald", "Wilson"])


def interval_widths(matrix: ConfusionMatrix, found: Sequence[Interval], confidence: float) -> dict[str, Array]:
    """Name -> (K,) widths of Wilson's intervals at `SIZES`; accuracy first."""
    curves: dict[str, Array] = {}
    for interval in sorted(found, key=lambda one: one.measure.name != "accuracy"):
        part = share(matrix, interval.measure)
        if part is None or part[1] == 0:
            continue
        grown = SIZES / matrix.total
        low, high = wilson(part[0] * grown, part[1] * grown, confidence)
        curves[title(interval.measure, short=True)] = high - low
    return curves


def intervals_csv(found: Sequence[tuple[float, Sequence[Interval]]], confidence: float, replicates: int) -> str:
    """One row a score and number of samples.

    Args:
        found: (number of samples, intervals), for each number.
        confidence: of the intervals.
        replicates: of the bootstrap.
    """
    rows = [
        {
            "score": one.measure.name,
            "average": str(one.measure.average or ""),
            "class": safe_cell(one.measure.label or ""),
            "samples": n,
            "value": one.value,
            "low": one.low,
            "high": one.high,
            "confidence": confidence,
            "method": str(one.method),
            "successes": one.successes,
            "trials": one.trials,
            "replicates": replicates if one.method is Method.BOOTSTRAP else None,
            "undefined_share": one.undefined,
        }
        for n, intervals in found
        for one in intervals
    ]
    return pd.DataFrame(rows).to_csv(index=False)


def _ends(low: float, high: float) -> str:
    return UNDEFINED if math.isnan(low) else f"{low:.3f} – {high:.3f}".replace("-", "−")


def _without_empty(table: pd.DataFrame, column: str) -> pd.DataFrame:
    return table if table[column].any() else table.drop(columns=column)
