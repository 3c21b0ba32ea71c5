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
from core.transfer.features.feature_space import FeatureSpace
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.transfer.neighbours.controls import Strips
from core.ui.transfer.neighbours.state import (
    HELP,
    KEY,
    MOST_CLUSTERS,
    NEAREST,
    ask_for,
    choose_k,
    clusters_of,
    made_once,
    results,
)


def clusters(space: FeatureSpace, knobs: DeltaGenerator, below: DeltaGenerator) -> None:
    """Draw it, the controls into `knobs`, what is not for the first screen into `below`."""
    with knobs:
        k = choose_k(space)
        length = ui.draw(Strips, KEY).strip
    try:
        found = clusters_of(space, k)
    except UserError as error:
        ui.problem(error)
        return
    classes = space.images.classes
    agreed = agreement(found.assignment, space.images.labels[space.sampled], k, len(classes))
    scores = {
        "Adjusted Rand index": agreed.rand,
        "Mutual information": agreed.information,
        "Purity": agreed.purity,
        "Best matching": agreed.accuracy,
    }
    ui.metrics(HELP, {label: f"{score:.3f}" for label, score in scores.items()}, "Clusters")
    if len(space.sampled) < len(space.pool):
        st.caption(f":material/info: {len(space.sampled):,} of {len(space.pool):,} pictures, drawn at random.")
    table, pictures = ui.beside([2, 3], ui.WHOLE)
    with table:
        note = "Orange frames: the best matching, each class given to one cluster at most."
        ui.show(figures.cross_table(agreed, classes), f"{KEY}_table", note)
    with pictures:
        _strips(space, found, agreed, length)
    with below:
        _details(space, found, agreed)


def _strips(space: FeatureSpace, found: Clusters, agreed: Agreement, length: int) -> None:
    st.markdown(
        "**Nearest to each centre** (dashed frame: not the most frequent class; click a picture for its neighbours)"
    )
    for cluster in range(len(found)):
        size, name, share = figures.cluster_words(agreed, space.images.classes, cluster)
        members = space.sampled[found.members(cluster)[:length]]
        drawn = figures.cluster_strip(space.images, members, int(agreed.commonest[cluster]), cluster)
        with st.container(gap="xxsmall"):
            says = f"{counted(size, 'picture')}, {share:.0%} are {ui.escape_markdown(name)}"
            st.caption(f"**Cluster {cluster + 1}**: {says}")
            show_drawing(drawn, f"{KEY}_strip_{cluster}", _picker(space.pool, members))


def _picker(pool: Indices, members: Indices) -> Callable[[int, int], None]:
    def picked(row: int, column: int) -> None:
        index = index_at(row, column, figures.STRIP, len(members))
        if index is not None:
            ask_for(pool, int(members[index]), view=NEAREST)

    return picked


def _details(space: FeatureSpace, found: Clusters, agreed: Agreement) -> None:
    st.header("What k-means minimises", anchor=False)
    st.latex(formulas.k_means_formula(found))
    words, chart = st.columns(2, gap="medium")
    with words:
        st.latex(formulas.purity_formula(int(agreed.table.max(1).sum()), int(agreed.table.sum())))
        st.caption(ui.prose(HELP, "Starts", starts=STARTS, steps=counted(found.steps, "step")))
        ui.download(
            "Clusters (CSV)",
            lambda: figures.clusters_table(space.images, space.sampled, found).to_csv(index=False),
            "clusters.csv",
            "One row a picture: its class, its cluster, its distance to the centre.",
        )
    with chart:
        _silhouettes(space, len(found))


def _silhouettes(space: FeatureSpace, k: int) -> None:
    """The curve, once somebody asked for it."""
    key, classes = ("silhouettes", space.metric), len(space.images.classes)
    label, icon = "Silhouette for each k", ":material/query_stats:"
    says = "Cluster anew for each k and see which k separates best, without any label. Some seconds."
    asked = st.button(label, icon=icon, key=f"{KEY}_silhouettes", help=says)
    if not asked and (space.subject.key, key) not in results(space.subject):
        return
    sizes = range(2, max(k, min(MOST_CLUSTERS, 2 * classes + 2)) + 1)
    values, metric = space.features.of(space.sampled), space.metric
    found = made_once(space.subject, key, lambda: silhouettes(values, sizes, metric), "Clustering for each k")
    if found:
        ui.show(figures.silhouette_curve(found, k, classes), f"{KEY}_silhouette")
    else:
        st.info("There are too few pictures for a silhouette.", icon=":material/info:")
