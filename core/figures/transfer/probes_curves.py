"""Accuracy stage by stage, and over the number of pictures of a class."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.figures.figure import ACCENT, Figure
from core.figures.transfer.curves import accuracy_axis
from core.figures.transfer.probes import COLOURS, TRAINING, VALIDATION, zoomed
from core.transfer.features.probes.curves import INTO_HEAD, AmountCurve, StageScore

HEIGHT = 340


def depth(scores: Sequence[StageScore]) -> Figure:
    """What a linear classifier makes of each stage; the best on the validation part is marked."""
    best = max(scores, key=lambda score: score.validation)
    rows = [
        (score.name, part, accuracy, score.width, f"λ = {score.setting.value:g}")
        for score in scores
        for part, accuracy in ((TRAINING, score.train), (VALIDATION, score.validation))
    ]
    data = pd.DataFrame(rows, columns=["stage", "part", "accuracy", "width", "setting"])
    x = {
        "field": "stage",
        "type": "nominal",
        "sort": None,
        "scale": {"type": "point", "padding": 0.4},
        "title": "stage of the network, first to last",
        "axis": {"labelAngle": -40, "labelLimit": 110, "labelOverlap": False},
    }
    tips = [
        {"field": "stage"},
        {"field": "part"},
        {"field": "accuracy", "format": ".1%"},
        {"field": "width", "title": "numbers a picture"},
        {"field": "setting", "title": "penalty"},
    ]
    parts = [TRAINING, VALIDATION]
    spec = {
        "title": f"Accuracy by stage: {best.validation:.1%} at {best.name}",
        "height": HEIGHT,
        "encoding": {"x": x, "y": zoomed(accuracy_axis("accuracy"), data["accuracy"]), "tooltip": tips},
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 40}},
                "encoding": {
                    "color": {
                        "field": "part",
                        "type": "nominal",
                        "scale": {"domain": parts, "range": [COLOURS[part] for part in parts]},
                        "legend": {"title": None, "orient": "top"},
                    },
                    "strokeDash": {
                        "condition": {"test": f"datum.part === '{TRAINING}'", "value": [5, 4]},
                        "value": [1, 0],
                    },
                },
            },
            {
                "transform": [
                    {"filter": {"field": "stage", "equal": best.name}},
                    {"filter": {"field": "part", "equal": VALIDATION}},
                ],
                "mark": {"type": "point", "size": 190, "strokeWidth": 2.5, "color": ACCENT},
            },
        ],
    }
    told = ", ".join(f"{score.name} {score.validation:.1%}" for score in scores)
    return Figure(spec, data, f"Validation accuracy of a logistic probe on each stage: {told}")


def lesson(scores: Sequence[StageScore], *, trained: bool) -> str:
    """What the curve over the stages says, in sentences.

    Args:
        scores: of the stages, the first one first.
        trained: whether the network has its ImageNet weights.
    """
    best = max(scores, key=lambda score: score.validation)
    first, last = scores[0], scores[-1]
    text = "A logistic probe on the mean of the output of each stage over the picture."
    if not trained:
        return f"{text} The network is random: it has learned nothing, and each stage is a set of random filters."
    text += " Early stages see edges and colours, which any picture has; late ones what the network was trained for."
    if best.validation - last.validation > 0.02 and best.name != INTO_HEAD:
        return (
            f"{text} Here {best.name} is best, {best.validation:.1%}, and what goes into the head has "
            f"{last.validation:.1%}: these pictures are unlike those of ImageNet, and the last stages are too specific."
        )
    return f"{text} Here it goes from {first.validation:.1%} to {last.validation:.1%} at the end."


def amounts(curve: AmountCurve) -> Figure:
    """Accuracy over the training pictures of each class: mean and standard deviation over the ways to draw them."""
    rows = [
        (amount, mean, max(mean - spread, 0.0), min(mean + spread, 1.0), f"{mean:.1%} ± {spread:.1%}")
        for amount, mean, spread in zip(curve.amounts, curve.means.tolist(), curve.deviations.tolist(), strict=True)
    ]
    data = pd.DataFrame(rows, columns=["amount", "accuracy", "low", "high", "text"])
    x = {
        "field": "amount",
        "type": "quantitative",
        "scale": {"type": "log", "nice": False},
        "title": "training pictures of each class (log)",
        "axis": {"values": list(curve.amounts), "format": ",", "labelOverlap": True},
    }
    y = zoomed(accuracy_axis(), data["low"])
    ends = " to ".join(f"{accuracy:.0%} from {amount:,}" for amount, accuracy, *_ in (rows[0], rows[-1]))
    spec = {
        "title": f"Accuracy with few pictures: {ends}",
        "height": HEIGHT,
        "encoding": {"x": x},
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.25, "color": COLOURS[VALIDATION]},
                "encoding": {"y": {**y, "field": "low"}, "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "line", "strokeWidth": 2, "color": COLOURS[VALIDATION], "point": {"size": 40}},
                "encoding": {
                    "y": y,
                    "tooltip": [
                        {"field": "amount", "title": "pictures a class"},
                        {"field": "text", "title": "accuracy"},
                    ],
                },
            },
        ],
    }
    told = ", ".join(f"{row[0]:,}: {row[4]}" for row in rows)
    return Figure(spec, data, f"Validation accuracy over the training pictures of each class. {told}")
