"""The view "Map": all pictures as points in the plane; a point shows its picture, a click asks for its neighbours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import UserError
from core.figures.transfer import neighbours_map as figures
from core.figures.transfer.contact import Sheet, sheet
from core.figures.transfer.neighbours import described, three
from core.figures.words import counted
from core.jobs import Job, JobQueue, Report
from core.transfer.features.projection import Method, Projection, largest_setting, project
from core.ui.components.pictures_map import show_map
from core.ui.framework.progress import show_progress
from core.ui.framework.show import escape_markdown, problem
from core.ui.transfer.desk import desk
from core.ui.transfer.held import download
from core.ui.transfer.neighbours.nearest import neighbours_row
from core.ui.transfer.neighbours.query import choose_query
from core.ui.transfer.neighbours.state import (
    COLOUR,
    GRAPH,
    KEY,
    METHOD,
    PERPLEXITY,
    PICTURES,
    Shown,
    ask_for,
    choose_k,
    clusters_of,
    query_index,
    remembered,
    results,
)

MAPS = JobQueue("classroom-maps")
"""One map is made at a time: numba's threads, which UMAP uses, do not bear a second one beside them."""
JOB = "map"
BELOW = 8
"""Neighbours of the query that are shown under the map."""
_ASKED = f"{KEY}_map_asked"
_BY_CLASS, _BY_CLUSTER = "class", "cluster"


def picture_maps(shown: Shown, knobs: DeltaGenerator, below: DeltaGenerator) -> None:
    """Draw it, the controls into `knobs`, what is not for the first screen into `below`."""
    with knobs:
        method = Method(
            st.segmented_control(
                "Map by",
                [kind.value for kind in Method],
                default=Method.PCA.value,
                required=True,
                key=METHOD,
                bind="query-params",
                persist_state="session",
                help="PCA comes at once. t-SNE takes some seconds, UMAP half a minute the first time: they keep "
                "neighbours together, PCA keeps the directions that vary most.",
            )
            or Method.PCA.value
        )
        setting = _setting(method)
        colour = st.segmented_control(
            "Colour by",
            (_BY_CLASS, _BY_CLUSTER),
            default=_BY_CLASS,
            required=True,
            key=COLOUR,
            bind="query-params",
            persist_state="session",
            help="The true class, or the cluster of k-means, which saw no labels.",
        )
        k = choose_k(shown) if colour == _BY_CLUSTER else None
        pictures = st.toggle(
            "Draw the pictures",
            key=PICTURES,
            bind="query-params",
            persist_state="session",
            help="Each point as its picture, with a frame in the colour of its group.",
        )
        choose_query(shown, own=False)
    try:
        projection = _projection(shown, method, setting)
        if projection is None:
            return
        assignment = None if k is None else clusters_of(shown, k).assignment
    except UserError as error:
        problem(error)
        return
    indices = shown.sampled
    query = query_index(shown)
    groups = shown.images.labels[indices] if assignment is None else assignment
    names = shown.images.classes if k is None else tuple(f"cluster {number}" for number in range(1, k + 1))
    chosen = np.flatnonzero(indices == query)
    drawn = figures.picture_map(
        projection,
        _sheet(shown),
        [described(shown.images, int(index)) for index in indices],
        groups,
        names,
        chosen=int(chosen[0]) if len(chosen) else None,
        pictures=pictures,
    )
    pool = shown.pool
    show_map(drawn, f"{KEY}_map", lambda point: ask_for(pool, int(indices[point])))
    st.caption(_about(shown, projection))
    with below:
        st.header("Nearest to the point that is marked", anchor=False)
        st.caption(
            f"**{escape_markdown(described(shown.images, query))}**. Its neighbours in the features, all "
            f"{shown.features.values.shape[1]:,} numbers of them: on the map they may lie elsewhere."
        )
        neighbours_row(shown, query, BELOW, f"{KEY}_below")
        download(
            "Map (CSV)",
            lambda: figures.map_table(shown.images, indices, projection, assignment).to_csv(index=False),
            "map.csv",
            "text/csv",
            "One row a picture: its class, its place on the map, its cluster if these are shown.",
        )


def _setting(method: Method) -> int:
    if method is Method.TSNE:
        return int(
            st.slider(
                "Perplexity",
                5,
                50,
                30,
                key=PERPLEXITY,
                bind="query-params",
                persist_state="session",
                help="About how many neighbours each picture is kept close to. Small: many little islands; large: the "
                "coarse shape. Another value makes another map.",
            )
        )
    if method is Method.UMAP:
        return int(
            st.slider(
                "Neighbours in the graph",
                2,
                50,
                15,
                key=GRAPH,
                bind="query-params",
                persist_state="session",
                help="How many neighbours each picture is tied to. Small: fine structure; large: the coarse shape.",
            )
        )
    return 0


def _sheet(shown: Shown) -> Sheet:
    """All pictures of the map on one JPEG, which does not change while the map does."""
    indices = shown.sampled
    columns = max(1, round(len(indices) ** 0.5))
    tile = figures.tile_of(len(indices))
    return remembered(shown.subject, "sheet", lambda: sheet(shown.images.images[indices], columns, tile))


def _projection(shown: Shown, method: Method, setting: int) -> Projection | None:
    """The map; None while it is made in the background, which is then shown.

    Raises:
        UserError: it cannot be made.
    """
    indices = shown.sampled
    setting = min(setting, largest_setting(method, len(indices)))  # the same map is not made twice
    key = ("map", method, setting, shown.metric)
    values, metric = shown.features.of(indices), shown.metric
    if method is Method.PCA:
        with st.spinner("Making the map…"):
            return remembered(shown.subject, key, lambda: project(values, method, setting, metric))
    held, name = results(shown.subject), (shown.subject.key, key)
    done: Projection | None = held.get(name)
    if done is not None:
        return done

    def work(report: Report) -> None:
        report(0.0, f"{len(values):,} pictures{_wait(method)}")
        held[name] = project(values, method, setting, metric)

    mine = desk()
    job = mine.jobs.get(JOB)
    if job is None or st.session_state.get(_ASKED) != name:
        job = _start(work, name)
    if job.ended:
        _say_how_it_ended(job)
        if st.button("Make the map", key=f"{KEY}_map_again", icon=":material/refresh:", help="Try it again."):
            _start(work, name)
            st.rerun()
        return None
    stops = "The page waits no longer; what is under way ends by itself."
    show_progress(job, MAPS, f"{method} map", f"{KEY}_map_job", stop="Stop the map", stop_help=stops)
    return None


def _start(work: Callable[[Report], None], name: object) -> Job:
    st.session_state[_ASKED] = name
    return desk().start(JOB, MAPS, work)


def _wait(method: Method) -> str:
    return "; the first map by UMAP takes half a minute" if method is Method.UMAP else ", some seconds"


def _say_how_it_ended(job: Job) -> None:
    if job.error:
        st.error(f"The map could not be made. {escape_markdown(job.error)}", icon=":material/error:")
    else:
        st.info("The map was stopped before it was made.", icon=":material/stop_circle:")


def _about(shown: Shown, projection: Projection) -> str:
    parts = ["Point at a picture to see it, click it to make it the query."]
    if len(shown.sampled) < len(shown.pool):
        parts.append(f"{len(shown.sampled):,} of {counted(len(shown.pool), 'picture')}, drawn at random.")
    if projection.method is Method.PCA:
        parts.append(
            f"These two directions hold {sum(projection.explained):.0%} of the variance; the rest is not seen."
        )
    else:
        name = "Perplexity" if projection.method is Method.TSNE else "Neighbours"
        parts.append(
            f"{name} {projection.setting}, made in {projection.seconds:.1f} s. Axes have no unit, and distances "
            "between groups mean little."
        )
    parts.append(
        f"Trustworthiness {three(projection.trust)}: 1 if those who are neighbours on the map are neighbours in the "
        "features."
    )
    return " ".join(parts)
