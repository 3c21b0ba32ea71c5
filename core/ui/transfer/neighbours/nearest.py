"""The view "Nearest": a query, the pictures nearest to it, and how well that works for all pictures."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.transfer import neighbours as figures
from core.figures.transfer import neighbours_formulas as formulas
from core.figures.transfer.contact import index_at
from core.figures.transfer.neighbours import three
from core.figures.words import counted
from core.transfer.features.feature_space import FeatureSpace, QueryResult
from core.transfer.features.retrieval import PIXEL_SIDE, Retrieval, precision_at
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.transfer.neighbours.controls import MOST, TRAINING, Count, Search
from core.ui.transfer.neighbours.query import album, choose_query, features_of_own
from core.ui.transfer.neighbours.state import HELP, KEY, ask_for, made_once, query_index

Means = tuple[Retrieval, Retrieval]
"""By features, by raw pixels."""


def nearest(space: FeatureSpace, knobs: DeltaGenerator, below: DeltaGenerator) -> None:
    """Draw it, the controls into `knobs`, what is not for the first screen into `below`."""
    with knobs:
        k = ui.draw(Count, KEY).k
        own = choose_query(space)
        training = ui.draw(Search, KEY).among == TRAINING
    candidates = space.candidates(training=training)
    if own is None:
        answer = space.nearest_to(query_index(space), candidates, k)
    else:
        theirs = features_of_own(space, own)
        if theirs is None:
            return
        answer = space.nearest_to_own(*theirs, candidates, k)
    means = _means(space, training=training)
    _numbers(space, answer, means, k)
    _pictures(space, answer)
    album(space)
    with below:
        _details(space, answer, means, k)


def neighbours_row(space: FeatureSpace, index: int, k: int, key: str) -> None:
    """The nearest pictures of a picture of the set, for the other views; a click makes one the query."""
    answer = space.nearest_to(index, space.pool, k)
    one, many = st.columns([1, 5], gap="medium")
    with one:
        show_drawing(figures.query_picture(space.images, index), f"{key}_query")
    with many:
        _sheet(space, answer, f"{key}_row", columns=k)


def _means(space: FeatureSpace, *, training: bool) -> Means:
    subject, metric, label = space.subject, space.metric, "Searching with every picture"

    def of(raw: bool) -> Retrieval:
        return space.evaluated(MOST, training=training, raw=raw)

    features = made_once(subject, ("means", training, metric), lambda: of(False), label)
    return features, made_once(subject, ("pixels", training, metric), lambda: of(True), label)


def _numbers(space: FeatureSpace, answer: QueryResult, means: Means, k: int) -> None:
    features, pixels = means
    most = min(k, len(features.precision)) or k  # a small set has fewer than were asked for
    shown = len(answer.found) or k
    own = {}
    if answer.label is not None:
        precision = precision_at(answer.found, space.images.labels, answer.label)
        own = {f"Precision@{shown} of this query": three(precision)}
    ui.metrics(
        HELP,
        {
            **own,
            f"Mean precision@{most}": three(features.at(k)),
            "mAP": three(features.mean_average_precision),
            f"Raw pixels: mean precision@{most}": three(pixels.at(k)),
        },
        shown=shown,
        k=most,
        queries=counted(features.queries, "query", "queries"),
        distance=figures.distance_name(space.metric),
        side=PIXEL_SIDE,
    )


def _pictures(space: FeatureSpace, answer: QueryResult) -> None:
    images, found = space.images, answer.found
    one, many = st.columns([1, 4], gap="medium")
    with one:
        show_drawing(figures.query_picture(answer.images, answer.index), f"{KEY}_query_picture")
        name = ui.escape_markdown(answer.images.names[answer.index])
        if answer.label is not None:
            st.markdown(f"**Query**: {ui.escape_markdown(images.classes[answer.label])}")
            st.caption(f"{name}. {answer.same} of {len(found)} neighbours are of its class.")
        else:
            st.markdown(f"**Query**: {name}")
            if len(found):
                votes, said = figures.vote(images, found)
                values = {"votes": votes, "count": len(found), "said": ui.escape_markdown(said)}
                st.caption(ui.prose(HELP, "Vote", **values))
    with many:
        _sheet(space, answer, f"{KEY}_nearest", figures.COLUMNS)
        frames = "" if answer.label is None else "= and a whole frame: the query's class; ≠ and a dashed one: another. "
        st.caption(f"{frames}Below each its {figures.distance_name(space.metric)}. Click one to make it the query.")
    show_drawing(figures.code(answer.images, answer.index, answer.vector), f"{KEY}_code")
    st.caption(ui.prose(HELP, "Code", size=len(answer.vector)))


def _sheet(space: FeatureSpace, answer: QueryResult, key: str, columns: int) -> None:
    pool, indices = space.pool, answer.found.indices
    if not len(indices):
        st.info("There is no other picture to be found: take more images per class.", icon=":material/image_search:")
        return

    def picked(row: int, column: int) -> None:
        index = index_at(row, column, columns, len(indices))
        if index is not None:
            ask_for(pool, int(indices[index]))

    show_drawing(figures.nearest_sheet(space.images, answer.found, answer.label, columns), key, picked)


def _details(space: FeatureSpace, answer: QueryResult, means: Means, k: int) -> None:
    """Formulas, the curve, the file."""
    st.header("How good the neighbours are", anchor=False)
    features, found = means[0], answer.found
    about = ui.prose(
        HELP,
        "About",
        queries=counted(features.queries, "query", "queries") + (", drawn from all" if features.sampled else ""),
        candidates=counted(features.candidates, "picture"),
        chance=three(features.chance),
        test=counted(len(space.subject.selection.test), "test picture"),
    )
    ui.show(figures.precision_curve(*means, k), f"{KEY}_precision", about)
    left, right = st.columns(2, gap="medium")
    with left:
        if len(found):
            first, distance = space.features.of(found.indices[:1])[0], float(found.distances[0])
            st.latex(formulas.distance_formula(answer.vector, first, space.metric, distance))
        if answer.label is not None and len(found):
            st.latex(formulas.precision_formula(answer.same, len(found)))
    with right:
        st.latex(formulas.mean_average_precision_formula(features.queries, features.mean_average_precision))
        ui.download(
            "Neighbours (CSV)",
            lambda: figures.neighbours_table(space.images, found, answer.label).to_csv(index=False),
            "neighbours.csv",
            "One row a neighbour: its picture, class and distance.",
        )
