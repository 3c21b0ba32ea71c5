"""What the three views of the section share: the pictures that take part, the query, results that are kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from core.transfer.data.image_set import ImageSet, Indices
from core.transfer.features.clustering import Clusters, cluster, sample
from core.transfer.features.extract import Features, Matrix
from core.transfer.features.retrieval import Metric, leave_one_out
from core.transfer.subject import Subject
from core.ui.framework.session import EVERYBODY, session
from core.ui.framework.show import moving_slider
from core.ui.framework.sized_cache import ResultCache

KEY = "transfer_neighbours"
VIEW, QUERY, METRIC, COUNT, AMONG = (f"{KEY}_{name}" for name in ("view", "query", "metric", "k", "among"))
CLUSTERS, STRIP = f"{KEY}_clusters", f"{KEY}_strip"
CLUSTERS_OF = f"{CLUSTERS}_set"
"""Digest of the set that the number of clusters was chosen for; of another one it begins anew."""
METHOD, PERPLEXITY, GRAPH, COLOUR, PICTURES = (
    f"{KEY}_{name}" for name in ("method", "perplexity", "graph", "colour", "pictures")
)
FROM = f"{KEY}_from"  # not in the link: a picture of one's own is not there for others
NEAREST, GROUPS, MAP = VIEWS = ("Nearest", "Clusters", "Map")
SET, OWN = "the set", "my picture"
EVERYTHING, TRAINING = "all others", "training"
MOST_CLUSTERS = 20
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Shown:
    """What the views work on.

    Attributes:
        subject: what was chosen.
        features: of it.
        pool: indices of the training and validation pictures, ascending. Test pictures stay locked.
        metric: how distance is measured.
    """

    subject: Subject
    features: Features
    pool: Indices
    metric: Metric

    @property
    def images(self) -> ImageSet:
        """The set."""
        return self.subject.images

    @property
    def labels(self) -> Indices:
        """(len(pool),) classes."""
        labels: Indices = self.images.labels[self.pool]
        return labels

    @property
    def values(self) -> Matrix:
        """(len(pool), D) features."""
        return self.features.of(self.pool)

    @property
    def sampled(self) -> Indices:
        """Indices of the pictures that are clustered and drawn on maps."""
        return sample(self.pool)


def shown_of(subject: Subject, features: Features, metric: Metric) -> Shown:
    """Gather."""
    return Shown(subject, features, leave_one_out(subject.selection.train, subject.selection.validation), metric)


def query_index(shown: Shown) -> int:
    """Index of the query in the set; the first picture where the number means none."""
    number = st.session_state.get(QUERY)
    position = int(number) - 1 if isinstance(number, int) else 0
    return int(shown.pool[position if 0 <= position < len(shown.pool) else 0])


def ask_for(pool: Indices, index: int, *, view: str | None = None) -> None:
    """For callbacks: make a picture of the pool the query; in another view if one is named.

    A callback outlives the visit by minutes, so it is given indices and no pictures.
    """
    position = int(np.searchsorted(pool, index))
    if position < len(pool) and pool[position] == index:
        st.session_state[QUERY] = position + 1
        st.session_state[FROM] = SET
        if view is not None:
            st.session_state[VIEW] = view


def clusters_of(shown: Shown, k: int) -> Clusters:
    """k-means on the sampled pictures, computed once.

    Raises:
        UserError: there are too few pictures for so many clusters.
    """
    values = shown.features.of(shown.sampled)
    with st.spinner("Grouping the pictures…", show_time=False):
        return remembered(shown.subject, ("clusters", k, shown.metric), lambda: cluster(values, k, shown.metric))


def choose_k(shown: Shown) -> int:
    """The slider of the number of clusters; another set begins with as many as it has classes."""
    state, most = st.session_state, max(3, min(MOST_CLUSTERS, len(shown.sampled) - 1))
    usual = min(max(2, len(shown.images.classes)), most)
    last = CLUSTERS_OF
    if state.get(last, shown.images.digest) != shown.images.digest or (state.get(CLUSTERS) or 0) > most:
        state[CLUSTERS] = None
    state[last] = shown.images.digest
    return moving_slider(
        "Clusters k",
        2,
        most,
        usual,
        CLUSTERS,
        "How many groups k-means makes. It begins with the number of classes; k-means itself sees no label.",
        persist="session",
    )


def remembered(subject: Subject, key: Hashable, make: Callable[[], T]) -> T:
    """A result that is made once: for all visitors, or of own pictures for this one only. The oldest goes."""
    held, name = results(subject), (subject.key, key)
    found = held.get(name)
    if found is None:
        found = held[name] = make()
    result: T = found
    return result


def results(subject: Subject) -> ResultCache[Any]:
    """Where results of a subject are kept, under (its key, what they are)."""
    return (session() if subject.images.own else EVERYBODY).neighbour_results
