"""What is said beside tables of scores, as plain text: how they are taken, what is undefined, what beats the model."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.figures.metrics.score_tables import reasons
from core.figures.metrics.scores import TITLES, three
from core.metrics.baselines import COLUMNS, Comparison, best_competitor
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import Options, Report
from core.metrics.scores import Array
from core.metrics.undefined import reason


def options_in_words(options: Options, matrix: ConfusionMatrix) -> str:
    """Which average the large numbers show, and which options are not the usual ones."""
    average = options.headline(matrix)
    parts = [f"binary, positive class “{options.pos_label or matrix.labels[0]}”"]
    if average is not Average.BINARY:
        parts = [f"{average} average"]
    if options.labels is not None and average is not Average.BINARY:
        parts.append(f"over {len(options.labels)} of {len(matrix)} classes")
    if not math.isnan(options.zero_division):
        parts.append(f"0/0 counts as {options.zero_division:g}")
    if options.class_weights is not None:
        parts.append("classes weighted")
    return "Precision, recall, F1, specificity: " + ", ".join(parts) + "."


def undefined_of_classes(report: Report) -> str:
    """Which scores of which classes are undefined or infinite, and why; "" where none is."""
    told = [f"{title}: {why}" for title, why in reasons(report).items()]
    zero = report.options.zero_division
    counts = "" if math.isnan(zero) else f", 0/0 counting as {zero:g}"
    return f"Undefined or infinite{counts}. {'; '.join(told)}." if told else ""


def left_out_of_means(report: Report) -> str:
    """Which classes have an undefined score, and what the means do with that; "" where there is none."""
    if not report.matrix.total:
        return ""
    labels = [report.matrix.labels[c] for c in report.chosen]
    told = [
        f"{TITLES[name]}: {why}"
        for name in ("precision", "recall", "f1", "specificity", "npv")
        if (why := reason(report.matrix, name, labels=labels))
    ]
    zero = report.options.zero_division
    counts = "left out of the means" if math.isnan(zero) else f"counted as {zero:g}"
    counts += "" if zero == 0 else " (scikit-learn's own default counts it as 0)"
    return f"Undefined, {counts}. {'; '.join(told)}." if told else ""


def zero_counts_as(report: Report) -> str:
    """What 0/0 counts as, to be added to why a class's score is 0/0; "" where it is left out."""
    zero = report.options.zero_division
    return "" if math.isnan(zero) else f"; 0/0 counts as {zero:g}"


def competitor(found: Comparison, average: Average) -> str:
    """The best trivial classifier and the model in one line, "Always yes: F1 0.824, this classifier 0.821".

    Args:
        found: the model beside trivial classifiers.
        average: which F1 it is.

    Returns:
        Plain text; "" where no score is defined.
    """
    best = best_competitor(found)
    if best is None:
        return ""
    score = "accuracy" if best.score == "accuracy" else "F1" if average is Average.BINARY else f"{average}-F1"
    return f"{best.other.short}: {score} {three(best.value)}, this classifier {three(best.own)}"


def against_trivial(names: Sequence[str], rows: Array) -> str:
    """In which scores a trivial classifier is at least as good as the model, and which one; Markdown.

    Args:
        names: (R,) of the classifiers, the model first, escaped.
        rows: (R, 7) columns as in `COLUMNS`.
    """
    found = []
    for place, name in enumerate(COLUMNS):
        own, rest = rows[0, place], rows[1:, place]
        if math.isnan(own) or np.isnan(rest).all():
            continue
        top = int(np.nanargmax(rest))
        if round(float(rest[top]), 3) >= round(float(own), 3):
            found.append(f"{TITLES[name]} ({names[1 + top]}: {three(float(rest[top]))})")
    if found:
        return (
            f"**A classifier that does not look at the sample is at least as good as the model in** {', '.join(found)}."
        )
    if math.isnan(rows[0, 0]):
        return ""
    return "The model is better than every trivial classifier in every one of these scores."
