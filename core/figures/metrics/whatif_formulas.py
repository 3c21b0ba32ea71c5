"""Formulas of prevalence, cost and Wilson's interval in LaTeX, and the same with the numbers on the screen."""

from __future__ import annotations

from core.figures.formulas import aligned, number
from core.metrics.scores import Array
from core.metrics.whatif.costs import Bill

_MOST_TERMS = 3


def bayes(recall: float, specificity: float, prevalence: float, precision: float) -> str:
    """Precision by Bayes' rule, r recall, s specificity, π prevalence."""
    hits, alarms = rf"{recall:.3f} \cdot {_short(prevalence)}", rf"{1 - specificity:.3f} \cdot {_short(1 - prevalence)}"
    symbols = r"\text{precision} = \frac{r\,\pi}{r\,\pi + (1 - s)(1 - \pi)}"
    return _spaced([symbols, rf" = \frac{{{hits}}}{{{hits} + {alarms}}}", rf" = \mathbf{{{precision:.4f}}}"])


def cost(bill: Bill, counts: Array, costs: Array) -> str:
    """Expected cost of a sample: the largest terms, then dots.

    Args:
        bill: of the two.
        counts: (C, C)
        costs: (C, C)
    """
    order = sorted(zip(*bill.parts.nonzero(), strict=True), key=lambda cell: -abs(bill.parts[cell]))
    terms = [
        rf"\tfrac{{{_count(counts[cell])}}}{{{_count(counts.sum())}}} \cdot {_short(float(costs[cell]))}"
        for cell in order[:_MOST_TERMS]
    ]
    dots = r" + \dots" if len(order) > _MOST_TERMS else ""
    return _spaced(
        [
            r"E = \sum_{a,p} \frac{n_{ap}}{N}\, c_{ap}",
            f" = {' + '.join(terms) or '0'}{dots}",
            rf" = \mathbf{{{_short(bill.per_sample)}}}",
        ]
    )


def wilson(successes: float, trials: float, z: float, low: float, high: float) -> str:
    """Wilson's interval of a share p of n (https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval)."""
    p = successes / trials
    return _spaced(
        [
            r"[a, b] = \frac{p + \frac{z^2}{2n} \pm z\sqrt{\frac{p(1-p)}{n} + \frac{z^2}{4n^2}}}{1 + \frac{z^2}{n}}",
            rf" = \mathbf{{[{low:.4f},\, {high:.4f}]}}",
            rf"p = \tfrac{{{_count(successes)}}}{{{_count(trials)}}} = {p:.4f},\; z = {z:.3f}",
        ]
    )


def _spaced(lines: list[str]) -> str:
    """Below each other with room for fractions."""
    return aligned(lines).replace("[6pt]", "[10pt]")


def _count(value: float) -> str:
    """Whole counts without decimals, expected ones with one."""
    return number(round(value)) if abs(value - round(value)) < 1e-6 else f"{value:,.1f}".replace(",", "{,}")


def _short(value: float) -> str:
    """At most four digits, without an exponent."""
    if abs(value) >= 1000:
        return _count(value)
    text = f"{value:.4f}" if abs(value) < 1 else f"{value:.4g}"
    return text.rstrip("0").rstrip(".") if "." in text else text
