"""From ranking to average precision: the part of the section "Detection" that walks down the list of detections."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.detection.scoring.average_precision import Interpolation, Ranking, average_precision, ranking
from core.detection.scoring.evaluated_images import EvaluatedImage
from core.detection.scoring.matching import Matches
from core.figures.detection import evaluation_charts as charts
from core.figures.detection import matches as pictures
from core.figures.words import counted
from core.ui.components.boxes import show_boxes
from core.ui.framework.layout import is_narrow
from core.ui.framework.show import escape_markdown, moving_slider, show
from core.ui.metrics.detection.source import KEY, Source

EVERY = "all classes in one list"
_CLASS = f"{KEY}_class_"
MOST_ROWS = 2_000
"""Ranks of a table and a slider."""


@dataclass(frozen=True, eq=False)
class View:
    """What is on the screen.

    Attributes:
        source: where the boxes come from.
        images: its pictures with the detections that count.
        matches: of each picture.
        iou: threshold of the matching.
        how: definition of average precision.
        classes: all of the source, whatever the score threshold.
    """

    source: Source
    images: tuple[EvaluatedImage, ...]
    matches: tuple[Matches, ...]
    iou: float
    how: Interpolation
    classes: tuple[str, ...]


def ranked_first(source: Source) -> dict[str, object]:
    """For the section's reset button; None: the rank that a first visit shows."""
    # the menus of other sources too: the link's keep their value out of sight
    menus = [key for key in map(str, st.session_state) if key.startswith(_CLASS)]
    return {**dict.fromkeys((_class_key(source), *menus), EVERY), _rank_key(source): None}


def _class_key(source: Source) -> str:
    return f"{_CLASS}{source.kind}"


def _rank_key(source: Source) -> str:
    return f"{KEY}_rank_{'own' if source.private else 'samples'}"


def draw_pr_walkthrough(view: View) -> None:
    """From the ranking to AP, rank by rank."""
    st.header("From ranking to average precision", anchor=False)
    steps, curve = st.columns([2, 3], gap="medium")
    with steps:
        label = st.selectbox(
            "Class",
            [EVERY, *view.classes],
            key=_class_key(view.source),
            bind=None if view.source.private else "query-params",
            help="AP belongs to one class. One list of all classes is no benchmark's figure, but has more to look at.",
        )
        ranked = ranking(view.matches, None if label == EVERY else label)
        rank = _rank(ranked, _rank_key(view.source))
        if rank:
            _in_words(view, ranked, rank)
    if not ranked.target or not rank:
        if rank:
            with steps:
                _formulas(view, ranked, rank)
        target = counted(ranked.target, "gold box", "gold boxes")
        nothing = f"no detection above the score threshold, so AP is 0 of {target}"
        why = nothing if ranked.target else "no gold box of this class, so recall is 0/0 and AP undefined"
        steps.info(f"There is {why}.", icon=":material/info:")
        return
    with curve:
        name = label if label == EVERY else f"class {label}"
        show(charts.precision_recall(ranked, view.how, rank, name), key=f"{KEY}_curve")
    # in a narrow window the formulas come below the curve: the slider stays near what it moves
    with curve if is_narrow() else steps:
        _formulas(view, ranked, rank)
    with curve:
        _four(ranked, view.how)
        if ranked.tied:
            st.caption(
                f"{ranked.tied:,} detections share their score with others, some right and some wrong: their order in "
                "the file decides which is counted first, and with it AP. COCO's own evaluation (COCOeval) does the "
                "same."
            )
    table, drawing = st.columns(2, gap="medium")
    with table:
        _ranked_table(view, ranked, rank)
    with drawing:
        _rank_picture(view, ranked, rank)


def _rank(ranked: Ranking, key: str) -> int:
    count = min(len(ranked), MOST_ROWS)
    if count < 2:
        return count
    return moving_slider(
        "Rank k",
        1,
        count,
        min(4, count),
        key,
        "The k surest detections count, as if the score threshold stood just below the k-th.",
    )


def _in_words(view: View, ranked: Ranking, rank: int) -> None:
    image, index = int(ranked.images[rank - 1]), int(ranked.detections[rank - 1])
    matches = view.matches[image]
    where = f" in {escape_markdown(matches.image.name)}" if len(view.images) > 1 else ""
    verdict = "a **TP**" if ranked.hits[rank - 1] else "an **FP**"
    st.markdown(
        f"Rank {rank}: {escape_markdown(pictures.title(matches, index))}{where} is {verdict}, "
        f"{escape_markdown(pictures.reason(matches, index))}."
    )


def _formulas(view: View, ranked: Ranking, rank: int) -> None:
    hits = int(ranked.found[rank - 1])
    st.latex(rf"p_{{{rank}}} = \frac{{\mathrm{{TP}}}}{{k}} = \frac{{{hits}}}{{{rank}}} = {hits / rank:.3f}\;")
    if ranked.target:
        st.latex(
            rf"r_{{{rank}}} = \frac{{\mathrm{{TP}}}}{{\mathrm{{target}}}} = \frac{{{hits}}}{{{ranked.target}}}"
            rf" = {hits / ranked.target:.3f}\;"
        )
        st.markdown("The whole list:")
        st.latex(charts.SYMBOLS[view.how])
        st.latex(charts.with_numbers(ranked, view.how))


def _four(ranked: Ranking, how: Interpolation) -> None:
    with st.container(horizontal=True):
        for one in Interpolation:
            value = charts.score_text(average_precision(ranked, one))
            st.metric(f"{one}{' (drawn)' if one is how else ''}", value)


def _ranked_table(view: View, ranked: Ranking, rank: int) -> None:
    frame = pictures.ranked_table(view.matches, ranked).head(MOST_ROWS)
    if len(view.images) == 1:
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
        alt="One row a detection, the surest first: outcome, IoU, precision and recall down to it",
        column_config={"counts": st.column_config.CheckboxColumn("≤ k", help="Whether it counts at rank k"), **three},
    )


def _rank_picture(view: View, ranked: Ranking, rank: int) -> None:
    image = int(ranked.images[rank - 1])
    before = ranked.images[: rank - 1] == image
    counted = ranked.detections[: rank - 1][before].tolist()
    now = int(ranked.detections[rank - 1])
    show_boxes(pictures.so_far(view.source.uris[image], view.matches[image], counted, now), key=f"{KEY}_rank_picture")
