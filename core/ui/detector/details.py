"""Below the picture: NMS round by round, how many boxes are left where, every candidate, how it works."""

from __future__ import annotations

import streamlit as st

from core.detection import Candidates, Detections, StagedCandidates
from core.detection.rounds import Round, overlap, rounds
from core.figures.detection import suppression as figures
from core.models.detectors import DETECTORS
from core.ui.components.boxes import show_boxes
from core.ui.detector.controls import Settings
from core.ui.detector.results import curve_of
from core.ui.framework.show import moving_slider, show
from core.ui.pictures import Picture

TWO_STAGES = (
    "A **backbone** turns the picture into feature maps, a pyramid with one map a scale.",
    "At each place of each map stand a few **anchors**, boxes of fixed size and shape. The *region proposal network* "
    "scores each as object or background and shifts its corners; the best become **proposals**.",
    "**RoIAlign** cuts 7 × 7 features out for each proposal, and the head gives it a score and a box for every class. "
    "Those scoring above 0.02 are the **candidates** of this page.",
)
ONE_STAGE = (
    "A **backbone** and a **neck** turn the picture into feature maps, a pyramid with one map a scale.",
    "Each **cell** of each map scores every class and says how far the four sides of its object are from its centre: "
    "no anchors, no proposals, no second look.",
    "Boxes scoring above 0.05, the best 1,000 of them, are the **candidates** of this page. Neighbouring cells say "
    "nearly the same, so there are many for one object.",
)
LAST_STEP = (
    "**NMS** removes what is found twice. Only this step depends on the sliders: the network runs once a picture, the "
    "rest is arithmetic on a few hundred boxes."
)
APPROXIMATELY = r"\approx"  # NMS rounds a little differently where an IoU hits the threshold


def rounds_of_nms(picture: Picture, found: Candidates, kept: Detections, settings: Settings) -> None:
    """The recipe of non-maximum suppression, and a round of it on the picture."""
    st.header("Non-maximum suppression, round by round", anchor=False)
    recipe, drawing = st.columns([2, 3], gap="medium")
    turns = rounds(found, kept)
    hidden = kept.n_after_nms != len(kept)
    shown = f"\n5. **Show** {len(kept)} of the {kept.n_after_nms} kept: chosen classes, at most {settings.limit}."
    with recipe:
        st.markdown(
            f"1. **Score**: take the boxes that score above {settings.score:.2f}: "
            f"{len(turns[0].waiting)} of {len(found)}.\n"
            "2. **Keep** the best one left.\n"
            f"3. **Drop** every box {'of its class ' if settings.class_aware else ''}whose IoU with it is above "
            f"{settings.iou:.2f}.\n"
            "4. **Repeat** 2 and 3 until none is left." + (shown if hidden else "")
        )
        st.latex(r"\mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|}")
        last = len(turns) - 1
        turn = turns[moving_slider("Round", 0, last, 1, "rcnn_round", "Each round keeps one box.") if last else 0]
        _in_words(turn, found, last)
        _dropped(turn, found, settings.iou)
    with drawing:
        show_boxes(figures.nms_round(picture.uri, picture.size, found, kept, turn), key="rcnn_round_picture")


def _in_words(turn: Round, found: Candidates, last: int) -> None:
    if turn.winner is None:
        st.markdown(f"{len(turn.waiting)} boxes wait." if last else "No box takes part: nothing to suppress.")
    else:
        st.markdown(
            f"Keep **{found.names[turn.winner]} {found.scores[turn.winner]:.3f}**, drop {len(turn.victims)}, "
            f"{len(turn.waiting)} left."
        )


def _dropped(turn: Round, found: Candidates, iou: float) -> None:
    """The arithmetic of the first box that a round drops, where it drops any."""
    if turn.winner is None or not turn.victims:
        return
    first = turn.victims[0]
    closest = overlap(found, turn.winner, first)
    st.latex(
        rf"\frac{{{closest.intersection:,.0f}\ \mathrm{{px}}^2}}{{{closest.union:,.0f}\ \mathrm{{px}}^2}}"
        rf" = {closest.iou:.3f} {'>' if closest.iou > iou else APPROXIMATELY} {iou:.2f}"
    )
    st.caption(f"The surest box dropped in this round: {found.names[first]} {found.scores[first]:.3f}")


def counts(picture: Picture, found: Candidates, kept: Detections, settings: Settings) -> None:
    """How many boxes each step leaves, and how many each NMS threshold would keep."""
    steps, thresholds = st.columns(2, gap="medium")
    with steps:
        show(figures.funnel(found, kept, settings.score), key="rcnn_funnel")
    with thresholds:
        curve = curve_of(
            picture,
            settings.model,
            settings.short_side,
            settings.score,
            class_aware=settings.class_aware,
            classes=settings.classes,
            limit=settings.limit,
        )
        show(figures.threshold_curve(curve, settings.iou, len(kept)), key="rcnn_curve")


def every_candidate(found: Candidates, kept: Detections) -> None:
    """All boxes in a table."""
    st.header("Every candidate and what became of it", anchor=False)
    st.dataframe(
        figures.table(found, kept),
        height=320,
        hide_index=True,
        key="rcnn_table",
        placeholder="–",
        alt="One row a candidate: class, score, fate, the box that suppressed it and their IoU, corners in pixels",
        column_config={
            "score": st.column_config.ProgressColumn(format="%.3f", min_value=0.0, max_value=1.0),
            "IoU": st.column_config.NumberColumn(format="%.3f", help="Overlap with the box that suppressed it"),
            "objectness": st.column_config.NumberColumn(
                format="%.3f", help="What the proposal network gave its proposal"
            ),
            **{name: st.column_config.NumberColumn(f"{name} (px)", format="%.0f") for name in ("x1", "y1", "x2", "y2")},
        },
    )


def how(found: Candidates, model: str) -> None:
    """How it works, folded, and how good the model is."""
    with st.expander("How this works", icon=":material/school:"):
        words, cost = st.columns([3, 2], gap="medium")
        steps = TWO_STAGES if isinstance(found, StagedCandidates) else ONE_STAGE
        words.markdown("\n".join(f"{number}. {step}" for number, step in enumerate((*steps, LAST_STEP), 1)))
        cost.dataframe(
            figures.stage_table(found),
            hide_index=True,
            alt="Milliseconds of each stage of the forward pass",
            column_config={"ms": st.column_config.NumberColumn("time (ms)", format="%.1f")},
        )
    with st.expander("What this model knows, and how good it is", icon=":material/fact_check:"):
        _model(model)


def _model(name: str) -> None:
    spec = DETECTORS[name]
    st.markdown(
        f"**{spec.title}**: {spec.parameters:,} parameters, COCO's {len(spec.known)} classes, "
        f"COCO AP **{spec.ap:.1%}**, {spec.ap_from}."
    )
    card = spec.card
    if card is not None:
        large, medium, small = card.ap_by_size
        st.markdown(
            f"At IoU 0.5 alone {card.ap50:.1%}; large objects {large:.1%}, medium {medium:.1%}, small {small:.1%}; "
            f"people {card.ap_person:.1%}. {card.limits}"
        )
        st.markdown(card.what)
