"""What "What if" says of its numbers: sentences in Markdown, for which names of classes have to be escaped already."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.figures.metrics.intervals import samples
from core.figures.metrics.whatif import percent
from core.metrics.confusion import ConfusionMatrix
from core.metrics.scores import Array
from core.metrics.undefined import reason
from core.metrics.whatif.costs import Bill, BreakEven
from core.metrics.whatif.uncertainty import Interval

STILL = 5e-4
"""A smaller change does not show in three decimals."""
_LISTED = 5  # shares that are listed, the largest


def change(old: float, new: float) -> str:
    """How much a score has moved."""
    if not math.isfinite(new - old):
        return "–"
    return "0" if abs(new - old) < STILL else f"{new - old:+.3f}".replace("-", "−")


def shares(values: Array, names: Sequence[str]) -> str:
    """(C,) shares with sum 1, the largest first."""
    ordered = sorted(zip(values.tolist(), names, strict=True), key=lambda pair: -pair[0])
    told = ", ".join(f"{name} {percent(share)}" for share, name in ordered[:_LISTED])
    rest = ordered[_LISTED:]
    more = f", {len(rest)} others {percent(sum(share for share, _ in rest))}" if rest else ""
    return f"Shares, with sum 1: {told}{more}."


def false_alarms(recall: float, specificity: float, prevalence: float, precision: float, name: str) -> str:
    """Why precision is low where a class is rare; "" where it is not."""
    hits, alarms = recall * prevalence, (1 - specificity) * (1 - prevalence)
    if not hits or precision >= 0.5:
        return ""
    return (
        f"Of {1 / precision:,.3g} that are predicted as “{name}”, only **one** is: for each hit there are "
        f"{alarms / hits:,.3g} false alarms."
    )


def money(value: float) -> str:
    """A cost."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"
    return text.replace("-", "−") if float(value) != 0 else "0"


def worth_using(matrix: ConfusionMatrix, found: Bill, names: Sequence[str]) -> str:
    """Whether the classifier is cheaper than always saying one class."""
    cheapest, most = found.cheapest, int(np.argmax(matrix.support))
    rule = float(found.constants[cheapest])
    majority = ""
    if most != cheapest:
        price = money(float(found.constants[most]))
        majority = f" The majority class is “{names[most]}”; always saying that costs {price}."
    always = f"always saying “{names[cheapest]}”"
    if found.per_sample < rule:
        return f"**Worth using**: cheaper than {always}.{majority}"
    if found.per_sample > rule:
        return f"**Not worth using** at these costs: {always} is cheaper.{majority}"
    return f"**No better** than {always}.{majority}"


def break_even(lines: BreakEven, own: float, names: Sequence[str]) -> str:
    """Between which prevalences of the first of two classes the classifier is worth its errors.

    Args:
        lines: costs over the prevalence.
        own: prevalence in the data.
        names: of both classes.
    """
    if lines.worth is None:
        return "At these costs one of the two constant rules is at least as cheap at every prevalence."
    low, high = map(percent, lines.worth)
    return (
        f"**Break-even at {low} and {high}** of “{names[0]}”. Below {low} it is cheaper to always say “{names[1]}”, "
        f"above {high} to always say “{names[0]}”. In the data it is {percent(own)}."
    )


def where_it_lies(
    matrix: ConfusionMatrix, now: Sequence[Interval], then: Sequence[Interval], n: float, level: str, name: str
) -> str:
    """Between what the precision of a class, or the accuracy, lies with the samples there are and with N of them."""
    place = next(i for i, interval in enumerate(now) if interval.measure.name in ("precision", "accuracy"))
    one, other = now[place], then[place]
    what = f"the precision of “{name}”" if one.measure.name == "precision" else "the accuracy"
    if math.isnan(one.low):
        why = reason(matrix, one.measure.name, one.measure.label)
        return f"{what[:1].upper()}{what[1:]} is undefined ({why}), with any number of samples."
    return (
        f"With **{samples(matrix.total)}**, {what} is somewhere between **{one.low:.3f} and {one.high:.3f}**; with "
        f"**{samples(n)}** between **{other.low:.3f} and {other.high:.3f}** ({level} Wilson intervals)."
    )
