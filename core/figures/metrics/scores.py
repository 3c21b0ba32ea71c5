"""Scores as the page shows them: three decimals, the fraction beside, old and new."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.metrics import fractions
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.presets import PRESETS
from core.metrics.report import PER_CLASS, Report
from core.metrics.report import report as remade
from core.metrics.scores import PerClass
from core.metrics.undefined import reason

TITLES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "fbeta": "Fβ",
    "jaccard": "Jaccard",
    "specificity": "Specificity",
    "npv": "NPV",
    "likelihood+": "LR+",
    "likelihood-": "LR−",
    "mcc": "MCC",
    "kappa": "κ",
    "f1_of_means": "F1 of the means",
}
"""Name of a score in the code -> on the page."""

UNDEFINED = "undefined"
_RANGE = "from −1 to 1"
_LONGEST_FRACTION = 8  # characters that fit beside "was 0.889" under a headline number


@dataclass(frozen=True)
class Headline:
    """One big number.

    Attributes:
        title: what it is.
        value: three decimals or "undefined".
        note: a line below: the fraction, and what the value was before.
        change: 1 risen, -1 fallen, 0 the same or not to be compared.
        help: what it is of, and why it may be undefined.
    """

    title: str
    value: str
    note: str
    change: int
    help: str


def three(value: float) -> str:
    """A score: three decimals, "undefined" for nan."""
    if math.isnan(value):
        return UNDEFINED
    if math.isinf(value):
        return "∞"
    return f"{value:,.3f}".replace("-0.000", "0.000").replace("-", "−")


def over(parts: tuple[float, float] | None) -> str:
    """A fraction such as 80/90; empty where there is none or it is 0/0."""
    if parts is None or parts[1] == 0:
        return ""
    return f"{amount(parts[0])}/{amount(parts[1])}"


def amount(value: float) -> str:
    """A count with thousands separators; weighted ones with three decimals at most."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3f}".rstrip("0")


def title_of(name: str, report: Report) -> str:
    """A score's name, with beta filled in."""
    return f"F{report.options.beta:g}" if name == "fbeta" else TITLES[name]


def slide_note(matrix: ConfusionMatrix, printed: str | None = None) -> str | None:
    """What the lecture's slide prints for the accuracy of this matrix, beside the exact one; None if there is no slide.

    Args:
        matrix: the counts.
        printed: what the slide prints; None: look whether this is the lecture's matrix.
    """
    if printed is None:
        printed = next((preset.slide_accuracy for preset in PRESETS.values() if preset.matrix() == matrix), "")
    if not printed or not matrix.total:
        return None
    hits, total = fractions.accuracy(matrix)
    rounded = f"{hits / total:.{len(printed.partition('.')[2])}f}"
    aside = "" if rounded == printed else f", which rounds to {rounded}"
    return f"The slide prints accuracy {printed}; exactly it is {over((hits, total))} = {hits / total:.4f}{aside}."


def beside_default(report: Report) -> str:
    """What scikit-learn's own default makes of 0/0 in the big numbers; "" where that changes none of them.

    Left out of means, as here at first, 0/0 gives other numbers than a call without `zero_division`, which counts it
    as 0 and warns.
    """
    average = report.options.headline(report.matrix)
    names = ("precision", "recall", "f1")
    told = (reason(report.matrix, name, report.positive) if average is Average.BINARY else None for name in names)
    known = [report.mean(name, average) for name in names]  # type: ignore[arg-type]
    if not report.matrix.total or report.options.zero_division == 0:
        return ""
    if not any(told) and not any(
        reason(report.matrix, name, labels=[report.matrix.labels[c] for c in report.chosen]) for name in names
    ):
        return ""
    usual = remade(report.matrix, replace(report.options, zero_division=0.0, class_weights=None))
    other = [usual.mean(name, average) for name in names]  # type: ignore[arg-type]
    differ = [
        f"{TITLES[name].lower() if name != 'f1' else 'F1'} {three(value)}"
        for name, mine, value in zip(names, known, other, strict=True)
        if three(mine) != three(value)
    ]
    if not differ:
        return ""
    here = "is left out here" if math.isnan(report.options.zero_division) else "counts as 1 here"
    return f"0/0 {here}. scikit-learn's own default counts it as 0, which gives {', '.join(differ)}."


def headline(report: Report, before: Report | None) -> tuple[Headline, ...]:
    """The eight big numbers: accuracy, precision, recall, F1, specificity, balanced accuracy, MCC, κ."""
    matrix, average = report.matrix, report.options.headline(report.matrix)
    found = [_whole("accuracy", over(fractions.accuracy(matrix)), report, before)]
    for name in ("precision", "recall", "f1", "specificity"):
        new = report.mean(name, average)
        old = None if before is None else before.mean(name, average)
        if average is Average.BINARY:
            of, why = f'class "{report.positive}"', reason(matrix, name, report.positive)
        else:
            of, labels = _of(report, average, name), [matrix.labels[c] for c in report.chosen]
            why = reason(matrix, name, labels=labels, pooled=average is Average.MICRO)
            if why and average is not Average.MICRO and math.isnan(report.options.zero_division) and matrix.total:
                why = f"Left out: {why}"
        aside = over(fraction_of(report, name, average)) or _of(report, average, name)
        found.append(_headline(TITLES[name], new, old, aside, f"{TITLES[name]}, {of}.", why))
    share = _mean_of(int(np.count_nonzero(matrix.support)), len(matrix))
    found.append(_whole("balanced_accuracy", share, report, before))
    found.append(_whole("mcc", _RANGE, report, before))
    weights = report.options.kappa_weights
    found.append(_whole("kappa", f"{weights} weights" if weights else _RANGE, report, before))
    return tuple(found)


def fraction_of(report: Report, name: PerClass, of: Average | str) -> tuple[float, float] | None:
    """The fraction behind a score of a class (its name) or of an average; None for means, which are no fraction."""
    if of in (Average.MACRO, Average.WEIGHTED):
        return None
    if of is Average.MICRO:
        chosen: Sequence[int] = report.chosen
    else:
        chosen = [report.matrix.index(report.positive if of is Average.BINARY else of)]
    return fractions.fraction(name, fractions.tally(report.matrix, chosen), report.options.beta)


def _whole(name: Any, aside: str, report: Report, before: Report | None) -> Headline:
    old = None if before is None else before.whole(name)
    return _headline(
        TITLES[name], report.whole(name), old, aside, f"{TITLES[name]} of the matrix.", reason(report.matrix, name)
    )


def _headline(title: str, new: float, old: float | None, aside: str, help: str, why: str | None) -> Headline:
    value = three(new)
    was = None if old is None or three(old) == value else f"was {three(old)}"
    short = aside if len(aside) <= _LONGEST_FRACTION else ""
    note = was if was and not short else f"{short}, {was}" if was else aside
    change = 0
    if was and old is not None and not (math.isnan(new) or math.isnan(old)):
        change = 1 if new > old else -1
    return Headline(title, value, note, change, f"{help} {why[:1].upper()}{why[1:]}." if why else help)


def _mean_of(known: int, count: int) -> str:
    return f"mean of {count}" if known == count else f"mean of {known} of {count}"


def _of(report: Report, average: Average, name: PerClass) -> str:
    known = int(np.count_nonzero(~np.isnan(report.classes[list(report.chosen), PER_CLASS.index(name)])))
    return {
        Average.MACRO: _mean_of(known, len(report.chosen)),
        Average.WEIGHTED: "by support",
        Average.MICRO: "pooled counts",
        Average.BINARY: "positive class",
    }[average]
