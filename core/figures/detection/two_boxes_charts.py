"""Charts of the two boxes: B sliding across A, and the same shift on small and large boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from core.detection.overlap import Pair, Slide, shifted
from core.figures.detection.two_boxes import minus
from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.vega import colours, number, unless, where
from core.figures.words import counted

SMALL, LARGE = 20, 200
"""Widths of the two boxes whose loss is compared, pixels."""

_NARROW = 60  # left of a point so far left there is no room for its label
_ABOVE = {"align": "right", "baseline": "bottom", "dx": -7, "dy": -5}
_BELOW = {"align": "left", "baseline": "top", "dx": 7, "dy": 7}

_MEASURES = {"IoU": OKABE_ITO[4], "Dice": OKABE_ITO[2], "GIoU": OKABE_ITO[6]}
_WIDTHS = (8, 10, 12, 15, SMALL, 25, 30, 40, 50, 65, 80, 100, 130, 160, LARGE, 250, 320, 400, 500, 640)


def slide_chart(path: Slide, pair: Pair, offset: float, threshold: float) -> Figure:
    """IoU, Dice and GIoU as box B slides across box A, with where it is now.

    Args:
        path: the measures at every place.
        pair: the boxes where they are.
        offset: B's centre minus A's, pixels.
        threshold: IoU from which B is a hit.
    """
    now = {"IoU": pair.iou, "Dice": pair.dice, "GIoU": pair.giou}
    columns = {"IoU": path.iou, "Dice": path.dice, "GIoU": path.giou}
    rows = [
        ("curve", x, name, value)
        for name in _MEASURES
        for x, value in zip(path.offsets, columns[name], strict=True)
    ]  # fmt: skip
    rows += [("now", offset, name, value) for name, value in now.items()]
    rows.append(("threshold", offset, f"threshold {threshold:.2f}", threshold))
    data = pd.DataFrame(rows, columns=["part", "shift", "measure", "value"])
    x = number("shift", "centre of B right of the centre of A (px)")
    y = number("value", "score", scale={"domain": [-1, 1]})
    colour = colours("measure", _MEASURES, _MEASURES.values())
    # GIoU lies on IoU wherever nothing of the box around both is left over
    dashes = colours("measure", _MEASURES, [[1, 0], [1, 0], [7, 5]], None)
    tips = [
        {"field": "measure"},
        {"field": "shift", "title": "shift (px)", "format": ".0f"},
        {"field": "value", "format": ".3f"},
    ]
    spec = {
        "title": "B slides across A, at the height where it is",
        "height": 320,
        "layer": [
            {
                "transform": where("part", "threshold"),
                "mark": {"type": "rule", "aria": False, "color": MUTED, "strokeDash": [6, 4]},
                "encoding": {"y": y, "tooltip": [{"field": "measure", "title": "a hit from"}]},
            },
            {
                "transform": where("part", "curve"),
                "mark": {"type": "line", "strokeWidth": 2.5},
                "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dashes, "tooltip": tips},
            },
            {
                "transform": where("part", "threshold"),
                "mark": {"type": "rule", "aria": False, "color": ACCENT, "strokeWidth": 1.5},
                "encoding": {"x": x, "tooltip": [{"field": "shift", "title": "now (px)", "format": ".0f"}]},
            },
            {
                "transform": where("part", "now"),
                "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "color": ACCENT},
                "encoding": {"x": x, "y": y, "tooltip": tips},
            },
        ],
    }
    by = f"{offset:.0f}".replace("-", "−")
    reading = (
        f"Now, shifted by {by} pixels, IoU, Dice and GIoU are {pair.iou:.3f}, {pair.dice:.3f} and "
        f"{minus(pair.giou)}; at most {max(path.iou):.3f}, {max(path.dice):.3f} and {minus(max(path.giou))}."
    )
    alt = "Lines: IoU, Dice and GIoU as box B slides across box A, with where it is now and the threshold of a hit"
    return Figure(spec, data, alt, reading)


def shift_chart(shift: int, width: float, threshold: float) -> Figure:
    """IoU of a box with its shifted copy against the width of the box: the same error costs a small box more.

    Args:
        shift: to the right, pixels.
        width: of box A, which is marked with a small and a large box.
        threshold: IoU from which it is a hit.
    """
    marked = {f"{SMALL} px": SMALL, f"{LARGE} px": LARGE, f"box A, {width:g} px": width}
    widths = [*_WIDTHS, *marked.values()]
    values = shifted(widths, shift)
    parts = ["curve"] * len(_WIDTHS) + ["marked", "marked", "yours"]
    names = [""] * len(_WIDTHS) + list(marked)
    rows = [
        (part, wide, iou, f"{name}: {iou:.3f}")
        for part, wide, iou, name in zip(parts, widths, values, names, strict=True)
    ]
    rows.append(("threshold", width, threshold, f"a hit from {threshold:.2f}"))
    data = pd.DataFrame(rows, columns=["part", "width", "iou", "label"])
    x = number(
        "width",
        "width of the box (px, log scale)",
        log=True,
        format="d",
        axis={"values": [5, 10, 20, 50, 100, 200, 500]},
    )
    y = number("iou", "IoU after the shift", scale={"domain": [0, 1.08]}, axis={"values": [0, 0.2, 0.4, 0.6, 0.8, 1]})
    tips = [{"field": "width", "title": "width (px)"}, {"field": "iou", "title": "IoU", "format": ".3f"}]
    colour = {"condition": {"test": "datum.part === 'yours'", "value": ACCENT}, "value": OKABE_ITO[4]}
    points = {"transform": [{"filter": "datum.part === 'marked' || datum.part === 'yours'"}]}
    spec = {
        "title": "The same shift, by size of the box",
        "height": 320,
        "layer": [
            {
                "transform": where("part", "threshold"),
                "mark": {"type": "rule", "aria": False, "color": MUTED, "strokeDash": [6, 4]},
                "encoding": {"y": y, "tooltip": [{"field": "label", "title": "threshold"}]},
            },
            {
                "transform": unless("part", "threshold"),
                "mark": {"type": "line", "strokeWidth": 2.5, "color": OKABE_ITO[4]},
                "encoding": {"x": x, "y": y},
            },
            {
                **points,
                "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
                "encoding": {"x": x, "y": y, "color": colour, "tooltip": tips},
            },
            # the curve rises, so it crosses no text above and left of a point, or below and right of it
            _labels(f"datum.part === 'marked' && datum.width < {LARGE}", x, y, _ABOVE),
            _labels(f"datum.part === 'marked' && datum.width === {LARGE}", x, y, _BELOW),
            _labels(f"datum.part === 'yours' && datum.width < {_NARROW}", x, y, _BELOW),
            _labels(f"datum.part === 'yours' && datum.width >= {_NARROW}", x, y, _ABOVE),
        ],
    }
    said = ", ".join(f"{name} {iou:.3f}" for name, iou in zip(marked, values[len(_WIDTHS) :], strict=True))
    alt = f"IoU of a box with its shifted copy, by the width of the box; marked are {SMALL} px, {LARGE} px and box A"
    return Figure(spec, data, alt, f"Shifted by {counted(shift, 'pixel')}, the IoU is: {said}.")


def _labels(which: str, x: Mapping[str, Any], y: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    """A layer that writes beside some of the points what they are."""
    return {
        "transform": [{"filter": which}],
        "mark": {"type": "text", "aria": False, "fontWeight": 600, **place},
        "encoding": {"x": x, "y": y, "text": {"field": "label"}},
    }
