"""How well probes do: over their settings, and side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.transfer.curves import accuracy_axis
from core.transfer.features.probes.plan import Choice, Kind
from core.transfer.features.probes.probe import Probe
from core.transfer.features.probes.sweep import Point

HEIGHT = 300
TRAINING, VALIDATION, FOLDS, TEST = "training", "validation", "cross-validation", "test"
CHOSEN = "chosen"
COLOURS: Mapping[str, str] = {TRAINING: MUTED, VALIDATION: OKABE_ITO[4], FOLDS: OKABE_ITO[0], TEST: OKABE_ITO[2]}
"""Of the parts, in all charts of this section."""

_AXES: Mapping[Kind, str] = {
    Kind.LOGISTIC: "λ, weight of the penalty (log): simpler to the right",
    Kind.LINEAR_SVM: "C, weight of the mistakes (log): simpler to the left",
    Kind.RBF_SVM: "C, weight of the mistakes (log): simpler to the left",
    Kind.NEIGHBOURS: "k, neighbours that vote (log): simpler to the right",
}


def sweep(kind: Kind, points: Sequence[Point], chosen: int, choice: Choice) -> Figure:
    """Accuracy over the settings of a probe, with the chosen one as a line.

    Args:
        kind: which probe.
        points: its settings; of an RBF machine those with the gamma of the chosen one are drawn.
        chosen: index of the one that is used.
        choice: who chose it.
    """
    here = points[chosen]
    rows = []
    for point in points:
        if point.setting.gamma == here.setting.gamma:
            parts = {TRAINING: point.train, VALIDATION: point.validation, FOLDS: point.folds}
            rows += [
                (part, point.setting.value, accuracy, point.setting.words(kind))
                for part, accuracy in parts.items()
                if accuracy is not None and not math.isnan(accuracy)
            ]
    shown = [part for part in (TRAINING, VALIDATION, FOLDS) if part in {row[0] for row in rows}]
    # of every gamma, so that the axis stays where the setting is moved by hand
    found = [value for point in points for value in (point.train, point.validation, point.folds) if value is not None]
    rows.append((CHOSEN, here.setting.value, math.nan, f"chosen: {here.setting.words(kind)}"))
    data = pd.DataFrame(rows, columns=["part", "setting", "accuracy", "words"])
    x = {
        "field": "setting",
        "type": "quantitative",
        "scale": {"type": "log", "nice": False},
        "title": _AXES[kind],
        "axis": {"format": "~g", "tickCount": 7, "labelOverlap": True, "grid": False},
    }
    encoding = {
        "x": x,
        "y": zoomed(accuracy_axis("accuracy"), (value for value in found if not math.isnan(value))),
        "color": _colour(shown),
        "strokeDash": {"condition": {"test": f"datum.part === '{TRAINING}'", "value": [5, 4]}, "value": [1, 0]},
        "tooltip": [
            {"field": "part"},
            {"field": "words", "title": "setting"},
            {"field": "accuracy", "format": ".1%"},
        ],
    }
    spec = {
        "title": f"Accuracy of {kind} over its setting",
        "height": HEIGHT,
        "layer": [
            {
                "transform": [{"filter": f"datum.part !== '{CHOSEN}'"}],
                "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 36}},
                "encoding": encoding,
            },
            {
                "transform": [{"filter": f"datum.part === '{CHOSEN}'"}],
                "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2, "aria": False},
                "encoding": {"x": x, "tooltip": {"field": "words", "title": str(choice)}},
            },
        ],
    }
    return Figure(
        spec, data, f"Lines: accuracy of {kind} over its setting, {', '.join(shown)}; the chosen one is marked"
    )


def _colour(parts: Sequence[str]) -> dict[str, Any]:
    return {
        "field": "part",
        "type": "nominal",
        "scale": {"domain": list(parts), "range": [COLOURS[part] for part in parts]},
        "legend": {"title": None, "orient": "top"},
    }


def zoomed(axis: dict[str, Any], accuracies: Iterable[float]) -> dict[str, Any]:
    """An axis of accuracies that begins a little below the lowest: lines, unlike bars, need not stand on 0."""
    lowest = min(accuracies, default=0.0)
    return {**axis, "scale": {"domain": [max(0.0, math.floor(lowest * 10 - 0.5) / 10), 1], "nice": False}}


def comparison(accuracies: Mapping[Kind, float], chosen: Kind, part: str, chance: float) -> Figure:
    """Probes side by side, each at its best.

    Args:
        accuracies: of those that are fitted, in [0, 1].
        chosen: the one that is looked at.
        part: what they are of ("validation").
        chance: accuracy of always saying the most frequent class.
    """
    data = pd.DataFrame(
        [(str(kind), accuracy, f"{accuracy:.1%}") for kind, accuracy in accuracies.items()],
        columns=["probe", "accuracy", "text"],
    )
    y = {"field": "probe", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 140}}
    x = accuracy_axis(f"accuracy ({part})")
    spec = {
        "title": "Four probes side by side",
        "height": HEIGHT,
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.5}},
                "encoding": {
                    "y": y,
                    "x": x,
                    "color": {
                        "condition": {"test": f"datum.probe === '{chosen}'", "value": ACCENT},
                        "value": MUTED,
                    },
                    "tooltip": [{"field": "probe"}, {"field": "text", "title": "accuracy"}],
                },
            },
            {
                # above its bar, where it has room however narrow the chart is
                "mark": {"type": "text", "fontWeight": "bold", "align": "left", "baseline": "bottom", "dy": -16},
                "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "text"}},
            },
            {
                "data": {"values": [{"accuracy": chance, "says": f"always the most frequent class: {chance:.1%}"}]},
                "mark": {"type": "rule", "strokeDash": [5, 4], "color": MUTED, "aria": False},
                "encoding": {"x": x, "tooltip": {"field": "says", "title": "guessing"}},
            },
        ],
    }
    alt = f"Bars: accuracy ({part}) of {', '.join(accuracies)}. Guessing would reach {chance:.1%}"
    return Figure(spec, data, alt)


def settings_table(found: Probe) -> pd.DataFrame:
    """One row a setting, the chosen one named."""
    rows: dict[str, list[Any]] = {
        "setting": [point.setting.words(found.kind) for point in found.points],
        "training": [point.train for point in found.points],
        "validation": [point.validation for point in found.points],
        "cross-entropy": [round(point.loss, 4) for point in found.points],
    }
    if found.point.folds is not None:
        rows["cross-validation"] = [point.folds for point in found.points]
    rows["chosen"] = ["chosen" if index == found.chosen else "" for index in range(len(found.points))]
    return pd.DataFrame(rows)
