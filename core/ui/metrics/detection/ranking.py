"""From ranking to average precision: the part of the section "Detection" that walks down the list of detections."""

from __future__ import annotations

import streamlit as st

from core.detection.scoring.average_precision import Interpolation, Ranking, average_precision, ranking
from core.detection.scoring.evaluated_images import classes_of
from core.figures.detection import evaluation_charts as charts
from core.figures.detection import matches as pictures
from core.figures.detection.evaluation_sets import KINDS
from core.figures.detection.evaluation_tables import rank_formulas
from core.figures.words import counted
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.metrics.detection.evaluation import Evaluation, Settings
from core.ui.metrics.detection.source import KEY

EVERY = "all classes in one list"
_CLASS, _RANK = f"{KEY}_class", f"{KEY}_rank"
RANKED_FIRST = {
    **{f"{_CLASS}_{kind}": EVERY for kind in KINDS},
    f"{_RANK}_samples": None,
    f"{_RANK}_own": None,
}
"""For Reset; None: the rank that a first visit shows."""
MOST_ROWS = 2_000
"""Ranks of a table and a slider."""


def draw_pr_walkthrough(settings: Settings, found: Evaluation) -> None:
    """From the ranking to AP, rank by rank."""
    st.header("From ranking to average precision", anchor=False)
    steps, curve = st.columns([2, 3], gap="medium")
    source = settings.source
    with steps:
        label = st.selectbox(
            "Class",
            [EVERY, *classes_of(source.images)],
            key=f"{_CLASS}_{source.kind}",
            bind=None if source.private else "query-params",
            help="AP belongs to one class. One list of all classes is no benchmark's figure, but has more to look at.",
        )
        ranked = ranking(found.matches, None if label == EVERY else label)
        rank = _rank(ranked, f"{_RANK}_{source.place}")
        if rank:
            _in_words(found, ranked, rank)
    if not ranked.target or not rank:
        if rank:
            with steps:
                _formulas(settings, ranked, rank)
        target = counted(ranked.target, "ground-truth box", "ground-truth boxes")
        nothing = f"no detection above the score threshold, so AP is 0 of {target}"
        why = nothing if ranked.target else "no ground-truth box of this class, so recall is 0/0 and AP undefined"
        steps.info(f"There is {why}.", icon=":material/info:")
        return
    with curve:
        name = label if label == EVERY else f"class {label}"
        ui.show(charts.precision_recall(ranked, settings.how, rank, name), key=f"{KEY}_curve")
    # in a narrow window the formulas come below the curve: the slider stays near what it moves
    with curve if ui.is_narrow() else steps:
        _formulas(settings, ranked, rank)
    with curve:
        with st.container(horizontal=True):
            for one in Interpolation:
                value = charts.score_text(average_precision(ranked, one))
                st.metric(f"{one}{' (drawn)' if one is settings.how else ''}", value)
        if ranked.tied:
            st.caption(ui.prose("metrics/detection", "Equal scores", count=ranked.tied))
    table, drawing = st.columns(2, gap="medium")
    with table:
        _table(found, ranked, rank)
    with drawing:
        _picture(settings, found, ranked, rank)


def _rank(ranked: Ranking, key: str) -> int:
    count = min(len(ranked), MOST_ROWS)
    if count < 2:
        return count
    help = "The k highest-scoring detections count, as if the score threshold stood just below the k-th."
    return ui.moving_slider("Rank k", 1, count, min(4, count), key, help)


def _in_words(found: Evaluation, ranked: Ranking, rank: int) -> None:
    matches, index = found.matches[int(ranked.images[rank - 1])], int(ranked.detections[rank - 1])
    where = f" in {ui.escape_markdown(matches.image.name)}" if len(found.images) > 1 else ""
    verdict = "a **TP**" if ranked.hits[rank - 1] else "an **FP**"
    st.markdown(
        f"Rank {rank}: {ui.escape_markdown(pictures.title(matches, index))}{where} is {verdict}, "
        f"{ui.escape_markdown(pictures.reason(matches, index))}."
    )


def _formulas(settings: Settings, ranked: Ranking, rank: int) -> None:
    for line in rank_formulas(ranked, rank):
        st.latex(line)
    if ranked.target:
        st.markdown("The whole list:")
        st.latex(charts.SYMBOLS[settings.how])
        st.latex(charts.with_numbers(ranked, settings.how))


def _table(found: Evaluation, ranked: Ranking, rank: int) -> None:
    frame = pictures.ranked_table(found.matches, ranked).head(MOST_ROWS)
    if len(found.images) == 1:
        frame = frame.drop(columns="picture")
    frame.insert(0, "counts", frame["rank"] <= rank)
    if len(ranked) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS:,} of {len(ranked):,} ranks; all are in the CSV.")
    three = {name: st.column_config.NumberColumn(format="%.3f") for name in ("score", "IoU", "precision", "recall")}
    st.dataframe(
        frame,
        height=min(420, 38 + 35 * len(frame)),
        hide_index=True,
        key=f"{KEY}_ranked",
        alt="One row a detection, the highest-scoring first: outcome, IoU, precision and recall down to it",
        column_config={"counts": st.column_config.CheckboxColumn("≤ k", help="Whether it counts at rank k"), **three},
    )


def _picture(settings: Settings, found: Evaluation, ranked: Ranking, rank: int) -> None:
    image = int(ranked.images[rank - 1])
    before = ranked.detections[: rank - 1][ranked.images[: rank - 1] == image].tolist()
    now, uri = int(ranked.detections[rank - 1]), settings.source.uris[image]
    show_boxes(pictures.so_far(uri, found.matches[image], before, now), key=f"{KEY}_rank_picture")
