"""Clusters against classes: the cross table, each cluster's pictures, the silhouette over k."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.figures.drawing import Drawing
from core.figures.figure import ACCENT, OKABE_ITO, Figure
from core.figures.transfer.contact import OTHER, SAME, contact
from core.figures.transfer.neighbours import described, three
from core.figures.words import counted
from core.transfer.data.image_set import ImageSet, Indices
from core.transfer.features.clustering import Agreement, Clusters

_DARK = 0.91  # of the scale: above it white is read better than black
STRIP = 8
"""Pictures of a cluster that are shown at first."""


def cross_table(found: Agreement, classes: Sequence[str]) -> Figure:
    """Clusters in rows, classes in columns; the pairs of the best matching have a frame.

    Args:
        found: the agreement.
        classes: names.
    """
    rows, columns = found.table.shape
    data = pd.DataFrame(
        {
            "cluster": np.repeat(np.arange(1, rows + 1), columns),
            "class": list(classes) * rows,
            "pictures": found.table.ravel(),
            "share": (found.table / np.maximum(found.table.sum(1, keepdims=True), 1)).ravel(),
            "matched": [bool(found.match[row] == column) for row in range(rows) for column in range(columns)],
        }
    )
    x: dict[str, Any] = {
        "field": "class",
        "type": "nominal",
        "sort": list(classes),
        "title": "class",
        "axis": {
            "orient": "top",
            "labelAngle": 0 if columns <= 3 or max(map(len, classes)) <= 2 else -45,
            "labelLimit": 110,
        },
    }
    y = {"field": "cluster", "type": "ordinal", "title": "cluster"}
    tips = [
        {"field": "cluster"},
        {"field": "class"},
        {"field": "pictures", "format": ","},
        {"field": "share", "title": "share of the cluster", "format": ".1%"},
    ]
    spec = {
        "title": "Pictures of each cluster by class",
        "height": {"step": 24},
        "layer": [
            {
                "mark": {"type": "rect", "cornerRadius": 3},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": {
                        "field": "share",
                        "type": "quantitative",
                        "scale": {"domain": [0, 1], "range": ["#F1F3F5", OKABE_ITO[4]]},
                        "legend": None,
                    },
                    "tooltip": tips,
                },
            },
            {
                "transform": [{"filter": "datum.matched"}],
                "mark": {"type": "rect", "filled": False, "stroke": ACCENT, "strokeWidth": 2.5, "cornerRadius": 3},
                "encoding": {"x": x, "y": y, "tooltip": tips},
            },
            {
                "transform": [{"filter": "datum.pictures > 0"}],
                "mark": {"type": "text", "aria": False},
                "encoding": {
                    "x": x,
                    "y": y,
                    "text": {"field": "pictures", "type": "quantitative", "format": ","},
                    "color": {"condition": {"test": f"datum.share > {_DARK}", "value": "white"}, "value": "black"},
                    "tooltip": tips,
                },
            },
        ],
    }
    alt = (
        f"Table: how many pictures of each cluster are of each of {counted(columns, 'class', 'classes')}; frames mark "
        "the best matching"
    )
    return Figure(spec, data, alt)


def cluster_words(found: Agreement, classes: Sequence[str], cluster: int) -> tuple[int, str, float]:
    """(size, commonest class, its share) of a cluster."""
    row = found.table[cluster]
    size = int(row.sum())
    return size, classes[int(row.argmax())], float(row.max() / max(size, 1))


def cluster_strip(images: ImageSet, members: Indices, common: int, cluster: int) -> Drawing:
    """Pictures of a cluster, the nearest to its centre first; a click tells (row, column).

    Args:
        images: the set.
        members: indices into the set, at least one.
        common: the class that most pictures of the cluster have.
        cluster: its number, from 0 on.
    """
    same = [int(images.labels[index]) == common for index in members]
    return contact(
        images.images[members],
        f"Cluster {cluster + 1}: {counted(len(members), 'picture')}, the nearest to its centre first; "
        f"{counted(sum(same), 'is', 'are')} of its most frequent class",
        columns=STRIP,
        frames=[SAME if own else OTHER for own in same],
        tips=[f"{described(images, int(index))}. Click: its neighbours" for index in members],
        clickable=True,
        tallest="300vh",
    )


def silhouette_curve(found: Sequence[tuple[int, float]], k: int, classes: int) -> Figure:
    """Mean silhouette over the number of clusters.

    Args:
        found: (k, silhouette), at least one.
        k: where the visitor stands.
        classes: how many there are.
    """
    rows: list[tuple[str, int, float | None]] = [("curve", *point) for point in found]
    rows.append(("here", k, None))
    data = pd.DataFrame(rows, columns=["part", "k", "silhouette"])
    best, highest = max(found, key=lambda point: point[1])
    x = {"field": "k", "type": "quantitative", "title": "k, clusters", "axis": {"tickMinStep": 1, "format": "d"}}
    x["scale"] = {"zero": False}
    y = {"field": "silhouette", "type": "quantitative", "title": "mean silhouette", "axis": {"format": ".2~f"}}
    spec = {
        "title": f"Silhouette: highest at k = {best}",
        "height": 300,
        "layer": [
            {
                "transform": [{"filter": "datum.part === 'here'"}],
                "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2, "aria": False},
                "encoding": {"x": x},
            },
            {
                "transform": [{"filter": "datum.part === 'curve'"}],
                "mark": {"type": "line", "color": OKABE_ITO[4], "point": {"filled": True, "size": 45}},
                "encoding": {
                    "x": x,
                    "y": y,
                    "tooltip": [{"field": "k"}, {"field": "silhouette", "format": ".3f"}],
                },
            },
        ],
    }
    alt = (
        f"Mean silhouette for k from {min(found)[0]} to {max(found)[0]}, highest "
        f"{three(highest)} at {best}; there are {counted(classes, 'class', 'classes')}"
    )
    return Figure(spec, data, alt)


def clusters_table(images: ImageSet, indices: Indices, clusters: Clusters) -> pd.DataFrame:
    """One row a picture, as the CSV has it.

    Args:
        images: the set.
        indices: (N,) the pictures that were clustered.
        clusters: what became of them.
    """
    return pd.DataFrame(
        {
            "picture": [images.names[index] for index in indices],
            "class": [images.classes[int(images.labels[index])] for index in indices],
            "cluster": clusters.assignment + 1,
            "distance to centre": clusters.distances,
        }
    )
