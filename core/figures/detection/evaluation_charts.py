"""Charts and formulas of the metrics explorer's section "Detection": outcomes, precision against recall, AP."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

import numpy as np
import pandas as pd

from core.detection.scoring.average_precision import Interpolation, Ranking, average_precision, read_off, recall_levels
from core.detection.scoring.matching import Matches, Outcome
from core.figures.detection.matches import COLOURS, MISSED
from core.figures.figure import ACCENT, BY_ORDER, MUTED, OKABE_ITO, Figure
from core.figures.style import SMALLEST
from core.figures.words import counted

MOST_POINTS = 1_000
"""Points of a curve that are drawn; hits are always among them."""
MOST_TERMS = 5
"""Terms of a sum that are written out."""


_MANY = {"true positive": "true positives", "duplicate": "duplicates", MISSED: "missed ground-truth boxes"}
"""What several boxes of an outcome are called, where that is another word."""


def score_text(value: float) -> str:
    """Three decimals, or the word for what is not defined."""
    return "undefined" if math.isnan(value) else f"{value:.3f}"


def outcomes(matches: Sequence[Matches]) -> Figure:
    """How many boxes have each outcome: the key to the colours of the picture."""
    counts = {name: sum(own.count(Outcome(name)) for own in matches) for name in COLOURS if name != MISSED}
    counts[MISSED] = sum(len(own.missed) for own in matches)
    ignored = sum(own.count(Outcome.IGNORED) for own in matches)
    data = pd.DataFrame({"kind": list(counts), "boxes": list(counts.values())})
    named = [counted(count, kind, _MANY.get(kind, kind)) for kind, count in counts.items()]
    data["label"] = named
    data["colour"] = [COLOURS[kind] for kind in counts]
    data["order"] = range(len(data))
    spec = {
        "title": {"text": "What became of the boxes", "anchor": "start", "fontSize": SMALLEST},
        "height": 185,
        "mark": {
            "type": "bar",
            "cornerRadiusEnd": 3,
            "height": {"band": 0.75},
            "stroke": "#5A626C",
            "strokeWidth": 0.6,
        },
        "encoding": {
            "y": {
                "field": "label",
                "type": "nominal",
                "sort": dict(BY_ORDER),
                "axis": {
                    "title": None,
                    "labelLimit": 200,
                    "labelOverlap": False,
                    "ticks": False,
                    "domain": False,
                },
            },
            "x": {"field": "boxes", "type": "quantitative", "axis": None},
            "color": {"field": "colour", "type": "nominal", "scale": None},
            "tooltip": [{"field": "kind"}, {"field": "boxes", "format": ","}],
        },
    }
    alt = f"Bars: how many boxes have each outcome, {', '.join(counts)}"
    return Figure(spec, data, alt, f"{counted(ignored, 'more detection')} ignored." if ignored else "")


def _points(ranked: Ranking, how: Interpolation) -> pd.DataFrame:
    """(part, recall, precision) of the curve, of the staircase under it, and of the levels that are read off."""
    precision, recall = ranked.precision, ranked.recall
    keep = np.union1d(np.flatnonzero(ranked.hits), np.linspace(0, len(ranked) - 1, MOST_POINTS).astype(int))
    if len(ranked) <= MOST_POINTS:
        keep = np.arange(len(ranked))
    rows = [("curve", recall[k], precision[k], k + 1) for k in keep.tolist()]
    heights = precision if how is Interpolation.PLAIN else ranked.envelope
    hits = np.flatnonzero(ranked.hits).tolist()
    if hits:
        rows.append(("staircase", 0.0, heights[hits[0]], 0))
        rows += [("staircase", recall[k], heights[k], k + 1) for k in hits]
    if len(recall_levels(how)):
        values = read_off(ranked, how)
        rows += [("level", level, value, 0) for level, value in zip(recall_levels(how), values, strict=True)]
    return pd.DataFrame(rows, columns=["part", "recall", "precision", "rank"])


def precision_recall(ranked: Ranking, how: Interpolation, rank: int, name: str) -> Figure:
    """Precision against recall down the ranking, what AP makes of it, and where the walk stands.

    Args:
        ranked: at least one detection and one target box.
        how: the definition of AP whose area or points are drawn.
        rank: detections that count so far, 1 to N.
        name: whose curve it is, for the title.
    """
    points = _points(ranked, how)
    now = (float(ranked.recall[rank - 1]), float(ranked.precision[rank - 1]))
    data = pd.concat([points, pd.DataFrame([("now", *now, rank)], columns=points.columns)], ignore_index=True)
    x = {"field": "recall", "type": "quantitative", "title": "recall", "scale": {"domain": [0, 1]}}
    y = {"field": "precision", "type": "quantitative", "title": "precision", "scale": {"domain": [0, 1.02]}}
    tooltip = [
        {"field": "rank"},
        {"field": "recall", "format": ".3f"},
        {"field": "precision", "format": ".3f"},
    ]

    def layer(part: str, mark: dict[str, object], *, order: bool = False) -> dict[str, object]:
        encoding: dict[str, object] = {"x": x, "y": y, "tooltip": tooltip}
        if order:
            encoding["order"] = {"field": "rank", "type": "quantitative"}
        return {"transform": [{"filter": f"datum.part === '{part}'"}], "mark": mark, "encoding": encoding}

    area = {"type": "area", "interpolate": "step-before", "color": OKABE_ITO[1], "opacity": 0.35, "tooltip": None}
    small = how is Interpolation.COCO_101
    spec = {
        "title": f"Precision against recall: {name}",
        "height": 340,
        "layer": [
            layer("staircase", area),
            layer("curve", {"type": "line", "color": MUTED, "strokeWidth": 2}, order=True),
            layer("curve", {"type": "point", "filled": True, "color": MUTED, "size": 36, "opacity": 1}),
            layer(
                "level",
                {"type": "point", "filled": True, "color": OKABE_ITO[4], "size": 12 if small else 50, "opacity": 1},
            ),
            layer("now", {"type": "point", "filled": True, "color": ACCENT, "size": 170, "opacity": 1}),
        ],
    }
    alt = f"Precision against recall down the ranking, {name}; shaded what AP is made of, a large point at rank k"
    boxes = counted(ranked.target, "ground-truth box", "ground-truth boxes")
    reading = f"{counted(len(ranked), 'ranked detection')} and {boxes}."
    return Figure(spec, data, alt, reading)


def ap_by_iou(ious: Sequence[float], values: Sequence[float], iou: float, now: float) -> Figure:
    """Mean AP at every IoU threshold from .50 to .95, and at the slider's.

    Args:
        ious: (T,) thresholds.
        values: (T,) mean AP at each.
        iou: the slider's.
        now: mean AP there; nan where there is none.
    """
    rows = [("curve", *point) for point in zip(ious, values, strict=True)] + [("now", iou, now)]
    data = pd.DataFrame(rows, columns=["part", "iou", "ap"]).dropna()
    x = {"field": "iou", "type": "quantitative", "title": "IoU threshold", "scale": {"domain": [0, 1]}}
    y = {"field": "ap", "type": "quantitative", "title": "mAP", "scale": {"domain": [0, 1]}}
    tooltip = [{"field": "iou", "format": ".2f", "title": "IoU threshold"}, {"field": "ap", "format": ".3f"}]

    def layer(part: str, mark: dict[str, object]) -> dict[str, object]:
        encoding = {"x": x, "y": y, "tooltip": tooltip}
        return {"transform": [{"filter": f"datum.part === '{part}'"}], "mark": mark, "encoding": encoding}

    spec = {
        "title": "mAP at each IoU threshold",
        "height": 320,
        "layer": [
            layer("curve", {"type": "line", "color": MUTED, "point": {"color": MUTED, "size": 40}}),
            layer("now", {"type": "point", "filled": True, "color": ACCENT, "size": 120, "opacity": 1}),
        ],
    }
    ends = f"; {values[0]:.3f} at {ious[0]:.2f} and {values[-1]:.3f} at {ious[-1]:.2f}" if len(values) else ""
    alt = "Mean AP against the IoU threshold, ten points from .50 to .95, with the threshold of the slider marked"
    return Figure(spec, data, alt, f"mAP is {score_text(now)} at IoU {iou:.2f}{ends}.")


SYMBOLS = {
    Interpolation.VOC_11: r"\mathrm{AP} = \frac{1}{11} \sum_{r = 0, .1, \ldots, 1} \max_{r_j \ge r} p_j\;",
    Interpolation.VOC_AREA: r"\mathrm{AP} = \sum_k (r_k - r_{k-1}) \max_{j \ge k} p_j\;",
    Interpolation.COCO_101: r"\mathrm{AP} = \frac{1}{101} \sum_{r = 0, .01, \ldots, 1} \max_{r_j \ge r} p_j\;",
    Interpolation.PLAIN: r"\mathrm{AP} = \sum_k (r_k - r_{k-1})\, p_k\;",
}
"""Average precision in symbols: p and r are precision and recall after k detections."""


def _terms(values: Sequence[float]) -> list[str]:
    """The numbers of a sum, equal neighbours as one product, the last ones as dots where there are too many."""
    runs = [(len(list(group)), value) for value, group in groupby(f"{value:.3f}" for value in values)]
    terms = [value if count == 1 else rf"{count} \cdot {value}" for count, value in runs]
    return terms if len(terms) <= MOST_TERMS else [*terms[: MOST_TERMS - 1], r"\ldots"]


def mean_of(values: Sequence[float], count: int, result: float) -> str:
    """The mean of some numbers and zeros, written out in lines that fit on a phone.

    Args:
        values: those that are written.
        count: how many there are with the zeros.
        result: their mean.
    """
    terms = _terms(values) or ["0"]
    lines = [" + ".join(terms[start : start + 2]) for start in range(0, len(terms), 2)]
    total = r" \\ {} + ".join(lines)
    return (
        rf"\begin{{gathered}}\tfrac{{1}}{{{count}}}\,({total}) \\[2pt]"
        rf" {{}} = \mathbf{{{score_text(result)}}}\end{{gathered}}\;"
    )


def with_numbers(ranked: Ranking, how: Interpolation) -> str:
    """The same with the numbers of a ranking; target boxes that were not found are zeros of the sum."""
    result = average_precision(ranked, how)
    if how in (Interpolation.VOC_11, Interpolation.COCO_101):
        values = read_off(ranked, how) if len(ranked) else np.zeros(len(recall_levels(how)))
        return mean_of(values.tolist(), len(values), result)
    heights = ranked.envelope if how is Interpolation.VOC_AREA else ranked.precision
    found = heights[ranked.hits].tolist()
    return mean_of([*found, *[0.0] * (ranked.target - len(found))], ranked.target, result)
