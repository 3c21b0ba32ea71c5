"""Controls of the section "Neighbours"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from core.transfer.features.projection import Method
from core.transfer.features.retrieval import Metric
from core.ui.framework.controls import defaults, segments, slider, switch, whole
from core.ui.transfer.neighbours.state import CLUSTERS_OF, FROM, KEY, SET, VIEWS
from core.ui.transfer.subject import DEFAULTS as SUBJECT

MOST = 30
"""Neighbours that are shown at most."""
TRAINING = "training"


@dataclass(frozen=True)
class View:
    """Which of the three is open."""

    view: str = segments(
        "View", VIEWS, VIEWS[0], "The pictures nearest to one; groups that k-means finds; all pictures on a map.",
        persists=True, arguments={"label_visibility": "collapsed"},
    )  # fmt: skip


@dataclass(frozen=True)
class Distance:
    """Of all views."""

    metric: Metric = segments(
        "Distance", tuple(Metric), Metric.COSINE,
        "Cosine: the angle between two feature vectors, whatever their lengths. Euclidean: the length of their "
        "difference.",
        persists=True,
    )  # fmt: skip


@dataclass(frozen=True)
class Count:
    """Of the view "Nearest"."""

    k: int = slider(
        "Neighbours k", 1, MOST, 10, 1,
        "How many of the nearest pictures are shown, and how many precision@k counts.", persists=True,
    )  # fmt: skip


@dataclass(frozen=True)
class Query:
    """Its number; how many there are is known when it is drawn."""

    query: int = whole("Query", 1, 1, 1, "Number of the picture whose neighbours are wanted.")


@dataclass(frozen=True)
class Search:
    """Of the view "Nearest"."""

    among: str = segments(
        "Search in", ("all others", TRAINING), "all others",
        "All others: training and validation pictures but the query. Training: only these can be found, and the means "
        "are over validation pictures, as for a search engine that gets a new picture.",
        persists=True,
    )  # fmt: skip


@dataclass(frozen=True)
class Strips:
    """Of the view "Clusters"."""

    strip: int = segments(
        "Pictures of each", (8, 16, 32), 8,
        "How many pictures of each cluster are shown, the nearest to its centre first.", persists=True,
    )  # fmt: skip


@dataclass(frozen=True)
class Map:
    """Of the view "Map"."""

    method: Method = segments(
        "Map by", tuple(Method), Method.PCA,
        "PCA comes at once. t-SNE takes some seconds, UMAP half a minute the first time: they keep neighbours "
        "together, PCA keeps the directions that vary most.",
        persists=True,
    )  # fmt: skip
    perplexity: int = slider(
        "Perplexity", 5, 50, 30, 1,
        "About how many neighbours each picture is kept close to. Small: many little islands; large: the coarse shape. "
        "Another value makes another map.",
        when=lambda chosen: chosen["method"] is Method.TSNE, persists=True,
    )  # fmt: skip
    graph: int = slider(
        "Neighbours in the graph", 2, 50, 15, 1,
        "How many neighbours each picture is tied to. Small: fine structure; large: the coarse shape.",
        when=lambda chosen: chosen["method"] is Method.UMAP, persists=True,
    )  # fmt: skip
    pictures: bool = switch(
        "Draw the pictures", "Each point as its picture, with a frame in the colour of its group.", persists=True
    )
    colour: Literal["class", "cluster"] = segments(
        "Colour by", ("class", "cluster"), "class",
        "The actual class, or the cluster of k-means, which saw no labels.", persists=True,
    )  # fmt: skip

    @property
    def setting(self) -> int:
        """Of the method."""
        return {Method.TSNE: self.perplexity, Method.UMAP: self.graph}.get(self.method, 0)


_FORMS = (Distance, Count, Query, Search, Strips, Map)
DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        **SUBJECT,
        FROM: SET,
        CLUSTERS_OF: None,  # so the number of clusters begins anew
        **{key: first for form in _FORMS for key, first in defaults(form, KEY).items()},
    }
)
