"""One detection: from its anchor to the box that is kept, step by step, every number from the one forward pass."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from core.detection import Detections, StagedDetector, load
from core.detection.inside import Inside
from core.detection.walk.channels import names_of, strongest
from core.detection.walk.numbers import Step, to_csv, to_markdown
from core.detection.walk.walk import Walk, walk
from core.figures.detection import walk as figures
from core.figures.detection import walk_parts as parts
from core.figures.detection import walk_words as words
from core.figures.detection.suppression_words import why_nothing
from core.models.nanodet import CLASSES
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.components.drawing import show_drawing
from core.ui.detector.results import candidates_of, inside_of
from core.ui.detector.walk.controls import DEFAULTS, KEY, STEPS, Settings, controls, go, pick
from core.ui.detector.walk.field_link import field_link

PROSE = "faster_rcnn/walk"


@dataclass(frozen=True, eq=False)
class View:
    """A detection and its walk.

    Attributes:
        inside: of the forward pass.
        kept: the detections it is one of.
        rank: which, from 1 on.
        walk: of it.
        channel_names: of the feature maps; () where they have none.
    """

    inside: Inside
    kept: Detections
    rank: int
    walk: Walk
    channel_names: tuple[str, ...]


def _answer(asked: Settings) -> View | None:
    """None: nothing is kept."""
    inside, kept = inside_of(asked.subject), asked.kept()
    if not len(kept):
        return None
    detector = load(asked.subject.model)
    assert isinstance(detector, StagedDetector)  # `inside_of` refuses others
    heads: Any = detector.model.roi_heads
    rank = min(asked.rank, len(kept))
    found = walk(inside, int(kept.indices[rank - 1]), heads.box_roi_pool)
    return View(inside, kept, rank, found, names_of(detector.model, detector.spec.classes))


def _empty(asked: Settings) -> None:
    """The picture, and why there is nothing to walk."""
    subject = asked.subject
    found = candidates_of(subject.picture, subject.model, subject.short_side)
    kept = asked.kept()
    drawn = figures.picture(subject.picture.uri, subject.picture.size, found, kept, None, None)
    show_boxes(drawn, f"{KEY}_none")
    st.info(why_nothing(found, kept, asked.score), icon=":material/search_off:")
    st.caption(ui.prose(PROSE, "Nothing"))


def _boxes(asked: Settings, view: View, step: Step | None) -> None:
    """The picture at a step; None: what may be seen while somebody guesses."""
    picture = asked.subject.picture
    drawn = figures.picture(picture.uri, picture.size, view.inside.candidates, view.kept, view.walk, step)
    show_boxes(drawn if step else replace(drawn, tallest="42vh"), f"{KEY}_boxes", pick)


def _picture(asked: Settings, view: View) -> None:
    left, right = ui.beside([9, 10])
    with left:
        _boxes(asked, view, asked.step)
    with right:
        _buttons(asked.step)
        _STEPS[asked.step](asked, view)


def _buttons(step: Step) -> None:
    """To the step before, and to the next."""
    place = STEPS.index(step.value)
    with st.container(horizontal=True, vertical_alignment="center", key=f"{KEY}_buttons"):
        st.button(
            "Back", key=f"{KEY}_back", icon=":material/arrow_back:", disabled=not place, on_click=go,
            args=(STEPS[max(place - 1, 0)],), help="The step before.",
        )  # fmt: skip
        st.markdown(f"**{step.number} of {len(STEPS)}**", width="content")
        last = place == len(STEPS) - 1
        st.button(
            "Next", key=f"{KEY}_next", icon=":material/arrow_forward:", disabled=last, on_click=go,
            args=(STEPS[min(place + 1, len(STEPS) - 1)],), help="The next step.",
        )  # fmt: skip


def _anchor(asked: Settings, view: View) -> None:
    anchor = view.walk.anchor
    st.markdown(
        ui.prose(
            PROSE, "Anchor", number=anchor.number + 1, anchors=len(view.inside.logits), level=anchor.level.name,
            place=anchor.of_level + 1, levels=len(view.inside.levels), stride=anchor.level.stride[0], row=anchor.row,
            column=anchor.column, kind=anchor.kind + 1, kinds=anchor.kinds,
        )
    )  # fmt: skip
    st.latex(words.anchor(view.walk))
    field_link(asked.subject, anchor, view.inside.padded_size)


def _objectness(_: Settings, view: View) -> None:
    first = view.walk.first
    st.markdown(ui.prose(PROSE, "Objectness", logit=view.walk.logit))
    st.latex(words.objectness(view.walk))
    st.markdown(ui.prose(PROSE, "Deltas of the anchor"))
    st.latex(words.deltas(first))
    st.caption(words.cut(first))


def _proposal(_: Settings, view: View) -> None:
    first = view.walk.first
    st.markdown(ui.prose(PROSE, "Proposal", shift=first.shift))
    st.latex(words.four_formulas(first))
    st.caption(words.clipping(view.walk, first))


def _level(_: Settings, view: View) -> None:
    pooling = view.walk.pooling
    st.markdown(ui.prose(PROSE, "Level", scale=pooling.scale, usual=pooling.usual, side=pooling.side))
    st.latex(words.level(view.walk))
    st.markdown(words.pooled_from(view.walk))


def _features(asked: Settings, view: View) -> None:
    features, names = view.walk.features, view.channel_names
    if features is None:
        st.info(ui.prose(PROSE, "No features"), icon=":material/info:")
        return
    own = view.walk.label - 1 if names else None
    channels = asked.channels or strongest(features, own, CLASSES if names else None)
    channels = tuple(channel for channel in channels if channel < len(features))
    st.markdown(ui.prose(PROSE, "Features", channels=len(features), map=view.walk.pooling.name))
    show_drawing(parts.heat_maps(features, channels, names), f"{KEY}_maps")
    st.caption(words.maps(features, channels, names))


def _scores(_: Settings, view: View) -> None:
    st.markdown(ui.prose(PROSE, "Scores", classes=len(view.walk.classes)))
    ui.show(parts.class_scores(view.walk), f"{KEY}_scores")
    st.latex(words.softmax(view.walk))


def _deltas(_: Settings, view: View) -> None:
    second = view.walk.second
    st.markdown(ui.prose(PROSE, "Deltas of the class", name=view.walk.name))
    st.latex(words.deltas(second))
    st.latex(words.four_formulas(second))
    st.caption(f"{words.cut(second)} The centre moves by {second.shift:.1f} network pixels.")


def _clipping(_: Settings, view: View) -> None:
    st.markdown(ui.prose(PROSE, "Clipping", width=view.walk.network_size[1], height=view.walk.network_size[0]))
    st.latex(words.clipped(view.walk))
    st.caption(words.clipping(view.walk, view.walk.second))


def _box(_: Settings, view: View) -> None:
    (high, wide), (rows, columns) = view.walk.image_size, view.walk.network_size
    st.markdown(ui.prose(PROSE, "Box", wide=wide, high=high, columns=columns, rows=rows))
    st.latex(words.scaled(view.walk))
    st.markdown(words.verdict(view.walk))


_STEPS = {
    Step.ANCHOR: _anchor,
    Step.OBJECTNESS: _objectness,
    Step.PROPOSAL: _proposal,
    Step.LEVEL: _level,
    Step.FEATURES: _features,
    Step.SCORES: _scores,
    Step.DELTAS: _deltas,
    Step.CLIPPING: _clipping,
    Step.BOX: _box,
}


def _numbers(asked: Settings, view: View) -> None:
    found = view.walk
    ui.metrics(
        PROSE,
        {
            "Objectness": f"{found.objectness:.3f}",
            "Anchor to proposal": f"{found.first.shift:.1f} px",
            "Level's stride": f"{found.pooling.stride:.0f} px",
            "Proposal to box": f"{found.second.shift:.1f} px",
            "Class score": f"{found.score:.3f}",
        },
    )
    stem = f"{Path(asked.subject.picture.name).stem}-detection-{view.rank}"
    with st.container(horizontal=True):
        ui.download("CSV", lambda: to_csv(found), f"{stem}.csv", "Every number of the walk, one a line.")
        ui.download("Markdown", lambda: to_markdown(found), f"{stem}.md", "The same as a text with a table a step.")


def _below(_: Settings, view: View) -> None:
    column = st.column_config
    boxes, scores = st.columns([3, 2], gap="medium")
    with boxes:
        st.header("From anchor to box", anchor=False)
        corners = {name: column.NumberColumn(format="%.1f") for name in ("x1", "y1", "x2", "y2")}
        st.dataframe(
            parts.boxes_table(view.walk), hide_index=True, key=f"{KEY}_table",
            alt="One row a box of the walk: corners in pixels, and IoU with the box that is kept",
            column_config={**corners, "IoU": column.NumberColumn(format="%.3f", help="With the box that is kept")},
        )  # fmt: skip
    with scores:
        st.header("All class scores", anchor=False)
        st.dataframe(
            parts.score_table(view.walk), hide_index=True, height=230, key=f"{KEY}_all",
            alt="One row a class: its logit and its score, the highest first",
            column_config={
                "logit": column.NumberColumn(format="%.3f"),
                "score": column.ProgressColumn(format="%.4f", min_value=0.0, max_value=1.0),
            },
        )  # fmt: skip


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=DEFAULTS,
    answer=_answer,
    empty=_empty,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=(
        ui.Guess(
            "Stride of the level that pools it",
            "How many network pixels are from one cell to the next.",
            lambda view: view.walk.pooling.stride,
        ),
        ui.Guess(
            "Pixels from proposal to box",
            "How far the second stage moves the proposal's centre, network pixels.",
            lambda view: view.walk.second.shift,
            within=5,
        ),
    ),
    question=lambda asked, view: _boxes(asked, view, None),
    signature=lambda asked: (asked.subject.key, asked.iou, asked.score, asked.rank),
    help=PROSE,
)
