"""Faster R-CNN: the network runs once a picture, the sliders work on what it left."""

import streamlit as st

from core.detection.rounds import overlap, rounds
from core.figures.detection import suppression as figures
from core.models.detectors import DETECTORS
from core.ui import choose_picture, guard, moving_slider, reset_button, show, show_boxes
from core.ui.detector import candidates_of, curve_of, downloads
from core.ui.last_detection import remember
from core.ui.model_menu import choose_model, ready_model

APPROXIMATELY = r"\approx"  # NMS rounds a little differently where an IoU hits the threshold
WITHIN, ACROSS = "of one class", "of all classes"
DEFAULTS = {
    "rcnn_iou": 0.5,
    "rcnn_score": 0.3,
    "rcnn_model": "bundled",
    "rcnn_classes_everyday": [],
    "rcnn_classes_coco": [],
    "rcnn_mode": WITHIN,
    "rcnn_limit": 100,
    "rcnn_round": None,
}

guard(__file__)

st.title("Faster R-CNN", anchor=False)
st.markdown("The network finds many boxes for one object; **non-maximum suppression** (NMS) leaves the best of each.")
controls, result = st.columns([1, 3], gap="medium")

with controls:
    picture = choose_picture("rcnn_picture")
    iou = st.slider(
        "NMS threshold (IoU)",
        0.0,
        1.0,
        DEFAULTS["rcnn_iou"],
        0.01,
        key="rcnn_iou",
        bind="query-params",
        help="Of two boxes that overlap by more than this, the less certain goes. A higher threshold keeps more boxes.",
    )
    score = st.slider(
        "Score threshold",
        0.02,
        1.0,
        DEFAULTS["rcnn_score"],
        0.01,
        key="rcnn_score",
        bind="query-params",
        help="Only boxes that score above this take part. What the network scores 0.02 or less is not kept at all.",
    )
    with st.expander("Model, classes, kind of NMS", icon=":material/tune:"):
        wanted = choose_model("rcnn_model")
        chosen = st.multiselect(
            "Classes",
            DETECTORS[wanted].known,
            key=f"rcnn_classes_{DETECTORS[wanted].vocabulary}",
            bind="query-params",
            placeholder="All classes",
            help="Which classes to show. The others still take part in NMS.",
        )
        mode = st.segmented_control(
            "NMS compares boxes",
            [WITHIN, ACROSS],
            default=DEFAULTS["rcnn_mode"],
            required=True,
            key="rcnn_mode",
            bind="query-params",
            help="Class-aware NMS compares boxes of the same class only; class-agnostic NMS compares all.",
        )
        limit = st.number_input(
            "Boxes at most",
            1,
            100,
            DEFAULTS["rcnn_limit"],
            key="rcnn_limit",
            bind="query-params",
            help="The best so many are kept. 100 is torchvision's default.",
        )
    reset_button("rcnn_reset", DEFAULTS)

with result:
    model = ready_model(wanted)
    spec = DETECTORS[model]
    # the bundled model standing in for one that has yet to be downloaded may not know the classes asked for
    classes = chosen if spec.vocabulary == DETECTORS[wanted].vocabulary else []
    found = candidates_of(picture, model)
    kept = found.suppress(iou, score, class_aware=mode == WITHIN, classes=classes or None, limit=int(limit))
    remember(picture, kept)
    show_boxes(figures.before_and_after(picture.uri, picture.size, found, kept), key="rcnn_boxes")
    if not len(found):
        st.info(
            "The network found nothing here that scores above 0.02: try another picture.", icon=":material/search_off:"
        )
    elif not kept.entered:
        best = f"the best of {len(found)} candidates scores {found.scores.max():.3f}"
        st.info(f"No box scores above {score:.2f}; {best}. Lower the score threshold.", icon=":material/search_off:")
    elif not len(kept):
        st.info("NMS kept boxes, but none of the chosen classes.", icon=":material/search_off:")
    st.caption(
        f"The network ran once: **{figures.duration(found.milliseconds)}**. "
        f"This view: NMS in **{figures.duration(kept.milliseconds)}**. "
        "Point at a box, or walk through the boxes with Tab and the arrow keys, to see its score, "
        "which box suppressed it, and their IoU."
    )
    with st.container(horizontal=True):
        st.metric("Anchors", f"{found.anchors:,}")
        st.metric("Proposals", f"{len(found.proposals):,}")
        st.metric("Candidates", f"{len(found):,}")
        st.metric("Before NMS", f"{kept.entered:,}")
        st.metric("Kept", f"{len(kept):,}")
    downloads(picture, found, kept)

st.header("Non-maximum suppression, round by round", anchor=False)
recipe, drawing = st.columns([2, 3], gap="medium")
turns = rounds(found, kept)
hidden = kept.left != len(kept)
with recipe:
    st.markdown(
        f"1. **Score**: take the boxes that score above {score:.2f}: {len(turns[0].waiting)} of {len(found)}.\n"
        "2. **Keep** the best one left.\n"
        f"3. **Drop** every box {'of its class ' if mode == WITHIN else ''}whose IoU with it is above {iou:.2f}.\n"
        "4. **Repeat** 2 and 3 until none is left."
        + (f"\n5. **Show** {len(kept)} of the {kept.left} kept: chosen classes, at most {limit}." if hidden else "")
    )
    st.latex(r"\mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A \cup B|}")
    last = len(turns) - 1
    turn = turns[moving_slider("Round", 0, last, 1, "rcnn_round", "Each round keeps one box.") if last else 0]
    if turn.winner is None:
        st.markdown(f"{len(turn.waiting)} boxes wait." if last else "No box takes part: nothing to suppress.")
    else:
        st.markdown(
            f"Keep **{found.names[turn.winner]} {found.scores[turn.winner]:.3f}**, drop {len(turn.victims)}, "
            f"{len(turn.waiting)} left."
        )
    if turn.victims:
        closest = overlap(found, turn.winner, turn.victims[0])
        st.latex(
            rf"\frac{{{closest.intersection:,.0f}\ \mathrm{{px}}^2}}{{{closest.union:,.0f}\ \mathrm{{px}}^2}}"
            rf" = {closest.iou:.3f} {'>' if closest.iou > iou else APPROXIMATELY} {iou:.2f}"
        )
        first = turn.victims[0]
        st.caption(f"The surest box dropped in this round: {found.names[first]} {found.scores[first]:.3f}")
with drawing:
    show_boxes(figures.nms_round(picture.uri, picture.size, found, kept, turn), key="rcnn_round_picture")

steps, thresholds = st.columns(2, gap="medium")
with steps:
    show(figures.funnel(found, kept, score), key="rcnn_funnel")
with thresholds:
    curve = curve_of(picture, model, score, class_aware=mode == WITHIN, classes=classes, limit=int(limit))
    show(figures.threshold_curve(curve, iou, len(kept)), key="rcnn_curve")

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
        "objectness": st.column_config.NumberColumn(format="%.3f", help="What the proposal network gave its proposal"),
        **{name: st.column_config.NumberColumn(f"{name} (px)", format="%.0f") for name in ("x1", "y1", "x2", "y2")},
    },
)

with st.expander("How this works", icon=":material/school:"):
    how, cost = st.columns([3, 2], gap="medium")
    how.markdown(
        "1. A **backbone** turns the picture into feature maps, a pyramid with one map a scale.\n"
        "2. At each place of each map stand a few **anchors**, boxes of fixed size and shape. The *region proposal "
        "network* scores each as object or background and shifts its corners; the best become **proposals**.\n"
        "3. **RoIAlign** cuts 7 × 7 features out for each proposal, and the head gives it a score and a box for every "
        "class. Those scoring above 0.02 are the **candidates** of this page.\n"
        "4. **NMS** removes what is found twice. Only this step depends on the sliders: the network runs once a "
        "picture, the rest is arithmetic on a few hundred boxes."
    )
    cost.dataframe(
        figures.stage_table(found),
        hide_index=True,
        alt="Milliseconds of each stage of the forward pass",
        column_config={"ms": st.column_config.NumberColumn("time (ms)", format="%.1f")},
    )
with st.expander("What this model knows, and how good it is", icon=":material/fact_check:"):
    if spec.card is None:
        st.markdown(
            f"**{spec.title}**: {spec.parameters:,} parameters, trained on COCO, COCO AP **{spec.ap:.1%}** "
            "as published with torchvision."
        )
    else:
        st.markdown(
            f"**{spec.title}**: {spec.parameters:,} parameters, COCO AP **{spec.ap:.1%}**, "
            f"{spec.card.ap50:.1%} at IoU 0.5 (measured on {spec.card.measured_on}). {spec.card.limits}"
        )
        st.markdown("AP of some classes: " + ", ".join(f"{name} {ap:.0%}" for name, ap in spec.card.ap_by_class) + ".")
        st.markdown("Better ones, trained on COCO, can be chosen under *Model, classes, kind of NMS*.")
    st.markdown(f"It knows {len(spec.known)} classes: " + ", ".join(spec.known) + ".")
