"""Detect: the network runs once a picture, the sliders work on what it left."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from core.detection import Candidates, Detections, StagedCandidates
from core.detection.rounds import Round, rounds
from core.figures.detection import suppression as figures
from core.figures.detection import suppression_words as words
from core.models.detectors import DETECTORS
from core.samples import SAMPLES, ground_truth
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.detector.candidates import show_candidates
from core.ui.detector.detect.controls import DEFAULTS, Settings, controls
from core.ui.detector.detect.results import curve_of, downloads
from core.ui.detector.results import candidates_of
from core.ui.detector.subject import KEY, OPENING, subject_of
from core.ui.detector.truth.boxes import drawn_boxes
from core.ui.last_detection import remember
from core.ui.pictures import Picture, choose_picture

PROSE = "faster_rcnn/detect"


@dataclass(frozen=True, eq=False)
class View:
    """What is on the screen: a picture, what the network found in it, and what NMS left of that."""

    picture: Picture
    settings: Settings
    found: Candidates
    kept: Detections


def _controls() -> tuple[Picture, Settings]:
    return choose_picture(f"{KEY}_picture", OPENING), controls()


def _detect(asked: tuple[Picture, Settings]) -> View:
    picture, wanted = asked
    subject = subject_of(picture, wanted.model, wanted.short_side)
    settings = replace(wanted, model=subject.model, short_side=subject.short_side)
    found = candidates_of(picture, subject.model, subject.short_side)
    chosen, limit = settings.classes or None, settings.limit
    kept = found.suppress(settings.iou, settings.score, class_aware=settings.class_aware, classes=chosen, limit=limit)
    return View(picture, settings, found, kept)


def _picture(_: object, view: View) -> None:
    picture, found, kept = view.picture, view.found, view.kept
    remember(picture, kept, drawn_boxes(picture))
    show_boxes(figures.before_and_after(picture.uri, picture.size, found, kept), key="rcnn_boxes")
    if nothing := words.why_nothing(found, kept, view.settings.score):
        st.info(nothing, icon=":material/search_off:")
    if (sample := SAMPLES.get(picture.name)) is not None:
        wrong = words.beside_ground_truth(kept.labels, [box.label for box in ground_truth(sample)])
        if wrong:
            st.caption(wrong)
    if view.settings.unknown:
        names = ", ".join(ui.escape_markdown(name) for name in view.settings.unknown)
        st.info(f"The link also asks for what this detector does not know: {names}.", icon=":material/info:")


def _question(_: object, view: View) -> None:
    picture = view.picture
    show_boxes(figures.before(picture.uri, picture.size, view.found, view.kept), key="rcnn_before")


def _numbers(_: object, view: View) -> None:
    found, kept = view.found, view.kept
    times = {"network": figures.duration(found.milliseconds), "nms": figures.duration(kept.milliseconds)}
    st.caption(ui.prose(PROSE, "Numbers", **times))
    with st.container(horizontal=True):
        for label, count in words.steps(found, kept).items():
            st.metric(label, f"{count:,}")
    downloads(view.picture, found, kept)


def _below(_: object, view: View) -> None:
    _rounds_of_nms(view)
    _counts(view)
    _every_candidate(view.found, view.kept)
    _how(view.found)
    _model(view.settings.model)


def _rounds_of_nms(view: View) -> None:
    """The recipe of non-maximum suppression, and a round of it on the picture."""
    picture, found, kept, settings = view.picture, view.found, view.kept, view.settings
    st.header("Non-maximum suppression, round by round", anchor=False)
    recipe, drawing = st.columns([2, 3], gap="medium")
    turns = rounds(found, kept)
    last = len(turns) - 1
    with recipe:
        steps = ui.prose(
            PROSE, "Recipe", score=settings.score, above=len(turns[0].waiting), candidates=len(found), iou=settings.iou,
            of_its_class="of its class " if settings.class_aware else "",
        )  # fmt: skip
        if kept.n_after_nms != len(kept):
            steps += (
                f"\n5. **Show** {len(kept)} of the {kept.n_after_nms} kept: chosen classes, at most {settings.limit}."
            )
        st.markdown(steps)
        st.latex(r"\mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|}")
        turn = turns[ui.moving_slider("Round", 0, last, 1, "rcnn_round", "Each round keeps one box.") if last else 0]
        _round(turn, found, last, settings.iou)
    with drawing:
        show_boxes(figures.nms_round(picture.uri, picture.size, found, kept, turn), key="rcnn_round_picture")


def _round(turn: Round, found: Candidates, last: int, iou: float) -> None:
    """A round in words, and the arithmetic of the first box that it drops."""
    st.markdown(words.of_round(turn, found, last))
    if turn.winner is not None and turn.victims:
        st.latex(words.first_drop(turn, found, iou))
        first = turn.victims[0]
        st.caption(f"The highest-scoring box dropped in this round: {found.names[first]} {found.scores[first]:.3f}")


def _counts(view: View) -> None:
    """How many boxes each step leaves, and how many each NMS threshold would keep."""
    steps, thresholds = st.columns(2, gap="medium")
    with steps:
        ui.show(figures.funnel(view.found, view.kept, view.settings.score), key="rcnn_funnel")
    with thresholds:
        curve = curve_of(view.picture, view.settings)
        ui.show(figures.threshold_curve(curve, view.settings.iou, len(view.kept)), key="rcnn_curve")


def _every_candidate(found: Candidates, kept: Detections) -> None:
    st.header("Every candidate and what became of it", anchor=False)
    says = "One row a candidate: class, score, status, the box that suppressed it and their IoU, corners in pixels"
    show_candidates(figures.table(found, kept), "rcnn_table", says)


def _how(found: Candidates) -> None:
    with st.expander(ui.HOW, icon=":material/school:"):
        steps, cost = st.columns([3, 2], gap="medium")
        kind = "two stages work" if isinstance(found, StagedCandidates) else "one stage works"
        steps.markdown(ui.prose(PROSE, f"How {kind}"))
        cost.dataframe(
            figures.stage_table(found),
            hide_index=True,
            alt="Milliseconds of each stage of the forward pass",
            column_config={"ms": st.column_config.NumberColumn("time (ms)", format="%.1f")},
        )


def _model(name: str) -> None:
    spec, part = DETECTORS[name], "What this model knows, and how good it is"
    with st.expander(part, icon=":material/fact_check:"):
        known = {"classes": len(spec.known), "ap": spec.ap, "ap_from": spec.ap_from}
        st.markdown(ui.prose(PROSE, part, title=spec.title, parameters=spec.parameters, **known))
        if (card := spec.card) is not None:
            large, medium, small = card.ap_by_size
            st.markdown(
                f"At IoU 0.5 alone {card.ap50:.1%}; large objects {large:.1%}, medium {medium:.1%}, small {small:.1%}; "
                f"people {card.ap_person:.1%}. {card.limits}"
            )
            st.markdown(card.what)


section = ui.Section(
    key=KEY,
    controls=_controls,
    defaults=DEFAULTS,
    answer=_detect,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=(ui.Guess("Boxes after NMS", "How many boxes are left.", lambda view: len(view.kept)),),
    question=_question,
    signature=lambda asked: (asked[0].digest, asked[1]),
)
