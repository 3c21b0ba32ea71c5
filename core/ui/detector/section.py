"""The page's one section: the network runs once a picture, the sliders work on what it left."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.detection import Candidates, Detections, StagedCandidates, by_eye
from core.figures.detection import suppression as figures
from core.figures.words import counted
from core.models.detectors import DETECTORS
from core.samples import SAMPLES, ground_truth
from core.ui.components.boxes import show_boxes
from core.ui.detector import details
from core.ui.detector.controls import Settings, controls
from core.ui.detector.results import candidates_of, downloads
from core.ui.framework.layout import panes
from core.ui.framework.show import escape_markdown
from core.ui.last_detection import remember
from core.ui.model_menu import ready_model
from core.ui.pictures import Picture, choose_picture

OPENING = "coffee"
"""Of our photographs the one whose boxes at the first thresholds all bear a right name; NMS leaves one each."""


def section() -> None:
    """Draw it."""
    left, right, numbers = panes()
    with left:
        picture = choose_picture("rcnn_picture", OPENING)
        wanted = controls()
    with right:
        settings = _ready(wanted)
        found = candidates_of(picture, settings.model, settings.short_side)
        kept = found.suppress(
            settings.iou,
            settings.score,
            class_aware=settings.class_aware,
            classes=settings.classes or None,
            limit=settings.limit,
        )
        remember(picture, kept)
        show_boxes(figures.before_and_after(picture.uri, picture.size, found, kept), key="rcnn_boxes")
        _nothing(found, kept, settings.score)
        _by_eye(picture, kept)
        if settings.unknown:
            names = ", ".join(escape_markdown(name) for name in settings.unknown)
            st.info(f"The link also asks for what this detector does not know: {names}.", icon=":material/info:")
    with numbers:
        _numbers(found, kept)
        downloads(picture, found, kept)
    details.rounds_of_nms(picture, found, kept, settings)
    details.counts(picture, found, kept, settings)
    details.every_candidate(found, kept)
    details.how(found, settings.model)


def _ready(wanted: Settings) -> Settings:
    """The settings with a model that can run now."""
    model = ready_model(wanted.model)
    # the bundled model standing in for one that has yet to be downloaded may not have the size asked for
    sizes = DETECTORS[model].sizes
    return replace(wanted, model=model, short_side=wanted.short_side if wanted.short_side in sizes else sizes[0])


def _nothing(found: Candidates, kept: Detections, score: float) -> None:
    """Why there is no box, where there is none."""
    if not len(found):
        st.info(
            f"The network found nothing here that scores above {found.floor:g}: try another picture or input size.",
            icon=":material/search_off:",
        )
    elif not kept.n_above_score:
        best = f"the best of {len(found)} candidates scores {found.scores.max():.3f}"
        st.info(f"No box scores above {score:.2f}; {best}. Lower the score threshold.", icon=":material/search_off:")
    elif not len(kept):
        st.info("NMS kept boxes, but none of the chosen classes.", icon=":material/search_off:")


def _by_eye(picture: Picture, kept: Detections) -> None:
    """What is wrong with the boxes of a sample, where something is; of other pictures nobody has told us."""
    sample = SAMPLES.get(picture.name)
    if sample is None:
        return
    seen = by_eye.compare(kept.labels, [box.label for box in ground_truth(sample)])
    sentences = [
        f"{more.boxes} boxes say **{more.label}** for {counted(more.objects, 'object')}: NMS is not enough where "
        "boxes of one object overlap less than the threshold."
        for more in seen.surplus
    ]
    if seen.wrong:
        sentences.append(
            f"There is no **{'** and no **'.join(seen.wrong)}** in this picture: the network is wrong, and NMS, which "
            "compares boxes with boxes, cannot know it."
        )
    if sentences:
        st.caption(" ".join(sentences))


def _numbers(found: Candidates, kept: Detections) -> None:
    st.caption(
        f"The network ran once: **{figures.duration(found.milliseconds)}**. "
        f"This view: NMS in **{figures.duration(kept.milliseconds)}**. "
        "Point at a box, tap it, or walk through the boxes with Tab and the arrow keys, to see its score, "
        "which box suppressed it, and their IoU."
    )
    with st.container(horizontal=True):
        if isinstance(found, StagedCandidates):
            st.metric("Anchors", f"{found.anchors:,}")
            st.metric("Proposals", f"{len(found.proposals):,}")
        else:
            for step, count in found.steps:
                st.metric(step.capitalize(), f"{count:,}")
        st.metric("Candidates", f"{len(found):,}")
        st.metric("Before NMS", f"{kept.n_above_score:,}")
        st.metric("Kept", f"{len(kept):,}")
