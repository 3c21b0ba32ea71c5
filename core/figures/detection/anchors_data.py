"""Which anchors suit a data set: its boxes and the anchors on them, mean IoU by k, a table by class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.detection.anchors.comparison import ClassRow, Comparison
from core.detection.anchors.dimensions import Array
from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.vega import number, where
from core.figures.words import counted

MOST_POINTS = 1_500
BOX, WRITTEN, CLUSTERED = "box of the data", "sizes × ratios", "k-means"
_BLUE = OKABE_ITO[4]


def scatter(boxes: Array, labels: Sequence[str], written: Array, centroids: Array) -> Figure:
    """Widths and heights on logarithmic axes, with both sets of anchors.

    Args:
        boxes: (N, 2) width, height, network pixels; of many some are drawn.
        labels: (N,) class names.
        written: (A, 2) anchors that were written down.
        centroids: (K, 2) those of k-means.
    """
    chosen = np.arange(len(boxes))
    if len(chosen) > MOST_POINTS:
        chosen = np.sort(np.random.default_rng(0).choice(len(boxes), MOST_POINTS, replace=False))
    rows = [(BOX, *boxes[i].tolist(), labels[i]) for i in chosen.tolist()]
    rows += [(WRITTEN, *sides, "anchor of sizes × ratios") for sides in written.tolist()]
    rows += [(CLUSTERED, *sides, "anchor of k-means") for sides in centroids.tolist()]
    data = pd.DataFrame(rows, columns=["part", "width", "height", "what"]).round(2)
    x = number("width", "width (network px, log scale)", log=True, ticks=6, scale={"padding": 14}, format="~s")
    y = number("height", "height (network px, log scale)", log=True, ticks=6, scale={"padding": 14}, format="~s")
    tooltip = [
        {"field": "what"},
        {"field": "width", "format": ".1f"},
        {"field": "height", "format": ".1f"},
    ]

    def layer(part: str, **mark: object) -> dict[str, object]:
        encoding = {
            "x": x,
            "y": y,
            "tooltip": tooltip,
            "color": {
                "field": "part",
                "type": "nominal",
                "scale": {"domain": [BOX, WRITTEN, CLUSTERED], "range": [MUTED, _BLUE, ACCENT]},
                "legend": {"title": None, "orient": "top", "symbolType": "circle", "symbolOpacity": 1},
            },
        }
        return {
            "transform": where("part", part),
            "mark": {"type": "point", "filled": True, **mark},
            "encoding": encoding,
        }

    spec = {
        "title": "Boxes of the data, and anchors",
        "height": 340,
        "layer": [
            layer(BOX, size=26, opacity=0.55),
            layer(WRITTEN, size=150, opacity=1, shape="square", stroke="#10161E", strokeWidth=1),
            layer(CLUSTERED, size=190, opacity=1, shape="diamond", stroke="#10161E", strokeWidth=1),
        ],
    }
    some = f", of which {len(chosen):,} are drawn" if len(chosen) < len(boxes) else ""
    reading = (
        f"{counted(len(boxes), 'box', 'boxes')}{some}; {counted(len(written), 'anchor')} of sizes × ratios, "
        f"{counted(len(centroids), 'anchor')} of k-means."
    )
    alt = "Heights of the boxes against their widths; squares are the anchors of sizes × ratios, diamonds of k-means"
    return Figure(spec, data, alt, reading)


def elbow(means: Sequence[float], k: int, written: float, count: int) -> Figure:
    """Mean best IoU for each number of clusters, and that of the anchors that were written down.

    Args:
        means: (K,) for k = 1, 2, …
        k: the slider's.
        written: mean best IoU of sizes × ratios.
        count: how many anchors those are.
    """
    rows = [("curve", number_, value) for number_, value in enumerate(means, start=1)]
    rows += [("now", k, means[k - 1]), ("written", 1, written), ("written", len(means), written)]
    data = pd.DataFrame(rows, columns=["part", "k", "iou"])
    x = number("k", "anchors k", axis={"tickMinStep": 1, "format": "d"})
    y = number("iou", "mean best IoU", domain=[0, 1])
    tooltip = [{"field": "k"}, {"field": "iou", "format": ".3f", "title": "mean best IoU"}]
    spec = {
        "title": "Mean best IoU by number of anchors",
        "height": 340,
        "layer": [
            {
                "transform": where("part", "written"),
                "mark": {"type": "line", "color": _BLUE, "strokeDash": [6, 4], "strokeWidth": 2},
                "encoding": {"x": x, "y": y},
            },
            {
                "transform": where("part", "curve"),
                "mark": {"type": "line", "color": MUTED, "point": {"color": MUTED, "size": 50}},
                "encoding": {"x": x, "y": y, "tooltip": tooltip},
            },
            {
                "transform": where("part", "now"),
                "mark": {"type": "point", "filled": True, "color": ACCENT, "size": 150, "opacity": 1},
                "encoding": {"x": x, "y": y, "tooltip": tooltip},
            },
        ],
    }
    reading = (
        f"k = {k} reaches {means[k - 1]:.3f}. Dashed: the {counted(count, 'anchor')} of sizes × ratios, {written:.3f}"
        f"{_as_good(means, written)}."
    )
    alt = "Mean best IoU of k-means anchors against their number, that of sizes × ratios as a dashed line"
    return Figure(spec, data, alt, reading)


def _as_good(means: Sequence[float], written: float) -> str:
    enough = next((k for k, mean in enumerate(means, start=1) if mean >= written), None)
    if enough is None:
        return ""
    return f", which k-means reaches with {counted(enough, 'anchor')}"


def class_table(rows: Sequence[ClassRow]) -> pd.DataFrame:
    """One row a class."""
    return pd.DataFrame(
        [(row.label, row.count, row.width, row.height, *row.means, *row.missed) for row in rows],
        columns=[
            "class", "boxes", "median width", "median height", "mean IoU, sizes × ratios", "mean IoU, k-means",
            "not reached, sizes × ratios", "not reached, k-means",
        ],
    )  # fmt: skip


def cluster_table(centroids: Array, shares: Sequence[float]) -> pd.DataFrame:
    """One row an anchor of k-means: its sides, size and both ratios, and the share of the boxes that are its own."""
    width, height = centroids.T
    return pd.DataFrame(
        {
            "width": width,
            "height": height,
            "size √(w·h)": np.sqrt(width * height),
            "w/h": width / height,
            "h/w": height / width,
            "share of boxes": list(shares),
        }
    )


def numbers(comparison: Comparison, reach: float) -> dict[str, str]:
    """Label -> number."""
    means, missed = comparison.means(), comparison.missed(reach)
    return {
        "Mean IoU, sizes × ratios": f"{means[0]:.3f}",
        "Mean IoU, k-means": f"{means[1]:.3f}",
        "Not reached, sizes × ratios": f"{missed[0]:.0%}",
        "Not reached, k-means": f"{missed[1]:.0%}",
    }
