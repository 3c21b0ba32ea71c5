"""The view "Nearest": a query, the pictures nearest to it, and how well that works for all pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.transfer import neighbours as figures
from core.figures.transfer import neighbours_formulas as formulas
from core.figures.transfer.contact import index_at
from core.figures.transfer.neighbours import three
from core.figures.words import counted
from core.transfer.data.image_set import ImageSet
from core.transfer.features import retrieval
from core.transfer.features.extract import Matrix
from core.transfer.features.retrieval import PIXEL_SIDE, Neighbours, Retrieval
from core.ui.components.drawing import show_drawing
from core.ui.framework.show import escape_markdown, show
from core.ui.transfer.held import download
from core.ui.transfer.neighbours.query import album, choose_query, features_of_own
from core.ui.transfer.neighbours.state import (
    AMONG,
    COUNT,
    EVERYTHING,
    KEY,
    TRAINING,
    Shown,
    ask_for,
    query_index,
    remembered,
)

MOST = 30
"""Neighbours that are shown at most."""


@dataclass(frozen=True, eq=False)
class Answer:
    """A query and what was found.

    Attributes:
        images: the set that holds the query.
        index: its place there.
        vector: (D,) its features.
        label: its class in the subject's set; None: unknown.
        found: its neighbours there.
    """

    images: ImageSet
    index: int
    vector: Matrix
    label: int | None
    found: Neighbours


def nearest(shown: Shown, knobs: DeltaGenerator, below: DeltaGenerator) -> None:
    """Draw it, the controls into `knobs`, what is not for the first screen into `below`."""
    with knobs:
        k = int(
            st.slider(
                "Neighbours k",
                1,
                MOST,
                10,
                key=COUNT,
                bind="query-params",
                persist_state="session",
                help="How many of the nearest pictures are shown, and how many precision@k looks at.",
            )
        )
        own = choose_query(shown)
        among = st.segmented_control(
            "Search in",
            (EVERYTHING, TRAINING),
            default=EVERYTHING,
            required=True,
            key=AMONG,
            bind="query-params",
            persist_state="session",
            help="All others: training and validation pictures but the query. Training: only these can be found, and "
            "the means are over validation pictures, as for a search engine that is asked something new.",
        )
    training = among == TRAINING
    candidates = shown.subject.selection.train if training else shown.pool
    if own is None:
        index = query_index(shown)
        found = retrieval.nearest_to(shown.features, index, candidates, k, shown.metric)
        vector = shown.features.of(np.array([index]))[0]
        answer = Answer(shown.images, index, vector, int(shown.images.labels[index]), found)
    else:
        theirs = features_of_own(shown, own)
        if theirs is None:
            return
        alone, vector = theirs
        found = retrieval.nearest(vector, shown.features, candidates, k, shown.metric)
        answer = Answer(alone, 0, vector, None, found)
    by_features, by_pixels = _means(shown, training=training)
    _numbers(shown, answer, by_features, by_pixels, k)
    _pictures(shown, answer)
    album(shown)
    with below:
        _details(shown, answer, by_features, by_pixels, k)


def neighbours_row(shown: Shown, answer_for: int, k: int, key: str) -> None:
    """The nearest pictures of a picture of the set, for the other views; a click makes one the query.

    Args:
        shown: what the section works on.
        answer_for: index of the query.
        k: how many.
        key: of the drawing.
    """
    found = retrieval.nearest_to(shown.features, answer_for, shown.pool, k, shown.metric)
    label = int(shown.images.labels[answer_for])
    one, many = st.columns([1, 5], gap="medium")
    with one:
        show_drawing(figures.query_picture(shown.images, answer_for), f"{key}_query")
    with many:
        _sheet(shown, found, label, f"{key}_row", columns=k)


def _means(shown: Shown, *, training: bool) -> tuple[Retrieval, Retrieval]:
    """How well features and raw pixels do for all queries."""
    rows = np.arange(len(shown.pool))
    queries = candidates = rows
    if training:
        in_training = np.isin(shown.pool, shown.subject.selection.train)
        queries, candidates = rows[~in_training], rows[in_training]

    def of_features() -> Retrieval:
        return retrieval.evaluate(shown.values, shown.labels, queries, candidates, MOST, shown.metric)

    def of_pixels() -> Retrieval:
        raw = retrieval.pixels(shown.images, shown.pool)
        return retrieval.evaluate(raw, shown.labels, queries, candidates, MOST, shown.metric)

    with st.spinner("Asking for the neighbours of every picture…"):
        return (
            remembered(shown.subject, ("means", training, shown.metric), of_features),
            remembered(shown.subject, ("pixels", training, shown.metric), of_pixels),
        )


def _at(found: Retrieval, k: int) -> float:
    """Mean precision@k, or @ all candidates where there are fewer."""
    return float(found.precision[min(k, len(found.precision)) - 1]) if len(found.precision) else float("nan")


def _numbers(shown: Shown, answer: Answer, by_features: Retrieval, by_pixels: Retrieval, k: int) -> None:
    name = figures.distance_name(shown.metric)
    most = min(k, len(by_features.precision)) or k  # a small set has fewer than were asked for
    with st.container(horizontal=True):
        if answer.label is not None:
            own = retrieval.precision_at(answer.found, shown.images.labels, answer.label)
            st.metric(
                f"Precision@{len(answer.found) or k} of this query",
                three(own),
                help="The share of the neighbours shown that are of the query's class.",
            )
        st.metric(
            f"Mean precision@{most}",
            three(_at(by_features, k)),
            help=f"Over {counted(by_features.queries, 'query', 'queries')}, by {name} of features.",
        )
        st.metric(
            "mAP",
            three(by_features.mean_average_precision),
            help="Mean average precision: looks at all ranks, not only at the first k; 1 if all pictures of the class "
            "come before all others.",
        )
        st.metric(
            f"Raw pixels: mean precision@{most}",
            three(_at(by_pixels, k)),
            help=f"The same search on the pictures themselves, {PIXEL_SIDE} × {PIXEL_SIDE} pixels at most, without a "
            "network: what features add is the difference.",
        )


def _pictures(shown: Shown, answer: Answer) -> None:
    one, many = st.columns([1, 4], gap="medium")
    with one:
        show_drawing(figures.query_picture(answer.images, answer.index), f"{KEY}_query_picture")
        if answer.label is None:
            st.markdown(f"**Query**: {escape_markdown(answer.images.names[0])}")
            st.caption(_vote(shown, answer.found))
        else:
            st.markdown(f"**Query**: {escape_markdown(shown.images.classes[answer.label])}")
            same = int((shown.images.labels[answer.found.indices] == answer.label).sum())
            st.caption(
                f"{escape_markdown(shown.images.names[answer.index])}. "
                f"{same} of {len(answer.found)} neighbours are of its class."
            )
    with many:
        _sheet(shown, answer.found, answer.label, f"{KEY}_nearest", figures.COLUMNS)
        frames = "" if answer.label is None else "= and a whole frame: the query's class; ≠ and a dashed one: another. "
        st.caption(f"{frames}Below each its {figures.distance_name(shown.metric)}. Click one to make it the query.")


def _sheet(shown: Shown, found: Neighbours, label: int | None, key: str, columns: int) -> None:
    if not len(found):
        st.info("There is no other picture to be found: take more images per class.", icon=":material/image_search:")
        return

    pool, indices = shown.pool, found.indices

    def picked(row: int, column: int) -> None:
        index = index_at(row, column, columns, len(indices))
        if index is not None:
            ask_for(pool, int(indices[index]))

    show_drawing(figures.nearest_sheet(shown.images, found, label, columns), key, picked)


def _vote(shown: Shown, found: Neighbours) -> str:
    """What the neighbours of a picture of unknown class say."""
    if not len(found):
        return ""
    counts = np.bincount(shown.images.labels[found.indices], minlength=len(shown.images.classes))
    best = int(counts.argmax())
    return (
        f"Its class is unknown. {counts[best]} of {len(found)} neighbours are "
        f"{escape_markdown(shown.images.classes[best])}: so would k nearest neighbours answer."
    )


def _details(shown: Shown, answer: Answer, by_features: Retrieval, by_pixels: Retrieval, k: int) -> None:
    """Formulas, the curve, the file."""
    st.header("How good the neighbours are", anchor=False)
    show(figures.precision_curve(by_features, by_pixels, k), f"{KEY}_precision")
    st.caption(_about(shown, by_features))
    left, right = st.columns(2, gap="medium")
    with left:
        if len(answer.found):
            first = shown.features.of(answer.found.indices[:1])[0]
            distance = float(answer.found.distances[0])
            st.latex(formulas.distance_formula(answer.vector, first, shown.metric, distance))
        if answer.label is not None and len(answer.found):
            same = int((shown.images.labels[answer.found.indices] == answer.label).sum())
            st.latex(formulas.precision_formula(same, len(answer.found)))
    with right:
        st.latex(formulas.mean_average_precision_formula(by_features.queries, by_features.mean_average_precision))
        download(
            "Neighbours (CSV)",
            lambda: figures.neighbours_table(shown.images, answer.found, answer.label).to_csv(index=False),
            "neighbours.csv",
            "text/csv",
            "One row a neighbour: its picture, class and distance.",
        )


def _about(shown: Shown, found: Retrieval) -> str:
    sampled = ", drawn from all" if found.sampled else ""
    return (
        f"{counted(found.queries, 'query', 'queries')}{sampled}, each against up to "
        f"{counted(found.candidates, 'picture')}. A blind draw is right in {three(found.chance)} of all cases. "
        f"{counted(len(shown.subject.selection.test), 'test picture')} stay locked. Set the weights to random to see "
        "what the training on ImageNet adds."
    )
