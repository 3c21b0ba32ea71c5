"""Which boxes NMS compares: within a class, across all, across the chosen ones, or of the chosen ones alone."""

from __future__ import annotations

import streamlit as st

from core.detection.nms.classes import Outcome, outcomes
from core.detection.nms.examples import Name
from core.detection.results import Candidates
from core.figures.detection import nms as figures
from core.figures.detection import nms_words
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.detector.nms.controls import KEY
from core.ui.detector.nms.scene import Scene

MOST = 300
"""Boxes that are shown four times."""


def _part(scene: Scene) -> Candidates:
    return scene.best(MOST)[0]


def _chosen(scene: Scene) -> tuple[str, ...]:
    """The chosen classes; the two that score highest where none is."""
    return scene.asked.classes or tuple(dict.fromkeys(_part(scene).names))[:2]


def _found(scene: Scene) -> tuple[Outcome, ...]:
    return outcomes(_part(scene), scene.asked.iou, _chosen(scene))


def picture(scene: Scene) -> None:
    """What each kind of NMS leaves."""
    chosen, present = _chosen(scene), tuple(dict.fromkeys(_part(scene).names))
    found = _found(scene)
    for row, boxes in enumerate(figures.class_pictures(scene.uri, scene.size, _part(scene), found)):
        show_boxes(boxes, key=f"{KEY}_kinds_{row}")
    told = ", ".join(present[:12]) + (" and more" if len(present) > 12 else "")
    more = f" The best {MOST} of {len(scene.part):,} boxes are shown." if len(scene.part) > MOST else ""
    st.caption(f"Chosen: **{', '.join(chosen)}**. Boxes here are of: {told}.{more}")
    if not set(chosen) & set(present):
        st.info(f"No box here is of a chosen class: choose among {told}.", icon=":material/search_off:")
    if len(present) == 1:
        st.info("All boxes here are of one class: then all kinds of NMS do the same.", icon=":material/info:")
        st.button(
            f"Take “{Name.CLASSES}”",
            key=f"{KEY}_take_classes",
            icon=":material/category:",
            on_click=ui.reset,
            args=({f"{KEY}_example": str(Name.CLASSES), f"{KEY}_iou": 0.5},),
        )


def numbers(scene: Scene) -> None:
    """Why they differ."""
    found = _found(scene)
    with st.container(horizontal=True):
        for outcome in found:
            kept = nms_words.numbers(outcome.kept[:8]) + ("…" if len(outcome.kept) > 8 else "")
            st.metric(f"Kept, {outcome.kind}", len(outcome.kept), help=f"Boxes {kept}.")
    differences = nms_words.class_differences(_part(scene), found, _chosen(scene))
    st.markdown("\n".join(f"- {said}" for said in differences) or "All four agree on these boxes.")


def below(scene: Scene) -> None:
    """Every box under each kind."""
    st.header("Each box under each kind of NMS", anchor=False)
    frame = nms_words.class_table(_part(scene), _found(scene))
    st.dataframe(
        frame,
        key=f"{KEY}_class_table",
        hide_index=True,
        height="auto" if len(frame) < 10 else 360,
        column_config={"score": st.column_config.NumberColumn(format="%.3f")},
        alt="One row a box: class, score, and what each kind of NMS does with it",
    )
    ui.download("Kinds of NMS, CSV", lambda: frame.to_csv(index=False), "nms-classes.csv", "One line a box.")
