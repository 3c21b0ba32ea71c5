"""The pictures nearest to a query, and how well all queries find their class."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from core.figures.drawing import FAINT, INK, SURFACE, Drawing, Image, Item, Polygon, Rect, Text
from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.transfer.contact import OTHER, SAME, contact, sheet
from core.figures.vega import colours, number, unless, where
from core.figures.words import counted
from core.transfer.data.image_set import ImageSet, Split
from core.transfer.features.extract import Matrix
from core.transfer.features.retrieval import Metric, Neighbours, Retrieval

COLUMNS = 5
"""Neighbours in a row."""
CODE = 8
"""Numbers of a picture's code that are shown."""
FEATURES, PIXELS, CHANCE = "features", "raw pixels", "random draw"
HERE = "here"
"""The row of the visitor's k among those of the lines."""
_PARTS = {Split.TRAIN: "training", Split.VALIDATION: "validation", Split.TEST: "test"}


def three(value: float) -> str:
    """Three significant digits, zeros at the end too; a dash for what is undefined."""
    if math.isnan(value):
        return "–"
    if abs(value) < 5e-4:  # a picture that is there twice: rounding leaves 1e-16
        return "0"
    return f"{value:#.3g}".rstrip(".") if abs(value) < 999.5 else f"{value:,.0f}"


def described(images: ImageSet, index: int) -> str:
    """A picture in words: name, class, part."""
    part = _PARTS[Split(int(images.split[index]))]
    return f"{images.names[index]}: {images.classes[int(images.labels[index])]}, {part} picture"


def query_picture(images: ImageSet, index: int) -> Drawing:
    """The query alone."""
    return contact(images.images[index : index + 1], f"Query: {described(images, index)}", columns=1, tallest="24vh")


def code(images: ImageSet, index: int, vector: Matrix) -> Drawing:
    """A picture and the first of the numbers that the network makes of it.

    Args:
        images: the set.
        index: of the picture.
        vector: (D,) its features.
    """
    side, cell, x = 56.0, 58.0, 190.0
    first = [f"{value:.2f}".replace("-", "−") for value in vector[:CODE].tolist()]
    end = x + len(first) * cell
    items: list[Item] = [
        Image(0, 0, side, side, sheet(images.images[index : index + 1], 1).uri),
        Polygon(((side + 8, side / 2), (x - 18, side / 2)), "", INK, 2, closed=False),
        Polygon(((x - 20, side / 2 - 5), (x - 10, side / 2), (x - 20, side / 2 + 5)), INK, INK),
        Text((side + x - 10) / 2, side / 2 - 14, "network", 16),
    ]
    for place, digits in enumerate(first):
        items.append(Rect(x + place * cell, 12, cell, 32, SURFACE, FAINT))
        items.append(Text(x + (place + 0.5) * cell, 28, digits, 16))
    rest = f"… {len(vector):,} numbers" if len(vector) > len(first) else f"{len(vector):,} numbers"
    items.append(Text(end + 10, 28, rest, 16, "start", bold=True))
    alt = f"{images.names[index]} as the network writes it: {len(vector):,} numbers, the first {', '.join(first)}"
    return Drawing(end + 180, side, tuple(items), alt, tallest="64px")


def nearest_sheet(
    images: ImageSet, found: Neighbours, label: int | None, columns: int = COLUMNS, *, clickable: bool = True
) -> Drawing:
    """The neighbours, the nearest first; a click tells (row, column).

    Args:
        images: the set.
        found: at least one neighbour.
        label: class of the query; None: unknown, then no neighbour is right or wrong.
        columns: neighbours in a row.
        clickable: whether there is anything to click for.
    """
    captions, frames, tips = [], [], []
    click = ". Click: its own neighbours" if clickable else ""
    for rank, (index, distance) in enumerate(zip(found.indices.tolist(), found.distances.tolist(), strict=True), 1):
        name = images.classes[int(images.labels[index])]
        same = None if label is None else int(images.labels[index]) == label
        sign = {None: "", True: "= ", False: "≠ "}[same]
        captions.append((f"{sign}{name}", f"{three(distance)}"))
        frames.append({None: None, True: SAME, False: OTHER}[same])
        tips.append(f"{rank}. {described(images, index)}, distance {three(distance)}{click}")
    listed = ", ".join(images.classes[int(images.labels[index])] for index in found.indices[:10])
    return contact(
        images.images[found.indices],
        f"The {counted(len(found), 'nearest picture')}, nearest first. Classes: {listed}",
        columns=columns,
        captions=captions,
        frames=frames,
        tips=tips,
        clickable=clickable,
        tallest="300vh",
    )


def precision_curve(features: Retrieval, raw: Retrieval, k: int) -> Figure:
    """Mean precision@k over k: features, raw pixels, and a random draw.

    Args:
        features: of the features.
        raw: of the raw pixels, for the same queries.
        k: where the visitor stands.
    """
    rows: list[tuple[str, int, float]] = []
    for name, found in ((FEATURES, features), (PIXELS, raw)):
        rows += [(name, at, value) for at, value in enumerate(found.precision.tolist(), 1)]
    rows += [(CHANCE, at, features.chance) for at in (1, len(features.precision))]
    data = pd.DataFrame(rows, columns=["by", "k", "precision"]).dropna()
    data = pd.concat([data, pd.DataFrame({"by": [HERE], "k": [k]})], ignore_index=True)
    x: dict[str, Any] = number(
        "k", "k, number of neighbours", domain=[1, max(2, len(features.precision))], axis={"tickMinStep": 1}
    )
    y = number("precision", "mean precision@k", domain=[0, 1])
    order = [FEATURES, PIXELS, CHANCE]
    colour = colours("by", order, [OKABE_ITO[4], OKABE_ITO[0], MUTED])
    dash = {"field": "by", "type": "nominal", "scale": {"domain": order, "range": [[1, 0], [7, 3], [2, 3]]}}
    spec = {
        "title": "How often neighbours are of the query's class",
        "height": 340,
        "layer": [
            {
                "transform": where("by", HERE),
                "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2, "aria": False},
                "encoding": {"x": x},
            },
            {
                "transform": unless("by", HERE),
                "mark": {"type": "line", "strokeWidth": 2.5},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": colour,
                    "strokeDash": {**dash, "legend": None},
                    "tooltip": [
                        {"field": "by", "title": "neighbours by"},
                        {"field": "k"},
                        {"field": "precision", "title": "mean precision@k", "format": ".3f"},
                    ],
                },
            },
        ],
    }
    alt = "Lines: mean precision at k over k, of features, of raw pixels and of a random draw; a line marks k"
    return Figure(spec, data, alt)


def neighbours_table(images: ImageSet, found: Neighbours, label: int | None) -> pd.DataFrame:
    """One row a neighbour, as the CSV has it; arguments as `nearest_sheet`."""
    labels = images.labels[found.indices]
    table = pd.DataFrame(
        {
            "rank": range(1, len(found) + 1),
            "picture": [images.names[index] for index in found.indices],
            "class": [images.classes[int(own)] for own in labels],
            "part": [_PARTS[Split(int(images.split[index]))] for index in found.indices],
            "distance": found.distances,
        }
    )
    if label is not None:
        table["same class"] = labels == label
    return table


def distance_name(metric: Metric) -> str:
    """What a distance is called in a sentence."""
    return {Metric.COSINE: "cosine distance", Metric.EUCLIDEAN: "Euclidean distance"}[metric]


def vote(images: ImageSet, found: Neighbours) -> tuple[int, str]:
    """(votes, class): what the neighbours of a picture of unknown class say; at least one neighbour."""
    counts = np.bincount(images.labels[found.indices], minlength=len(images.classes))
    return int(counts.max()), images.classes[int(counts.argmax())]
