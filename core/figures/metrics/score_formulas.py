"""The formula of each score in LaTeX: in symbols, then with the numbers on the screen."""

from __future__ import annotations

import math

import numpy as np

from core.figures.metrics.score_latex import COUNTS_AS, add_up, aligned, bold, count, escaped, frac, number
from core.figures.metrics.whole_formulas import whole_formula
from core.metrics.confusion import Average
from core.metrics.fractions import Tally, fraction, tally
from core.metrics.report import Report
from core.metrics.scores import PerClass

# numerator and denominator
_COUNTS = {
    "precision": ("TP", "TP + FP"),
    "recall": ("TP", "TP + FN"),
    "f1": (r"2\,TP", r"2\,TP + FP + FN"),
    "fbeta": (r"(1 + \beta^2)\,TP", r"(1 + \beta^2)\,TP + \beta^2\,FN + FP"),
    "jaccard": ("TP", "TP + FP + FN"),
    "specificity": ("TN", "TN + FP"),
    "npv": ("TN", "TN + FN"),
}
_LETTERS = {
    "precision": r"\text{precision}",
    "recall": r"\text{recall}",
    "f1": "F_1",
    "fbeta": r"F_\beta",
    "jaccard": "J",
    "specificity": r"\text{specificity}",
    "npv": r"\text{NPV}",
    "likelihood+": r"\text{LR}^+",
    "likelihood-": r"\text{LR}^-",
}
_SHORT = {**_LETTERS, "precision": "P", "recall": "R", "specificity": "S"}


def formula(report: Report, name: str, of: str | Average | None) -> str:
    """A score's formula, and below it the same with numbers.

    Args:
        report: all scores.
        name: of the score, as for `ConfusionMatrix.score`.
        of: name of a class, an average, or None for scores of the whole matrix.

    Returns:
        LaTeX, equations below each other.
    """
    if of is None:
        return aligned(*whole_formula(report, name), small=name == "mcc")
    each: PerClass = name  # type: ignore[assignment]
    if isinstance(of, Average) and of is not Average.BINARY:
        lines = _micro(report, each) if of is Average.MICRO else _mean(report, each, of)
        return aligned(*lines, small=name == "fbeta")
    label = report.positive if of is Average.BINARY else of
    return aligned(*_of_class(report, each, label), small=name == "fbeta")


def _of_class(report: Report, name: PerClass, label: str) -> list[tuple[str, str]]:
    value = report.of_class(name, label)
    left = rf"{_SHORT[name]}({escaped(label)})"
    if name in ("likelihood+", "likelihood-"):
        recall, specificity = report.of_class("recall", label), report.of_class("specificity", label)
        plus = name == "likelihood+"
        symbols = r"\text{recall}", r"1 - \text{specificity}"
        numbers = number(recall), f"1 - {number(specificity)}"
        if not plus:
            symbols = r"1 - \text{recall}", r"\text{specificity}"
            numbers = f"1 - {number(recall)}", number(specificity)
        return [
            (_LETTERS[name], frac(*symbols)),
            (left, f"{frac(*numbers)} = {bold(value)}"),
        ]
    counts = tally(report.matrix, [report.matrix.index(label)])
    lines = [(_LETTERS[name], frac(*_COUNTS[name]))]
    if name == "f1":
        lines = [*_harmonic(report, label, counts), ("F_1", rf"\frac{{2PR}}{{P + R}} = {frac(*_COUNTS[name])}")]
    return [*lines, *_filled(report, name, counts, value, left)]


def _harmonic(report: Report, label: str, counts: Tally) -> list[tuple[str, str]]:
    """F1 as the lecture writes it, a harmonic mean; P and R are put in where neither is 0 or 0/0."""
    lines = [("F_1", rf"2 \cdot {frac('1', '1/P + 1/R')}")]
    if counts.tp:
        precision, recall = (number(report.of_class(name, label)) for name in ("precision", "recall"))
        lines.append(("", rf"2 \cdot {frac('1', f'1/{precision} + 1/{recall}')}"))
    return lines


def _micro(report: Report, name: PerClass) -> list[tuple[str, str]]:
    above, below = _COUNTS[name]
    summed = [part.replace("TP", r"\Sigma TP").replace("FP", r"\Sigma FP") for part in (above, below)]
    summed = [part.replace("FN", r"\Sigma FN").replace("TN", r"\Sigma TN") for part in summed]
    counts = tally(report.matrix, report.chosen)
    left = rf"{_SHORT[name]}^{{\text{{micro}}}}"
    return [(left, frac(*summed)), *_filled(report, name, counts, report.mean(name, Average.MICRO), "")]


def _mean(report: Report, name: PerClass, average: Average) -> list[tuple[str, str]]:
    chosen = list(report.chosen)
    values = np.array([report.of_class(name, report.matrix.labels[c]) for c in chosen])
    defined = ~np.isnan(values)
    values, support = values[defined], report.matrix.support[chosen][defined]
    value, letter = report.mean(name, average), _SHORT[name]
    left = rf"{letter}^{{\text{{{average}}}}}"
    if average is Average.MACRO:
        symbols = rf"\frac{{1}}{{K}} \sum_k {_sub(letter)}"
        numbers = frac(add_up([number(v) for v in values]), str(len(values)))
    else:
        symbols = rf"\frac{{\sum_k n_k\, {_sub(letter)}}}{{\sum_k n_k}}"
        terms = [rf"{count(n)} \cdot {number(v)}" for n, v in zip(support, values, strict=True)]
        numbers = frac(add_up(terms), count(float(support.sum())))
    return [(left, symbols), ("", numbers), ("", bold(value))]


def _filled(report: Report, name: PerClass, counts: Tally, value: float, left: str) -> list[tuple[str, str]]:
    """The counts put in; below it they are added up, and there is the value."""
    beta = report.options.beta if name == "fbeta" else 1.0
    parts = fraction(name, counts, beta)
    assert parts is not None
    tp, fp, fn, tn = map(count, (counts.tp, counts.fp, counts.fn, counts.tn))
    square = f"{beta:g}^2"
    written = {
        "precision": (tp, f"{tp} + {fp}"),
        "recall": (tp, f"{tp} + {fn}"),
        "f1": (rf"2 \cdot {tp}", rf"2 \cdot {tp} + {fp} + {fn}"),
        "fbeta": (rf"(1 + {square})\,{tp}", rf"(1 + {square})\,{tp} + {square} \cdot {fn} + {fp}"),
        "jaccard": (tp, f"{tp} + {fp} + {fn}"),
        "specificity": (tn, f"{tn} + {fp}"),
        "npv": (tn, f"{tn} + {fn}"),
    }[name]
    counted = parts[1] == 0 and not math.isnan(value)  # what 0/0 is to count as is no result
    result = rf"{frac(*map(count, parts))} {COUNTS_AS if counted else '='} {bold(value)}"
    return [(left, frac(*written)), ("", result)]


def _sub(letter: str) -> str:
    """The letter with the index k."""
    return f"F_{{{letter[2:]},k}}" if letter.startswith("F_") else f"{letter}_k"


def class_title(label: str) -> str:
    """What a menu calls a class beside averages."""
    return f"class {label}"


def choices_of(report: Report, name: str) -> dict[str, str | Average]:
    """Title -> class or average that a score can be of; ratios of likelihoods have no averages."""
    choices: dict[str, str | Average] = {class_title(label): label for label in report.matrix.labels}
    if not name.startswith("likelihood"):
        kinds = (Average.MICRO, Average.MACRO, Average.WEIGHTED)
        choices |= {f"{kind} average": kind for kind in kinds if f"{kind} average" not in choices}
    return choices
