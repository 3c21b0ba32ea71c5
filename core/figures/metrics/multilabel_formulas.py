"""The averages of several labels in LaTeX, in symbols and with the numbers on the screen."""

from __future__ import annotations

import math

import numpy as np

from core.metrics.fractions import Tally, fraction
from core.metrics.multilabel.multilabel import Mean, Score
from core.metrics.multilabel.report import Report
from core.metrics.scores import Array

_LETTERS: dict[Score, str] = {"precision": "P", "recall": "R", "f1": "F_1", "fbeta": r"F_\beta", "jaccard": "J"}
_POOLED: dict[Score, str] = {
    "precision": r"\frac{TP}{TP + FP}",
    "recall": r"\frac{TP}{TP + FN}",
    "f1": r"\frac{2\,TP}{2\,TP + FP + FN}",
    "fbeta": r"\frac{(1 + \beta^2)\,TP}{(1 + \beta^2)\,TP + \beta^2 FN + FP}",
    "jaccard": r"\frac{TP}{TP + FP + FN}",
}
_MOST_TERMS = 4


def average(report: Report, name: Score, how: Mean) -> tuple[str, str]:
    """The chosen average: (symbols, numbers).

    Args:
        report: its numbers.
        name: which score.
        how: which average.
    """
    value = _bold(report.mean(name, how))
    letter, column = _LETTERS[name], report.names.index(name)
    if how == "micro":
        return rf"{letter} = {_POOLED[name]}", rf"{pooled(name, report.pooled, report.beta)} = {value}"
    if how == "weighted":
        symbols = rf"\sum_{{l}} \frac{{\mathrm{{support}}_l}}{{\sum_k \mathrm{{support}}_k}}\, {letter}(l)"
        counted, support = _kept(report.counted(report.per_label[:, column]), report.support)
        terms = [rf"{weight:.0f} \cdot {score:.3f}" for score, weight in zip(counted, support, strict=True)]
        return symbols, rf"\frac{{{_sum(terms)}}}{{{_whole(support.sum())}}} = {value}"
    of_samples = how == "samples"
    size, index = (len(report.table), "i") if of_samples else (len(report.table.labels), "l")
    big = "N" if of_samples else "L"
    symbols = rf"\frac{{1}}{{{big}}} \sum_{{{index}=1}}^{{{big}}} {letter}({index})"
    scores = report.per_sample if of_samples else report.per_label
    counted, _ = _kept(report.counted(scores[:, column]), np.ones(len(scores)))
    if of_samples and len(scores) < size:  # only the first samples are at hand
        terms = [*(f"{score:.3f}" for score in counted[: _MOST_TERMS - 1]), r"\ldots"]
        shown = report.mean(name, how)
        if np.isnan(counted).any() or len(counted) < len(scores):  # how many of all are left out is not known here
            return symbols, rf"\tfrac{{1}}{{N'}} ({' + '.join(terms)}) = {_bold(shown)}"
        return symbols, rf"\tfrac{{1}}{{{_whole(size)}}} ({' + '.join(terms)}) = {value}"
    return symbols, rf"\tfrac{{1}}{{{len(counted)}}} ({_sum([f'{score:.3f}' for score in counted])}) = {value}"


def pooled(name: Score, counts: Tally, beta: float) -> str:
    """The fraction behind a score, with numbers."""
    found = fraction(name, counts, beta)
    assert found is not None
    above, below = (_whole(part) if float(part).is_integer() else f"{part:.2f}" for part in found)
    return rf"\frac{{{above}}}{{{below}}}"


def _kept(values: Array, weights: Array) -> tuple[Array, Array]:
    """Without what is left out."""
    known = ~np.isnan(values)
    return values[known], weights[known]


def _sum(terms: list[str]) -> str:
    if len(terms) > _MOST_TERMS:  # a wider formula would have to be scrolled
        terms = [*terms[: _MOST_TERMS - 2], r"\ldots", terms[-1]]
    return " + ".join(terms) or "0"


def _whole(value: float) -> str:
    return f"{value:,.0f}".replace(",", "{,}")


def _bold(value: float) -> str:
    return r"\text{undefined}" if math.isnan(value) else rf"\mathbf{{{value:.3f}}}"
