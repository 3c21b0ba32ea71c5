"""Charts on which one threshold stands: ROC, precision-recall, cost, the scores, calibration."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.metrics.predictions.curves import Curves
from core.metrics.predictions.score_shapes import Calibration, Histogram
from core.metrics.predictions.thresholds import Costs, Point
from core.metrics.scores import Array

HEIGHT = 240
CURVE = OKABE_ITO[4]
_HERE, _BEST, _CURVE, _OTHER = "threshold", "cheapest", "curve", "another class"


def score_text(value: float) -> str:
    """Three digits; words for a threshold above every score and for what is undefined."""
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "above all scores"
    return f"{value:.3g}"


def roc(curves: Curves, here: Point, others: Mapping[str, Curves] | None = None) -> Figure:
    """Recall over the false positive rate, with the point of the threshold and the line of chance.

    Args:
        curves: of the class that is looked at.
        here: where the threshold stands.
        others: name -> curves of other classes, drawn faintly.
    """
    data = _points(curves.fpr, curves.tpr, curves.roc_thresholds, (here.fpr, here.tpr, here.threshold))
    data = _with_others(data, {name: (own.fpr, own.tpr, own.auc) for name, own in (others or {}).items()})
    alt = f"ROC curve: recall over the false positive rate, area {score_text(curves.auc)}, the threshold marked"
    reading = f"{_at(here)}: false positive rate {score_text(here.fpr)}, recall {score_text(here.tpr)}."
    line = [{"x": 0.0, "y": 0.0}, {"x": 1.0, "y": 1.0}]
    title = f"ROC: area {score_text(curves.auc)}"
    spec = _square(title, "false positive rate", "recall", "linear", line, others)
    return Figure(spec, data, alt + _told(others), reading)


def precision_recall(curves: Curves, here: Point, others: Mapping[str, Curves] | None = None) -> Figure:
    """Precision over recall, with the point of the threshold and the precision of calling everything positive.

    Args:
        curves: of the class that is looked at.
        here: where the threshold stands.
        others: name -> curves of other classes, drawn faintly.
    """
    data = _points(curves.recall, curves.precision, curves.pr_thresholds, (here.tpr, here.precision, here.threshold))
    data = _with_others(data, {name: (own.recall, own.precision, own.ap) for name, own in (others or {}).items()})
    alt = (
        f"Precision-recall curve, average precision {score_text(curves.ap)}, the threshold marked. Calling everything "
        f"positive has precision {score_text(curves.prevalence)}"
    )
    reading = f"{_at(here)}: recall {score_text(here.tpr)}, precision {score_text(here.precision)}."
    line = [{"x": 0, "y": curves.prevalence}, {"x": 1, "y": curves.prevalence}]
    title = f"Precision-recall: AP {score_text(curves.ap)}"
    spec = _square(title, "recall", "precision", "step-before", line, others)
    return Figure(spec, data, alt + _told(others), reading)


def beside_trapezoid(curves: Curves) -> str:
    """Average precision and the area that `auc(recall, precision)` gives, and why they differ; "" without a curve."""
    if math.isnan(curves.trapezoid):
        return ""
    return (
        f"AP {curves.ap:.3f} adds up steps. auc(recall, precision) gives {curves.trapezoid:.3f}: it draws straight "
        "lines between the points, which no threshold reaches, and begins at precision 1 where nothing is predicted."
    )


def cost(costs: Costs, here: Point, span: tuple[float, float]) -> Figure:
    """Mean cost of a sample over the threshold, its minimum marked.

    Args:
        costs: the curve.
        here: the threshold now.
        span: lowest and highest threshold that is shown.
    """
    low, high = span
    rows = [
        (_CURVE, index, min(max(threshold, low), high), value, score_text(threshold))
        for index, (threshold, value) in enumerate(zip(costs.thresholds[::-1], costs.cost[::-1], strict=True))
    ]
    # each point says what a threshold costs from its score down to the next lower one
    rows.insert(0, (_CURVE, -1, low, rows[0][3], score_text(low)))
    rows.append((_HERE, -1, min(max(here.threshold, low), high), here.cost, score_text(here.threshold)))
    rows.append((_BEST, -1, min(max(costs.cheapest, low), high), costs.least, score_text(costs.cheapest)))
    data = pd.DataFrame(rows, columns=["what", "order", "x", "y", "at"])
    x = {"field": "x", "type": "quantitative", "title": "threshold", "scale": {"domain": [low, high], "nice": False}}
    x["axis"] = {"tickCount": 5}
    y = {"field": "y", "type": "quantitative", "title": "cost per sample", "axis": {"tickCount": 5, "format": ".3~g"}}
    tips = [{"field": "at", "title": "threshold"}, {"field": "y", "title": "cost per sample", "format": ".3~g"}]
    spec = {
        "title": "Cost, and where it is least",
        "height": HEIGHT,
        "layer": [
            _line(x, y, "step-before", tips),
            {
                "transform": [{"filter": f"datum.what === '{_BEST}'"}],
                "mark": {"type": "point", "shape": "diamond", "size": 130, "strokeWidth": 2.5, "color": OKABE_ITO[2]},
                "encoding": {"x": x, "y": y, "tooltip": tips},
            },
            _here(x, y, tips),
        ],
    }
    alt = "Mean cost of a sample over the threshold, with the threshold and the cheapest one marked"
    least = f"least {score_text(costs.least)}, at {score_text(costs.cheapest)}"
    return Figure(spec, data, alt, f"{_at(here)}: {score_text(here.cost)} a sample; {least}.")


def scores(histogram: Histogram, names: tuple[str, str], threshold: float) -> Figure:
    """The scores of both target classes, with the threshold as a line.

    Args:
        histogram: the counts.
        names: of the negative and of the positive class.
        threshold: positive from here on.
    """
    negative, positive = (f"actual {name}" for name in names)
    edges = histogram.edges.tolist()
    rows = [
        (name, left, right, count)
        for name, counts in ((negative, histogram.negative), (positive, histogram.positive))
        for left, right, count in zip(edges[:-1], edges[1:], counts.tolist(), strict=True)
    ]
    rows.append(("", min(max(threshold, edges[0]), edges[-1]), 0.0, math.nan))
    data = pd.DataFrame(rows, columns=["actual", "left", "right", "count"])
    x: dict[str, Any] = {"field": "left", "type": "quantitative", "title": f"score of {names[1]}"}
    spec = {
        "title": "Scores by actual class",
        "height": 290,
        "layer": [
            {
                "transform": [{"filter": "datum.actual !== ''"}],
                "mark": {"type": "bar", "opacity": 0.65, "binSpacing": 0},
                "encoding": {
                    "x": {**x, "bin": "binned"},
                    "x2": {"field": "right"},
                    "y": {"field": "count", "type": "quantitative", "title": "samples", "stack": None},
                    "color": {
                        "field": "actual",
                        "type": "nominal",
                        "scale": {"domain": [negative, positive], "range": [OKABE_ITO[1], OKABE_ITO[0]]},
                        "legend": {"title": None, "orient": "top"},
                    },
                    "tooltip": [{"field": "actual"}, {"field": "left"}, {"field": "right"}, {"field": "count"}],
                },
            },
            {
                "transform": [{"filter": "datum.actual === ''"}],
                "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 3, "aria": False},
                "encoding": {"x": x},
            },
        ],
    }
    alt = (
        f"Histogram of the scores: {histogram.negative.sum():,.0f} samples are actual {names[0]}, "
        f"{histogram.positive.sum():,.0f} actual {names[1]}; a line marks the threshold"
    )
    return Figure(spec, data, alt)


def reliability(calibration: Calibration) -> Figure:
    """Share of positives over the mean probability of each bin; on the diagonal probabilities mean what they say."""
    data = pd.DataFrame({"what": _CURVE, "x": calibration.said, "y": calibration.found})
    x, y = _axis("x", "mean predicted probability"), _axis("y", "share of actual positives")
    spec = {
        "title": "Calibration: ten bins of the score",
        "height": 290,
        "layer": [
            _reference([{"x": 0, "y": 0}, {"x": 1, "y": 1}]),
            {
                "mark": {"type": "line", "color": CURVE, "point": {"filled": True, "size": 50, "color": CURVE}},
                "encoding": {"x": x, "y": y},
            },
        ],
    }
    pairs = ", ".join(f"{a:.2f} is {b:.2f}" for a, b in zip(calibration.said, calibration.found, strict=True))
    return Figure(spec, data, f"Share of positives for each mean probability: {pairs}")


def _points(x: Array, y: Array, thresholds: Array, here: tuple[float, float, float]) -> pd.DataFrame:
    rows = [
        (_CURVE, index, a, b, score_text(t))
        for index, (a, b, t) in enumerate(zip(x.tolist(), y.tolist(), thresholds.tolist(), strict=True))
    ]
    if not math.isnan(here[0] + here[1]):
        rows.append((_HERE, -1, here[0], here[1], score_text(here[2])))
    return pd.DataFrame(rows, columns=["what", "order", "x", "y", "at"])


def _with_others(data: pd.DataFrame, others: Mapping[str, tuple[Array, Array, float]]) -> pd.DataFrame:
    """The same with curves of other classes, `at` being what the class is called and its area."""
    frames = [data]
    for name, (x, y, area) in others.items():
        told = f"{name}: {score_text(area)}"
        frames.append(pd.DataFrame({"what": _OTHER, "order": range(len(x)), "x": x, "y": y, "at": told}))
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True) if len(frames) > 1 else data


def _at(here: Point) -> str:
    return "Above all scores" if math.isinf(here.threshold) else f"At {score_text(here.threshold)}"


def _told(others: Mapping[str, Curves] | None) -> str:
    return f". Faintly beside it the curves of {', '.join(others)}" if others else ""


def _axis(field: str, title: str) -> dict[str, Any]:
    scale = {"domain": [0, 1], "nice": False}
    return {"field": field, "type": "quantitative", "title": title, "scale": scale, "axis": {"tickCount": 5}}


def _square(
    title: str,
    across: str,
    upwards: str,
    interpolate: str,
    reference: list[dict[str, float]],
    others: Mapping[str, Curves] | None,
) -> dict[str, Any]:
    x, y = _axis("x", across), _axis("y", upwards)
    tips = [
        {"field": "at", "title": "threshold"},
        {"field": "x", "title": across, "format": ".3f"},
        {"field": "y", "title": upwards, "format": ".3f"},
    ]
    return {
        "title": title,
        "height": HEIGHT,
        "layer": [
            _reference(reference),
            *([_faint(x, y, interpolate)] if others else []),
            _line(x, y, interpolate, tips),
            _here(x, y, tips),
        ],
    }


def _reference(points: list[dict[str, float]]) -> dict[str, Any]:
    return {
        "data": {"values": points},
        "mark": {"type": "line", "color": MUTED, "strokeDash": [5, 4], "aria": False},
        "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
    }


def _line(x: dict[str, Any], y: dict[str, Any], interpolate: str, tips: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "transform": [{"filter": f"datum.what === '{_CURVE}'"}],
        "mark": {"type": "line", "interpolate": interpolate, "color": CURVE, "strokeWidth": 2},
        "encoding": {"x": x, "y": y, "tooltip": tips, "order": {"field": "order", "type": "quantitative"}},
    }


def _faint(x: dict[str, Any], y: dict[str, Any], interpolate: str) -> dict[str, Any]:
    """The other classes, one line each."""
    return {
        "transform": [{"filter": f"datum.what === '{_OTHER}'"}],
        "mark": {"type": "line", "interpolate": interpolate, "color": MUTED, "strokeWidth": 1, "opacity": 0.45},
        "encoding": {
            "x": x,
            "y": y,
            "detail": {"field": "at", "type": "nominal"},
            "order": {"field": "order", "type": "quantitative"},
            "tooltip": [{"field": "at", "title": "class and area"}],
        },
    }


def _here(x: dict[str, Any], y: dict[str, Any], tips: list[dict[str, Any]]) -> dict[str, Any]:
    """The threshold that is being moved."""
    return {
        "transform": [{"filter": f"datum.what === '{_HERE}'"}],
        "mark": {"type": "point", "filled": True, "size": 150, "opacity": 1, "color": ACCENT},
        "encoding": {"x": x, "y": y, "tooltip": tips},
    }
