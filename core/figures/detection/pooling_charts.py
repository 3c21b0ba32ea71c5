"""Charts and tables of RoI pooling: outputs against the shift of the box, sampling points, rounding, passes."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from core.detection.pooling.comparison import Pooling
from core.detection.pooling.passes import CROP, Passes
from core.detection.pooling.quantised import Cell, Values
from core.figures.detection.pooling import written
from core.figures.detection.suppression import duration
from core.figures.figure import ACCENT, OKABE_ITO, Figure
from core.figures.vega import colours, number, where

POOL, ALIGN = "RoI pooling", "RoIAlign"
_COLOURS = {POOL: OKABE_ITO[4], ALIGN: OKABE_ITO[2]}


def bin_against_shift(pooling: Pooling, chosen: Cell) -> Figure:
    """One number of the output for every shift of the box.

    Args:
        pooling: the box, with the shift it has now.
        chosen: (row, column) of the bin.
    """
    shifts, row, column = pooling.shifts, *chosen
    curves = {POOL: shifts.pooled[:, row, column], ALIGN: shifts.aligned[:, row, column]}
    now = {POOL: float(pooling.quantised.values[chosen]), ALIGN: float(pooling.sampled.values[chosen])}
    reading = (
        f"Bin ({row}, {column}) at a shift of {_signed(pooling.shift)} px: RoI pooling {written(now[POOL])}, "
        f"RoIAlign {written(now[ALIGN])}."
    )
    title, alt = (
        "The chosen bin",
        "Value of the chosen bin against the shift of the box, by RoI pooling and by RoIAlign",
    )
    return _chart(pooling, curves, now, title, "value of the bin", alt, reading)


def change_against_shift(pooling: Pooling) -> Figure:
    """How far all numbers of the output are from those of the box where it is, on average, for every shift."""
    changes = dict(zip((POOL, ALIGN), pooling.shifts.changes(), strict=True))
    at = pooling.shifts.at(pooling.shift)
    now = {name: float(values[at]) for name, values in changes.items()}
    jumps = pooling.shifts.jumps()
    reading = (
        f"At {_signed(pooling.shift)} px the numbers differ by {written(now[POOL])} (RoI pooling) and "
        f"{written(now[ALIGN])} (RoIAlign) on average. The largest jump of one number within 1/64 of a stride: "
        f"{written(jumps[0])} against {written(jumps[1])}."
    )
    alt = "Mean absolute difference of the outputs from those of the box that is not shifted, against the shift"
    return _chart(pooling, changes, now, "All bins: mean absolute difference", "difference", alt, reading)


def _signed(value: float) -> str:
    return f"{value:+.3g}".replace("-", "−") if value else "0"


def _chart(
    pooling: Pooling,
    curves: Mapping[str, Values],
    now: Mapping[str, float],
    title: str,
    unit: str,
    alt: str,
    says: str,
) -> Figure:
    shifts = pooling.shifts.shifts
    rows = [
        ("curve", float(shift), name, float(value))
        for name, values in curves.items()
        for shift, value in zip(shifts, values, strict=True)
    ]
    rows += [("now", pooling.shift, name, float(value)) for name, value in now.items()]
    data = pd.DataFrame(rows, columns=["part", "shift", "operator", "value"])
    x = number("shift", "shift to the right (px)", scale={"nice": False, "zero": False})
    y = number("value", unit, scale={"zero": False})
    colour = colours("operator", _COLOURS, _COLOURS.values())
    tips = [
        {"field": "operator"},
        {"field": "shift", "title": "shift (px)", "format": ".2f"},
        {"field": "value", "format": ".3f"},
    ]
    spec = {
        "title": title,
        "height": 240,
        "layer": [
            {
                "transform": where("part", "curve"),
                "mark": {"type": "line", "strokeWidth": 2.5, "interpolate": "step-after"},
                "encoding": {"x": x, "y": y, "color": colour, "tooltip": tips},
            },
            {
                "transform": where("part", "now"),
                "mark": {"type": "rule", "aria": False, "color": ACCENT, "strokeWidth": 1.5},
                "encoding": {"x": x},
            },
            {
                "transform": where("part", "now"),
                "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "color": ACCENT},
                "encoding": {"x": x, "y": y, "tooltip": tips},
            },
        ],
    }
    return Figure(spec, data, alt, says)


def edge_table(pooling: Pooling) -> pd.DataFrame:
    """What rounding did to each side of the box."""
    rows = [
        (edge.name, round(edge.pixels, 2), round(edge.cells, 3), edge.cell, edge.back, round(edge.moved, 2))
        for edge in pooling.edges
    ]
    stride = pooling.stride
    return pd.DataFrame(rows, columns=["side", "px", f"÷ {stride}", "cell", "edge of that cell (px)", "moved by (px)"])


def point_table(pooling: Pooling, chosen: Cell) -> pd.DataFrame:
    """The sampling points of a bin: place, four neighbours as weight × value, and their sum."""
    names = ("above left", "above right", "below left", "below right")
    rows = []
    for point in pooling.sampled.points(*chosen):
        parts = [f"{weight:.3f} × {written(part)}" for weight, part in zip(point.weights, point.parts, strict=True)]
        rows.append((f"({point.y:.3f}, {point.x:.3f})", *parts, point.value))
    return pd.DataFrame(rows, columns=["point (y, x)", *names, "value"])


def numbers_table(pooling: Pooling) -> pd.DataFrame:
    """Both outputs, one row a bin, to take away."""
    rows = [
        (row, column, float(pooling.quantised.values[row, column]), float(pooling.sampled.values[row, column]))
        for row in range(pooling.out)
        for column in range(pooling.out)
    ]
    return pd.DataFrame(rows, columns=["row", "column", POOL, ALIGN])


def passes_table(cost: Passes) -> pd.DataFrame:
    """What N regions cost both ways, and where each time comes from."""
    one = f"{cost.regions:,} passes × {duration(cost.crop)} + {cost.regions:,} heads"
    rows = [
        ("R-CNN: a pass for each crop", f"{cost.regions:,}", duration(cost.one_by_one), f"multiplied: {one}"),
        (
            "Fast R-CNN: one pass, then pooling",
            "1",
            duration(cost.shared),
            f"measured: {duration(cost.backbone)} + {duration(cost.pooling)} for {cost.measured:,} regions"
            + ("" if cost.regions == cost.measured else f", the latter times {cost.regions:,}/{cost.measured:,}"),
        ),
    ]
    return pd.DataFrame(rows, columns=["way", "passes", "time", f"from (crops are {CROP} × {CROP} px)"])
