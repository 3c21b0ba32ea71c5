"""The same classifier on other data, as a chart, and the names of scores."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import Report
from core.metrics.scores import Array
from core.metrics.whatif.prevalence import along, own_shares
from core.metrics.whatif.stacked import Measure, Tallies

LEAST, MOST = 1e-3, 0.999
PREVALENCES: Array = np.unique(
    np.concatenate([np.geomspace(LEAST, 0.1, 41), np.linspace(0.1, 0.9, 41), 1 - np.geomspace(0.1, LEAST, 21)])
)
"""Where the curves are taken."""

_CURVES = ("#0072B2", OKABE_ITO[2], OKABE_ITO[0], OKABE_ITO[6], OKABE_ITO[1])
_TITLES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "specificity": "Specificity",
    "npv": "NPV",
    "f1": "F1",
    "jaccard": "Jaccard",
    "mcc": "MCC",
    "kappa": "κ",
    "likelihood+": "LR+",
    "likelihood-": "LR−",
}


def title(measure: Measure, *, short: bool = False) -> str:
    """What charts and tables call a score.

    Args:
        measure: which.
        short: leave the class out.
    """
    name = _TITLES[measure.name]
    if measure.average is not None:
        word = "Macro" if measure.average == Average.MACRO else str(measure.average).capitalize()
        return f"{word} {name.lower() if measure.name in ('precision', 'recall', 'specificity') else name}"
    return name if short or measure.label is None else f"{name} of {measure.label}"


def percent(share: float) -> str:
    """A share with three digits from its nearer end: 0.125%, 12.3%, 99.9%."""
    if not 0 < share < 1:
        return f"{share:.0%}"
    nearer = min(share, 1 - share) * 100
    text = f"{share * 100:.{min(9, max(0, 2 - math.floor(math.log10(nearer) + 1e-9)))}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def prevalence_chart(
    label: str, curves: Mapping[str, Array], own: float, chosen: float, points: Mapping[str, tuple[float, float]]
) -> Figure:
    """Scores against the prevalence of one class, which is on a logarithmic axis, with the data's own and the chosen.

    Args:
        label: the class.
        curves: name -> (P,) values at `PREVALENCES`, nan where undefined.
        own, chosen: prevalences to mark; nan for none.
        points: name -> (value at own, value at chosen), nan where undefined.
    """
    rows = [
        ("curve", name, p, v)
        for name, values in curves.items()
        for p, v in zip(PREVALENCES.tolist(), values.tolist(), strict=True)
    ]
    rows += [("data", name, own, pair[0]) for name, pair in points.items()]
    rows += [("chosen", name, chosen, pair[1]) for name, pair in points.items()]
    data = pd.DataFrame(rows, columns=["kind", "score", "prevalence", "value"]).dropna()
    data["prevalence"] = data["prevalence"].clip(LEAST, 1)
    names = list(curves)
    x = {
        "field": "prevalence",
        "type": "quantitative",
        "title": "prevalence (log)",
        "scale": {"type": "log", "domain": [LEAST, 1], "nice": False},
        "axis": {"values": [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1], "format": "~%", "labelOverlap": False},
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "title": "score",
        "scale": {"domain": [0, 1], "clamp": True},
        "axis": {"tickCount": 5},
    }
    colour = {
        "field": "score",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": names, "range": list(_CURVES[: len(names)])},
        "legend": {"title": None, "orient": "bottom", "columns": 3},
    }
    tooltip = [
        {"field": "score", "type": "nominal"},
        {"field": "prevalence", "type": "quantitative", "format": ".3~%"},
        {"field": "value", "type": "quantitative", "format": ".3f"},
    ]
    # recall often lies on accuracy: both are seen where the last line is dashed
    dashes = {
        "field": "score",
        "type": "nominal",
        "scale": {"domain": names, "range": [[1, 0]] * (len(names) - 1) + [[8, 6]]},
        "legend": None,
    }
    spec = {
        "title": "Recalls stay, the shares of the classes change",
        "height": 330,
        "layer": [
            _upright("data", MUTED, [4, 4], x),
            _upright("chosen", ACCENT, [1, 0], x),
            {
                "transform": [{"filter": "datum.kind === 'curve'"}],
                "mark": {"type": "line", "strokeWidth": 2.5, "tooltip": True},
                "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dashes, "tooltip": tooltip},
            },
            {
                "transform": [{"filter": "datum.kind !== 'curve'"}],
                "mark": {"type": "point", "filled": True, "size": 75, "opacity": 1},
                "encoding": {"x": x, "y": y, "color": colour, "tooltip": tooltip},
            },
        ],
    }
    alt = f"Lines: {', '.join(names)} against the prevalence of {label}; marked are the data's own and the chosen one"
    return Figure(spec, data, alt)


def prevalence_of_class(
    matrix: ConfusionMatrix, then: ConfusionMatrix, before: Report, after: Report, label: str
) -> Figure:
    """The chart of one class.

    Args:
        matrix: as it was measured.
        then: with the chosen shares.
        before, after: scores of the two.
        label: the class; more than two have no point for the data, which lies on other curves than those drawn.
    """
    c, binary = matrix.index(label), len(matrix) == 2
    chosen = float(own_shares(then)[c])
    mixed = then if 0 < chosen < 1 else matrix  # the others as they are mixed now
    tallies = Tallies.of(along(mixed, label, PREVALENCES))
    measures = [Measure(name, label=label) for name in ("precision", "npv", "f1")]
    measures += [Measure("accuracy"), Measure("recall", label=label)]
    named = {title(measure, short=True): measure for measure in measures}
    return prevalence_chart(
        label,
        {name: tallies.score(measure, matrix.labels) for name, measure in named.items()},
        float(own_shares(matrix)[c]) if binary else math.nan,
        chosen,
        {name: (one.of(before) if binary else math.nan, one.of(after)) for name, one in named.items()},
    )


def _upright(kind: str, colour: str, dash: list[int], x: Mapping[str, Any]) -> dict[str, Any]:
    """A line at a marked prevalence; all its rows say the same."""
    return {
        "transform": [
            {"filter": f"datum.kind === '{kind}'"},
            {"aggregate": [{"op": "min", "field": "prevalence", "as": "prevalence"}]},
        ],
        "mark": {"type": "rule", "color": colour, "strokeWidth": 2, "strokeDash": dash, "aria": False},
        "encoding": {"x": x},
    }
