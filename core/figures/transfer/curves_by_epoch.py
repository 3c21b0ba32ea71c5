"""Accuracy and loss while a schedule is carried out, against epochs, with its phases as bands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import pandas as pd

from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.transfer.curves import accuracy_axis, probe_level
from core.figures.vega import colours, number, only
from core.transfer.training.run import Point
from core.transfer.training.schedule import Phase

TRAINING, VALIDATION = "training", "validation"
POINTS = {"size": 22, "color": ACCENT}
_HEADROOM = 1.15  # of the axis of losses, for the phases' numbers
_ACROSS_LABELS = 18  # at most so many numbers of phases above a chart of this width


def by_epoch(points: Sequence[Point], phases: Sequence[Phase], probe: float | None = None) -> Figure:
    """Accuracy against epochs, with the phases of the schedule as bands.

    Args:
        points: so far.
        phases: of the schedule.
        probe: accuracy of a logistic probe on the same pictures; None: there is none.
    """
    rows = [(point.epoch, point.accuracy, phases[point.phase].name if phases else "") for point in points]
    data = pd.DataFrame(rows, columns=["epoch", "accuracy", "phase"])
    x, bands = _epochs(phases), _bands(phases)
    tips = [
        {"field": "phase"},
        {"field": "epoch", "format": ".1f"},
        {"field": "accuracy", "format": ".1%"},
    ]
    spec = {
        "title": "Validation accuracy, phase by phase",
        "height": 300,
        "layer": [
            *bands,
            {
                "mark": {"type": "line", "color": ACCENT, "strokeWidth": 2, "point": POINTS},
                "encoding": {"x": x, "y": accuracy_axis(), "tooltip": tips},
            },
            *probe_level(probe),
        ],
    }
    last = f"{points[-1].accuracy:.1%} after {points[-1].epoch:.1f} epochs" if points else "No evaluation yet"
    best = f", best {max(point.accuracy for point in points):.1%}" if points else ""
    return Figure(spec, data, "Line: validation accuracy against epochs, phase by phase", f"{last}{best}.")


def losses(points: Sequence[Point], phases: Sequence[Phase]) -> Figure:
    """Loss of training and of validation against epochs, with the phases as bands."""
    rows = [
        (which, point.epoch, value)
        for point in points
        for which, value in ((TRAINING, point.loss), (VALIDATION, point.validation_loss))
        if math.isfinite(value)
    ]
    data = pd.DataFrame(rows, columns=["loss of", "epoch", "loss"])
    spec = {
        "title": "Loss",
        "height": 340,
        "layer": [
            *_bands(phases),
            {
                "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 18}},
                "encoding": {
                    "x": _epochs(phases),
                    "y": number(
                        "loss",
                        "cross-entropy (nats)",
                        scale={"domain": [0, _HEADROOM * max(filter(math.isfinite, data["loss"]), default=1.0)]},
                    ),
                    "color": colours("loss of", [TRAINING, VALIDATION], [OKABE_ITO[4], ACCENT]),
                    "strokeDash": {"field": "loss of", "type": "nominal", "legend": None},
                    "tooltip": [{"field": "loss of"}, {"field": "epoch", "format": ".1f"}, {"field": "loss"}],
                },
            },
        ],
    }
    ends = ", ".join(
        f"{which} {data[data['loss of'] == which]['loss'].iloc[-1]:.3g}"
        for which in (TRAINING, VALIDATION)
        if (data["loss of"] == which).any()
    )
    return Figure(spec, data, f"Loss against epochs, at the end: {ends or 'no point yet'}")


def _epochs(phases: Sequence[Phase]) -> dict[str, Any]:
    whole = sum(phase.epochs for phase in phases)
    return number("epoch", "epochs", domain=[0, whole or 1])


def _bands(phases: Sequence[Phase]) -> list[dict[str, Any]]:
    """Every second phase shaded, each with its number above it."""
    ends = list(accumulate(phase.epochs for phase in phases))
    bands = [
        {"from": end - phase.epochs, "to": end, "number": str(number), "name": phase.name, "shaded": number % 2}
        for number, (phase, end) in enumerate(zip(phases, ends, strict=True), start=1)
        if phase.epochs > 0
    ]
    if len(bands) < 2:
        return []
    across = {
        "x": number("from"),
        "x2": {"field": "to"},
        "tooltip": [{"field": "number", "title": "phase"}, {"field": "name", "title": "what"}],
    }
    shades = {
        "data": {"values": bands},
        "transform": only("shaded"),
        "mark": {"type": "rect", "color": MUTED, "opacity": 0.16, "aria": False},
        "encoding": across,
    }
    every = math.ceil(len(bands) / _ACROSS_LABELS)
    numbers = {
        "data": {"values": bands[::every]},
        "transform": [{"calculate": "(datum.from + datum.to) / 2", "as": "middle"}],
        "mark": {"type": "text", "y": 8, "fontWeight": "bold", "aria": False},
        "encoding": {"x": number("middle"), "text": {"field": "number"}},
    }
    return [shades, numbers]
