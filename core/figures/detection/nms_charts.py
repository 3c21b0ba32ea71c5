"""Charts of *NMS in depth*: boxes kept against the threshold, and what is left of each score."""

from __future__ import annotations

import pandas as pd

from core.detection.nms.curve import KeptCurve
from core.detection.nms.variants import Variants
from core.detection.results import Candidates
from core.figures.figure import ACCENT, MUTED, Figure
from core.figures.vega import colours, marker, number, tip, where
from core.figures.words import counted

BOXES = 25
"""Boxes in the chart of scores."""
_KINDS = ("score before", "greedy NMS", "linear", "Gaussian")


def kept_curve(curve: KeptCurve, iou: float, kept: int) -> Figure:
    """Boxes kept against the threshold; points where a higher threshold keeps fewer.

    Args:
        curve: NMS at every threshold.
        iou: the slider's.
        kept: the count there.
    """
    rows = [("curve", at, count) for at, count in zip(curve.thresholds, curve.kept, strict=True)]
    rows += [("falls", curve.thresholds[at], curve.kept[at]) for at in curve.falls]
    data = pd.DataFrame([*rows, ("now", iou, kept)], columns=["part", "iou", "boxes"])
    x, y = number("iou", "NMS threshold (IoU)", domain=[0, 1]), number("boxes", "boxes kept", scale={"zero": True})
    tooltip = [tip("iou", "threshold", ".2f"), tip("boxes")]

    def point(part: str, shape: str, colour: str) -> dict[str, object]:
        mark = {"type": "point", "filled": True, "size": 120, "shape": shape, "color": colour, "opacity": 1}
        return {"transform": where("part", part), "mark": mark, "encoding": {"x": x, "y": y, "tooltip": tooltip}}

    line = {"type": "line", "interpolate": "step-after", "color": MUTED, "strokeWidth": 2.5}
    layers = [
        {"transform": where("part", "curve"), "mark": line, "encoding": {"x": x, "y": y}},
        marker(where("part", "now"), x=x),
        point("falls", "triangle-down", "#009E73"),
        point("now", "circle", ACCENT),
    ]
    falls = [f"{curve.kept[at - 1]} to {curve.kept[at]} at {curve.thresholds[at]:.2f}" for at in curve.falls[:4]]
    said = f"Triangles: a higher threshold keeps fewer, {', '.join(falls)}." if falls else "It never falls here."
    spec = {"title": "Boxes kept at every threshold", "height": 200, "layer": layers}
    alt = "Boxes kept against the NMS threshold, with triangles where a higher threshold keeps fewer"
    return Figure(spec, data, alt, f"{counted(kept, 'box', 'boxes')} at {iou:.2f}. {said}")


def scores_left(part: Candidates, found: Variants, score: float) -> Figure:
    """What is left of each score under greedy NMS and both kinds of soft-NMS, and the score threshold.

    Args:
        part: the boxes.
        found: what became of them.
        score: the threshold.
    """
    names, before = part.names, part.scores.tolist()
    kept = set(found.greedy.indices.tolist())
    rows = []
    for box in range(min(len(part), BOXES)):
        values = (before[box], before[box] if box in kept else 0.0, found.linear.scores[box])
        for kind, value in zip(_KINDS, (*values, found.gaussian.scores[box]), strict=True):
            rows.append(("score", f"{box + 1} {names[box]}", box, kind, value))
    data = pd.DataFrame([*rows, ("threshold", None, 0, None, score)], columns=["part", "box", "order", "kind", "score"])
    x = {
        "field": "box", "type": "nominal", "sort": {"field": "order", "op": "min"},
        "axis": {"title": "box, best first", "labelAngle": -40},
    }  # fmt: skip
    y = number("score", "score", domain=[0, 1])
    shapes = colours("kind", _KINDS, ("diamond", "square", "triangle-up", "circle"), columns=2)
    paint = colours("kind", _KINDS, (MUTED, "#0072B2", "#E69F00", "#009E73"), columns=2)
    beside = {"field": "kind", "type": "nominal", "sort": list(_KINDS)}
    mark = {"type": "point", "filled": True, "size": 80, "opacity": 0.9}
    tooltip = [tip("box"), tip("kind"), tip("score", "score", ".3f")]
    layers = [
        {
            "transform": where("part", "score"),
            "mark": mark,
            "encoding": {"x": x, "xOffset": beside, "y": y, "color": paint, "shape": shapes, "tooltip": tooltip},
        },
        marker(where("part", "threshold"), y=y),
    ]
    spec = {"title": "What is left of each score", "height": 300, "layer": layers}
    alt = "Score of each box before, after greedy NMS, linear and Gaussian soft-NMS, and the score threshold as a line"
    counts = f"{len(found.greedy)}, {len(found.linear.kept)} and {len(found.gaussian.kept)}"
    reading = f"Above {score:.2f} stay {counts} boxes: greedy, linear, Gaussian."
    return Figure(spec, data, alt, reading)
