"""The view "Clusters": what k-means finds, and how far it agrees with the classes."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import UserError
from core.figures.transfer import neighbours_clusters as figures
from core.figures.transfer import neighbours_formulas as formulas
from core.figures.transfer.contact import index_at
from core.figures.words import counted
from core.transfer.data.image_set import Indices
from core.transfer.features.clustering import STARTS, Agreement, Clusters, agreement, silhouettes
from core.ui.components.drawing import show_drawing
from core.ui.framework.layout import WHOLE, beside
from core.ui.framework.show import escape_markdown, problem, show
from core.ui.transfer.held import download
from core.ui.transfer.neighbours.state import (
    KEY,
    MOST_CLUSTERS,
    NEAREST,
    STRIP,
    Shown,
    ask_for,
    choose_k,
    clusters_of,
    remembered,
    results,
)

_LENGTHS = (8, 16, 32)


def clusters(shown: Shown, knobs: DeltaGenerator, below: DeltaGenerator) -> None:
    """Draw it, the controls into `knobs`, what is not for the first screen into `below`."""
    with knobs:
        k = choose_k(shown)
        length = st.segmented_control(
            "Pictures of each",
            _LENGTHS,
            default=_LENGTHS[0],
            required=True,
            key=STRIP,
            bind="query-params",
            persist_state="session",
            help="How many pictures of each cluster are shown, the nearest to its centre first.",
        )
    try:
        found = clusters_of(shown, k)
    except UserError as error:
        problem(error)
        return
    labels = shown.images.labels[shown.sampled]
    agreed = agreement(found.assignment, labels, k, len(shown.images.classes))
    _scores(agreed)
    if len(shown.sampled) < len(shown.pool):
        st.caption(f":material/info: {len(shown.sampled):,} of {len(shown.pool):,} pictures, drawn at random.")
    table, pictures = beside([2, 3], WHOLE)
    with table:
        show(figures.cross_table(agreed, shown.images.classes), f"{KEY}_table")
        st.caption("Orange frames: the best matching, each class given to one cluster at most.")
    with pictures:
        _strips(shown, found, agreed, int(length or _LENGTHS[0]))
    with below:
        _details(shown, found, agreed)


def _scores(agreed: Agreement) -> None:
    with st.container(horizontal=True):
        st.metric(
            "Adjusted Rand index",
            f"{agreed.rand:.3f}",
            help="Over all pairs of pictures: are they together in both, apart in both? 1: clusters and classes are "
            "the same; 0: no better than chance.",
        )
        st.metric(
            "Mutual information",
            f"{agreed.information:.3f}",
            help="Normalised: what the cluster tells about the class, as a share of the mean of the two entropies.",
        )
        st.metric(
            "Purity",
            f"{agreed.purity:.3f}",
            help="Share of pictures that are of the commonest class of their cluster. It grows with k by itself: 1 "
            "when every picture is alone.",
        )
        st.metric(
            "Best matching",
            f"{agreed.accuracy:.3f}",
            help="Accuracy when each class is given to one cluster at most, in the best way (Hungarian algorithm).",
        )


def _strips(shown: Shown, found: Clusters, agreed: Agreement, length: int) -> None:
    st.markdown(
        "**Nearest to each centre** (dashed frame: not the commonest class; click a picture for its neighbours)"
    )
    for cluster in range(len(found)):
        size, name, share = figures.cluster_words(agreed, shown.images.classes, cluster)
        members = shown.sampled[found.members(cluster)[:length]]
        drawn = figures.cluster_strip(shown.images, members, int(agreed.commonest[cluster]), cluster)
        with st.container(gap="xxsmall"):
            st.caption(
                f"**Cluster {cluster + 1}**: {counted(size, 'picture')}, {share:.0%} are {escape_markdown(name)}"
            )
            show_drawing(drawn, f"{KEY}_strip_{cluster}", _picker(shown.pool, members))


def _picker(pool: Indices, members: Indices) -> Callable[[int, int], None]:
    def picked(row: int, column: int) -> None:
        index = index_at(row, column, figures.STRIP, len(members))
        if index is not None:
            ask_for(pool, int(members[index]), view=NEAREST)

    return picked


def _details(shown: Shown, found: Clusters, agreed: Agreement) -> None:
    st.header("What k-means makes small", anchor=False)
    st.latex(formulas.k_means_formula(found))
    words, chart = st.columns(2, gap="medium")
    with words:
        st.latex(formulas.purity_formula(int(agreed.table.max(1).sum()), int(agreed.table.sum())))
        st.caption(
            f"The best of {STARTS} starts settled after {counted(found.steps, 'step')}. Labels were used for the "
            "scores only, after the clusters were made."
        )
        download(
            "Clusters (CSV)",
            lambda: figures.clusters_table(shown.images, shown.sampled, found).to_csv(index=False),
            "clusters.csv",
            "text/csv",
            "One row a picture: its class, its cluster, its distance to the centre.",
        )
    with chart:
        _silhouettes(shown, len(found))


def _silhouettes(shown: Shown, k: int) -> None:
    """The curve, once somebody asked for it."""
    key = ("silhouettes", shown.metric)
    asked = st.button(
        "Silhouette for each k",
        icon=":material/query_stats:",
        key=f"{KEY}_silhouettes",
        help="Cluster anew for each k and see which k separates best, without any label. Some seconds.",
    )
    if not asked and (shown.subject.key, key) not in results(shown.subject):
        return
    most = max(k, min(MOST_CLUSTERS, 2 * len(shown.images.classes) + 2))
    values = shown.features.of(shown.sampled)
    with st.spinner("Clustering for each k…"):
        found = remembered(shown.subject, key, lambda: silhouettes(values, range(2, most + 1), shown.metric))
    if found:
        show(figures.silhouette_curve(found, k, len(shown.images.classes)), f"{KEY}_silhouette")
    else:
        st.info("There are too few pictures for a silhouette.", icon=":material/info:")
