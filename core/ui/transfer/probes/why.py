"""Two curves that say why it works: accuracy by stage, and over the number of pictures."""

from __future__ import annotations

import streamlit as st

from core.errors import UserError
from core.figures.transfer import probes_curves as figures
from core.transfer.features.extract import STAGES_UP_TO, Features
from core.transfer.features.probes.curves import INTO_HEAD, SEEDS, StageScore, by_amount, by_stage
from core.transfer.subject import Subject
from core.ui.framework.layout import beside
from core.ui.framework.show import problem, show
from core.ui.transfer.probes.controls import KEY
from core.ui.transfer.probes.kept import probe, remembered, usual_plan


def why(subject: Subject, features: Features) -> None:
    """Draw both."""
    if not len(subject.selection.validation):
        return  # both are judged on it
    st.header("What it works on", anchor=False)
    left, right = beside(2, 800, of_page=True)
    with left:
        _depth(subject, features)
    with right:
        _amounts(subject, features)


def _depth(subject: Subject, features: Features) -> None:
    if not features.stages:
        st.caption(f"Accuracy by stage is for at most {STAGES_UP_TO:,} pictures: take fewer images per class.")
        return
    try:
        scores = remembered(
            subject,
            "depth",
            lambda report: by_stage(features, subject.images, subject.selection, report),
            "Probing each stage",
        )
    except UserError as error:
        problem(error)
        return
    if scores is None:
        return
    show(figures.depth(scores), f"{KEY}_depth")
    st.caption(_lesson(scores, trained=subject.trained))


def _lesson(scores: tuple[StageScore, ...], *, trained: bool) -> str:
    best = max(scores, key=lambda score: score.validation)
    first, last = scores[0], scores[-1]
    text = "A logistic probe on the mean of each stage's output over the picture."
    if not trained:
        return (
            f"{text} The network is random: it has learned nothing, and what the probe finds are random filters of the "
            "pictures, stage upon stage."
        )
    text = (
        f"{text} Early stages see edges and colours, "
        "which any picture has; late ones see what the network was trained for."
    )
    if best.validation - last.validation > 0.02 and best.name != INTO_HEAD:
        return (
            f"{text} Here {best.name} is best, {best.validation:.1%}, and what goes into the head has "
            f"{last.validation:.1%}: these pictures are unlike those of ImageNet, and the last stages are too specific."
        )
    return f"{text} Here it goes from {first.validation:.1%} to {last.validation:.1%} at the end."


def _amounts(subject: Subject, features: Features) -> None:
    asked = f"{KEY}_amounts_asked"
    if len(subject.selection.train) > AT_ONCE_ALL and st.session_state.get(asked) != subject.key:
        st.markdown("**Accuracy over images per class**")
        if not st.button(
            "Draw the curve",
            key=f"{KEY}_amounts_draw",
            icon=":material/show_chart:",
            help="Fits a probe on ever more pictures of each class, five times each.",
        ):
            return
        st.session_state[asked] = subject.key
    try:
        usual = probe(subject, features, usual_plan(subject))
        if usual is None:
            return
        curve = remembered(
            subject,
            "amounts",
            lambda report: by_amount(features, subject.images, subject.selection, usual.setting, report),
            "Probing with fewer pictures",
        )
    except UserError as error:
        problem(error)
        return
    if curve is None:
        return
    show(figures.amounts(curve), f"{KEY}_amounts")
    st.caption(
        f"A logistic probe with λ = {usual.setting.value:g} on ever more of the training pictures; the band is one "
        f"standard deviation over {SEEDS} ways to draw them. With all of them there is one way only, so no band."
    )


AT_ONCE_ALL = 500
"""Training pictures up to which the curve over their number is drawn unasked."""
