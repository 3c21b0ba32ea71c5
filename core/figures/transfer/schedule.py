"""A schedule as a picture: which groups learn in which phase, and how fast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from core.figures.figure import BY_ORDER, MUTED, Figure
from core.figures.style import QUIET
from core.transfer.training.schedule import Phase

FROZEN = "frozen"
_SLOWEST, _FASTEST = 1e-6, 1e-1  # the ends of the colour scale; rates beyond them have its last colours
_DARK = 1.4e-4  # below it viridis is dark, so that its text is white
_LETTERS = 34
_NARROW = "bandwidth('x') < 64"  # pixels


def rate_text(rate: float) -> str:
    """A learning rate in three digits at most: 0.001, 3e-5."""
    plain = f"{rate:.3g}"
    mantissa, exponent = f"{rate:.2e}".split("e")
    return plain if len(plain) <= 6 and "e" not in plain else f"{float(mantissa):g}e{int(exponent)}"


def picture(phases: Sequence[Phase], groups: Sequence[str], *, numbers_only: bool = False) -> Figure:
    """Rows are phases, columns are groups; grey is frozen, colour is the learning rate.

    Args:
        phases: of the schedule.
        groups: that can be frozen, in forward order.
        numbers_only: leave the phases' names out where there is little room.
    """
    rows = []
    for number, phase in enumerate(phases, start=1):
        label = str(number) if numbers_only else _label(number, phase)
        for group in groups:
            rate = phase.rates.get(group, 0.0)
            learns = rate > 0 and phase.epochs > 0
            rows.append(
                {
                    "phase": label,
                    "name": phase.name,
                    "group": group,
                    "rate": rate if learns else None,
                    "text": rate_text(rate) if learns else FROZEN,
                    "epochs": phase.epochs,
                    "statistics": str(phase.statistics),
                    "order": number,
                }
            )
    data = pd.DataFrame(rows, columns=["phase", "name", "group", "rate", "text", "epochs", "statistics", "order"])
    x = {
        "field": "group",
        "type": "nominal",
        "sort": list(groups),
        "title": None,
        "axis": {
            "orient": "top",
            "labelAngle": 0,
            "labelOverlap": False,
            "labelExpr": f"{'true' if numbers_only else _NARROW} ? replace(datum.label, 'group', 'gr.') : datum.label",
            "ticks": False,
            "domain": False,
        },
    }
    y = {
        "field": "phase",
        "type": "nominal",
        "sort": dict(BY_ORDER),
        "title": "phase" if numbers_only else None,
        "axis": {"labelLimit": 260, "ticks": False, "domain": False},
    }
    spec = {
        "title": "Which groups learn, and at which rate",
        "height": {"step": 32},
        "encoding": {"x": x, "y": y, "tooltip": _tips()},
        "layer": [
            {
                "transform": [{"filter": "!isValid(datum.rate)"}],
                "mark": {"type": "rect", "color": MUTED, "opacity": 0.16, "cornerRadius": 3, "xOffset": 0},
            },
            {
                "transform": [{"filter": "isValid(datum.rate)"}],
                "mark": {"type": "rect", "cornerRadius": 3},
                "encoding": {
                    "color": {
                        "field": "rate",
                        "type": "quantitative",
                        "scale": {"type": "log", "scheme": "viridis", "domain": [_SLOWEST, _FASTEST], "clamp": True},
                        "legend": None,
                    }
                },
            },
            {
                "mark": {"type": "text", "aria": False},
                "encoding": {
                    "text": {"field": "text"},
                    "color": {
                        "condition": [
                            {"test": "!isValid(datum.rate)", "value": QUIET},
                            {"test": f"datum.rate < {_DARK}", "value": "white"},
                        ],
                        "value": "black",
                    },
                },
            },
        ],
        "config": {"scale": {"bandPaddingInner": 0.06, "bandPaddingOuter": 0.02}},
    }
    return Figure(spec, data, f"Table: at which rate each of {', '.join(groups)} learns in each phase, or frozen")


def _label(number: int, phase: Phase) -> str:
    name = phase.name if len(phase.name) <= _LETTERS else f"{phase.name[: _LETTERS - 1]}…"
    return f"{number}  {name}"


def _tips() -> list[dict[str, Any]]:
    return [
        {"field": "name", "title": "phase"},
        {"field": "group"},
        {"field": "text", "title": "learning rate"},
        {"field": "epochs"},
        {"field": "statistics", "title": "BatchNorm statistics"},
    ]


def beforehand(
    phases: Sequence[Phase], parameters: Mapping[str, int], seconds: Sequence[float] | None = None
) -> pd.DataFrame:
    """What is known before a training starts, one row a phase.

    Args:
        phases: of the schedule.
        parameters: group -> how many it has.
        seconds: predicted for each phase; None: not known yet.
    """
    whole = sum(parameters.values())
    rows = []
    for number, phase in enumerate(phases, start=1):
        learn = sum(count for group, count in parameters.items() if phase.trains(group)) if phase.epochs > 0 else 0
        rows.append(
            {
                "#": number,
                "phase": phase.name,
                "parameters that learn": learn,
                "frozen": whole - learn,
                "share that learns": learn / whole,
                "seconds, about": None if seconds is None else seconds[number - 1],
            }
        )
    return pd.DataFrame(rows)
