"""A stack of layers as volumes to scale, and its costs beside those of published networks."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from core.conv.layers import Kind, words
from core.conv.stack import Analysis, Row
from core.figures.drawing import FAINT, INK, Drawing, Item, Polygon, Rect, Text
from core.figures.plots import NAMES, Plot, axis, chart
from core.figures.style import ACCENT, MUTED, OKABE_ITO

WIDTH, TALL = 740.0, 130.0
GAP = 12.0
_SIZE = 15.0  # of its text
THINNEST = 3.0
VECTOR = 40.0  # room for a vector, which is narrower than its label
SLANT = 0.32  # of a side that runs into the picture
MOST_VOLUMES = 60
_COLOURS = {
    Kind.CONV: OKABE_ITO[4],
    Kind.DEPTHWISE: OKABE_ITO[1],
    Kind.TRANSPOSED: OKABE_ITO[6],
    Kind.MAXPOOL: OKABE_ITO[2],
    Kind.AVGPOOL: OKABE_ITO[2],
    Kind.GLOBAL: OKABE_ITO[2],
    Kind.ADAPTIVE: OKABE_ITO[2],
    Kind.LINEAR: OKABE_ITO[0],
    Kind.CONCAT: OKABE_ITO[3],
}


def shapes_change(analysis: Analysis) -> list[Row]:
    """The layers worth a volume of their own: convolutions, linear layers, and those that change the shape."""
    kept = []
    for row in analysis.rows:
        plain = row.layer.kind in (Kind.RELU, Kind.BATCHNORM, Kind.DROPOUT, Kind.FLATTEN, Kind.ADD)
        weights = row.layer.kind.convolves or row.layer.kind is Kind.LINEAR
        if not plain and (weights or row.shape != row.inputs[0]):
            kept.append(row)
    return kept


def volumes(analysis: Analysis) -> Drawing:
    """Every volume to scale: height and width in one scale, depth in its own, vectors by their length.

    Args:
        analysis: of at least one layer.
    """
    rows = shapes_change(analysis)
    left_out = len(rows) - MOST_VOLUMES
    if left_out > 0:
        rows = [*rows[: MOST_VOLUMES - 1], rows[-1]]
    shapes = [analysis.input_shape, *(row.shape for row in rows)]
    boxes = [shape for shape in shapes if len(shape) == 3]
    side = TALL / max(max(shape[1:]) for shape in boxes)
    slants = sum(shape[2] * side * SLANT for shape in boxes)
    vectors = (len(shapes) - len(boxes)) * VECTOR
    room = max(WIDTH - slants - vectors - GAP * len(shapes), 160)
    deep = min(room / sum(shape[0] for shape in boxes), 0.6)
    longest = max((shape[0] for shape in shapes if len(shape) == 1), default=1)
    items: list[Item] = []
    x, top = 4.0, 28.0
    floor = top + TALL * (1 + SLANT * 0.6)
    for number, shape in enumerate(shapes):
        row = rows[number - 1] if number else None
        colour = _COLOURS.get(row.layer.kind, MUTED) if row else MUTED
        name = f"layer {row.number}, {row.layer.kind}" if row else "picture"
        tip = f"{name}: {words(shape)}"
        before = x
        if len(shape) == 1:
            height = max(shape[0] / longest * TALL, THINNEST)
            items.append(Rect(x + VECTOR / 2 - 3, floor - height, 6, height, colour, INK, 0.6, tip=tip))
            x += VECTOR
        else:
            x = _box(items, shape, x, floor, side, deep, colour, tip)
        items.append(Text((before + x) / 2, floor + 13, f"{shape[0]:,}", _SIZE))
        if len(shape) == 3 and (number == 0 or shape[1:] != shapes[number - 1][1:]):
            items.append(Text((before + x) / 2, floor + 30, _side(shape), _SIZE))
        x += GAP
        if left_out > 0 and number == len(shapes) - 2:
            items.append(Text(x + 24, floor - TALL / 2, f"… {left_out} …", _SIZE))
            x += 48 + GAP
    total = max(x, _legend(items, rows))
    alt = "Volumes to scale: " + ", then ".join(words(shape) for shape in shapes[:12])
    return Drawing(total, floor + 42, tuple(items), alt, tallest="280px")


def _side(shape: tuple[int, ...]) -> str:
    return f"{shape[1]}²" if shape[1] == shape[2] else f"{shape[1]}×{shape[2]}"


def _box(
    items: list[Item], shape: tuple[int, ...], x: float, floor: float, side: float, deep: float, colour: str, tip: str
) -> float:
    """A volume seen from the side: depth to the right, height upwards, width into the picture."""
    thick, high = max(shape[0] * deep, THINNEST), max(shape[1] * side, THINNEST)
    into = max(shape[2] * side * SLANT, 1.5)
    up = into * 0.6
    y = floor - high
    items.append(Rect(x, y, thick, high, colour, FAINT, 0.7, tip=tip))
    roof = ((x, y), (x + into, y - up), (x + thick + into, y - up), (x + thick, y))
    wall = ((x + thick, y), (x + thick + into, y - up), (x + thick + into, floor - up), (x + thick, floor))
    items.append(Polygon(roof, colour, FAINT, 0.7, opacity=0.75, tip=tip))
    items.append(Polygon(wall, colour, FAINT, 0.7, opacity=0.5, tip=tip))
    return x + thick + into


def _legend(items: list[Item], rows: list[Row]) -> float:
    """The kinds that occur, with their colours, along the top; returns where it ends, 400 at least."""
    x = 4.0
    entries = {"picture": MUTED}
    for row in rows:
        word = "pooling" if _COLOURS.get(row.layer.kind) == OKABE_ITO[2] else str(row.layer.kind)
        entries.setdefault(word, _COLOURS.get(row.layer.kind, MUTED))
    for word, colour in entries.items():
        items.append(Rect(x, 3, 10, 10, colour))
        items.append(Text(x + 15, 8.5, word, _SIZE, "start"))
        x += 32 + 8 * len(word)
    return max(x, 400.0)


def results(analysis: Analysis) -> pd.DataFrame:
    """One row a layer: what comes out, what it costs, what a cell sees.

    `receptive field` is the larger of the two axes; "all" where a cell sees the whole picture.
    """
    rows = []
    for row in analysis.rows:
        field = max(row.fields, key=lambda axis: axis.size)
        rows.append(
            {
                "#": row.number,
                "layer": str(row.layer.kind),
                "output": words(row.shape),
                "parameters": row.cost.params,
                "multiply-adds": row.cost.macs,
                "receptive field": "all" if field.whole else f"{field.size:g}",
                "jump": "" if field.whole else f"{field.jump:g}",
                "start": "" if field.whole else f"{field.start:g}",
                "memory (kB)": row.memory / 1000,
            }
        )
    return pd.DataFrame(rows)


def ranking(networks: list[tuple[str, float]], own: float, own_name: str, measure: str) -> Plot:
    """Published networks and the stack on the screen, from the least to the most.

    Args:
        networks: (title, amount).
        own: the stack's amount.
        own_name: what to call it.
        measure: what is counted, with its unit.
    """
    rows = sorted([*networks, (own_name, own)], key=lambda row: row[1])
    names, amounts = (
        [name for name, _ in rows],
        [max(amount, 1) for _, amount in rows],
    )  # a logarithm has no place for 0
    bars = go.Bar(
        y=names,
        x=amounts,
        orientation="h",
        marker={"color": [ACCENT if name == own_name else MUTED for name in names]},
        text=[short(amount) for _, amount in rows],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:,}<extra></extra>",
    )
    decades = [math.log10(min(amounts) / 2), math.log10(max(amounts) * 3)]
    place = names.index(own_name) + 1
    return chart(
        f"{measure}, logarithmic scale",
        bars,
        x=axis(measure, type="log", range=decades, dtick=1, exponentformat="SI"),
        y=NAMES,
        alt=f"Bars: {measure} of {own_name} and of {len(networks)} published networks, from the least to the most",
        reading=f"{own_name} is number {place} of {len(rows)} by {measure}: {short(own)}.",
        height=100 + 24 * len(rows),
    )


def short(amount: float) -> str:
    """Three digits with the unit a network's numbers have: 714 M, 15.5 G."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if amount >= size * 0.9995:
            return f"{amount / size:.3g} {unit}"
    return f"{amount:.3g}"
