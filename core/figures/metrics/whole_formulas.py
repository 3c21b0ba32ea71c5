"""Formulas of the scores that belong to a matrix as a whole: accuracy, MCC, κ and others."""

from __future__ import annotations

import math

import numpy as np

from core.figures.metrics.score_latex import COUNTS_AS, add_up, bold, count, frac, number
from core.metrics.confusion import ConfusionMatrix
from core.metrics.fractions import Tally, tally
from core.metrics.report import KAPPA_WEIGHTS, Report
from core.metrics.undefined import reason


def whole_formula(report: Report, name: str) -> list[tuple[str, str]]:
    """Left and right side of each line: in symbols, then in numbers."""
    matrix = report.matrix
    value = report.whole(name)  # type: ignore[arg-type]
    counts = tally(matrix, [matrix.index(report.positive)])
    two = len(matrix) == 2
    if name == "accuracy":
        hits = [count(hit) for hit in matrix.tp]
        symbols = frac("TP + TN" if two else r"\sum_k TP_k", "N")
        return [(r"\text{accuracy}", symbols), ("", frac(add_up(hits), count(matrix.total))), ("", bold(value))]
    if name == "balanced_accuracy":
        recalls = matrix.score("recall")
        recalls = recalls[~np.isnan(recalls)]
        numbers = frac(add_up([number(v) for v in recalls]), str(len(recalls)))
        return [(r"\text{balanced}", r"\frac{1}{K} \sum_k R_k"), ("", numbers), ("", bold(value))]
    if name == "mcc":
        return _mcc_of_two(matrix, counts, value) if two else _mcc(matrix, value)
    if name == "kappa":
        return _kappa(report, value)
    zero = report.options.zero_division
    labels = report.options.labels
    means = (matrix.score(each, "macro", labels=labels, zero_division=zero) for each in ("precision", "recall"))
    p, r = map(number, means)
    twice = rf"2 \cdot {p} \cdot {r}"
    return [
        (r"F_1^{\text{means}}", frac(r"2\,\bar{P}\,\bar{R}", r"\bar{P} + \bar{R}")),
        ("", frac(twice, f"{p} + {r}")),
        ("", bold(value)),
    ]


def _mcc_of_two(matrix: ConfusionMatrix, counts: Tally, value: float) -> list[tuple[str, str]]:
    tp, fp, fn, tn = map(count, (counts.tp, counts.fp, counts.fn, counts.tn))
    totals = (counts.tp + counts.fp, counts.tp + counts.fn, counts.tn + counts.fp, counts.tn + counts.fn)
    root = r" \cdot ".join(map(count, totals))
    numbers = frac(rf"{tp} \cdot {tn} - {fp} \cdot {fn}", rf"\sqrt{{{root}}}")
    return [
        (r"\text{MCC}", frac(r"TP \cdot TN - FP \cdot FN", r"\sqrt{p_1\, a_1\, a_2\, p_2}")),
        ("", numbers),
        ("", _convention(matrix, value)),
        (r"p_1", r"TP + FP,\; a_1 = TP + FN"),
        (r"a_2", r"TN + FP,\; p_2 = TN + FN"),
    ]


def _mcc(matrix: ConfusionMatrix, value: float) -> list[tuple[str, str]]:
    """Gorodkin's, https://doi.org/10.1016/j.compbiolchem.2004.09.006: c hits of s samples, totals a (target) and p."""
    target, predicted, s = matrix.support, matrix.predicted, matrix.total
    products = [count(float(total)) for total in (target @ predicted, predicted @ predicted, target @ target)]
    both, p2, g2 = products
    above = rf"{count(float(matrix.tp.sum()))} \cdot {count(s)} - {both}"
    below = rf"\sqrt{{({count(s)}^2 - {p2})({count(s)}^2 - {g2})}}"
    return [
        (
            r"\text{MCC}",
            frac(r"c\,s - \sum_k a_k\, p_k", r"\sqrt{(s^2 - \sum_k p_k^2)(s^2 - \sum_k a_k^2)}"),
        ),
        ("", frac(above, below)),
        ("", _convention(matrix, value)),
        (r"c", r"\text{hits},\; s = \text{samples}"),
        (r"a_k", r"\text{actual},\; p_k = \text{predicted}"),
    ]


def _convention(matrix: ConfusionMatrix, value: float) -> str:
    """The value, which scikit-learn only says where it is 0/0."""
    return rf"\tfrac{{0}}{{0}} {COUNTS_AS} {bold(value)}" if reason(matrix, "mcc") else bold(value)


def _kappa(report: Report, value: float) -> list[tuple[str, str]]:
    matrix, weights = report.matrix, report.options.kappa_weights
    expected = np.outer(matrix.support, matrix.predicted) / (matrix.total or 1)
    if weights is None:
        total = matrix.total or math.nan
        observed, chance = matrix.tp.sum() / total, np.trace(expected) / total
        terms = [rf"{count(g)} \cdot {count(p)}" for g, p in zip(matrix.support, matrix.predicted, strict=True)]
        return [
            (r"\kappa", frac("p_o - p_e", "1 - p_e")),
            (r"p_o", f"{frac(count(float(matrix.tp.sum())), count(matrix.total))} = {number(float(observed))}"),
            (r"p_e", f"{frac(add_up(terms), count(matrix.total) + '^2')} = {number(float(chance))}"),
            (
                r"\kappa",
                rf"{frac(f'{number(observed)} - {number(chance)}', f'1 - {number(chance)}')} = {bold(value)}",
            ),
        ]
    assert weights in KAPPA_WEIGHTS
    steps = np.abs(np.subtract.outer(np.arange(len(matrix)), np.arange(len(matrix))))
    cost = steps if weights == "linear" else steps**2
    seen, by_chance = float((cost * matrix.counts).sum()), float((cost * expected).sum())
    return [
        (r"\kappa", r"1 - \frac{\sum_{ij} w_{ij}\, O_{ij}}{\sum_{ij} w_{ij}\, E_{ij}}"),
        (r"w_{ij}", "|i - j|" if weights == "linear" else "(i - j)^2"),
        (r"E_{ij}", r"a_i\, p_j / N"),
        (r"\kappa", f"1 - {frac(count(seen), count(by_chance))} = {bold(value)}"),
    ]
