"""Charts and sentences of *Your boxes*: what each kind of error costs, and mAP against the NMS threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from core.detection.scoring.drawn import NamedBox
from core.detection.scoring.nms_curve import NmsCurve, Ties
from core.detection.scoring.tide import ErrorKind
from core.detection.scoring.tide_oracles import Costs
from core.figures.detection.evaluation_charts import score_text
from core.figures.detection.truth import KINDS, MEANINGS
from core.figures.figure import ACCENT, BY_ORDER, MUTED, OKABE_ITO, Figure
from core.figures.vega import colours, number, where
from core.figures.words import counted


def cost_bars(costs: Costs) -> Figure:
    """What each kind of error costs in AP, with how many there are."""
    kinds = [(kind.value, MEANINGS[kind]) for kind in ErrorKind]
    special = [("FP", "all false positives"), ("FN", "all boxes that are not found")]
    rows = [
        (order, f"{one.name}: {words}", one.name, one.cost, one.count)
        for order, (one, (_, words)) in enumerate(zip((*costs.kinds, *costs.special), [*kinds, *special], strict=True))
    ]
    data = pd.DataFrame(rows, columns=["order", "label", "kind", "cost", "count"])
    data["text"] = [f"{score_text(cost)} ({many})" for cost, many in zip(data["cost"], data["count"], strict=True)]
    data = data.fillna({"cost": 0.0})
    names = [*(kind.value for kind in ErrorKind), "FP", "FN"]
    palette = [*(KINDS[kind] for kind in ErrorKind), MUTED, MUTED]
    y = {"field": "label", "type": "nominal", "sort": dict(BY_ORDER), "axis": {"title": None, "labelLimit": 280}}
    x = number("cost", "AP gained", domain=[0, 1.4], axis={"values": [0, 0.2, 0.4, 0.6, 0.8, 1]})
    tooltip = [{"field": "label"}, {"field": "cost", "title": "dAP", "format": ".3f"}, {"field": "count"}]
    spec = {
        "title": "dAP of each kind of error (how many)",
        "height": 320,
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 3, "height": {"band": 0.7}},
                "encoding": {"x": x, "y": y, "color": colours("kind", names, palette, None), "tooltip": tooltip},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "aria": False},
                "encoding": {"x": x, "y": y, "text": {"field": "text"}},
            },
        ],
    }
    alt = "Bars: the average precision that each of six kinds of errors costs, and all false positives and negatives"
    return Figure(spec, data, alt, _dearest(costs))


def _dearest(costs: Costs) -> str:
    if math.isnan(costs.ap):
        return "Without ground truth there is no AP, and no error costs anything."
    best = costs.dearest
    if best is None:
        return f"AP at IoU 0.50 is {costs.ap:.3f}, and no kind of error alone costs anything."
    words = MEANINGS[ErrorKind(best.name)]
    return (
        f"AP at IoU 0.50 is {costs.ap:.3f}. Dearest: {best.name} ({words}), {best.count} of them; without them AP "
        f"would be {costs.ap + best.cost:.3f}."
    )


def cost_formula(costs: Costs) -> str:
    """The dearest kind's dAP with its numbers, in LaTeX."""
    symbols = r"\Delta\mathrm{AP}_o = \mathrm{AP}_o - \mathrm{AP}\;"
    best = costs.dearest
    if best is None:
        return symbols
    gain = rf"\Delta\mathrm{{AP}}_{{\mathrm{{{best.name}}}}}"
    numbers = rf"{gain} = {costs.ap + best.cost:.3f} - {costs.ap:.3f} = \mathbf{{{best.cost:.3f}}}"
    return rf"\begin{{gathered}}{symbols} \\ {numbers}\end{{gathered}}\;"


_LINES = {"at IoU 0.50": OKABE_ITO[4], "mean of .50 to .95": OKABE_ITO[2]}


def nms_chart(curve: NmsCurve, now: float, here: tuple[float, float]) -> Figure:
    """mAP against the NMS threshold, with the threshold of the slider marked.

    Args:
        curve: at every threshold.
        now: the slider's.
        here: mAP there at IoU 0.5, and over ten thresholds; nan without ground truth.
    """
    rows = [
        ("curve", threshold, name, value, kept)
        for name, values in zip(_LINES, (curve.half, curve.ten), strict=True)
        for threshold, value, kept in zip(curve.thresholds, values, curve.kept, strict=True)
    ]
    rows += [("now", now, name, value, 0) for name, value in zip(_LINES, here, strict=True)]
    data = pd.DataFrame(rows, columns=["part", "nms", "measure", "ap", "kept"]).dropna()
    x = number("nms", "NMS threshold (IoU)", domain=[0, 1])
    y = number("ap", "mAP", domain=[0, 1.02])
    colour = colours("measure", _LINES, _LINES.values())
    dashes = colours("measure", _LINES, [[1, 0], [7, 5]], None)
    tooltip = [
        {"field": "measure"}, {"field": "nms", "format": ".2f"}, {"field": "ap", "title": "mAP", "format": ".3f"},
        {"field": "kept", "title": "boxes"},
    ]  # fmt: skip
    spec = {
        "title": "mAP at every NMS threshold",
        "height": 320,
        "layer": [
            {
                "transform": where("part", "curve"),
                "mark": {"type": "line", "strokeWidth": 2.5, "point": {"size": 30}},
                "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dashes, "tooltip": tooltip},
            },
            {
                "transform": where("part", "now"),
                "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 1.5, "aria": False},
                "encoding": {"x": x},
            },
            {
                "transform": where("part", "now"),
                "mark": {"type": "point", "filled": True, "size": 90, "color": ACCENT, "opacity": 1},
                "encoding": {"x": x, "y": y, "tooltip": tooltip[:3]},
            },
        ],
    }
    reading = f"At {now:.2f}: {score_text(here[0])} at IoU 0.50, {score_text(here[1])} over .50 to .95"
    if not math.isnan(curve.ten[0]):
        best = max(curve.ten)
        where_best = [t for t, value in zip(curve.thresholds, curve.ten, strict=True) if value == best]
        same = min(curve.ten) == best and min(curve.half) == max(curve.half)
        best_at = f"; the best mean is {best:.3f}, first at {where_best[0]:.2f}"
        reading += "; every threshold gives the same" if same else best_at
    alt = "Mean average precision against the NMS threshold, at IoU 0.50 and over .50 to .95, with the slider's marked"
    return Figure(spec, data, alt, f"{reading}.")


def plus_one(
    now: tuple[float, float], kept: int, other: tuple[float, float], other_kept: int, *, inclusive: bool
) -> str:
    """What the other convention of a side's length would change, a sentence."""
    name = "With sides x2 − x1" if inclusive else "With sides x2 − x1 + 1"
    if kept == other_kept and all(f"{a:.3f}" == f"{b:.3f}" for a, b in zip(now, other, strict=True)):
        return f"{name}, nothing here would change in three digits: one pixel matters to small boxes."
    boxes = counted(other_kept, "detection is", "detections are")
    return (
        f"{name}, {boxes} kept, and mAP is {score_text(other[0])} at IoU 0.50, {score_text(other[1])} over .50 to .95."
    )


def of_ties(found: Ties, decided: int) -> str:
    """Whether an order of equal scores decides anything, a sentence.

    Args:
        found: equal scores among the candidates.
        decided: detections that share their score with one of another outcome.
    """
    if found.first is None:
        return "No two candidates of a class have equal scores here: no order is arbitrary."
    label, score = found.first
    said = (
        f"{found.candidates} candidates share their score with another one of their class, first {label} {score:.3f}: "
        "which of them NMS keeps is decided by their order in the network's output alone."
    )
    return (
        f"{said} {decided} detections of equal score differ in outcome, so that AP depends on it." if decided else said
    )


def unknown_classes(boxes: Sequence[NamedBox], known: Sequence[str]) -> str:
    """A sentence about classes that the detector does not know; "" where it knows all."""
    names = list(dict.fromkeys(label for label, _ in boxes if label not in known))
    if not names:
        return ""
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"The detector does not know: {shown}. It misses such boxes whatever it finds there."
