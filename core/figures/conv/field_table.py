"""How a receptive field grows from layer to layer: tables, points of the chart, and words."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from core.conv.effective.box import gaussian_widths
from core.conv.effective.zoo import ZooNetwork
from core.conv.layers import Kind, Pair, words
from core.conv.stack import Analysis
from core.figures.conv.field_chart import Point
from core.figures.conv.field_formulas import deciding, exact


def deciding_layer(analysis: Analysis, number: int) -> list[str]:
    """What the layer that decides the field of layer `number` does, a sentence each."""
    row, said = deciding(analysis, number), []
    layer = row.layer
    if row.number != number:
        own = analysis.rows[number - 1].layer.kind
        by = f"layer {row.number} ({layer.kind})"
        said.append(f"Layer {number} ({own}) works cell by cell: its field is that of {by}.")
    elif not layer.kind.joins and layer.kind.windowed:
        k, s, p, d = (_words(pair) for pair in (layer.kernel, layer.stride, layer.padding, layer.dilation))
        said.append(
            f"Layer {number} ({layer.kind}): kernel k = {k}, stride s = {s}, padding p = {p}, dilation d = {d}."
        )
    if layer.kind.joins:
        said.append("Where branches meet, a cell sees from the lowest to the highest pixel that any of them saw.")
    return said


def differs_by_cell(analysis: Analysis, number: int) -> bool:
    """Whether cells of a layer have fields of different sizes: behind a transposed convolution they do."""
    before = (*analysis.rows[:number], deciding(analysis, number))
    return any(row.layer.kind is Kind.TRANSPOSED for row in before)


def _words(pair: Pair) -> str:
    return f"{pair[0]}" if pair[0] == pair[1] else words(pair)


def stack_table(analysis: Analysis, number: int) -> pd.DataFrame:
    """One row a layer that `number` comes from."""
    numbers = _ancestors(analysis, number)
    rows = []
    for row in (analysis.rows[place - 1] for place in numbers):
        layer, field, slides = row.layer, row.fields[1], row.layer.kind.windowed
        rows.append(
            {
                "layer": row.number,
                "kind": str(layer.kind),
                "output": words(row.shape),
                "r": "all" if field.whole else exact(field.size),
                "j": "" if field.whole else exact(field.jump),
                "start": "" if field.whole else exact(field.start),
                "k": _words(layer.kernel) if slides else "",
                "s": _words(layer.stride) if slides else "",
                "p": _words(layer.padding) if slides else "",
                "d": _words(layer.dilation) if slides else "",
            }
        )
    return pd.DataFrame(rows)


def _ancestors(analysis: Analysis, number: int) -> list[int]:
    wanted = {number}
    for row in reversed(analysis.rows[:number]):
        if row.number in wanted:
            wanted.update(row.sources)
    return sorted(wanted - {0})


def stack_points(analysis: Analysis, number: int) -> list[Point]:
    """The widest way through the stack, or to the chosen layer where that lies beside it."""
    sigmas = gaussian_widths(analysis)
    finite = [row.number for row in analysis.rows if len(row.shape) == 3 and not row.fields[1].whole]
    ways = [_widest_way(analysis, end) for end in dict.fromkeys((*finite[-1:], number))]
    way = next((way for way in ways if number in way), ways[0])
    rows = [row for row in (analysis.rows[place - 1] for place in way) if row.number in finite]
    points = [Point(row.number, f"{row.number} · {row.layer.kind}", row.fields[1].size) for row in rows]
    return [replace(point, sigma=sigmas[point.number - 1]) for point in points] or [Point(0, "the picture", 1.0)]


def _widest_way(analysis: Analysis, number: int) -> list[int]:
    """From the picture to a layer, of several branches always along the one that sees most."""
    way: list[int] = []
    while number:
        way.append(number)
        sources = analysis.rows[number - 1].sources
        number = max(sources, key=lambda source: analysis.rows[source - 1].fields[1].size if source else 1.0)
    return way[::-1]


def zoo_table(network: ZooNetwork, number: int) -> pd.DataFrame:
    """One row a layer on the way to `number`."""
    return pd.DataFrame(
        [
            {
                "layer": layer.name,
                "kind": layer.kind,
                "output": words(layer.field.cells),
                "r": exact(layer.field.size[1]),
                "j": exact(layer.field.jump[1]),
                "start": exact(layer.field.start[1]),
            }
            for layer in network.path(number)
        ]
    )


def zoo_points(network: ZooNetwork) -> list[Point]:
    """All layers with a map."""
    return [Point(place.number, place.name, place.fields[1].size) for place in network.places.values()]
