"""What the errors of a classifier cost, as charts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from core.figures.figure import ACCENT, BY_ORDER, MUTED, OKABE_ITO, Figure
from core.metrics.whatif.costs import Bill, BreakEven


def cost_bars(bill: Bill, labels: Sequence[str], most: int = 6) -> Figure:
    """Cost per sample of the classifier, of rules that do not look at the sample, and of a classifier without errors.

    Args:
        bill: what is shown.
        labels: (C,) names of the classes.
        most: rules "always say k" that are shown, the cheapest ones.
    """
    order = sorted(range(len(labels)), key=lambda c: (float(bill.constants[c]), c))[:most]
    rows = [("this classifier", "classifier", bill.per_sample)]
    rows += [(f"always “{labels[c]}”", "rule", float(bill.constants[c])) for c in order]
    rows += [("no errors", "perfect", bill.perfect)]
    data = pd.DataFrame(rows, columns=["rule", "kind", "cost"])
    texts = [f"{cost:,.3g}" if abs(cost) < 1e4 else f"{cost:,.0f}" for cost in data["cost"]]
    data["text"] = [text.replace("-", "−") for text in texts]
    data["order"] = range(len(data))
    y = {
        "field": "rule",
        "type": "nominal",
        "sort": dict(BY_ORDER),
        "title": None,
        "axis": {"labelLimit": 170, "domain": False, "ticks": False},
    }
    x = {"field": "cost", "type": "quantitative", "title": "cost per sample", "axis": {"tickCount": 4}}
    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": ["classifier", "rule", "perfect"], "range": [ACCENT, MUTED, OKABE_ITO[2]]},
        "legend": None,
    }
    tooltip = [
        {"field": "rule", "type": "nominal"},
        {"field": "cost", "type": "quantitative", "format": ",.4~g", "title": "cost per sample"},
    ]
    spec = {
        "title": "Expected cost per sample",
        "height": {"step": 40},
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": {"type": "bar", "height": 20}, "encoding": {"color": colour, "tooltip": tooltip}},
            {
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {"text": {"field": "text", "type": "nominal"}},
            },
        ],
    }
    return Figure(
        spec,
        data,
        "Bars: expected cost per sample of this classifier, of rules that always say one class, the cheapest first, "
        "and of a classifier without errors",
    )


def cost_lines(lines: BreakEven, labels: Sequence[str], own: float) -> Figure:
    """Cost per sample against the prevalence of the first class; the classifier is worth it where it is lowest.

    Args:
        lines: what is shown.
        labels: (2,) names of the classes.
        own: prevalence in the data, which is marked.
    """
    names = ("this classifier", f"always “{labels[0]}”", f"always “{labels[1]}”")
    rows = [
        ("line", name, float(at), pair[at])
        for name, pair in zip(names, (lines.classifier, lines.always, lines.never), strict=True)
        for at in (0, 1)
    ]
    rows.append(("own", names[0], own, lines.classifier[0] * (1 - own) + lines.classifier[1] * own))
    if lines.worth is not None:
        rows.append(("worth", "", lines.worth[0], 0.0))
    data = pd.DataFrame(rows, columns=["kind", "rule", "prevalence", "cost"])
    data["end"] = lines.worth[1] if lines.worth is not None else math.nan
    x = {
        "field": "prevalence",
        "type": "quantitative",
        "title": f"prevalence of {labels[0]}",
        "scale": {"domain": [0, 1]},
        "axis": {"format": "~%", "tickCount": 5},
    }
    y = {"field": "cost", "type": "quantitative", "title": "cost per sample", "axis": {"tickCount": 5}}
    colour = {
        "field": "rule",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": list(names), "range": [ACCENT, "#0072B2", OKABE_ITO[2]]},
        "legend": {"title": None, "orient": "bottom", "columns": 2, "labelLimit": 120},
    }
    layer: list[dict[str, Any]] = [
        {
            "transform": [{"filter": "datum.kind === 'worth'"}],
            "mark": {"type": "rect", "color": ACCENT, "opacity": 0.12, "aria": False},
            "encoding": {"x": x, "x2": {"field": "end"}},
        },
        {
            "transform": [{"filter": "datum.kind === 'line'"}],
            "mark": {"type": "line", "strokeWidth": 2.5},
            "encoding": {"x": x, "y": y, "color": colour},
        },
        {
            "transform": [{"filter": "datum.kind === 'own'"}],
            "mark": {"type": "point", "filled": True, "size": 90, "color": ACCENT, "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "tooltip": [
                    {"field": "prevalence", "type": "quantitative", "format": ".3~%"},
                    {"field": "cost", "type": "quantitative", "format": ",.4~g"},
                ],
            },
        },
    ]
    spec = {"title": "The lowest line is the best rule", "height": 320, "layer": layer}
    alt = (
        f"Lines: cost per sample of the classifier and of both constant rules against the prevalence of {labels[0]}; "
        "shaded where the classifier is cheapest, a point at the data's own prevalence"
    )
    return Figure(spec, data, alt)
