"""The view "Map": all pictures as points in the plane; a point shows its picture, a click asks for its neighbours."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import UserError
from core.figures.transfer import neighbours_map as figures
from core.figures.transfer.contact import Sheet, sheet
from core.figures.transfer.neighbours import described
from core.jobs import JobQueue, Report
from core.transfer.features.feature_space import FeatureSpace
from core.transfer.features.projection import Method, Projection, largest_setting, project
from core.ui import framework as ui
from core.ui.components.pictures_map import show_map
from core.ui.transfer.neighbours.controls import Map
from core.ui.transfer.neighbours.nearest import neighbours_row
from core.ui.transfer.neighbours.query import choose_query
from core.ui.transfer.neighbours.state import (
    HELP,
    KEY,
    ask_for,
    choose_k,
    clusters_of,
    made_once,
    query_index,
    results,
)

MAPS = JobQueue("classroom-maps")
"""One map is made at a time: numba's threads, which UMAP uses, do not bear a second one beside them."""
BELOW = 8
"""Neighbours of the query that are shown under the map."""


def picture_maps(space: FeatureSpace, knobs: DeltaGenerator, below: DeltaGenerator) -> None:
    """Draw it, the controls into `knobs`, what is not for the first screen into `below`."""
    with knobs:
        chosen = ui.draw(Map, KEY)
        k = choose_k(space) if chosen.colour == "cluster" else None
        choose_query(space, own=False)
    try:
        projection = _projection(space, chosen.method, chosen.setting)
        if projection is None:
            return
        assignment = None if k is None else clusters_of(space, k).assignment
    except UserError as error:
        ui.problem(error)
        return
    images, indices, pool, query = space.images, space.sampled, space.pool, query_index(space)
    marked = np.flatnonzero(indices == query)
    drawn = figures.picture_map(
        projection,
        _sheet(space),
        [described(images, int(index)) for index in indices],
        images.labels[indices] if assignment is None else assignment,
        images.classes if k is None else tuple(f"cluster {number}" for number in range(1, k + 1)),
        chosen=int(marked[0]) if len(marked) else None,
        pictures=chosen.pictures,
    )
    show_map(drawn, f"{KEY}_map", lambda point: ask_for(pool, int(indices[point])))
    st.caption(figures.about(projection, len(indices), len(pool)))
    with below:
        st.header("Nearest to the marked point", anchor=False)
        name, size = ui.escape_markdown(described(images, query)), space.features.values.shape[1]
        st.caption(ui.prose(HELP, "Elsewhere", picture=name, size=size))
        neighbours_row(space, query, BELOW, f"{KEY}_below")
        ui.download(
            "Map (CSV)",
            lambda: figures.map_table(images, indices, projection, assignment).to_csv(index=False),
            "map.csv",
            "One row a picture: its class, its place on the map, its cluster if these are shown.",
        )


def _sheet(space: FeatureSpace) -> Sheet:
    """All pictures of the map on one JPEG, which does not change while the map does."""
    images, count = space.images.images[space.sampled], len(space.sampled)
    columns, tile = max(1, round(count**0.5)), figures.tile_of(count)
    return made_once(space.subject, "sheet", lambda: sheet(images, columns, tile), "Drawing the pictures")


def _projection(space: FeatureSpace, method: Method, setting: int) -> Projection | None:
    """The map; None while it is made in the background, which is then shown.

    Raises:
        UserError: it cannot be made.
    """
    values, metric = space.features.of(space.sampled), space.metric
    setting = min(setting, largest_setting(method, len(values)))  # the same map is not made twice
    key = ("map", method, setting, metric)
    if method is Method.PCA:
        return made_once(space.subject, key, lambda: project(values, method, setting, metric), "Making the map")
    wait = "; the first map by UMAP takes half a minute" if method is Method.UMAP else ", some seconds"

    def work(report: Report) -> Projection:
        report(0.0, f"{len(values):,} pictures{wait}")
        return project(values, method, setting, metric)

    return ui.computed(
        results(space.subject), (space.subject.key, key), work, f"{KEY}_map_job", f"{method} map", queue=MAPS,
        stop="Stop the map", stop_help="The page waits no longer; what is under way ends by itself.",
        failed="The map could not be made.", stopped="The map was stopped before it was made.", again="Make the map",
    )  # fmt: skip
