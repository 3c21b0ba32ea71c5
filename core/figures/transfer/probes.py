"""How well probes do: over their settings, and side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.figures.plots import NAMES, SHARES, Plot, axis, chart, from_lowest, level
from core.figures.style import ACCENT, MUTED, OKABE_ITO, SMALLEST
from core.transfer.features.probes.plan import Choice, Kind
from core.transfer.features.probes.probe import Probe
from core.transfer.features.probes.sweep import Point

HEIGHT = 300
TRAINING, VALIDATION, FOLDS, TEST = "training", "validation", "cross-validation", "test"
COLOURS: Mapping[str, str] = {TRAINING: MUTED, VALIDATION: OKABE_ITO[4], FOLDS: OKABE_ITO[0], TEST: OKABE_ITO[2]}
"""Of the parts, in all charts of this section."""

_AXES: Mapping[Kind, str] = {
    Kind.LOGISTIC: "λ, weight of the penalty (log): simpler to the right",
    Kind.LINEAR_SVM: "C, weight of the mistakes (log): simpler to the left",
    Kind.RBF_SVM: "C, weight of the mistakes (log): simpler to the left",
    Kind.NEIGHBOURS: "k, neighbours that vote (log): simpler to the right",
}


def sweep(kind: Kind, points: Sequence[Point], chosen: int, choice: Choice) -> Plot:
    """Accuracy over the settings of a probe, with the chosen one as a line; one chosen by hand is said below.

    Args:
        kind: which probe.
        points: its settings; of an RBF machine those with the gamma of the chosen one are drawn.
        chosen: index of the one that is used.
        choice: who chose it.
    """
    here = points[chosen]
    same = [point for point in points if point.setting.gamma == here.setting.gamma]
    lines = []
    for part, accuracies in (
        (TRAINING, [point.train for point in same]),
        (VALIDATION, [point.validation for point in same]),
        (FOLDS, [point.folds for point in same]),
    ):
        known = [
            (point.setting, accuracy)
            for point, accuracy in zip(same, accuracies, strict=True)
            if accuracy is not None and not math.isnan(accuracy)
        ]
        if known:
            lines.append(
                go.Scatter(
                    x=[setting.value for setting, _ in known],
                    y=[accuracy for _, accuracy in known],
                    name=part,
                    mode="lines+markers",
                    line={"color": COLOURS[part], "width": 2, "dash": "dash" if part == TRAINING else "solid"},
                    text=[setting.words(kind) for setting, _ in known],
                    hovertemplate="%{text}: %{y:.1%}",
                )
            )
    found = [value for point in points for value in (point.train, point.validation, point.folds) if value is not None]
    mark = {
        "type": "line", "x0": here.setting.value, "x1": here.setting.value, "y0": 0, "y1": 1, "yref": "y domain",
        "line": {"color": ACCENT, "width": 2},
        "label": {
            "text": str(choice), "textposition": "start", "textangle": 0, "xanchor": "left", "font": {"size": SMALLEST}
        },
    }  # fmt: skip
    by_hand = choice is Choice.HAND  # a slider moves it: it is said below, and the chart stays as it is
    setting, accuracy = here.setting.words(kind), here.train if math.isnan(here.validation) else here.validation
    shown = ", ".join(line.name for line in lines)
    return chart(
        f"Accuracy of {kind} over its setting",
        *lines,
        x=axis(_AXES[kind], type="log", **_decades(point.setting.value for point in points)),
        y=axis("accuracy", **{**SHARES, "range": from_lowest(value for value in found if not math.isnan(value))}),
        alt=f"Lines: accuracy of {kind} over its setting, {shown}" + ("" if by_hand else f"; {setting} is marked"),
        reading=f"Chosen by hand: {setting}, {accuracy:.1%}." if by_hand else "",
        height=HEIGHT,
        showlegend=True,
        shapes=[] if by_hand else [mark],
    )


def _decades(values: Iterable[float]) -> dict[str, Any]:
    """Ticks of a logarithmic axis, as plain numbers: small exponents are too small to read."""
    powers = range(math.floor(math.log10(min(values := list(values)))), math.ceil(math.log10(max(values))) + 1)
    return {"tickvals": [10.0**power for power in powers], "ticktext": [f"{10.0**power:g}" for power in powers]}


def comparison(accuracies: Mapping[Kind, float], chosen: Kind, part: str, chance: float) -> Plot:
    """Probes side by side, each at its best.

    Args:
        accuracies: of those that are fitted, in [0, 1].
        chosen: the one that is looked at.
        part: what they are of ("validation").
        chance: accuracy of always saying the most frequent class.
    """
    bars = go.Bar(
        y=[str(kind) for kind in accuracies],
        x=list(accuracies.values()),
        orientation="h",
        width=0.5,
        marker={"color": [ACCENT if kind is chosen else MUTED for kind in accuracies]},
        text=[f"{accuracy:.1%}" for accuracy in accuracies.values()],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.1%}<extra></extra>",
    )
    told = ", ".join(f"{kind} {accuracy:.1%}" for kind, accuracy in accuracies.items())
    return chart(
        "Four probes side by side",
        bars,
        x=axis(f"accuracy ({part})", tickformat=".0%", range=[0, 1.22], tickvals=[0, 0.25, 0.5, 0.75, 1]),
        y=NAMES,
        alt=f"Bars: accuracy ({part}): {told}. Guessing would reach {chance:.1%}",
        reading=f"Dashed: always the most frequent class, {chance:.1%}.",
        height=HEIGHT,
        shapes=[level(chance, "", upright=True)],
    )


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
