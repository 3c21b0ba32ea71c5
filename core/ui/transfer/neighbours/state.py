"""What the three views of the section share: the query, the clusters, results that are computed once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from core.transfer.data.image_set import Indices
from core.transfer.features.clustering import Clusters, cluster
from core.transfer.features.feature_space import FeatureSpace
from core.transfer.subject import Subject
from core.ui import framework as ui
from core.ui.framework.sized_cache import ResultCache

KEY, HELP = "transfer_neighbours", "transfer/neighbours"
VIEW, QUERY, CLUSTERS = f"{KEY}_view", f"{KEY}_query", f"{KEY}_clusters"
CLUSTERS_OF = f"{CLUSTERS}_set"
"""Digest of the set that the number of clusters was chosen for; of another one it begins anew."""
FROM = f"{KEY}_from"  # not in the link: a picture of one's own is not there for others
NEAREST, GROUPS, MAP = VIEWS = ("Nearest", "Clusters", "Map")
SET, OWN = "the set", "my picture"
MOST_CLUSTERS = 20
T = TypeVar("T")


def query_index(space: FeatureSpace) -> int:
    """Index of the query in the set; the first picture where the number means none."""
    number = st.session_state.get(QUERY)
    position = int(number) - 1 if isinstance(number, int) else 0
    return int(space.pool[position if 0 <= position < len(space.pool) else 0])


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


def clusters_of(space: FeatureSpace, k: int) -> Clusters:
    """k-means on the sampled pictures.

    Raises:
        UserError: there are too few pictures for so many clusters.
    """
    values, metric = space.features.of(space.sampled), space.metric
    return made_once(
        space.subject, ("clusters", k, metric), lambda: cluster(values, k, metric), "Grouping the pictures"
    )


def choose_k(space: FeatureSpace) -> int:
    """The slider of the number of clusters; another set begins with as many as it has classes."""
    state, most = st.session_state, max(3, min(MOST_CLUSTERS, len(space.sampled) - 1))
    usual = min(max(2, len(space.images.classes)), most)
    if state.get(CLUSTERS_OF, space.images.digest) != space.images.digest or (state.get(CLUSTERS) or 0) > most:
        state[CLUSTERS] = None
    state[CLUSTERS_OF] = space.images.digest
    says = "How many groups k-means makes. It begins with the number of classes; k-means itself sees no label."
    return ui.moving_slider("Clusters k", 2, most, usual, CLUSTERS, says, persist="session")


def made_once(subject: Subject, key: Hashable, make: Callable[[], T], label: str) -> T:
    """A result, made while the visitor waits if it was not made before: of own pictures for their owner only."""
    found: T = ui.made_once(results(subject), (subject.key, key), make, label)
    return found


def results(subject: Subject) -> ResultCache[Any]:
    """Where results of a subject are, under (its key, what they are)."""
    return (ui.session() if subject.images.own else ui.EVERYBODY).neighbour_results
