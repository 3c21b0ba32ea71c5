"""Two curves of the section "Probes": accuracy by stage of the network, and over the number of pictures."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.errors import UserError
from core.figures.transfer import probes_curves as figures
from core.transfer.features.extract import STAGES_UP_TO, Features
from core.transfer.features.probes.curves import SEEDS, by_amount, by_stage
from core.transfer.subject import Subject
from core.ui import framework as ui
from core.ui.transfer.probes.controls import KEY
from core.ui.transfer.probes.state import probe, remembered, usual_plan

AT_ONCE = 500
"""Training pictures up to which the curve over their number is drawn unasked."""


def curves(subject: Subject, features: Features) -> None:
    """Draw both; nothing where there is no validation part to judge them by."""
    if not len(subject.selection.validation):
        return
    st.header("Which features, how many pictures", anchor=False)
    for column, draw in zip(ui.beside(2, 800, of_page=True), (_stages, _amounts), strict=True):
        with column:
            try:
                draw(subject, features)
            except UserError as error:
                ui.problem(error)


def _stages(subject: Subject, features: Features) -> None:
    if not features.stages:
        st.caption(f"Accuracy by stage is for at most {STAGES_UP_TO:,} pictures: take fewer images per class.")
        return
    images, selection = subject.images, subject.selection
    work = partial(by_stage, features, images, selection)
    scores = remembered(subject, "depth", work, "Probing each stage")
    if scores is not None:
        ui.show(figures.depth(scores), f"{KEY}_depth", figures.lesson(scores, trained=subject.trained))


def _amounts(subject: Subject, features: Features) -> None:
    asked = f"{KEY}_amounts_asked"
    if len(subject.selection.train) > AT_ONCE and st.session_state.get(asked) != subject.key:
        st.markdown("**Accuracy over images per class**")
        says = "Fits a probe on more and more pictures of each class, five times each."
        if not st.button("Draw the curve", key=f"{KEY}_amounts_draw", icon=":material/show_chart:", help=says):
            return
        st.session_state[asked] = subject.key
    usual = probe(subject, features, usual_plan(subject))
    if usual is None:
        return
    images, selection, setting = subject.images, subject.selection, usual.setting
    work = partial(by_amount, features, images, selection, setting)
    curve = remembered(subject, "amounts", work, "Probing with fewer pictures")
    if curve is not None:
        note = ui.prose("transfer/probes", "Amounts", value=setting.value, seeds=SEEDS)
        ui.show(figures.amounts(curve), f"{KEY}_amounts", note)
