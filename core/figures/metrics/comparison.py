"""Two models on the same rows: who is right where, and how their confusion matrices differ."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.figures.drawing import ACCENT, FAINT, INK, SURFACE, Cells, Drawing, Item, Rect, Text
from core.figures.figure import OKABE_ITO
from core.figures.words import counted
from core.metrics.paired.comparison import LEVEL, Comparison

MORE, FEWER = ACCENT, OKABE_ITO[4]
"""Colours of a positive and a negative difference."""
LARGEST = 50
"""Classes of a difference that is drawn cell by cell."""
_NUMBERED = 25  # classes up to which the cells hold numbers
_STRONGEST = 0.6  # opacity; text stays readable on it in both themes


def contingency(comparison: Comparison, names: tuple[str, str], *, chosen: tuple[int, int] | None = None) -> Drawing:
    """The four kinds of rows: both right, only one of them, both wrong.

    Args:
        comparison: of two models.
        names: of the models.
        chosen: (row, column) of a cell to mark.
    """
    left, top, wide, high = 132.0, 64.0, 124.0, 56.0
    words = (("both right", f"only {_cut(names[0], 12)}"), (f"only {_cut(names[1], 12)}", "both wrong"))
    items: list[Item] = [
        Text(left + wide, 12, _cut(names[1], 28), 14, bold=True),
        Text(left + wide / 2, 40, "right", 14),
        Text(left + 1.5 * wide, 40, "wrong", 14),
        Text(2, top + high, _cut(names[0], 9), 14, "start", bold=True),
        Text(left - 10, top + high / 2, "right", 14, "end"),
        Text(left - 10, top + 1.5 * high, "wrong", 14, "end"),
    ]
    for row in range(2):
        for column in range(2):
            x, y = left + column * wide, top + row * high
            apart = row != column
            items.append(
                Rect(x + 2, y + 2, wide - 4, high - 4, SURFACE, ACCENT if apart else FAINT, 2.5 if apart else 1)
            )
            items.append(Text(x + wide / 2, y + 20, f"{comparison.table[row, column]:,}", 18, bold=apart))
            items.append(Text(x + wide / 2, y + 41, words[row][column], 14))
    items.append(Cells(left, top, 2 * wide, 2 * high, 2, 2, lines=False))
    if chosen is not None:
        x, y = left + chosen[1] * wide, top + chosen[0] * high
        items.append(Rect(x + 5, y + 5, wide - 10, high - 10, "", INK, 1.5))
    both, first, second, neither = comparison.table.ravel().tolist()
    alt = (
        f"Of {counted(len(comparison), 'row')} both models have {both:,} right, only {names[0]} {first:,}, "
        f"only {names[1]} {second:,}, neither {neither:,}"
    )
    width = left + 2 * wide + 6
    return Drawing(width, top + 2 * high + 4, tuple(items), alt, widest=f"{width * 1.15:.0f}px")


def difference(comparison: Comparison, names: tuple[str, str], *, chosen: tuple[int, int] | None = None) -> Drawing:
    """The second matrix minus the first, colours centred on zero.

    Args:
        comparison: of at most `LARGEST` classes.
        names: of the models.
        chosen: (target, predicted) of a cell to mark.
    """
    counts, size = comparison.difference, len(comparison.labels)
    side = min(84.0, max(440.0 / size, 32.0 if size <= _NUMBERED else 12.0))
    high = min(side, 46.0)
    longest = max(map(len, comparison.labels))
    left = 26 + min(7.8 * min(longest, 16), 126) if size <= _NUMBERED else 40.0
    upright = size > 5
    top = 48 + (min(7.6 * min(longest, 12), 92) if upright and size <= _NUMBERED else 14)
    strongest = float(np.abs(counts).max()) or 1.0
    font = max(14.0, min(16.0, side * 0.3))
    items: list[Item] = [
        Text(left + size * side / 2, 10, f"{_cut(names[1], 24)} minus {_cut(names[0], 24)}", 14, bold=True),
        Text(left + size * side / 2, 30, "predicted", 14),
        Text(8, top + size * high / 2, "actual", 14, turned=True),
    ]
    for index, label in enumerate(comparison.labels if size <= _NUMBERED else ()):
        x = left + (index + 0.5) * side
        if upright:
            items.append(Text(x, top - 5, _cut(label, 12), 14, "start", turned=True))
        else:
            items.append(Text(x, top - 10, _cut(label, max(4, int(side / 8))), 14))
        items.append(Text(left - 6, top + (index + 0.5) * high, _cut(label, 16), 14, "end"))
    for target in range(size):
        for predicted in range(size):
            value = float(counts[target, predicted])
            x, y = left + predicted * side, top + target * high
            if value:
                opacity = _STRONGEST * math.sqrt(abs(value) / strongest)  # or small differences would stay white
                items.append(Rect(x, y, side, high, MORE if value > 0 else FEWER, opacity=round(opacity, 3)))
            if size <= _NUMBERED and (value or size <= 12):
                items.append(Text(x + side / 2, y + high / 2, _signed(value), font, bold=target == predicted))
    items.append(Cells(left, top, size * side, size * high, size, size))
    if chosen is not None:
        items.append(Rect(left + chosen[1] * side + 2, top + chosen[0] * high + 2, side - 4, high - 4, "", INK, 2))
    floor = top + size * high + 16
    entries = ((FEWER, f"{_cut(names[1], 12)} says it less often"), (MORE, "more often"))
    x = left
    for colour, words in entries:
        items.append(Rect(x, floor - 6, 12, 12, colour, opacity=_STRONGEST))
        items.append(Text(x + 18, floor + 0.5, words, 14, "start"))
        x += 34 + 7.4 * len(words)
    width = max(left + size * side + 6, x)
    return Drawing(width, floor + 12, tuple(items), _alt(comparison, names), widest=f"{max(width * 1.15, 300):.0f}px")


def p_value(comparison: Comparison) -> tuple[str, str] | None:
    """McNemar's exact test in LaTeX, symbols and numbers; None where no row sets the models apart."""
    b, c = comparison.only_first, comparison.only_second
    if b + c == 0:
        return None
    symbols = r"p = \min\!\Big(1,\; 2 \sum_{k=0}^{\min(b,\,c)} \tbinom{b + c}{k}\, 0.5^{\,b+c}\Big)"
    terms = rf"2 \sum_{{k=0}}^{{{min(b, c)}}} \tbinom{{{b + c}}}{{k}}\, 0.5^{{\,{b + c}}}"
    numbers = rf"\min(1,\, {terms})" if b == c else terms  # the sum is above 1 where both are alike
    return symbols, rf"{numbers} = \mathbf{{{probability(comparison.p_exact)}}}"


def chi_squared(comparison: Comparison) -> tuple[str, str] | None:
    """The approximation with continuity correction, likewise."""
    b, c = comparison.only_first, comparison.only_second
    if b + c == 0:
        return None
    symbols = r"\chi^2 = \frac{(|b - c| - 1)^2}{b + c}"
    numbers = rf"\frac{{(|{b} - {c}| - 1)^2}}{{{b} + {c}}} = {comparison.chi2:.3f}"
    return symbols, rf"{numbers}, \quad p = \mathbf{{{probability(comparison.p_chi2)}}}"


def probability(value: float) -> str:
    """A p-value in LaTeX: three digits, small ones as a power of ten."""
    if value >= 0.001:
        return f"{value:.3f}"
    if value < 1e-300:
        return r"0.000"
    base, exponent = f"{value:.2e}".split("e")
    return rf"{base} \cdot 10^{{{int(exponent)}}}"


def verdict(comparison: Comparison, names: Sequence[str]) -> str:
    """The outcome in one plain sentence."""
    b, c = comparison.only_first, comparison.only_second
    if b + c == 0:
        return "Both models are right and wrong on the very same rows: there is nothing that sets them apart."
    if b == c:
        return f"Each model is right on {counted(b, 'row')} where the other is wrong: neither is better."
    better, more, fewer = (names[0], b, c) if b > c else (names[1], c, b)
    score = f"{better} alone is right on {counted(more, 'row')}, the other alone on {fewer:,}"
    if comparison.p_exact >= LEVEL:
        return (
            f"The difference could easily be chance: {score}, and a fair coin would be at least as uneven in "
            f"{comparison.p_exact:.0%} of all cases."
        )
    rarely = f"only {comparison.p_exact:.1%}" if comparison.p_exact >= 0.001 else "fewer than 0.1%"
    return f"The difference is hardly chance: {score}, and a fair coin would be as uneven in {rarely} of all cases."


def _alt(comparison: Comparison, names: tuple[str, str]) -> str:
    changes = comparison.difference
    largest = np.argsort(-np.abs(changes), axis=None, kind="stable")[:3]
    words = [
        f"actual {comparison.labels[target]} predicted {comparison.labels[predicted]} "
        f"{_signed(changes[target, predicted])}"
        for target, predicted in zip(*np.unravel_index(largest, changes.shape), strict=True)
        if changes[target, predicted]
    ]
    return f"Difference of the confusion matrices, {names[1]} minus {names[0]}: {'; '.join(words) or 'none'}"


def _signed(value: float) -> str:
    return f"{value:+,.0f}".replace("-", "−") if value else "0"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
